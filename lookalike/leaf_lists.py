"""Deals by the leaves they are in, added up for each lead: an inverted file, as in text search.

Each list has its largest values first, so that under a budget the largest of a lead's leaves are added up
and the rest left out (impact-ordered lists; Anh, de Kretser and Moffat 2001, "Vector-space ranking with
effective early termination").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.leaves import LeafEmbedding, Leaves, by_leaf

# Leads × deals in one block of sums: 4 MB, which a processor's cache holds.
BLOCK_CELLS = 1_000_000

# Cells of which the largest is looked at first when the largest of many are wanted.
_GROUP = 16
_MANY = 8

# Values fall into levels, each a fourth below the one before; those of the last are as small as they come.
_LEVELS = 40
_RATIO = 1.25
# Deals that tell how far a budget reaches.
_SAMPLE = 500


class LeafLists:
    """For each leaf the deals in it, each with a value.

    Parameters
    ----------
    embedding : LeafEmbedding
        Fitted; it numbers the leaves.
    points : ndarray of unsigned int, shape (n_deals, n_trees)
        The deals.
    values : ndarray of shape (n_deals, n_trees), optional
        What a deal counts for in each of its leaves, ≥ 0; one if absent.
    budget : float
        Values added up for a lead at most, the largest first, but for the very largest.
    """

    def __init__(
        self,
        embedding: LeafEmbedding,
        points: Leaves,
        values: NDArray[Any] | None = None,
        budget: float = np.inf,
    ) -> None:
        self._embedding = embedding
        self.n_deals = len(points)
        self._budget = budget
        levels = 1
        if values is None or np.isinf(budget):
            lists = by_leaf(points, values, np.diff(embedding.first_leaf_))
        else:
            # A list for each leaf and level: those of one leaf follow on each other.
            levels = _LEVELS
            lists = self._by_level(points, values, *self._reached(points, values))
        self._deals, self._values = lists.indices, lists.data.astype(np.float32, copy=False)
        self._starts = lists.indptr[:-1:levels].astype(np.int64)
        self._reach = _reach(lists, levels)
        self._counts = self._reach.astype(np.float32)

    def _by_level(
        self, points: Leaves, values: NDArray[Any], largest: float, least: float
    ) -> sparse.csr_matrix:
        cells = np.flatnonzero(values >= least)
        deal, tree = np.divmod(cells, points.shape[1])
        kept = values.ravel()[cells]
        leaf = points.ravel()[cells] + self._embedding.first_leaf_[tree]
        shape = (int(self._embedding.first_leaf_[-1]) * _LEVELS, self.n_deals)
        return sparse.coo_matrix((kept, (leaf * _LEVELS + _level(kept, largest), deal)), shape=shape).tocsr()

    def _reached(self, points: Leaves, values: NDArray[Any]) -> tuple[float, float]:
        """Give the largest value and the least that the budget reaches, by some deals as leads of some."""
        largest = float(values.max(initial=0.0))
        step = max(1, self.n_deals // _SAMPLE)
        some = points[::step], values[::step]
        reach = _reach(self._by_level(*some, largest, -1.0), _LEVELS)
        step_leads = max(1, len(self._embedding.points_) // _SAMPLE)
        leads = self._embedding.one_hot(self._embedding.points_[::step_leads])
        deepest = int((leads @ reach * step <= self._budget).sum(axis=1).max())
        # The sample may be off by some.
        return largest, largest * _RATIO ** -(deepest + 2.0) if deepest + 2 < _LEVELS else -1.0

    def sums(self, points: Leaves) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Add up the deals' values in each lead's leaves, a block of leads at a time.

        Parameters
        ----------
        points : ndarray of unsigned int, shape (n_leads, n_trees)

        Yields
        ------
        block : slice
            Which leads.
        sums : ndarray of shape (n_in_block, n_deals)
        """
        leaves = self._embedding.numbered(points)
        level = np.zeros(len(points), dtype=np.int64)
        if self._reach.shape[1] > 1:
            reach = self._embedding.one_hot(points, np.float32) @ self._counts
            level = (reach[:, 1:] <= self._budget).sum(axis=1)
        starts, sizes = self._starts[leaves], self._reach[leaves, level[:, None]]
        rows = max(1, BLOCK_CELLS // max(1, self.n_deals))
        for start in range(0, len(points), rows):
            block = slice(start, start + rows)
            yield block, self._added_up(starts[block], sizes[block])

    def _added_up(self, starts: NDArray[np.int64], sizes: NDArray[np.int32]) -> NDArray[np.float32]:
        """Add up the lists that start there and have so many values, each of shape (n_leads, n_trees)."""
        n_leads, counts = len(sizes), sizes.ravel()
        ends = np.cumsum(counts)
        chosen = np.repeat(starts.ravel() - (ends - counts), counts)
        chosen += np.arange(len(chosen))
        # The lists of all leads are one column of a matrix whose rows are (lead, deal); its product with one
        # adds them up in a single pass.
        first = np.arange(n_leads, dtype=np.int32) * np.int32(self.n_deals)
        cells = self._deals.take(chosen)
        cells += np.repeat(first, sizes.sum(axis=1))
        shape = (n_leads * self.n_deals, 1)
        column = sparse.csc_matrix((self._values.take(chosen), cells, [0, len(cells)]), shape=shape)
        return np.asarray(column @ np.ones(1, dtype=np.float32)).reshape(n_leads, -1)


def _reach(lists: sparse.csr_matrix, levels: int) -> NDArray[np.int32]:
    """Give how many of a leaf's values are on each level or above, shape (n_leaves, n_levels)."""
    return np.asarray(lists.indptr[1:].reshape(-1, levels) - lists.indptr[:-1:levels, None])


def _level(values: NDArray[Any], largest: float) -> NDArray[np.int64]:
    """Give the level of each value, 0 for the largest; of what is next to nothing, the last."""
    if largest <= 0:
        return np.zeros(len(values), dtype=np.int64)
    least = largest * _RATIO ** (1 - _LEVELS)
    return (np.log(largest / np.clip(values, least, largest)) / np.log(_RATIO)).astype(np.int64)


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

    A cell below the `count` largest of the groups' maxima is none of the `count` largest cells, so few cells
    are left; these stand side by side, row by row, to be parted.

    >>> largest(np.array([[1.0, 5.0, 3.0]], dtype=np.float32), 2).tolist()
    [[1, 2]]
    """
    n_rows, width = sums.shape
    stride = width // _GROUP
    if stride <= count:
        return np.argsort(-sums, axis=1, kind="stable")[:, :count]
    tops = sums[:, : stride * _GROUP].reshape(n_rows, _GROUP, stride).max(axis=1)
    least = np.partition(tops, stride - count, axis=1)[:, stride - count]
    cells = np.flatnonzero(sums >= least[:, None])
    if len(cells) > _MANY * count * n_rows:  # many are equal
        return np.argpartition(-sums, count, axis=1)[:, :count]
    row, column = np.divmod(cells, width)
    starts = np.searchsorted(row, np.arange(n_rows + 1))
    place = np.arange(len(cells)) - starts[row]
    low = np.full((n_rows, int(np.diff(starts).max())), np.inf, dtype=sums.dtype)
    low[row, place] = -sums.ravel()[cells]
    return column[starts[:-1, None] + np.argpartition(low, count - 1, axis=1)[:, :count]]
