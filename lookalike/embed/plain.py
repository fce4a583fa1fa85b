"""Scaled cosine to won and lost deals: the baseline that the others must beat.

``score(lead) = mean over won of cos(lead, i) − mean over lost of cos(lead, i)``, the means weighted by the
deals' weights
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from lookalike.embed.base import Floats
from lookalike.embed.dense import DenseEmbedding, Standardizer


class PlainEmbedding(DenseEmbedding):
    """Embed by standardised columns at unit length, weigh all won and all lost deals alike."""

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        self.standardizer_ = Standardizer().fit(X, sample_weight=weight)
        self.points_ = self._embed(X)
        self.weights_ = weight * np.where(won, 1.0 / weight[won].sum(), -1.0 / weight[~won].sum())
        self.base_ = 0.0

    def _embed(self, X: Floats) -> NDArray[Any]:
        return np.asarray(normalize(self.standardizer_.transform(X)))

    def model_score(self, X: Any) -> Floats:
        """Give the difference of the two mean cosines, shape (n_leads,)."""
        points = self._embed(np.asarray(X, dtype=np.float64))
        shares = np.abs(self.weights_)
        centres = [shares[side] @ self.points_[side] for side in (self.won_, ~self.won_)]
        return np.asarray(points @ (centres[0] - centres[1]))
