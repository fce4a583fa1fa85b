"""What a lead would be worth if it were won: the values of the won deals that it resembles.

Expected value is then ``P(won) × E[value | won]``, the two stages that won KDD Cup 1998 (Zadrozny and Elkan
2001, "Learning and making decisions when costs and probabilities are both unknown"). The second stage is a
mean over the nearest won deals, weighted by likeness. How many, is settled by leaving each won deal out in
turn; where neighbours tell no more than the mean of all, the mean of all is what remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import AdditiveEmbedding, Floats
from lookalike.index import DealIndex

#: Numbers of neighbours that are tried, and won deals that are left out in turn.
NEIGHBOURS = (5, 10, 25, 50, 100)
LEFT_OUT = 1_000


@dataclass(frozen=True)
class Worth:
    """How values are told.

    Attributes
    ----------
    neighbours : int
        Nearest won deals; 0 for the mean of all.
    mean : float
        Mean value of the won deals.
    error, error_of_mean : float
        Root mean squared error on won deals left out, by neighbours and by the mean of all.
    """

    neighbours: int
    mean: float
    error: float
    error_of_mean: float


class NeighbourValue:
    """Tell what leads would be worth.

    Parameters
    ----------
    embedding : AdditiveEmbedding
        Fitted.
    values : ndarray of shape (n_deals,)
        Value of each past deal; NaN where there is none. Only those of won deals count.
    worth : Worth, optional
        How values are told; settled on the deals if absent.
    """

    def __init__(self, embedding: AdditiveEmbedding, values: Floats, worth: Worth | None = None) -> None:
        self._values = values
        self._index = DealIndex(embedding, np.flatnonzero(embedding.won_ & ~np.isnan(values)))
        self.worth = self._settle(embedding) if worth is None else worth

    def predict(self, points: NDArray[Any]) -> Floats:
        """Give the value of embedded leads if they were won, shape (n_leads,)."""
        if not self.worth.neighbours:
            return np.full(len(points), self.worth.mean)
        return self._means(*self._index.search(points, self.worth.neighbours))

    def _means(self, deals: NDArray[np.int64], similarity: Floats) -> Floats:
        weight = similarity + 1e-9  # all alike where none is like
        return np.asarray((weight * self._values[deals]).sum(axis=1) / weight.sum(axis=1))

    def _settle(self, embedding: AdditiveEmbedding) -> Worth:
        deals = self._index.deals
        mean, n = float(self._values[deals].mean()), len(deals)
        left_out = np.random.default_rng(0).permutation(deals)[:LEFT_OUT]
        actual = self._values[left_out]
        # Without a deal the mean of the others is (n mean − value) / (n − 1).
        others = (n * mean - actual) / max(1, n - 1)
        errors = {0: _error(others, actual)}
        wanted = [k for k in NEIGHBOURS if k < n]
        if wanted:
            found, similarity = self._index.search(embedding.points_[left_out], max(wanted) + 1)
            itself = found == left_out[:, None]
            for k in wanted:
                # Where twins hide the deal itself, the last of the neighbours goes instead.
                spare = ~itself[:, : k + 1].any(axis=1)
                kept = ~itself[:, : k + 1]
                kept[spare, k] = False
                near = found[:, : k + 1][kept].reshape(-1, k), similarity[:, : k + 1][kept].reshape(-1, k)
                errors[k] = _error(self._means(*near), actual)
        best = min(errors, key=lambda k: errors[k])
        return Worth(best, mean, errors[best], errors[0])


def _error(said: Floats, actual: Floats) -> float:
    return float(np.sqrt(((said - actual) ** 2).mean()))
