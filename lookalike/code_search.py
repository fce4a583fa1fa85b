"""Leaves as bit codes, searched by Hamming distance with FAISS.

A leaf is a number of random bits, shared out among the trees: two deals in one leaf share its bits, others
differ in half of them, so the distance grows with the number of trees in which they part. (Of a given number
of bits, few bits for each of many trees serve better than many for few; Li and König 2010, "b-bit minwise
hashing".)

Beyond `EXACT` codes they are put into groups, each around the code of one of them, and only the groups
nearest to a query are searched. Groups around codes drawn at random need no training, which on bits is slow.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import Positions
from lookalike.embed.leaves import LeafEmbedding, Leaves

#: Bits of a code: FAISS compares 64 bytes at a time fastest.
CODE_BITS = 512
#: Codes up to which each is compared.
EXACT = 20_000
#: Groups are the square root of the codes; the share of them that is searched.
SEARCHED = 0.06


class CodeSearch:
    """An index of points in leaves.

    Parameters
    ----------
    embedding : LeafEmbedding
        Fitted.
    points : ndarray of unsigned int, shape (n_points, n_trees)
        What is indexed.
    random_state : int
        Seed of the codes and groups.
    """

    def __init__(self, embedding: LeafEmbedding, points: Leaves, random_state: int = 0) -> None:
        rng = np.random.default_rng(random_state)
        # Of very many trees the first have a code.
        n_trees = min(embedding.points_.shape[1], CODE_BITS)
        shape = (n_trees, int(embedding.nowhere.max()) + 1, CODE_BITS // n_trees)
        self._codes = rng.integers(0, 2, shape, dtype=np.uint8)
        stored = self._code(points)
        flat: Any = faiss.IndexBinaryFlat(CODE_BITS)
        flat.use_heap = False  # counting distances is three times as fast
        self._index: Any = flat
        if len(points) > EXACT:
            groups = int(np.sqrt(len(points)))
            self._quantizer = self._index
            self._quantizer.add(stored[np.sort(rng.permutation(len(points))[:groups])])
            self._index = faiss.IndexBinaryIVF(self._quantizer, CODE_BITS, groups)
            self._index.is_trained = True
            self._index.nprobe = max(1, round(SEARCHED * groups))
        self._index.add(stored)

    def nearest(self, points: Leaves, count: int) -> Positions:
        """Find the points with the nearest codes.

        Parameters
        ----------
        points : ndarray of unsigned int, shape (n_leads, n_trees)
        count : int
            Points asked for.

        Returns
        -------
        ndarray of int, shape (n_leads, at most count)
            Positions of the points, the nearest code first. Where the groups searched hold too few, others
            come last.
        """
        _, found = self._index.search(self._code(points), min(count, self._index.ntotal))
        for lead in np.flatnonzero((found < 0).any(axis=1)):
            row = found[lead]
            row[row < 0] = np.setdiff1d(np.arange(len(row)), row)[: (row < 0).sum()]
        return np.asarray(found)

    def _code(self, points: Leaves) -> NDArray[np.uint8]:
        trees = np.arange(len(self._codes))
        rows = max(1, 32_000_000 // CODE_BITS)
        parts = []
        for start in range(0, max(len(points), 1), rows):
            bits = self._codes[trees, points[start : start + rows, : len(trees)]]
            bits = bits.reshape(len(bits), -1)
            padding = np.zeros((len(bits), CODE_BITS - bits.shape[1]), dtype=np.uint8)
            parts.append(np.packbits(np.hstack([bits, padding]), axis=1))
        return np.vstack(parts)
