"""Columns that move on: later deals have values that no earlier deal had.

A model can only extrapolate from such a column, which is a calendar in disguise: an index of prices, a
running number, the month while there is not yet a year of deals. A column whose known values merely become
more or less frequent (the population stability index, PSI, measures that; Siddiqi 2006, "Credit Risk
Scorecards") is told too, but a model can live with it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_dates, as_days, as_numbers, as_text
from lookalike.evaluate.splits import Split
from lookalike.roles import Kind, Role

#: A column moves on if, over the splits, this share of later deals lies outside what earlier deals had.
MOVED_ON = 0.25

_BINS = 10

Floats = NDArray[np.float64]


def drift(features: pd.DataFrame, roles: dict[str, Role], splits: list[Split]) -> pd.DataFrame:
    """Measure how columns move from earlier to later deals.

    Parameters
    ----------
    features : DataFrame of shape (n_deals, n_columns)
    roles : dict of str to Role
        What each column is; numbers, dates and categories are measured.
    splits : list of (earlier, later)
        Positions, as from :func:`~lookalike.evaluate.splits.rolling_origin`.

    Returns
    -------
    DataFrame
        A row a column, the most moved first: column, unseen (mean share of later deals with a category that
        no earlier deal had, or a number or date outside the earlier ones' range), psi (mean), moved_on.
    """
    rows = []
    for column in features:
        kind = roles[str(column)].kind
        if kind in (Kind.NUMBER, Kind.DATE, Kind.CATEGORY):
            values = _values(features[column], roles[str(column)])
            outside = _new_category if kind == Kind.CATEGORY else _out_of_range
            measured = [
                (outside(values[earlier], values[later]), _psi(values[earlier], values[later]))
                for earlier, later in splits
            ]
            unseen, psi = np.mean(measured, axis=0)
            rows.append({"column": column, "unseen": unseen, "psi": psi, "moved_on": unseen >= MOVED_ON})
    table = pd.DataFrame(rows, columns=["column", "unseen", "psi", "moved_on"])
    return table.sort_values(["unseen", "psi"], ascending=False, kind="stable", ignore_index=True)


def _values(cells: pd.Series, found: Role) -> Floats:
    """Give numbers, dates in days, or the numbers of categories; NaN where blank."""
    if found.kind == Kind.NUMBER:
        return as_numbers(cells, found.decimal)
    if found.kind == Kind.DATE:
        return as_days(as_dates(cells, found.dayfirst))
    codes = pd.factorize(as_text(cells))[0]
    return np.where(codes < 0, np.nan, codes)


def _new_category(earlier: Floats, later: Floats) -> float:
    return float((~np.isnan(later) & ~np.isin(later, earlier)).mean())


def _out_of_range(earlier: Floats, later: Floats) -> float:
    known = earlier[~np.isnan(earlier)]
    if not len(known):
        return float((~np.isnan(later)).mean())
    return float(((later < known.min()) | (later > known.max())).mean())


def _psi(earlier: Floats, later: Floats) -> float:
    """Sum (q - p) ln(q / p) over tenths of the earlier values, and over the blanks."""
    known = earlier[~np.isnan(earlier)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1])) if len(known) else np.empty(0)
    p, q = (_shares(values, edges) for values in (earlier, later))
    return float(((q - p) * np.log(q / p)).sum())


def _shares(values: Floats, edges: Floats) -> Floats:
    bins = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values))
    counts = (
        np.bincount(bins, minlength=len(edges) + 2) + 0.5
    )  # no bin is empty, or the logarithm is infinite
    return np.asarray(counts / counts.sum())
