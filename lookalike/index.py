"""Nearest past deals by FAISS: candidates from the index, likeness by the embedding's own measure.

Vectors are searched by inner product at unit length, which is the cosine. Leaves are searched as 512 random
bits, shared out among the trees: two deals in one leaf share its bits, others differ in half of them, so the
Hamming distance grows with the number of trees in which they part. (Of a given number of bits, few bits for
each of many trees serve better than many for few; Li and König 2010, "b-bit minwise hashing".)
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.stack import StackEmbedding

#: Codes collide, so more candidates are fetched than neighbours asked for: so many each, and at least.
CANDIDATES_PER_NEIGHBOUR = 20
MIN_CANDIDATES = 100

#: Bits of a code: FAISS compares 64 bytes at a time fastest.
CODE_BITS = 512

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
        self._parts: list[DealIndex] = []
        if isinstance(embedding, StackEmbedding):
            self._parts = [DealIndex(part, deals, random_state) for part in embedding.parts_.values()]
            return
        self._codes = _leaf_codes(embedding, random_state) if isinstance(embedding, LeafEmbedding) else None
        stored = self._stored(embedding.points_[deals])
        if self._codes is None:
            self._index: Any = faiss.IndexFlatIP(stored.shape[1])
        else:
            self._index = faiss.IndexBinaryFlat(CODE_BITS)
            self._index.use_heap = False  # counting distances is three times as fast
        self._index.add(stored)

    def _stored(self, points: NDArray[Any]) -> NDArray[Any]:
        if self._codes is not None:
            trees = np.arange(len(self._codes))
            bits = self._codes[trees, points[:, : len(trees)]].reshape(len(points), -1)
            padding = np.zeros((len(points), CODE_BITS - bits.shape[1]), dtype=np.uint8)
            return np.packbits(np.hstack([bits, padding]), axis=1)
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
            candidates = np.sort(self._candidates(points[block], fetch), axis=1)
            exact = self.embedding.similarity(points[block], candidates)
            exact[:, 1:][candidates[:, 1:] == candidates[:, :-1]] = -1  # found by several parts: counted once
            best = np.argsort(-exact, axis=1, kind="stable")[:, :k]
            found[block] = np.take_along_axis(candidates, best, axis=1)
            similarity[block] = np.take_along_axis(exact, best, axis=1)
        return found, similarity

    def _candidates(self, points: NDArray[Any], fetch: int) -> Positions:
        """Give deals that may be among the most similar, shape (n_leads, fetch or a multiple)."""
        if isinstance(self.embedding, StackEmbedding):
            own = [points for _, _, points in self.embedding.split(points)]
            found = [index._candidates(part, fetch) for index, part in zip(self._parts, own, strict=True)]
            return np.hstack(found)
        _, hits = self._index.search(self._stored(points), fetch)
        return np.asarray(self.deals[hits])


def _leaf_codes(embedding: LeafEmbedding, random_state: int) -> NDArray[np.uint8]:
    """Give random bits for each leaf of each tree, (n_trees, most leaves, bits); of many trees the first."""
    n_trees = min(embedding.points_.shape[1], CODE_BITS)
    shape = (n_trees, int(embedding.nowhere.max()) + 1, CODE_BITS // n_trees)
    return np.random.default_rng(random_state).integers(0, 2, shape, dtype=np.uint8)
