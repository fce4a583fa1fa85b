"""Are these leads drawn like those deals? One p-value a column, whatever it holds.

Every test compares counts that are treated alike on both sides: a numeric column's distribution functions at
the same steps (Kolmogorov and Smirnov; taking the largest distance at some points only makes it no larger, so
no alarm is added), categories chosen by what both sides together have, shares of rows.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2_contingency, fisher_exact, ks_2samp, norm

from lookalike.evaluate.column_reference import Cells, ColumnReference, Floats, rows_with
from lookalike.roles import Kind

#: Numbers with so few different values are compared value by value.
FEW_VALUES = 10
#: Categories told apart in a test at most, and the rows each side must expect of one.
MOST_GROUPS = 20
EXPECTED = 5
#: Pairs of numbers up to which the distance has its exact distribution.
EXACT = 10_000


def distribution_p(then: ColumnReference, now: Cells) -> float:
    """Test whether known cells are distributed as they were; NaN where there is nothing to compare.

    Parameters
    ----------
    then : ColumnReference
        What the deals had.
    now : Cells
        The leads' cells, as ``then.read`` gives them.
    """
    if not (then.filled and now.filled) or then.kind == Kind.PRESENCE:
        return np.nan
    if then.ordered:
        return _ordered(then.numbers(), then.stepped(now.numbers))
    if then.kind == Kind.LIST:
        return _any_value(then, now)
    return _categories(then, now)


def share_p(part_then: int, then: int, part_now: int, now: int) -> float:
    """Test whether a share of rows is what it was: chi-square, or Fisher's exact test where rows are few.

    >>> round(share_p(10, 100, 30, 100), 5)
    0.00041
    """
    if not (then and now):
        return np.nan
    table = np.array([[part_then, then - part_then], [part_now, now - part_now]])
    margin = table.sum(axis=0)
    if not margin.all():
        return np.nan
    if margin.min() * min(then, now) / (then + now) < EXPECTED:
        return float(fisher_exact(table).pvalue)
    return float(chi2_contingency(table, correction=False).pvalue)


def unseen_p(then: ColumnReference, now: Cells) -> float:
    """Test whether more leads than expected have a category that few or no deals have.

    A new category turns up now and then though nothing changed, as often as a deal has a category that no
    other deal has (Good 1953, "The population frequencies of species"); here, that fewer than ``then.least``
    others have. How far that estimate strays is Robbins' (1968): the deals it counts, and those of categories
    that one deal less would have counted too. One-sided, and never surer than Fisher's exact test.
    """
    if not (then.filled and now.filled) or then.kind not in (Kind.CATEGORY, Kind.LIST):
        return np.nan
    expected, found, few = then.rare_by_chance, unseen_rows(then, now), then.least
    share = (expected + found) / (then.filled + now.filled)
    if not 0 < share < 1:
        return np.nan
    nearly = sum(count == few + 1 for count in then.named.values())
    variance = (expected + few * (few + 1) * nearly) / then.filled**2 + share * (1 - share) / now.filled
    p = norm.sf((found / now.filled - expected / then.filled) / np.sqrt(variance))
    table = [[found, now.filled - found], [expected, then.filled - expected]]
    return float(max(p, fisher_exact(table, alternative="greater").pvalue))


def unseen_rows(then: ColumnReference, now: Cells) -> int:
    """Count the rows with a category, or any list value, that few or no deals have."""
    return rows_with(now, lambda count: not count, then.named)


def _ordered(then: Floats, now: Floats) -> float:
    now = now[~np.isnan(now)]
    values, place = np.unique(np.concatenate([then, now]), return_inverse=True)
    if len(values) > FEW_VALUES:
        return float(ks_2samp(then, now, method="auto" if len(then) * len(now) < EXACT else "asymp").pvalue)
    sides = (place[: len(then)], place[len(then) :])
    return _table_p(np.array([np.bincount(side, minlength=len(values)) for side in sides]))


def _categories(then: ColumnReference, now: Cells) -> float:
    groups = _frequent(then, now)
    table = [[counts.get(group, 0) for group in groups] for counts in (then.named, now.counts)]
    rest = [then.filled - sum(table[0]), now.filled - sum(table[1])]
    return _table_p(np.column_stack([np.array(table, dtype=int).reshape(2, -1), rest]))


def _any_value(then: ColumnReference, now: Cells) -> float:
    """Test the values of lists one by one, and take the clearest (Bonferroni)."""
    found = [
        share_p(then.named[value], then.filled, now.counts.get(value, 0), now.filled)
        for value in _frequent(then, now)
    ]
    found = [p for p in found if not np.isnan(p)]
    return min(1.0, len(found) * min(found)) if found else np.nan


def _frequent(then: ColumnReference, now: Cells) -> list[str]:
    """Choose the categories to tell apart by both sides together: by one alone would favour that one.

    They must be so frequent that the deals named them with near certainty, for the same reason.
    """
    share = min(then.filled, now.filled) / (then.filled + now.filled)
    named = then.filled / (then.filled + now.filled)
    pooled = {value: count + now.counts.get(value, 0) for value, count in then.named.items()}
    groups = [
        value
        for value, count in pooled.items()
        if count * share >= EXPECTED and count * named >= 2 * then.least
    ]
    return sorted(groups, key=lambda value: (-pooled[value], value))[:MOST_GROUPS]


def _table_p(table: np.ndarray) -> float:
    """Compare two rows of counts; those groups are taken together that neither side expects rows of."""
    expected = table.sum(axis=0) * table.sum(axis=1).min() / max(table.sum(), 1)
    few = expected < EXPECTED
    table = np.column_stack([table[:, ~few], table[:, few].sum(axis=1)])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return np.nan
    return float(chi2_contingency(table, correction=False).pvalue)
