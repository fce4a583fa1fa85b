"""Past deals that may speak most for or against a lead, found without adding up what all of them say.

In an ensemble of trees the strongest deals are those with large shares in the lead's leaves, mostly in small
ones. The largest shares alone are added up, as far as a budget goes; where it reaches all, which is so for
forests and for few deals, the sums are exact. With vectors a contribution is a product, and all products are
taken, or with many deals those in likely groups.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import AdditiveEmbedding, Positions
from lookalike.embed.dense import DenseEmbedding
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.stack import StackEmbedding
from lookalike.leaf_lists import LeafLists, largest, shared_trees
from lookalike.vector_search import EXACT, VectorSearch

#: Shares added up for a lead: all up to so many, else so many for each past deal there is, and at least.
EVERYTHING = 50_000
SHARES_PER_DEAL = 0.25
MIN_SHARES = 10_000
#: Deals that are narrowed down where shares are left out, on each side at least.
MIN_WIDE = 300
#: Of so many trees one tells how near a deal's shares come to the largest.
NEARNESS_STEP = 4
#: Candidates of a part of a stack for each of the whole: the strongest in the sum need not lead in a part.
OF_A_PART = 5

# Leads × deals in one block of products: 4 MB, which a processor's cache holds.
BLOCK_CELLS = 1_000_000
# Candidates × trees compared at once: what a core's own cache holds.
CACHED_CELLS = 200_000


class Candidates(Protocol):
    """Finds deals worth comparing exactly."""

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:
        """Give positions of deals that may speak most for and most against each lead.

        Each of shape (n_leads, at most `count`).
        """


def candidates_of(embedding: AdditiveEmbedding) -> Candidates:
    """Choose the way that suits an embedding."""
    if isinstance(embedding, LeafEmbedding):
        return LeafCandidates(embedding)
    if isinstance(embedding, DenseEmbedding):
        return VectorCandidates(embedding)
    if isinstance(embedding, StackEmbedding):
        return PartsCandidates(embedding)
    raise TypeError(f"{type(embedding).__name__} has no candidates yet; add a way in lookalike.candidates")


class PartsCandidates:
    """What each part of a stack finds; a deal that several find comes several times."""

    def __init__(self, embedding: StackEmbedding) -> None:
        self._embedding = embedding
        self._parts = [candidates_of(part) for part in embedding.parts_.values()]

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        own = [points for _, _, points in self._embedding.split(points)]
        found = [part.sides(own, OF_A_PART * count) for part, own in zip(self._parts, own, strict=True)]
        return np.hstack([side for side, _ in found]), np.hstack([side for _, side in found])


class VectorCandidates:
    """The deals whose weighted vectors have the largest and the smallest product with the lead's."""

    def __init__(self, embedding: DenseEmbedding) -> None:
        vectors = (embedding.points_ * embedding.weights_[:, None]).astype(np.float32)
        self._search = VectorSearch(vectors) if len(vectors) > EXACT else None
        self._vectors = vectors

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        if self._search is not None:
            return self._search.largest(points, count), self._search.largest(-points, count)
        count = min(count, len(self._vectors))
        side_for = np.empty((len(points), count), dtype=np.int64)
        against = np.empty_like(side_for)
        rows = max(1, BLOCK_CELLS // len(self._vectors))
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            products = points[block].astype(np.float32) @ self._vectors.T
            side_for[block], against[block] = largest(products, count), largest(-products, count)
        return side_for, against


class LeafCandidates:
    """The deals with the largest shares in the lead's leaves, won deals and lost deals apart.

    Where the budget leaves shares out, more deals are taken, and narrowed by an estimate of all that they
    say: the largest shares of the leaves that both are in, times how near to them the deal's own shares come.
    """

    def __init__(self, embedding: LeafEmbedding) -> None:
        deals = embedding.points_
        budget = max(MIN_SHARES, SHARES_PER_DEAL * len(deals)) / 2
        if shared_trees(embedding, deals) * len(deals) <= EVERYTHING:
            budget = np.inf
        self._sides = [
            _LeafSide(embedding, np.flatnonzero(embedding.won_ == won), budget) for won in (True, False)
        ]

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        return self._sides[0].candidates(points, count), self._sides[1].candidates(points, count)


class _LeafSide:
    """Candidates among some of the deals, which all speak for the same side."""

    def __init__(self, embedding: LeafEmbedding, deals: Positions, budget: float) -> None:
        self._deals = deals
        self._complete = bool(np.isinf(budget))
        self._points = embedding.points_[deals]
        shares = np.abs(embedding.shares_[deals]).astype(np.float32)
        self._lists = LeafLists(embedding, self._points, shares, budget)
        if not self._complete:
            self._numbered = embedding.numbered
            leaves = embedding.numbered(self._points)
            self._largest = np.zeros(int(embedding.first_leaf_[-1]), dtype=np.float32)
            np.maximum.at(self._largest, leaves.ravel(), shares.ravel())
            shares = shares[:, ::NEARNESS_STEP]
            of_largest = self._largest[leaves[:, ::NEARNESS_STEP]]
            nearness = np.divide(shares, of_largest, out=np.zeros_like(shares), where=of_largest > 0)
            self._nearness = nearness.mean(axis=1)

    def candidates(self, points: NDArray[Any], count: int) -> Positions:
        count = min(count, len(self._deals))
        wide = count if self._complete else max(MIN_WIDE, 2 * count)
        found = np.empty((len(points), count), dtype=np.int64)
        for block, sums in self._lists.sums(points):
            likely = largest(sums, wide)
            if likely.shape[1] > count:
                likely = self._narrowed(points[block], likely, count)
            found[block] = self._deals[likely]
        return found

    def _narrowed(self, points: NDArray[Any], likely: Positions, count: int) -> Positions:
        weights = self._largest[self._numbered(points)]
        estimate = np.empty(likely.shape, dtype=np.float32)
        rows = max(1, CACHED_CELLS // (likely.shape[1] * points.shape[1]))
        for start in range(0, len(points), rows):
            some = slice(start, start + rows)
            together = self._points.take(likely[some], axis=0) == points[some, None, :]
            estimate[some] = np.matmul(together.astype(np.float32), weights[some, :, None])[..., 0]
        estimate *= self._nearness[likely]
        return np.take_along_axis(likely, np.argpartition(-estimate, count, axis=1)[:, :count], axis=1)
