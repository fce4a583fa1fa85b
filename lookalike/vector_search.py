"""Largest inner products by FAISS: every vector compared while there are few, then only likely ones.

Beyond `EXACT` vectors they are put into groups (k-means, on a sample) and only the groups nearest to a query
are searched (inverted file; Jégou, Douze and Schmid 2011).
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.embed.base import Positions

#: Vectors up to which each is compared.
EXACT = 50_000
#: Groups are the square root of the vectors times this; the share of them that is searched.
GROUPS_PER_ROOT = 2.0
SEARCHED = 0.12
#: Vectors that the groups are learned from, for each group.
SAMPLE_PER_GROUP = 40


class VectorSearch:
    """An index of vectors for largest inner products.

    Parameters
    ----------
    vectors : ndarray of shape (n_vectors, n_dimensions)
    random_state : int
        Seed of the groups.
    """

    def __init__(self, vectors: NDArray[Any], random_state: int = 0) -> None:
        stored = np.ascontiguousarray(vectors, dtype=np.float32)
        n_vectors, n_dimensions = stored.shape
        self._index: Any = faiss.IndexFlatIP(n_dimensions)
        if n_vectors > EXACT:
            groups = int(GROUPS_PER_ROOT * np.sqrt(n_vectors))
            self._quantizer = self._index
            self._index = faiss.IndexIVFFlat(
                self._quantizer, n_dimensions, groups, faiss.METRIC_INNER_PRODUCT
            )
            self._index.cp.seed = random_state + 1
            self._index.nprobe = max(1, round(SEARCHED * groups))
            sample = np.random.default_rng(random_state).permutation(n_vectors)[: SAMPLE_PER_GROUP * groups]
            self._index.train(stored[np.sort(sample)])
        self._index.add(stored)

    def largest(self, queries: NDArray[Any], count: int) -> Positions:
        """Find the vectors with the largest inner products with each query.

        Parameters
        ----------
        queries : ndarray of shape (n_queries, n_dimensions)
        count : int
            Vectors asked for.

        Returns
        -------
        ndarray of int, shape (n_queries, at most count)
            Positions of the vectors, the largest product first.
        """
        count = min(count, self._index.ntotal)
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        _, found = self._index.search(queries, count)
        lacking = (found < 0).any(axis=1)
        if lacking.any():  # the groups searched hold fewer vectors than asked for
            everywhere: Any = faiss.SearchParametersIVF()
            everywhere.nprobe = self._index.nlist
            _, found[lacking] = self._index.search(queries[lacking], count, params=everywhere)
        return np.asarray(found)
