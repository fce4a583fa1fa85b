"""Public lead sets with known records: where they are, what leaks, how they are split.

Each is read from a folder, or from OpenML where it exists there. Leaking columns are left out and the splits
are those under which the records were measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.datasets import fetch_openml
from sklearn.model_selection import train_test_split

from enrich.errors import TableError
from lookalike.evaluate.splits import Split


@dataclass(frozen=True)
class LeadSet:
    """Deals with their outcome, and how they are split.

    Attributes
    ----------
    name : str
    deals : DataFrame of shape (n_deals, n_columns)
        In time order where there is one; leaking columns are gone.
    outcome, won : str
        Column and value that means won.
    time : str, optional
        Column that orders deals.
    splits : list of (train, test)
        Positions; predictions of several splits are judged together.
    """

    name: str
    deals: pd.DataFrame
    outcome: str
    won: str
    time: str | None
    splits: list[Split]

    @property
    def is_won(self) -> NDArray[np.bool_]:
        """Which deals were won, shape (n_deals,)."""
        return self.deals[self.outcome].astype(str).eq(self.won).to_numpy(dtype=bool)

    @property
    def features(self) -> pd.DataFrame:
        """The columns that are learned from."""
        return self.deals.drop(columns=[self.outcome, *([self.time] if self.time else [])])


def _bank(folder: Path | None) -> pd.DataFrame:
    if folder is not None:
        deals = pd.read_csv(_file(folder, "bank", "bank-additional-full.csv"), sep=";")
    else:
        deals = _from_openml("bank-additional-full", "y")
    return deals.drop(columns="duration").assign(row=np.arange(len(deals)))


def bank_time(folder: Path | None = None) -> LeadSet:
    """Bank Marketing (Moro, Cortez and Rita 2014), the file's order being that of time: first 70 % → rest."""
    deals = _bank(folder)
    return LeadSet("bank-time", deals, "y", "yes", "row", [_first_share(len(deals))])


def bank_random(folder: Path | None = None) -> LeadSet:
    """Bank Marketing, 70/30 at random; no time column is told."""
    deals = _bank(folder).drop(columns="row")
    return LeadSet("bank-random", deals, "y", "yes", None, [_at_random(deals["y"])])


def bank_rolling(folder: Path | None = None) -> LeadSet:
    """Bank Marketing, from the middle on: train on the last 10,000 deals, predict the next 1,500; and on."""
    deals = _bank(folder)
    starts = range(len(deals) // 2, len(deals), 1_500)
    splits = [
        (np.arange(start - 10_000, start), np.arange(start, min(start + 1_500, len(deals))))
        for start in starts
    ]
    return LeadSet("bank-rolling", deals, "y", "yes", "row", splits)


def xeducation(folder: Path | None = None) -> LeadSet:
    """X Education's web leads in the order of their numbers: first 70 % → rest."""
    deals = pd.read_csv(_file(folder, "xeducation", "Leads.csv"))
    deals = deals.sort_values("Lead Number", ignore_index=True)
    after = ["Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity", "Prospect ID"]
    scores = [column for column in deals.columns if column.startswith("Asymmetrique")]
    deals = deals.drop(columns=after + scores)
    return LeadSet("xeducation", deals, "Converted", "1", "Lead Number", [_first_share(len(deals))])


def ibm(folder: Path | None = None) -> LeadSet:
    """IBM's sales win-loss sample, 70/30 at random; what the sales process itself produced is left out."""
    deals = pd.read_csv(_file(folder, "ibm_winloss", "WA_Fn-UseC_-Sales-Win-Loss.csv.gz"))
    process = ("Elapsed Days", "Sales Stage Change", "Total Days", "Ratio Days", "Opportunity Number")
    deals = deals.drop(columns=[column for column in deals.columns if column.startswith(process)])
    return LeadSet("ibm", deals, "Opportunity Result", "Won", None, [_at_random(deals["Opportunity Result"])])


def olist(folder: Path | None = None) -> LeadSet:
    """Olist's marketing funnel, leads contacted before May 2018 in time order: first 70 % → rest."""
    leads = pd.read_csv(_file(folder, "olist_funnel", "olist_marketing_qualified_leads_dataset.csv"))
    closed = pd.read_csv(_file(folder, "olist_funnel", "olist_closed_deals_dataset.csv"))
    leads = leads[leads["first_contact_date"] < "2018-05-01"]
    leads = leads.sort_values("first_contact_date", kind="stable", ignore_index=True)
    leads["won"] = leads["mql_id"].isin(closed["mql_id"]).map({True: "yes", False: "no"})
    leads = leads.drop(columns="mql_id")
    return LeadSet("olist", leads, "won", "yes", "first_contact_date", [_first_share(len(leads))])


#: By name. Those of one data set begin alike, so that its name alone stands for all of them.
LEAD_SETS: dict[str, Callable[[Path | None], LeadSet]] = {
    "bank-time": bank_time,
    "bank-random": bank_random,
    "bank-rolling": bank_rolling,
    "xeducation": xeducation,
    "ibm": ibm,
    "olist": olist,
}


def _from_openml(name: str, outcome: str) -> pd.DataFrame:
    try:
        found = fetch_openml(name, as_frame=True, parser="auto")
    except (OSError, ValueError) as error:
        raise TableError(f"{name}: OpenML does not give it ({error}); name a folder in --data") from error
    deals: pd.DataFrame = found.frame
    return deals.rename(columns={found.target_names[0]: outcome})


def _file(folder: Path | None, *parts: str) -> Path:
    if folder is None:
        raise TableError(f"{parts[0]}: not on OpenML; name a folder that holds {'/'.join(parts)}")
    for path in (folder.joinpath(*parts), folder / parts[-1]):
        if path.is_file():
            return path
    raise TableError(f"{folder}: neither {'/'.join(parts)} nor {parts[-1]} is there; name its folder")


def _first_share(rows: int, share: float = 0.7) -> Split:
    split = int(rows * share)
    return np.arange(split), np.arange(split, rows)


def _at_random(outcome: pd.Series) -> Split:
    train, test = train_test_split(np.arange(len(outcome)), test_size=0.3, stratify=outcome, random_state=0)
    return np.sort(train), np.sort(test)
