"""Nearest past deals by FAISS: candidates from the index, likeness by the embedding's own measure.

Vectors are searched by inner product at unit length, which is the cosine (:mod:`lookalike.vector_search`),
large leaves as bit codes (:mod:`lookalike.code_search`). Both compare all deals while there are few, and
beyond only those in likely groups. Small leaves, a forest's, are counted (:mod:`lookalike.leaf_lists`).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from lookalike.code_search import CodeSearch
from lookalike.embed.base import AdditiveEmbedding, Floats, Positions
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.stack import StackEmbedding
from lookalike.leaf_lists import LeafCounts, shared_trees
from lookalike.vector_search import VectorSearch

#: Codes collide, so more candidates are fetched than neighbours asked for: so many each, and at least.
CANDIDATES_PER_NEIGHBOUR = 10
MIN_CANDIDATES = 100

#: Trees shared by two deals on average, up to which shared leaves are counted: codes of leaves that few deals
#: share say little, and counting them is quick.
FEW_SHARED = 3.0

# Candidates × dimensions compared at once: what a processor's cache holds.
BLOCK_CELLS = 400_000


class Search(Protocol):
    """Finds candidates by a measure that is quick to take."""

    def nearest(self, points: NDArray[Any], count: int) -> Positions:
        """Give positions among what is indexed, shape (n_leads, at most `count` for each part of a stack)."""


class DealIndex:
    """An index of some of an embedding's past deals.

    Parameters
    ----------
    embedding : AdditiveEmbedding
        Fitted.
    deals : ndarray of int, shape (n_indexed,)
        Positions of the deals to find.
    random_state : int
        Seed of the leaf codes and of the groups.
    """

    def __init__(self, embedding: AdditiveEmbedding, deals: Positions, random_state: int = 0) -> None:
        self.embedding = embedding
        self.deals = deals
        self._search = _search(embedding, deals, random_state)

    def search(self, points: NDArray[Any], k: int) -> tuple[Positions, Floats]:
        """Find the k most similar indexed deals of each embedded lead.

        Parameters
        ----------
        points : ndarray of shape (n_leads, n_dimensions)
            From the embedding's ``transform``.
        k : int
            Neighbours; fewer come back where fewer are indexed.

        Returns
        -------
        deals : ndarray of int, shape (n_leads, k)
            Positions among all past deals, the most similar first; the earlier deal first among equals.
        similarity : ndarray of float, shape (n_leads, k)
            From 0 to 1.
        """
        k = min(k, len(self.deals))
        fetch = min(len(self.deals), max(MIN_CANDIDATES, k * CANDIDATES_PER_NEIGHBOUR))
        found = np.empty((len(points), k), dtype=np.int64)
        similarity = np.empty((len(points), k))
        if not len(points):
            return found, similarity
        fetched = np.sort(self.deals[self._search.nearest(points, fetch)], axis=1)
        rows = max(1, BLOCK_CELLS // (fetched.shape[1] * points.shape[1]))
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            candidates = fetched[block]
            exact = self.embedding.similarity(points[block], candidates)
            exact[:, 1:][candidates[:, 1:] == candidates[:, :-1]] = -1.0  # parts of a stack found it twice
            best = np.argsort(-exact, axis=1, kind="stable")[:, :k]
            found[block] = np.take_along_axis(candidates, best, axis=1)
            similarity[block] = np.take_along_axis(exact, best, axis=1)
        return found, similarity


def _search(embedding: AdditiveEmbedding, deals: Positions, random_state: int) -> Search:
    if isinstance(embedding, StackEmbedding):
        return _Parts(embedding, deals, random_state)
    points = embedding.points_[deals]
    if not isinstance(embedding, LeafEmbedding):
        return _Cosines(points, random_state)
    if shared_trees(embedding, points) <= FEW_SHARED:
        return LeafCounts(embedding, points)
    return CodeSearch(embedding, points, random_state)


class _Parts:
    """Each part of a stack searched for itself; a deal that several find comes several times."""

    def __init__(self, embedding: StackEmbedding, deals: Positions, random_state: int) -> None:
        self._embedding = embedding
        self._parts = [_search(part, deals, random_state) for part in embedding.parts_.values()]

    def nearest(self, points: NDArray[Any], count: int) -> Positions:
        own = [points for _, _, points in self._embedding.split(points)]
        return np.hstack([part.nearest(own, count) for part, own in zip(self._parts, own, strict=True)])


class _Cosines:
    """Vectors at unit length, whose products are cosines."""

    def __init__(self, points: Floats, random_state: int) -> None:
        self._search = VectorSearch(normalize(points), random_state)

    def nearest(self, points: Floats, count: int) -> Positions:
        return self._search.largest(normalize(points), count)
