"""Where to cut: the bins of a criterion that tell most, and no more of them than chance allows.

Of all ways to join neighbouring small bins the one with the highest information value is found exactly, by
dynamic programming. As every further cut adds something by chance alone, each must add more than the best of
so many useless cuts would at five per cent: where nothing is told, one bin remains.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from lookalike.scorecard.evidence import Floats, evidence_among

#: How often a useless column may be cut.
ERROR = 0.05


def best_bins(
    won: Floats,
    lost: Floats,
    *,
    max_bins: int = 5,
    min_count: float = 1.0,
    direction: int = 0,
    penalty: float | None = None,
) -> list[int]:
    """Join neighbouring small bins into the bins that tell most.

    Parameters
    ----------
    won, lost : ndarray of shape (n_small,)
        Deals in each small bin, in order.
    max_bins : int
    min_count : float
        Deals in each bin at least; where so many are not there, one bin is given.
    direction : {-1, 0, 1}
        Whether the weight of evidence may only fall, do both, or only rise from bin to bin.
    penalty : float, optional
        What each further bin must add; by default what chance adds.

    Returns
    -------
    list of int
        Where each bin begins, 0 the first.

    >>> best_bins(np.array([2, 3, 40, 38.0]), np.array([48, 47, 10, 12.0]))
    [0, 2]
    """
    n, all_won, all_lost = len(won), float(won.sum()), float(lost.sum())
    if n < 2 or not (all_won and all_lost):
        return [0]
    penalty = chance(all_won, all_lost, n - 1) if penalty is None else penalty
    weight, value = _of_spans(won, lost, min_count)
    # best[b, i, j]: the highest value of bins 0 to b over small bins 0 to j, the last of them being i to j.
    best = np.full((min(max_bins, n), n, n), -np.inf)
    came = np.zeros(best.shape, dtype=np.int64)
    best[0, 0] = value[0]
    for b in range(1, len(best)):
        for i in range(1, n):
            before = best[b - 1, :, i - 1]  # by where the bin before begins
            for j in range(i, n):
                allowed = before
                if direction:
                    falls = direction * (weight[i, j] - weight[:, i - 1]) < 0
                    allowed = np.where(falls, -np.inf, before)
                taken = int(np.argmax(allowed))
                best[b, i, j], came[b, i, j] = allowed[taken] + value[i, j] - penalty, taken
    last = best[:, :, n - 1]
    if not np.isfinite(last).any():
        return [0]
    b, i = (int(place) for place in np.unravel_index(int(np.argmax(last)), last.shape))
    starts, j = [i], n - 1
    while b > 0:
        i, j, b = int(came[b, i, j]), i - 1, b - 1
        starts.insert(0, i)
    return starts


def chance(won: float, lost: float, cuts: int = 1) -> float:
    """Give the information value that the best of so many useless cuts stays below in 95 of 100 cases.

    The information value of a useless cut is near χ²(1) · (1/won + 1/lost); of several the best is looked
    at, so the error is shared out among them (Bonferroni).

    >>> round(chance(100, 300), 4)
    0.0512
    """
    return float(chi2.isf(ERROR / max(1, cuts), 1) * (1 / won + 1 / lost))


def _of_spans(won: Floats, lost: Floats, min_count: float) -> tuple[Floats, Floats]:
    """Give weight of evidence and information value of every run of small bins, −∞ where it is too small."""
    all_won, all_lost = float(won.sum()), float(lost.sum())
    up_to_won, up_to_lost = (np.concatenate([[0.0], np.cumsum(counts)]) for counts in (won, lost))
    n = len(won)
    starts, ends = np.arange(n)[:, None], np.arange(n)[None, :]
    inside_won = np.where(ends >= starts, up_to_won[ends + 1] - up_to_won[starts], 0)
    inside_lost = np.where(ends >= starts, up_to_lost[ends + 1] - up_to_lost[starts], 0)
    weight = evidence_among(inside_won, inside_lost, all_won, all_lost)
    value = (inside_won / all_won - inside_lost / all_lost) * weight
    small = (inside_won + inside_lost < min_count) | (ends < starts)
    return weight, np.where(small, -np.inf, value)


def small_bins(values: Floats, count: int = 20) -> Floats:
    """Give the lower edges of bins of about equal size, ascending; the first is the smallest value.

    >>> small_bins(np.array([1, 1, 1, 2, 3, 4.0]), 3).tolist()
    [1.0, 3.0]
    """
    return np.unique(np.quantile(values, np.arange(count) / count, method="higher"))


def round_between(low: float, high: float) -> float:
    """Give a number with few figures above `low` and up to `high`, near the middle: a cut people can say.

    >>> round_between(9.4, 10.7), round_between(0.1512, 0.1519), round_between(-3, 2), round_between(48, 52)
    (10.0, 0.1515, 0.0, 50.0)
    >>> round_between(80, 300)
    200.0
    """
    if low < 0 <= high:
        return 0.0
    size, middle = math.floor(math.log10(max(abs(low), abs(high)))), (low + high) / 2
    for digits in range(size, size - 18, -1):
        for unit in (5 * 10.0**digits, 10.0**digits):
            first, last = math.floor(low / unit) + 1, math.floor(high / unit)
            if first <= last:
                times = min(max(round(middle / unit), first), last)
                return float(round(times * unit, max(0, -digits)))
    return float(high)


def groups_of(starts: list[int], n: int) -> NDArray[np.int64]:
    """Give the bin of each small bin, shape (n,).

    >>> groups_of([0, 2], 4).tolist()
    [0, 0, 1, 1]
    """
    return np.asarray(np.searchsorted(starts, np.arange(n), side="right") - 1, dtype=np.int64)
