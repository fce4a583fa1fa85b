"""Columns that move on: later deals have other values than earlier deals had.

Either many later deals have a value that no earlier deal had, or the known values change places: what was
frequent is gone (the population stability index, PSI, measures that; Siddiqi 2006, "Credit Risk Scorecards").
Such a column is a calendar in disguise, from which a model can only extrapolate: an index of prices, a
running number, the month while there is not yet a year of deals. Lesser shifts are told too, but a model can
live with them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from lookalike.cells import as_dates, as_days, as_numbers, as_text
from lookalike.evaluate.splits import Split
from lookalike.roles import Kind, Role

#: A column moves on if, over the splits, this share of later deals lies outside what earlier deals had.
MOVED_ON = 0.25
#: Or if its PSI is so high beyond chance; credit risk calls .25 a major shift, this is four times as much.
PSI_MOVED_ON = 1.0

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
            values = column_values(features[column], roles[str(column)])
            outside = _new_category if kind == Kind.CATEGORY else out_of_range
            measured = [
                (
                    outside(values[earlier], values[later]),
                    *psi(values[earlier], values[later], ordered=kind != Kind.CATEGORY),
                )
                for earlier, later in splits
            ]
            unseen, shift, by_chance = np.mean(measured, axis=0)
            moved_on = unseen >= MOVED_ON or shift - by_chance >= PSI_MOVED_ON
            rows.append({"column": column, "unseen": unseen, "psi": shift, "moved_on": moved_on})
    table = pd.DataFrame(rows, columns=["column", "unseen", "psi", "moved_on"])
    return table.sort_values(["unseen", "psi"], ascending=False, kind="stable", ignore_index=True)


def column_values(cells: pd.Series, found: Role) -> Floats:
    """Give numbers, dates in days, or the numbers of categories; NaN where blank."""
    if found.kind == Kind.NUMBER:
        return as_numbers(cells, found.decimal)
    if found.kind == Kind.DATE:
        return as_days(as_dates(cells, found.dayfirst))
    codes = pd.factorize(as_text(cells))[0]
    return np.where(codes < 0, np.nan, codes)


def _new_category(earlier: Floats, later: Floats) -> float:
    return float((~np.isnan(later) & ~np.isin(later, earlier)).mean())


def out_of_range(earlier: Floats, later: Floats) -> float:
    """Give the share of later cells outside the range of earlier ones; NaN means blank."""
    known = earlier[~np.isnan(earlier)]
    if not len(known):
        return float((~np.isnan(later)).mean())
    return float(((later < known.min()) | (later > known.max())).mean())


def psi(earlier: Floats, later: Floats, *, ordered: bool) -> tuple[float, float]:
    """Sum (q - p) ln(q / p) over groups of values, and over the blanks; and what chance alone seldom exceeds.

    Parameters
    ----------
    earlier, later : ndarray of shape (n_earlier,), (n_later,)
        Numbers, or the numbers of categories; NaN where blank.
    ordered : bool
        Whether the numbers have an order, or stand for categories.

    Returns
    -------
    psi, by_chance : float
        The second is exceeded one time in twenty where nothing moved.

    Notes
    -----
    Of n and m deals of one kind the sum is a chi-square over k - 1 degrees of freedom, k the groups, times
    1 / n + 1 / m (Yurdakul and Naranjo 2020, "Statistical properties of the population stability index").
    """
    p, q = _shares(earlier, later, ordered=ordered)
    seen = int(((p > p.min()) | (q > q.min())).sum())
    by_chance = chi2.ppf(0.95, max(1, seen - 1)) * (1 / len(earlier) + 1 / len(later))
    return float(((q - p) * np.log(q / p)).sum()), float(by_chance)


def _shares(earlier: Floats, later: Floats, *, ordered: bool) -> tuple[Floats, Floats]:
    """Give the shares of groups among earlier and later deals; no group is empty, for the logarithm's sake.

    Groups are the values themselves if these are few, tenths of the earlier numbers, or the most frequent of
    the earlier categories and all others together.
    """
    known = earlier[~np.isnan(earlier)]
    values, counts = np.unique(known, return_counts=True)
    if ordered and len(values) > _BINS:
        edges = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1]))
        groups = [np.searchsorted(edges, cells) for cells in (earlier, later)]
    else:
        frequent = np.sort(values[np.argsort(-counts, kind="stable")[:_BINS]])
        groups = [_places(cells, frequent) for cells in (earlier, later)]
    shares = []
    for cells, group in zip((earlier, later), groups, strict=True):
        size = np.bincount(np.where(np.isnan(cells), _BINS + 1, group), minlength=_BINS + 2) + 0.5
        shares.append(size / size.sum())
    return shares[0], shares[1]


def _places(cells: Floats, frequent: Floats) -> NDArray[np.int64]:
    """Give the place of each cell among sorted values, the last group's for any other value."""
    place = np.searchsorted(frequent, cells)
    found = np.isin(cells, frequent)
    return np.where(found, place, _BINS)
