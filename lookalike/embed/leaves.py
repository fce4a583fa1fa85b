"""What tree ensembles share: points are leaf numbers, deals in the same leaf speak for or against.

A tree puts a lead and some of the past deals into one leaf. Each of these deals carries a share of the
leaf's value, so the ensemble's prediction is a sum over deals. Stored is one share a deal and tree; the
sums over a lead's leaves are sparse products.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions

#: Leaf numbers, of the smallest unsigned type that holds them.
Leaves = NDArray[Any]


class LeafEmbedding(AdditiveEmbedding):
    """Base class of the embeddings by trees.

    Attributes
    ----------
    points_ : ndarray of unsigned int, shape (n_deals, n_trees)
        The leaf each deal falls into, numbered from 0 in each tree.
    shares_ : ndarray of float64, shape (n_deals, n_trees)
        What the deal adds to the score of any lead in the same leaf: ≥ 0 for won deals, ≤ 0 for lost.
    first_leaf_ : ndarray of int64, shape (n_trees + 1,)
        Number of each tree's first leaf when leaves are counted through all trees, then how many there are.
        The last leaf of each tree is where leads go that no deal shares a leaf with.
    """

    metric = "leaves"

    points_: Leaves
    shares_: Floats
    first_leaf_: NDArray[np.int64]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []  # leaf numbers are integers whatever comes in
        return tags

    def _place(self, leaves: NDArray[Any]) -> None:
        """Place the past deals by their leaves and share the leaves out among them."""
        self.first_leaf_ = np.concatenate([[0], np.cumsum(leaves.max(axis=0).astype(np.int64) + 2)])
        self.points_ = self._number(leaves)
        self.shares_ = self._shares(leaves)
        self._gains, self._losses = self._leaf_sums()
        self.__dict__.pop("members", None)

    def _number(self, leaves: NDArray[Any]) -> Leaves:
        """Make leaf numbers small; those beyond the deals' become the tree's last leaf."""
        return np.minimum(leaves, self.nowhere).astype(np.min_scalar_type(int(self.nowhere.max())))

    @property
    def nowhere(self) -> NDArray[np.int64]:
        """The point of a lead that shares no leaf with any deal: the last leaf of each tree."""
        return np.diff(self.first_leaf_) - 1

    @abstractmethod
    def _shares(self, leaves: NDArray[Any]) -> Floats:
        """Share the value of each deal's leaves out among the deals in them, shape (n_deals, n_trees)."""

    def numbered(self, points: Leaves) -> NDArray[np.int64]:
        """Count leaves through all trees, shape (n_leads, n_trees)."""
        return points + self.first_leaf_[:-1]

    def _leaf_sums(self) -> tuple[Floats, Floats]:
        """Sums of the shares above and below zero in each leaf, each of shape (n_leaves,)."""
        leaves, shares = self.numbered(self.points_).ravel(), self.shares_.ravel()
        gains, losses = np.maximum(shares, 0.0), np.minimum(shares, 0.0)
        n_leaves = int(self.first_leaf_[-1])
        return (
            np.bincount(leaves, gains, n_leaves).astype(np.float64),
            np.bincount(leaves, losses, n_leaves).astype(np.float64),
        )

    @property
    def leaf_values(self) -> Floats:
        """What all deals in a leaf say together, shape (n_leaves,)."""
        return self._gains + self._losses

    @cached_property
    def members(self) -> sparse.csr_matrix:
        """Shares by leaf and deal, shape (n_leaves, n_deals)."""
        return by_leaf(self.points_, self.shares_, np.diff(self.first_leaf_))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "shares_")

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be worked out again."""
        derived = ("shares_", "first_leaf_", "_gains", "_losses", "members")
        return {name: value for name, value in super().__getstate__().items() if name not in derived}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "points_" in state:
            self._place(self.points_)

    def one_hot(self, points: Leaves, dtype: type[np.floating[Any]] = np.float64) -> sparse.csr_matrix:
        """Give points as indicators of their leaves, shape (n_leads, n_leaves)."""
        n_leads, n_trees = points.shape
        starts = np.arange(0, n_leads * n_trees + 1, n_trees)
        leaves = self.numbered(points).ravel()
        shape = (n_leads, int(self.first_leaf_[-1]))
        return sparse.csr_matrix((np.ones(leaves.size, dtype=dtype), leaves, starts), shape=shape)

    def contributions(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:  # noqa: D102
        if deals is None:
            return np.asarray((self.one_hot(points) @ self.members).toarray())
        together = self.points_[deals] == points[:, None, :]
        shares = self.shares_[deals]
        return np.asarray(np.vecdot(shares, together.astype(shares.dtype)))

    def similarity(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:
        """Give the share of trees in which lead and deal fall into the same leaf (Breiman 2001)."""
        if deals is None:
            members = self.members
            ones = sparse.csr_matrix(
                (np.ones_like(members.data), members.indices, members.indptr), shape=members.shape
            )
            return np.asarray((self.one_hot(points) @ ones).toarray()) / points.shape[1]
        together = self.points_[deals] == points[:, None, :]
        return np.asarray(together.view(np.uint8).sum(axis=2, dtype=np.uint32) / points.shape[1])

    def totals(self, points: NDArray[Any]) -> tuple[Floats, Floats]:  # noqa: D102
        leaves = self.numbered(points)
        return self._gains[leaves].sum(axis=1), self._losses[leaves].sum(axis=1)

    @abstractmethod
    def model_score(self, X: Any) -> Floats:
        """Give the ensemble's own prediction, which the sum over deals must equal."""


def by_leaf(
    points: NDArray[Any], values: NDArray[Any] | None, n_leaves: NDArray[np.int64]
) -> sparse.csr_matrix:
    """Give for each leaf the points in it, as in an inverted file.

    Parameters
    ----------
    points : ndarray of unsigned int, shape (n_points, n_trees)
        Leaves, numbered from 0 in each tree.
    values : ndarray of shape (n_points, n_trees), optional
        What a point counts for in each of its leaves; 1 if absent.
    n_leaves : ndarray of int, shape (n_trees,)
        Leaves of each tree.

    Returns
    -------
    csr_matrix of shape (sum of n_leaves, n_points)
        Leaves are counted through all trees.

    >>> points, values = np.array([[0], [1], [0]]), np.array([[5], [6], [7]])
    >>> by_leaf(points, values, np.array([2])).toarray()
    array([[5, 0, 7],
           [0, 6, 0]])
    """
    # A stable sort of small integers is a radix sort: linear, tree by tree.
    order = np.argsort(points, axis=0, kind="stable")
    shape = (int(n_leaves.sum()), len(points))
    sizes = np.bincount((points + (np.cumsum(n_leaves) - n_leaves)).ravel(), minlength=shape[0])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    counted: NDArray[Any] = np.ones(points.size, dtype=np.float32)
    if values is not None:
        counted = np.take_along_axis(values, order, axis=0).T.ravel()
    return sparse.csr_matrix((counted, order.T.ravel().astype(np.int32), starts), shape=shape)
