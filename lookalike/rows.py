"""Leads in rows, as a streaming service lays out films: "Because you won Acme" (Gomez-Uribe and Hunt 2015).

First a row for each persona of won deals, by size, then one for each best customer: the won deals of the
highest value or, where no values are known, the most central ones, which have the highest mean likeness to
won deals. In a row stand the leads with the highest likeness × probability: alike, but not a bad bet. The
likeness to a persona is the mean likeness to its deals (to 50 of them, spread evenly, where it has more). In
the row of one customer stand only leads that are more like it than like nine in ten won deals: "because" has
to be true. Leads less likely to be won than past deals were, and than most of the leads, stand in no row. A
lead stands in one row only: the first that has room for it.

Where only won deals are known, no rate of past deals is: then leads less likely than most stand in no row,
and neither do the won deals themselves. Where a model cannot tell probabilities either, the share of leads
that score no higher stands in for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.evenly import evenly
from lookalike.own_deals import own_customers
from lookalike.similar import scored_leads

if TYPE_CHECKING:
    from lookalike.embed.base import Floats
    from lookalike.features import Seen
    from lookalike.model import LookalikeModel

#: Columns of a table of rows, in order.
ROW_COLUMNS = ["row", "row_title", "place", "lead_id", "name", "likeness", "probability"]
#: Deals that the likeness to a persona is the mean over, and that centrality is measured on.
DEALS_OF_PERSONA = 50
#: Share of the won deals that a lead must be less like than a customer to stand in its row.
LESS_LIKE = 0.9
#: The prospect of a lead that stands in no row.
BAD_BET = -1.0


@dataclass(frozen=True)
class Subject:
    """What a row is about.

    Attributes
    ----------
    name : str
        The won deal it is named after.
    others : int
        Further deals of its persona; none where the row is about that deal alone.
    deals : ndarray of int
        Positions of the deals that leads are compared with.
    """

    name: str
    others: int
    deals: NDArray[np.int64]

    @property
    def title(self) -> str:
        """Say it."""
        return f"Because you won {self.name}" + (f" and {self.others} like it" if self.others else "")


@dataclass(frozen=True)
class RowOfLeads:
    """A row.

    Attributes
    ----------
    subject : Subject
    leads : ndarray of int
        Positions of the leads, the best first.
    likeness : ndarray of shape (n_leads,)
        Of each to the subject, 0 to 1.
    """

    subject: Subject
    leads: NDArray[np.int64]
    likeness: Floats


def lead_rows(
    model: LookalikeModel,
    leads: pd.DataFrame,
    *,
    rows: int = 8,
    per_row: int = 10,
    events: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Lay leads out in rows.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    rows, per_row : int
        Rows at most, and leads in each at most.
    events : DataFrame, optional
        Behaviour of the leads, as in :func:`lookalike.fit`.

    Returns
    -------
    DataFrame
        row (from 1), row_title, place (from 1), lead_id, name, likeness (to what the row is about, 0 to 1),
        probability (missing where the model cannot tell it). Leads that are a bad bet, or not like a row's
        deals, do not stand in it.
    """
    table, seen = scored_leads(model, leads, events)
    customers = own_customers(model, leads)[table["row"]]
    prospect = np.where(customers, BAD_BET, prospects(model, table))
    parts = [pd.DataFrame({column: pd.Series(dtype=_KINDS.get(column, "str")) for column in ROW_COLUMNS})]
    for number, row in enumerate(lay_out(model, seen, prospect, rows, per_row), 1):
        chosen = table.iloc[row.leads]
        parts.append(
            pd.DataFrame(
                {
                    "row": number,
                    "row_title": row.subject.title,
                    "place": np.arange(1, len(row.leads) + 1),
                    "lead_id": chosen["lead_id"].to_numpy(),
                    "name": chosen["name"].to_numpy(),
                    "likeness": row.likeness,
                    "probability": chosen["probability"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).astype({c: _KINDS.get(c, "str") for c in ROW_COLUMNS})


def prospects(model: LookalikeModel, scored: pd.DataFrame) -> Floats:
    """Say how good each lead is, 0 to 1: its probability or, where that cannot be told, its place by score.

    Parameters
    ----------
    model : LookalikeModel
    scored : DataFrame of n_leads rows
        All leads, with score and probability.
    """
    found = scored["probability"] if model.too_few is None else scored["score"].rank(method="max", pct=True)
    return np.asarray(found, dtype=float)


def lay_out(model: LookalikeModel, seen: Seen, prospect: Floats, rows: int, per_row: int) -> list[RowOfLeads]:
    """Lay leads that have their place out in rows.

    Parameters
    ----------
    model : LookalikeModel
    seen : Seen
    prospect : ndarray of shape (n_leads,)
        As :func:`prospects` gives it.
    rows, per_row : int
        As of :func:`lead_rows`.
    """
    if not len(prospect):
        return []

    def likeness_to(deals: NDArray[np.int64]) -> Floats:
        return model.anatomy.likeness(seen.points, model.embedding.points_[deals])

    free = prospect >= np.fmin(model.win_rate, np.median(prospect))  # the median alone where no rate is known
    usual = np.quantile(likeness_to(_some_of(np.flatnonzero(model.deals["won"]))), LESS_LIKE, axis=1)
    found: list[RowOfLeads] = []
    for subject in _subjects(model, rows):
        if len(found) == rows or not free.any():
            break
        likeness = likeness_to(subject.deals).mean(axis=1)
        fits = free if subject.others else free & (likeness >= usual)
        worth = np.where(fits, likeness * prospect, 0.0)
        order = np.argsort(-worth, kind="stable")[:per_row]
        order = order[worth[order] > 0]
        if len(order):
            free[order] = False
            found.append(RowOfLeads(subject, order, likeness[order]))
    return found


_KINDS = {"row": "int64", "place": "int64", "likeness": "float64", "probability": "float64"}


def _subjects(model: LookalikeModel, rows: int) -> list[Subject]:
    """Give what each row that may be is about."""
    deals = model.deals
    won = np.flatnonzero(deals["won"])
    subjects, medoids = [], set()
    for _, members in deals.iloc[won].groupby("group"):
        medoid = members.index[members["medoid"]][0]
        medoids.add(int(medoid))
        own = _some_of(members.index.to_numpy())
        subjects.append(Subject(str(deals["name"][medoid]), len(members) - 1, own))
    value = deals["value"].to_numpy()[won]
    if np.isnan(value).all():
        points = model.embedding.points_
        value = model.anatomy.likeness(points[won], points[_some_of(won)]).mean(axis=1)
    best = won[np.argsort(-np.nan_to_num(value, nan=-np.inf), kind="stable")]
    # Twice as many as can be shown: a row may find no lead.
    customers = [int(deal) for deal in best[: 2 * rows + len(medoids)] if int(deal) not in medoids]
    return subjects + [Subject(str(deals["name"][deal]), 0, np.array([deal])) for deal in customers]


def _some_of(deals: NDArray[np.int64]) -> NDArray[np.int64]:
    return deals[evenly(len(deals), DEALS_OF_PERSONA)]
