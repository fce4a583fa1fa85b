"""The past deals that contribute most to a lead's score: retrieved first, then compared exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.candidates import candidates_of
from lookalike.embed.base import AdditiveEmbedding, Floats, Positions

#: Candidates on each side: so many for each deal asked for, and at least.
CANDIDATES_PER_DEAL = 3
MIN_CANDIDATES = 16

# Candidates × dimensions compared at once: 1 MB of float64.
BLOCK_CELLS = 128_000


class StrongestDeals:
    """Finds the deals that speak most for and against leads.

    The contributions given are exact. The deals are the strongest among the candidates: with few deals and
    with forests always the strongest of all, otherwise nearly always (``lookalike benchmark index``
    measures how often).

    Parameters
    ----------
    embedding : AdditiveEmbedding
        Fitted.
    """

    def __init__(self, embedding: AdditiveEmbedding) -> None:
        self._embedding = embedding
        self._candidates = candidates_of(embedding)

    def search(
        self, points: NDArray[Any], k: int
    ) -> tuple[tuple[Positions, Floats], tuple[Positions, Floats]]:
        """Find the strongest deals of each embedded lead.

        Parameters
        ----------
        points : ndarray of shape (n_leads, n_dimensions)
            From the embedding's ``transform``.
        k : int
            Deals on each side; fewer come back where there are fewer.

        Returns
        -------
        for, against : (deals, contributions)
            Positions of the deals and what they add to the score, each of shape (n_leads, k), the strongest
            first and the earlier deal first among equals. A deal at the end of a side may say nothing, or
            speak for the other side.
        """
        count = max(MIN_CANDIDATES, CANDIDATES_PER_DEAL * k)
        found = self._candidates.sides(points, count)
        return self._best(points, found[0], k, 1.0), self._best(points, found[1], k, -1.0)

    def _best(
        self, points: NDArray[Any], candidates: Positions, k: int, sign: float
    ) -> tuple[Positions, Floats]:
        candidates = np.sort(candidates, axis=1)
        k = min(k, candidates.shape[1])
        deals = np.empty((len(points), k), dtype=np.int64)
        contributions = np.empty((len(points), k))
        rows = max(1, BLOCK_CELLS // max(1, candidates.shape[1] * points.shape[1]))
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            exact = self._embedding.contributions(points[block], candidates[block])
            exact[:, 1:][candidates[block, 1:] == candidates[block, :-1]] = 0.0  # found twice, told once
            best = np.argsort(-sign * exact, axis=1, kind="stable")[:, :k]
            deals[block] = np.take_along_axis(candidates[block], best, axis=1)
            contributions[block] = np.take_along_axis(exact, best, axis=1)
        return deals, contributions
