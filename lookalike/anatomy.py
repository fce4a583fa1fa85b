"""What an embedding can say beyond its contract: how leads resemble each other, and which features speak.

The contract of :class:`~lookalike.embed.base.AdditiveEmbedding` knows past deals alone. Personas, shared
traits and columns need more, and each kind of embedding has its own way; all of them stand here, so that a
new kind is taught in one place. All answers but the likeness and the vectors are sums, so those of a weighted
sum of embeddings are the weighted sums of its parts' answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions
from lookalike.embed.dense import DenseEmbedding, Standardizer
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.paths import LeafPaths
from lookalike.embed.stack import StackEmbedding


class Anatomy(ABC):
    """What a fitted embedding is made of.

    Attributes
    ----------
    column_base : float
        Where the sum over features starts: ``column_base + feature_parts(points).sum(axis=1)`` is the score.
    """

    column_base: float

    @abstractmethod
    def deal_vectors(self, X: Floats) -> Floats:
        """Give past deals as vectors in which groups are sought.

        Parameters
        ----------
        X : ndarray of shape (n_deals, n_features)
            The past deals as vectorized.

        Returns
        -------
        ndarray of shape (n_deals, n_dimensions)
        """

    @abstractmethod
    def lead_vectors(self, X: Floats, leads: Floats, points: NDArray[Any]) -> Floats:
        """Give leads as vectors among those of the past deals.

        Parameters
        ----------
        X : ndarray of shape (n_deals, n_features)
            The past deals as vectorized.
        leads : ndarray of shape (n_leads, n_features)
            The leads as vectorized.
        points : ndarray of shape (n_leads, n_dimensions)
            The same leads, embedded.

        Returns
        -------
        ndarray of shape (n_leads, n_dimensions)
            In the dimensions of :meth:`deal_vectors`.
        """

    @abstractmethod
    def likeness(self, points: NDArray[Any], others: NDArray[Any]) -> Floats:
        """Give how much embedded leads look like other embedded leads, (n_points, n_others), 0 to 1."""

    @abstractmethod
    def feature_parts(self, points: NDArray[Any]) -> Floats:
        """Give what each feature adds to the score of embedded leads, (n_leads, n_features)."""

    @abstractmethod
    def shared_use(self, points: NDArray[Any], others: NDArray[Any], deals: Positions | None) -> Floats:
        """Give how much of what the model sees alike in pairs is due to each feature, ≥ 0.

        Parameters
        ----------
        points, others : ndarray of shape (n_pairs, n_dimensions)
            One side of each pair and the other.
        deals : ndarray of int, shape (n_pairs,), optional
            Which past deals the other side is, where it is one.

        Returns
        -------
        ndarray of shape (n_pairs, n_features)
        """


def anatomy(embedding: AdditiveEmbedding) -> Anatomy:
    """Take a fitted embedding apart."""
    if isinstance(embedding, LeafEmbedding):
        return LeafAnatomy(embedding)
    if isinstance(embedding, DenseEmbedding):
        return DenseAnatomy(embedding)
    if isinstance(embedding, StackEmbedding):
        return StackAnatomy(embedding)
    raise TypeError(f"{type(embedding).__name__} has no anatomy yet; add one in lookalike.anatomy")


class LeafAnatomy(Anatomy):
    """Trees: alike is who shares leaves, and the features on the way to these leaves are why."""

    def __init__(self, embedding: LeafEmbedding) -> None:
        self.embedding = embedding

    @cached_property
    def _paths(self) -> LeafPaths:
        return LeafPaths.of(self.embedding)

    @cached_property
    def _on_the_way(self) -> sparse.csr_matrix:
        return self._paths.on_the_way

    @property
    def column_base(self) -> float:  # type: ignore[override]
        """The mean score of the past deals."""
        return self._paths.base

    def deal_vectors(self, X: Floats) -> Floats:
        """Give the features that the trees split on, in deviations from their means.

        Not the leaves: a tree cuts a cloud into boxes where it wants to tell won from lost, and boxes look
        like groups where there are none.
        """
        used = self._used(X)
        return np.asarray(Standardizer().fit_transform(X[:, used]))

    def lead_vectors(self, X: Floats, leads: Floats, points: NDArray[Any]) -> Floats:
        """Give the same features of leads, in the deals' deviations from the deals' means."""
        used = self._used(X)
        return np.asarray(Standardizer().fit(X[:, used]).transform(leads[:, used]))

    def _used(self, X: Floats) -> NDArray[np.bool_]:
        """Tell which features the trees split on; all where they split on none."""
        used = np.zeros(X.shape[1], dtype=bool)
        used[np.unique(self._paths.changes.indices)] = True
        return used if used.any() else ~used

    def likeness(self, points: NDArray[Any], others: NDArray[Any]) -> Floats:
        """Give the share of trees in which both fall into the same leaf."""
        found = np.empty((len(points), len(others)))
        for position, other in enumerate(others):
            found[:, position] = (points == other).mean(axis=1)
        return found

    def feature_parts(self, points: NDArray[Any]) -> Floats:
        """Add up the changes on the way to each leaf; see :mod:`lookalike.embed.paths`."""
        return np.asarray((self.embedding.one_hot(points) @ self._paths.changes).toarray())

    def shared_use(self, points: NDArray[Any], others: NDArray[Any], deals: Positions | None) -> Floats:
        """Count features on the way to shared leaves, each leaf by what the deal says in it."""
        together = points == others
        cells = np.flatnonzero(together)  # of one dimension, which is many times as fast as of two
        leaves = points.ravel()[cells] + self.embedding.first_leaf_[cells % points.shape[1]]
        weights = np.ones(len(cells), dtype=np.float32)
        if deals is not None:
            weights = np.abs(self.embedding.shares_[deals].ravel()[cells]).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(np.count_nonzero(together, axis=1))])
        shape = (len(points), self._on_the_way.shape[0])
        return np.asarray(
            (sparse.csr_matrix((weights, leaves, ends), shape=shape) @ self._on_the_way).toarray()
        )


class DenseAnatomy(Anatomy):
    """Vectors: alike is who points the same way, and the products of their features are why."""

    def __init__(self, embedding: DenseEmbedding) -> None:
        self.embedding = embedding
        self.column_base = float(embedding.base_)
        self._coefficients = embedding.weights_ @ embedding.points_

    def deal_vectors(self, X: Floats) -> Floats:
        """Give the points themselves."""
        return self.embedding.points_

    def lead_vectors(self, X: Floats, leads: Floats, points: NDArray[Any]) -> Floats:
        """Give the points themselves."""
        return points

    def likeness(self, points: NDArray[Any], others: NDArray[Any]) -> Floats:
        """Give the cosine, or 0 where they point apart."""
        lengths = np.linalg.norm(points, axis=1)[:, None] * np.linalg.norm(others, axis=1)
        products = points @ others.T
        return np.clip(np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0), 0, 1)

    def feature_parts(self, points: NDArray[Any]) -> Floats:
        """Give coefficient times value; the coefficients are the weighted sum of the deals."""
        return np.asarray(points * self._coefficients)

    def shared_use(self, points: NDArray[Any], others: NDArray[Any], deals: Positions | None) -> Floats:
        """Give the products above zero: what draws the two vectors to the same side of the mean."""
        return np.maximum(points * others, 0.0)


class StackAnatomy(Anatomy):
    """A sum of embeddings: what its parts say, by their weights in the score or shares of the likeness."""

    def __init__(self, embedding: StackEmbedding) -> None:
        self.embedding = embedding
        self._parts = {name: anatomy(part) for name, part in embedding.parts_.items()}
        weights = embedding.weights_
        self.column_base = float(
            embedding.base_
            + sum(
                weights[name] * (self._parts[name].column_base - part.base_)
                for name, part in embedding.parts_.items()
            )
        )

    def deal_vectors(self, X: Floats) -> Floats:
        """Give the parts' vectors side by side, each as long on average as its share says."""
        return np.hstack([vectors * scale for vectors, scale in self._scaled(X).values()])

    def lead_vectors(self, X: Floats, leads: Floats, points: NDArray[Any]) -> Floats:
        """Give the parts' vectors of leads side by side, scaled as the deals' are."""
        scales = {name: scale for name, (_, scale) in self._scaled(X).items()}
        found = []
        for name, columns, own in self.embedding.split(points):
            vectors = self._parts[name].lead_vectors(X[:, columns], leads[:, columns], own)
            found.append(vectors * scales[name])
        return np.hstack(found)

    def _scaled(self, X: Floats) -> dict[str, tuple[Floats, float]]:
        """Give the deals' vectors by part, and what each is multiplied by."""
        found = {}
        for name, part in self._parts.items():
            vectors = part.deal_vectors(X[:, self.embedding.columns_of(name)])
            length = float(np.sqrt((vectors**2).sum(axis=1).mean())) or 1.0
            found[name] = vectors, float(np.sqrt(self.embedding.shares_[name])) / length
        return found

    def likeness(self, points: NDArray[Any], others: NDArray[Any]) -> Floats:
        """Give the mean of the parts' likeness, each counting by its share."""
        pairs = zip(self.embedding.split(points), self.embedding.split(others), strict=True)
        return np.sum(
            [
                self.embedding.shares_[name] * self._parts[name].likeness(own, theirs)
                for (name, _, own), (_, _, theirs) in pairs
            ],
            axis=0,
        )

    def feature_parts(self, points: NDArray[Any]) -> Floats:
        """Add up what the parts say of each feature, by their weights."""
        found = np.zeros((len(points), self.embedding.n_features_in_))
        for name, _, own in self.embedding.split(points):
            parts = self._parts[name].feature_parts(own)
            found[:, self.embedding.columns_of(name)] += self.embedding.weights_[name] * parts
        return found

    def shared_use(self, points: NDArray[Any], others: NDArray[Any], deals: Positions | None) -> Floats:
        """Add up what the parts see alike, by their shares; each part's use counts as one in all."""
        found = np.zeros((len(points), self.embedding.n_features_in_))
        pairs = zip(self.embedding.split(points), self.embedding.split(others), strict=True)
        for (name, _, own), (_, _, theirs) in pairs:
            use = self._parts[name].shared_use(own, theirs, deals)
            total = use.sum(axis=1, keepdims=True)
            use = np.divide(use, total, out=np.zeros_like(use, dtype=np.float64), where=total > 0)
            found[:, self.embedding.columns_of(name)] += self.embedding.shares_[name] * use
        return found
