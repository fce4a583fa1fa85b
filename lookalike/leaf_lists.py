"""Deals by the leaves they are in, added up for each lead: an inverted file, as in text search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.leaves import LeafEmbedding, Leaves

# Leads × deals in one block of sums: 4 MB, which a processor's cache holds.
BLOCK_CELLS = 1_000_000

# Cells of which the largest is looked at first when the largest of many are wanted.
_GROUP = 16


class LeafLists:
    """For each leaf the deals in it, each with a value.

    Parameters
    ----------
    embedding : LeafEmbedding
        Fitted; it numbers the leaves.
    points : ndarray of unsigned int, shape (n_deals, n_trees)
        The deals.
    values : ndarray of shape (n_deals, n_trees), optional
        What a deal counts for in each of its leaves; one if absent.
    """

    def __init__(self, embedding: LeafEmbedding, points: Leaves, values: NDArray[Any] | None = None) -> None:
        self._embedding = embedding
        self.n_deals = len(points)
        # A stable sort of small integers is a radix sort: linear, tree by tree.
        order = np.argsort(points, axis=0, kind="stable")
        counted = np.ones(points.size, dtype=np.float32)
        if values is not None:
            counted = np.take_along_axis(values, order, axis=0).T.ravel().astype(np.float32)
        n_leaves = int(embedding.first_leaf_[-1])
        self._sizes = np.bincount(embedding.numbered(points).ravel(), minlength=n_leaves)
        starts = np.concatenate([[0], np.cumsum(self._sizes)])
        shape = (n_leaves, self.n_deals)
        self._lists = sparse.csr_matrix((counted, order.T.ravel().astype(np.int32), starts), shape=shape)

    def sums(self, points: Leaves, budget: float = np.inf) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Add up the deals' values in each lead's leaves, a block of leads at a time.

        Parameters
        ----------
        points : ndarray of unsigned int, shape (n_leads, n_trees)
        budget : float
            Values added up for a lead at most, those of its smallest leaves first; at least one leaf's.

        Yields
        ------
        block : slice
            Which leads.
        sums : ndarray of shape (n_in_block, n_deals)
        """
        rows = max(1, BLOCK_CELLS // max(1, self.n_deals))
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            yield block, self._block(self._embedding.numbered(points[block]), budget)

    def _block(self, leaves: NDArray[np.int64], budget: float) -> NDArray[np.float32]:
        sizes = self._sizes[leaves]
        smallest_first = np.argsort(sizes, axis=1, kind="stable")
        within = np.take_along_axis(sizes, smallest_first, axis=1).cumsum(axis=1) <= budget
        within[:, 0] = True
        chosen = self._lists[np.take_along_axis(leaves, smallest_first, axis=1)[within]]
        # The lists of one lead after another as the columns of one matrix, whose rows are (lead, deal); its
        # product with ones adds all lists up in a single pass.
        first = np.repeat(np.arange(len(leaves)) * self.n_deals, within.sum(axis=1))
        cells = chosen.indices + np.repeat(first, np.diff(chosen.indptr))
        shape = (len(leaves) * self.n_deals, chosen.shape[0])
        lists = sparse.csc_matrix((chosen.data, cells, chosen.indptr), shape=shape)
        return np.asarray(lists @ np.ones(chosen.shape[0], dtype=np.float32)).reshape(len(leaves), -1)


class LeafCounts:
    """Finds the points that share the most leaves with a lead, exactly: quick where leaves are small."""

    def __init__(self, embedding: LeafEmbedding, points: Leaves) -> None:
        self._lists = LeafLists(embedding, points)

    def nearest(self, points: Leaves, count: int) -> NDArray[np.int64]:
        """Give positions of the points, shape (n_leads, at most `count`), in no order."""
        found = np.empty((len(points), min(count, self._lists.n_deals)), dtype=np.int64)
        for block, sums in self._lists.sums(points):
            found[block] = largest(sums, count)
        return found


def shared_trees(embedding: LeafEmbedding, points: Leaves) -> float:
    """Give the number of trees in which two points share a leaf, on average."""
    sizes = np.bincount(embedding.numbered(points).ravel()).astype(np.float64)
    return float((sizes**2).sum() / max(1, len(points)) ** 2)


def largest(sums: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Give the columns of the largest cells of each row, in no order.

    The `count` largest cells lie in the `count` groups with the largest maxima, so few cells are sorted.

    >>> largest(np.array([[1.0, 5.0, 3.0]], dtype=np.float32), 1).tolist()
    [[1]]
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
    columns = np.hstack([columns, np.tile(np.arange(stride * _GROUP, width), (n_rows, 1))])
    best = np.argpartition(-np.take_along_axis(sums, columns, axis=1), count, axis=1)[:, :count]
    return np.take_along_axis(columns, best, axis=1)
