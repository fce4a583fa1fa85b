"""What tree ensembles share: points are leaf numbers, deals in the same leaf speak for or against.

A tree puts a lead and some of the past deals into one leaf. Each of these deals carries a share of the
leaf's value, so the ensemble's prediction is a sum over deals. Stored is one share a deal and tree; the
sums over a lead's leaves are sparse products.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions

Leaves = NDArray[np.int64]

#: Point entry of a lead in a leaf that holds no past deal.
NO_LEAF = -1


class LeafEmbedding(AdditiveEmbedding):
    """Base class of the embeddings by trees.

    Attributes
    ----------
    points_ : ndarray of int32, shape (n_deals, n_trees)
        The leaf each deal falls into, tree by tree; numbers are unique over the whole ensemble.
    shares_ : ndarray of float64, shape (n_deals, n_trees)
        What the deal adds to the score of any lead in the same leaf: ≥ 0 for won deals, ≤ 0 for lost.
    first_leaf_ : ndarray of int64, shape (n_trees + 1,)
        Number of each tree's first leaf, then the number of leaves.
    """

    metric = "leaves"

    points_: NDArray[np.int32]
    shares_: Floats
    first_leaf_: Leaves

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []  # leaf numbers are integers whatever comes in
        return tags

    def _place(self, leaves: Leaves) -> None:
        """Place the past deals by their leaves, numbered from 0 in each tree, and share the leaves out."""
        self.first_leaf_ = np.concatenate([[0], np.cumsum(leaves.max(axis=0) + 1)]).astype(np.int64)
        self.points_ = self._number(leaves)
        self.shares_ = self._shares(leaves)
        self._tabulate()

    def _number(self, leaves: Leaves) -> NDArray[np.int32]:
        """Number leaves through all trees."""
        known = leaves < np.diff(self.first_leaf_)
        return np.where(known, leaves + self.first_leaf_[:-1], NO_LEAF).astype(np.int32)

    @abstractmethod
    def _shares(self, leaves: Leaves) -> Floats:
        """Share the value of each deal's leaves out among the deals in them, shape (n_deals, n_trees)."""

    def _tabulate(self) -> None:
        """Prepare the leaf → deals tables from ``points_`` and ``shares_``."""
        n_deals, n_trees = self.points_.shape
        n_leaves = int(self.first_leaf_[-1])
        order = np.argsort(self.points_, axis=None, kind="stable")
        deals = (order // n_trees).astype(np.int32)
        starts = np.searchsorted(self.points_.ravel()[order], np.arange(n_leaves + 1))
        shape = (n_leaves, n_deals)
        self._by_leaf = sparse.csr_matrix((self.shares_.ravel()[order], deals, starts), shape=shape)
        self._members = sparse.csr_matrix((np.full(deals.shape, 1.0 / n_trees), deals, starts), shape=shape)
        # One entry more than leaves, always zero: it answers for NO_LEAF.
        flat, shares = self.points_.ravel(), self.shares_.ravel()
        self._gain = np.bincount(flat, np.maximum(shares, 0), minlength=n_leaves + 1)
        self._loss = np.bincount(flat, np.minimum(shares, 0), minlength=n_leaves + 1)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_by_leaf")

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be worked out again, and keep leaves as small numbers."""
        state = dict(super().__getstate__())
        if self.__sklearn_is_fitted__():
            leaves = self.points_ - self.first_leaf_[:-1]
            state["points_"] = leaves.astype(np.min_scalar_type(int(leaves.max(initial=0))))
            for derived in ("shares_", "first_leaf_", "_by_leaf", "_members", "_gain", "_loss"):
                del state[derived]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        leaves = state.pop("points_", None)
        super().__setstate__(state)
        if leaves is not None:
            self._place(leaves.astype(np.int64))

    def one_hot(self, points: NDArray[np.int32]) -> sparse.csr_matrix:
        """Give points as indicators of their leaves, shape (n_leads, n_leaves)."""
        known = points != NO_LEAF
        starts = np.concatenate([[0], np.cumsum(known.sum(axis=1))])
        shape = (len(points), int(self.first_leaf_[-1]))
        return sparse.csr_matrix((np.ones(int(starts[-1])), points[known], starts), shape=shape)

    def contributions(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:  # noqa: D102
        if deals is None:
            return np.asarray((self.one_hot(points) @ self._by_leaf).toarray())
        together = self.points_[deals] == points[:, None, :]
        return np.asarray(np.einsum("lkt,lkt->lk", together, self.shares_[deals]))

    def similarity(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:
        """Give the share of trees in which lead and deal fall into the same leaf (Breiman 2001)."""
        if deals is None:
            return np.asarray((self.one_hot(points) @ self._members).toarray())
        return np.asarray((self.points_[deals] == points[:, None, :]).mean(axis=2))

    def totals(self, points: NDArray[Any]) -> tuple[Floats, Floats]:  # noqa: D102
        return self._gain[points].sum(axis=1), self._loss[points].sum(axis=1)

    @abstractmethod
    def model_score(self, X: Any) -> Floats:
        """Give the ensemble's own prediction, which the sum over deals must equal."""
