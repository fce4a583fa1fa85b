"""Nearest past deals by FAISS: candidates from the index, likeness by the embedding's own measure.

Vectors are searched by inner product at unit length, which is the cosine. Leaves are searched as random
8-bit codes, one a tree: two deals in one leaf share the byte, others differ in half its bits, so the Hamming
distance grows with the number of trees in which they part.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions
from lookalike.embed.leaves import LeafEmbedding

#: Codes collide, so more candidates are fetched than neighbours asked for: so many each, and at least.
CANDIDATES_PER_NEIGHBOUR = 20
MIN_CANDIDATES = 100

# Candidates × trees compared at once: 64 MB.
BLOCK_CELLS = 64_000_000


class DealIndex:
    """An index of some of an embedding's past deals.

    Parameters
    ----------
    embedding : AdditiveEmbedding
        Fitted.
    deals : ndarray of int, shape (n_indexed,)
        Positions of the deals to find.
    random_state : int
        Seed of the leaf codes.
    """

    def __init__(self, embedding: AdditiveEmbedding, deals: Positions, random_state: int = 0) -> None:
        self.embedding = embedding
        self.deals = deals
        self._codes = None
        if isinstance(embedding, LeafEmbedding):
            size = int(embedding.first_leaf_[-1]) + 1
            self._codes = np.random.default_rng(random_state).integers(0, 256, size, dtype=np.uint8)
        stored = self._stored(embedding.points_[deals])
        kind = faiss.IndexFlatIP if self._codes is None else faiss.IndexBinaryFlat
        self._index = kind(stored.shape[1] * (1 if self._codes is None else 8))
        self._index.add(stored)

    def _stored(self, points: NDArray[Any]) -> NDArray[Any]:
        if self._codes is not None:
            return self._codes[points]
        lengths = np.linalg.norm(points, axis=1, keepdims=True)
        return np.ascontiguousarray(points / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)

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
        rows = max(1, BLOCK_CELLS // (fetch * points.shape[1]))
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            _, hits = self._index.search(self._stored(points[block]), fetch)
            candidates = np.sort(self.deals[hits], axis=1)
            exact = self.embedding.similarity(points[block], candidates)
            best = np.argsort(-exact, axis=1, kind="stable")[:, :k]
            found[block] = np.take_along_axis(candidates, best, axis=1)
            similarity[block] = np.take_along_axis(exact, best, axis=1)
        return found, similarity
