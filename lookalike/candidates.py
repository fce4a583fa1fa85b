"""Past deals that may speak most for or against a lead, found without adding up what all of them say.

In an ensemble of trees a deal's share of a leaf falls with the leaf's size, so the strongest deals are those
in the lead's small leaves. Their shares alone are added up, smallest leaf first, as far as a budget goes; where
it reaches all leaves, which is so for forests and for few deals, the sums are exact. With vectors a
contribution is a product, and all products are taken, or with many deals those in likely groups.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.base import AdditiveEmbedding, Positions
from lookalike.embed.dense import DenseEmbedding
from lookalike.embed.leaves import LeafEmbedding
from lookalike.vector_search import EXACT, VectorSearch

#: Shares added up for a lead: so many for each past deal there is, and at least.
SHARES_PER_DEAL = 0.8
MIN_SHARES = 20_000

# Leads × deals in one block of sums: 4 MB, which a processor's cache holds.
BLOCK_CELLS = 1_000_000

# Cells of which the largest is looked at first when the largest of many are wanted.
_GROUP = 16


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
    return AllDeals(embedding)


class AllDeals:
    """Every deal: right for any embedding, and slow with many deals."""

    def __init__(self, embedding: AdditiveEmbedding) -> None:
        self._deals = np.arange(len(embedding.won_))

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        every = np.tile(self._deals, (len(points), 1))
        return every, every


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
            side_for[block], against[block] = _largest(products, count), _largest(-products, count)
        return side_for, against


class LeafCandidates:
    """The deals with the largest shares in the lead's smallest leaves, won deals and lost deals apart."""

    def __init__(self, embedding: LeafEmbedding) -> None:
        self._embedding = embedding
        members = embedding.members
        self._sizes = np.diff(members.indptr)
        # Won deals first, so that each side is one stretch of the sums.
        self._order = np.argsort(~embedding.won_, kind="stable")
        self._won = int(embedding.won_.sum())
        place = np.empty(len(self._order), dtype=np.int32)
        place[self._order] = np.arange(len(self._order), dtype=np.int32)
        self._members = sparse.csr_matrix(
            (np.abs(members.data).astype(np.float32), place[members.indices], members.indptr),
            shape=members.shape,
        )
        self._budget = max(MIN_SHARES, int(SHARES_PER_DEAL * len(self._order)))

    def sides(self, points: NDArray[Any], count: int) -> tuple[Positions, Positions]:  # noqa: D102
        n_deals = len(self._order)
        side_for = np.empty((len(points), min(count, self._won)), dtype=np.int64)
        against = np.empty((len(points), min(count, n_deals - self._won)), dtype=np.int64)
        rows = max(1, BLOCK_CELLS // n_deals)
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            sums = self._sums(self._embedding.numbered(points[block]))
            side_for[block] = self._order[_largest(sums[:, : self._won], count)]
            against[block] = self._order[self._won + _largest(sums[:, self._won :], count)]
        return side_for, against

    def _sums(self, leaves: NDArray[np.int64]) -> NDArray[np.float32]:
        """Add up the deals' shares in each lead's smallest leaves, shape (n_leads, n_deals)."""
        n_leads, n_deals = len(leaves), len(self._order)
        sizes = self._sizes[leaves]
        smallest_first = np.argsort(sizes, axis=1, kind="stable")
        within = np.take_along_axis(sizes, smallest_first, axis=1).cumsum(axis=1) <= self._budget
        within[:, 0] = True
        chosen = self._members[np.take_along_axis(leaves, smallest_first, axis=1)[within]]
        # The lists of one lead after another as the columns of one matrix, whose rows are (lead, deal); its
        # product with ones adds all lists up in a single pass.
        first = np.repeat(np.arange(n_leads) * n_deals, within.sum(axis=1))
        cells = chosen.indices + np.repeat(first, np.diff(chosen.indptr))
        lists = sparse.csc_matrix(
            (chosen.data, cells, chosen.indptr), shape=(n_leads * n_deals, chosen.shape[0])
        )
        return np.asarray(lists @ np.ones(chosen.shape[0], dtype=np.float32)).reshape(n_leads, n_deals)


def _largest(sums: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Give the columns of the largest cells of each row, in no order.

    The `count` largest cells lie in the `count` groups with the largest maxima, so few cells are sorted.
    """
    n_rows, width = sums.shape
    if width <= count:
        return np.tile(np.arange(width), (n_rows, 1))
    stride = width // _GROUP
    if stride <= count:
        return np.argpartition(-sums, count, axis=1)[:, :count]
    grouped = sums[:, : stride * _GROUP].reshape(n_rows, _GROUP, stride)
    groups = np.argpartition(-grouped.max(axis=1), count, axis=1)[:, :count]
    columns = (groups[:, None, :] + np.arange(_GROUP)[None, :, None] * stride).reshape(n_rows, -1)
    rest = np.tile(np.arange(stride * _GROUP, width), (n_rows, 1))
    columns = np.hstack([columns, rest])
    best = np.argpartition(-np.take_along_axis(sums, columns, axis=1), count, axis=1)[:, :count]
    return np.take_along_axis(columns, best, axis=1)
