"""How well one column alone ranks deals that it was not learned from.

A group's weight of evidence is learned on four fifths of the deals and adds up to the scores of the rest: the
naive Bayes of one column. AUC among deals of the same time (:mod:`lookalike.evaluate.among_peers`) tells
whether the column knows *who* wins; the AUC over all deals, time shuffled, also has in it *when* deals were
won.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lookalike.audit.groups import Groups
from lookalike.evaluate.among_peers import AmongPeers, among_peers
from lookalike.evaluate.metrics import auc
from lookalike.evaluate.splits import stratified

FOLDS = 5
#: Deals as they are on average that every group is thought to have besides its own.
PRIOR = 4.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Power:
    """What a column can do alone.

    Attributes
    ----------
    among_peers : AmongPeers
        Its AUC among deals of the same time.
    shuffled : float
        Its AUC over all deals, whenever they were.
    """

    among_peers: AmongPeers
    shuffled: float

    @property
    def separation(self) -> float:
        """The AUC as standard deviations between won and lost deals, were both normal: √2 Φ⁻¹(AUC)."""
        return separation(self.among_peers.auc)

    @property
    def least(self) -> float:
        """What the AUC among peers is at least, at 99%."""
        return self.among_peers.interval(0.98)[0]


def separation(area: float) -> float:
    """Give the distance of two normal distributions that have an AUC, in standard deviations.

    >>> round(separation(0.76), 2), separation(0.5)
    (1.0, 0.0)
    """
    return float(np.sqrt(2) * norm.ppf(np.clip(area, 1e-6, 1 - 1e-6)))


def power(groups: Groups, won: NDArray[np.bool_], slices: NDArray[np.int64], random_state: int = 0) -> Power:
    """Measure what a column can do alone.

    Parameters
    ----------
    groups : Groups
    won : ndarray of bool, shape (n_deals,)
    slices : ndarray of int, shape (n_deals,)
        Of time.
    random_state : int
        Seed of the folds.
    """
    scores = np.zeros(len(won))
    base = float(won.mean())
    for train, test in stratified(won, FOLDS, random_state):
        own = groups.members[train]
        of_won, of_all = own.T @ won[train].astype(np.float64), own.sum(axis=0)
        share = (of_won + PRIOR * base) / (of_all + PRIOR)
        scores[test] = groups.members[test] @ (np.log(share / (1 - share)) - np.log(base / (1 - base)))
    return Power(among_peers(scores, won, slices), auc(won, scores))
