"""What the embeddings without trees share: points are vectors, likeness is their cosine.

A contribution is a weight of the deal times a product of vectors,
``contribution(lead, i) = weightᵢ · <pointᵢ, point(lead)>``.
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions

# Leads × deals in one block of products: 8 MB of float64, which a processor's cache holds.
BLOCK_CELLS = 1_000_000


class DenseEmbedding(AdditiveEmbedding):
    """Base class of the embeddings by vectors.

    A subclass defines ``_fit(X, won, weight)``, which sets the attributes and ``base_``, and ``_embed(X)``,
    which gives vectors with one number a feature, so that scores can be told by column too.

    Attributes
    ----------
    points_ : ndarray of float64, shape (n_deals, n_dimensions)
        The past deals as vectors.
    weights_ : ndarray of float64, shape (n_deals,)
        What a deal adds to a lead's score for each unit of their product.
    """

    metric = "cosine"

    points_: Floats
    weights_: Floats

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "weights_")

    def _products(self, points: Floats, deals: Positions | None) -> Floats:
        if deals is None:
            return points @ self.points_.T
        return np.asarray(np.einsum("lkd,ld->lk", self.points_[deals], points))

    def contributions(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:  # noqa: D102
        weights = self.weights_ if deals is None else self.weights_[deals]
        return weights * self._products(points, deals)

    def similarity(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:
        """Give the cosine of the two vectors, or 0 where they point apart."""
        lengths = np.linalg.norm(self.points_, axis=1)
        lengths = lengths[None, :] if deals is None else lengths[deals]
        scale = lengths * np.linalg.norm(points, axis=1)[:, None]
        cosine = np.divide(
            self._products(points, deals), scale, out=np.zeros_like(scale + 0.0), where=scale > 0
        )
        return np.clip(cosine, 0.0, 1.0)

    def totals(self, points: NDArray[Any]) -> tuple[Floats, Floats]:  # noqa: D102
        weighted = self.weights_[:, None] * self.points_
        net, everything = points @ weighted.sum(axis=0), np.empty(len(points))
        rows = max(1, BLOCK_CELLS // len(self.points_))
        for start in range(0, len(points), rows):
            parts = points[start : start + rows] @ weighted.T
            everything[start : start + rows] = np.abs(parts, out=parts).sum(axis=1)
        return (net + everything) / 2, (net - everything) / 2

    def score_points(self, points: NDArray[Any]) -> Floats:
        """Score embedded leads with one product a lead: the weighted deals summed up beforehand."""
        return np.asarray(self.base_ + points @ (self.weights_ @ self.points_))


class Standardizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Centre and scale columns, with missing as the mean and nothing further than `limit` deviations.

    Parameters
    ----------
    limit : float
        Bound in standard deviations, so that one outlier cannot make a neighbourhood.
    scale : {"all", "numbers", "none"}
        Divide by the deviations all columns, all but indicators (0 or 1), or none; centred are all.
    """

    def __init__(self, limit: float = 5.0, scale: Literal["all", "numbers", "none"] = "all") -> None:
        self.limit = limit
        self.scale = scale

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def fit(self, X: Any, y: object = None, sample_weight: Any = None) -> Self:
        """Learn mean and deviation of each column, missing cells left out."""
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        known = ~np.isnan(X) & (weight > 0)[:, None]
        count = weight @ known
        count = np.where(count > 0, count, 1.0)
        self.mean_ = weight @ np.where(known, X, 0.0) / count
        deviation = np.sqrt(weight @ np.where(known, X - self.mean_, 0.0) ** 2 / count)
        # A column whose spread is rounding error is constant.
        constant = deviation <= 1e-12 * np.maximum(np.abs(self.mean_), 1.0)
        indicator = (~known | (X == 0) | (X == 1)).all(axis=0)
        as_it_is = constant | (self.scale == "none") | (indicator & (self.scale == "numbers"))
        self.scale_ = np.where(as_it_is, 1.0, deviation)
        return self

    def transform(self, X: Any) -> Floats:
        """Give the columns in deviations from their means."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return np.clip(np.nan_to_num((X - self.mean_) / self.scale_, nan=0.0), -self.limit, self.limit)
