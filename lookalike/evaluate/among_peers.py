"""How well scores rank deals among those of the same time: AUC, its interval, and what chance would give.

Over years a won rate rises and falls, and whatever moves along with it (an index of prices, a running number)
seems to know the outcome. Nobody chooses between a lead of today and one of two years ago, so pairs of a
won and a lost deal are only compared where both are of one *slice* of time. A slice's AUC counts by n₁n₀ /
(n₁ + n₀ + 1), the inverse of its variance under chance (van Elteren 1960, "On the combination of
independent two-sample tests of Wilcoxon").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

Floats = NDArray[np.float64]

#: Deals of the rarer outcome in a slice of time, about; fewer make its AUC coarse, more let time in.
RARER_IN_A_SLICE = 50
SLICES_AT_MOST = 100
#: Random numbers drawn at once.
_DRAWN = 4_000_000


@dataclass(frozen=True)
class AmongPeers:
    """The AUC among deals of the same time.

    Attributes
    ----------
    auc : float
        Mean of the slices' AUC; NaN if no slice has both outcomes.
    error : float
        Its standard error.
    pairs : int
        Pairs of a won and a lost deal that were compared.
    """

    auc: float
    error: float
    pairs: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Give the interval at a level of confidence, within 0 and 1."""
        reach = float(norm.ppf(0.5 + level / 2)) * self.error
        return max(0.0, self.auc - reach), min(1.0, self.auc + reach)


def slices_of_time(order: Floats, won: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Cut deals into slices of equal size, in their order.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        What orders the deals in time.
    won : ndarray of bool, shape (n_deals,)
        Only how many were won is looked at.

    Returns
    -------
    ndarray of int, shape (n_deals,)
        The number of each deal's slice.

    >>> slices_of_time(np.arange(300.0), np.arange(300) % 3 == 0).tolist() == [0] * 150 + [1] * 150
    True
    """
    rarer = int(min(won.sum(), (~won).sum()))
    count = int(np.clip(rarer // RARER_IN_A_SLICE, 1, SLICES_AT_MOST))
    place = np.empty(len(order), dtype=np.int64)
    place[np.argsort(order, kind="stable")] = np.arange(len(order))
    return place * count // max(1, len(order))


def among_peers(scores: Floats, won: NDArray[np.bool_], slices: NDArray[np.int64]) -> AmongPeers:
    """Measure how well scores rank the deals of each slice.

    The variance of a slice's AUC is that of DeLong, DeLong and Clarke-Pearson (1988), which is Brunner and
    Munzel's (statsmodels); where an outcome occurs once, that under chance.

    Parameters
    ----------
    scores : ndarray of shape (n_deals,)
    won : ndarray of bool, shape (n_deals,)
    slices : ndarray of int, shape (n_deals,)
    """
    from statsmodels.stats.nonparametric import rank_compare_2indep

    total = weighted = variance = 0.0
    pairs = 0
    for part in _parts(won, slices):
        own, of_won = scores[part], won[part]
        n_won, n_lost, weight = _counts(of_won)
        ranks = rankdata(own)
        auc = (ranks[of_won].sum() - n_won * (n_won + 1) / 2) / (n_won * n_lost)
        chance = (n_won + n_lost + 1) / (12 * n_won * n_lost)
        own_variance = chance
        if min(n_won, n_lost) > 1:
            with np.errstate(all="ignore"):  # its test statistic, not asked for, where all scores part
                own_variance = float(rank_compare_2indep(own[of_won], own[~of_won], use_t=False).var_prob)
        # No error at all is what small slices say, not what is known.
        own_variance = max(own_variance, min(chance, auc * (1 - auc) / (n_won + n_lost)))
        total += weight
        weighted += weight * auc
        variance += weight**2 * own_variance
        pairs += n_won * n_lost
    if not total:
        return AmongPeers(float("nan"), float("nan"), 0)
    return AmongPeers(float(weighted / total), float(np.sqrt(variance) / total), pairs)


def permutation_p(
    scores: Floats,
    won: NDArray[np.bool_],
    slices: NDArray[np.int64],
    permutations: int = 1999,
    random_state: int = 0,
) -> float:
    """Give the chance of so high an AUC among peers if the outcomes of a slice were dealt out at random.

    Scores must be of models that had not seen the deals of their slice. Then, if no column tells anything,
    the outcomes of a slice are exchangeable given its scores, and no model needs refitting.

    Parameters
    ----------
    scores : ndarray of shape (n_deals,)
    won : ndarray of bool, shape (n_deals,)
    slices : ndarray of int, shape (n_deals,)
    permutations : int
    random_state : int
        Seed.

    Returns
    -------
    float
        (1 + permutations at least as high) / (1 + permutations), which is never 0 (Phipson and Smyth 2010,
        "Permutation p-values should never be zero").
    """
    random = np.random.default_rng(random_state)
    observed = 0.0
    dealt = np.zeros(permutations)
    for part in _parts(won, slices):
        n_won, n_lost, weight = _counts(won[part])
        ranks = rankdata(scores[part])
        scale = weight / (n_won * n_lost)
        observed += scale * ranks[won[part]].sum()
        at_once = max(1, _DRAWN // len(part))
        for start in range(0, permutations, at_once):
            rows = min(at_once, permutations - start)
            shuffled = random.permuted(np.broadcast_to(ranks, (rows, len(part))), axis=1)
            dealt[start : start + rows] += scale * shuffled[:, :n_won].sum(axis=1)
    as_high = int((dealt >= observed - 1e-9 * abs(observed)).sum())
    return (1 + as_high) / (1 + permutations)


def _parts(won: NDArray[np.bool_], slices: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Give the positions of each slice that has both outcomes."""
    order = np.argsort(slices, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(slices[order])) + 1)
    return [part for part in parts if won[part].any() and not won[part].all()]


def _counts(won: NDArray[np.bool_]) -> tuple[int, int, float]:
    n_won = int(won.sum())
    n_lost = len(won) - n_won
    return n_won, n_lost, n_won * n_lost / (n_won + n_lost + 1)
