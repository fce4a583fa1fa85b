"""Past deals that may speak most for or against a lead, found without adding up what all of them say.

In an ensemble of trees a deal's share of a leaf falls with the leaf's size, so the strongest deals are those
in the lead's small leaves. Their shares alone are added up, smallest leaf first, as far as a budget goes;
where it reaches all leaves, which is so for forests and for few deals, the sums are exact. With vectors a
contribution is a product, and all products are taken, or with many deals those in likely groups.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import AdditiveEmbedding, Positions
from lookalike.embed.dense import DenseEmbedding
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.stack import StackEmbedding
from lookalike.leaf_lists import LeafLists, largest
from lookalike.vector_search import EXACT, VectorSearch

#: Shares added up for a lead: so many for each past deal there is, and at least.
SHARES_PER_DEAL = 0.8
MIN_SHARES = 20_000

# Leads × deals in one block of products: 4 MB, which a processor's cache holds.
BLOCK_CELLS = 1_000_000


class Candidates(Protocol):
    """Finds deals worth comparing exactly."""

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:
        """Give positions of deals that may speak most for and most against each lead.

        Each of shape (n_leads, at most `count`).
        """


def candidates_of(embedding: AdditiveEmbedding) -> Candidates:
    """Choose the way that suits an embedding; one of another kind has all its deals compared."""
    if isinstance(embedding, LeafEmbedding):
        return LeafCandidates(embedding)
    if isinstance(embedding, DenseEmbedding):
        return VectorCandidates(embedding)
    if isinstance(embedding, StackEmbedding):
        return PartsCandidates(embedding)
    return AllDeals(embedding)


class AllDeals:
    """Every deal: right for any embedding, and slow with many deals."""

    def __init__(self, embedding: AdditiveEmbedding) -> None:
        self._deals = np.arange(len(embedding.won_))

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        every = np.tile(self._deals, (len(points), 1))
        return every, every


class PartsCandidates:
    """What each part of a stack finds; a deal that several find comes several times."""

    def __init__(self, embedding: StackEmbedding) -> None:
        self._embedding = embedding
        self._parts = [candidates_of(part) for part in embedding.parts_.values()]

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        own = [points for _, _, points in self._embedding.split(points)]
        found = [part.sides(own, count) for part, own in zip(self._parts, own, strict=True)]
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
    """The deals with the largest shares in the lead's smallest leaves, won deals and lost deals apart."""

    def __init__(self, embedding: LeafEmbedding) -> None:
        # Won deals first, so that each side is one stretch of the sums.
        self._order = np.argsort(~embedding.won_, kind="stable")
        self._won = int(embedding.won_.sum())
        shares = np.abs(embedding.shares_[self._order])
        self._lists = LeafLists(embedding, embedding.points_[self._order], shares)
        self._budget = max(MIN_SHARES, SHARES_PER_DEAL * len(self._order))

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        side_for = np.empty((len(points), min(count, self._won)), dtype=np.int64)
        against = np.empty((len(points), min(count, len(self._order) - self._won)), dtype=np.int64)
        for block, sums in self._lists.sums(points, self._budget):
            side_for[block] = self._order[largest(sums[:, : self._won], count)]
            against[block] = self._order[self._won + largest(sums[:, self._won :], count)]
        return side_for, against
