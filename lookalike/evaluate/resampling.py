"""Figures of a ranking on deals drawn again and again (the bootstrap; Efron and Tibshirani 1993).

The deals are put in the order of their scores once; a draw only weighs them by how often each was drawn, so
no draw needs sorting and many are judged at a time. Deals of one company win together, so it is companies
that are drawn, with all of their deals (Field and Welsh 2007, "Bootstrapping clustered data").
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Cells of weights held at a time.
_CELLS = 2_000_000
# Draws judged at a time.
_AT_ONCE = 20


def drawn(groups: NDArray[np.int64], draws: int, random_state: int | list[int]) -> Iterator[Floats]:
    """Draw groups of deals with replacement; the first row of all is the deals as they are.

    Parameters
    ----------
    groups : ndarray of shape (n_deals,)
        Number of each deal's group, from 0 on.
    draws : int
    random_state : int or list of int

    Yields
    ------
    ndarray of shape (some, n_deals)
        How often each deal was drawn; ``1 + draws`` rows in all.

    >>> [part.sum(axis=1).tolist() for part in drawn(np.array([0, 1, 2]), 2, 0)]
    [[3.0], [3.0, 3.0]]
    """
    yield np.ones((1, len(groups)))
    chance = np.random.default_rng(random_state)
    n_groups = int(groups.max()) + 1 if len(groups) else 0
    at_once = max(1, _CELLS // max(1, len(groups)))
    for start in range(0, draws, at_once):
        rows = min(at_once, draws - start)
        picked = chance.integers(0, n_groups, (rows, n_groups)) + n_groups * np.arange(rows)[:, None]
        counts = np.bincount(picked.ravel(), minlength=rows * n_groups).reshape(rows, n_groups)
        yield counts[:, groups].astype(np.float64)


class WeighedRanking:
    """Deals in the order of their scores, the best first, under one or many weightings.

    Parameters
    ----------
    won : ndarray of bool, shape (n_deals,)
    scores : ndarray of shape (n_deals,)
    weights : ndarray of shape (n_draws, n_deals)
        How often each deal counts; whole numbers for :meth:`alift`.

    Every figure has shape (n_draws,), is NaN where a draw has only one outcome, and lets deals that tie count
    in proportion, so that the order of the file cannot help.
    """

    def __init__(self, won: NDArray[np.bool_], scores: Floats, weights: Floats) -> None:
        order = np.argsort(-scores, kind="stable")
        starts = np.flatnonzero(np.concatenate([[True], np.diff(scores[order]) != 0]))
        size = weights[:, order]
        hits = size * won[order]
        if len(starts) < len(order):
            size, hits = (np.add.reduceat(part, starts, axis=1) for part in (size, hits))
        self._size, self._hits = size, hits
        self._upto, self._hits_upto = np.cumsum(size, axis=1), np.cumsum(hits, axis=1)
        self.deals, self.won = self._upto[:, -1], self._hits_upto[:, -1]

    def auc(self) -> Floats:
        """Give the chance that a won deal scores above a lost one."""
        losses = self._size - self._hits
        lost = self.deals - self.won
        below = lost[:, None] - np.cumsum(losses, axis=1)
        return _ratio((self._hits * (below + losses / 2)).sum(axis=1), self.won * lost)

    def average_precision(self) -> Floats:
        """Give the mean of the won rates down to each won deal, as scikit-learn's average_precision_score."""
        precision = _ratio(self._hits_upto, self._upto)
        return _ratio((self._hits * np.nan_to_num(precision)).sum(axis=1), self._both())

    def alift(self) -> Floats:
        """Give the area under the lift curve: the mean lift over all depths, 1 by chance.

        The lift of a depth is that of all deals down to it (Vuk and Curk 2006, "ROC curve, lift chart and
        calibration plot"); the area is the sum over the depths 1/n, 2/n, … 1, divided by n.
        """
        deepest = int(self.deals.max())
        harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, deepest + 1))])
        upto = np.rint(self._upto).astype(np.int64)
        before = upto - np.rint(self._size).astype(np.int64)
        rate = np.nan_to_num(_ratio(self._hits, self._size))
        # Within a tie hits rise evenly: (hits before + rate (k − before)) / k, summed over its depths k.
        offset = self._hits_upto - self._hits - rate * before
        area = self._hits + offset * (harmonic[upto] - harmonic[before])
        return _ratio(area.sum(axis=1), self._both())

    def hits(self, shares: Floats) -> tuple[Floats, Floats]:
        """Give the deals down to each share of all, and the won ones of them, shape (n_draws, n_shares)."""
        counts = np.maximum(1, np.round(self.deals[:, None] * shares))
        found = np.empty_like(counts)
        rows = np.arange(len(counts))
        for place in range(counts.shape[1]):
            count = counts[:, place]
            edge = (self._upto >= count[:, None]).argmax(axis=1)
            size, hits = self._size[rows, edge], self._hits[rows, edge]
            inside = count - (self._upto[rows, edge] - size)
            found[:, place] = self._hits_upto[rows, edge] - hits + hits * inside / size
        return counts, found

    def _both(self) -> Floats:
        """Give the won deals, none where there are no lost ones."""
        return np.where(self.won < self.deals, self.won, 0.0)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def interval(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Give the percentile interval of drawn figures; NaN where there is none."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_interval(
    won: NDArray[np.bool_], ours: Floats, theirs: Floats, draws: int = 1_000, random_state: int = 0
) -> tuple[float, float]:
    """Bootstrap the difference of two AUCs on the same leads, 95 % (Efron and Tibshirani 1993).

    Parameters
    ----------
    won : ndarray of bool, shape (n_leads,)
    ours, theirs : ndarray of shape (n_leads,)
    draws : int
    random_state : int

    Returns
    -------
    low, high : float
    """
    # Won and lost leads are drawn apart: the won rate is not in question.
    chance = np.random.default_rng(random_state)
    n_won, n_lost = int(won.sum()), int((~won).sum())
    differences = []
    for start in range(0, draws, _AT_ONCE):
        weights = np.empty((min(_AT_ONCE, draws - start), len(won)))
        for weight in weights:
            weight[won] = chance.multinomial(n_won, np.full(n_won, 1 / n_won))
            weight[~won] = chance.multinomial(n_lost, np.full(n_lost, 1 / n_lost))
        differences.append(
            WeighedRanking(won, ours, weights).auc() - WeighedRanking(won, theirs, weights).auc()
        )
    return interval(np.concatenate(differences))
