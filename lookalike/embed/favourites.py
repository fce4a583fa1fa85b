"""Won deals against a background of companies that nobody labelled: balanced logistic regression, dual form.

Favourites and background weigh the same in total, however many rows either has, so five favourites speak as
loudly as three thousand strangers (positive-unlabelled learning as biased classification; Elkan and Noto
2008). As in :mod:`lookalike.embed.linear` the coefficients are the sum over the rows that fitting saw:

    ``score(lead) = intercept + Σᵢ C sᵢ (yᵢ − pᵢ) <xᵢ, x(lead)>``,  sᵢ = rows / (2 · rows of i's side)

The fewer favourites there are, the less a regression can learn from them, so the difference of the two sides'
means is added (Rocchio 1971): a share of its own for each row, ±1 / rows of i's side, times the length of the
regression's direction over its own and times α = 2.5 / favourites.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from lookalike.embed.base import Floats
from lookalike.embed.dense import DenseEmbedding, Standardizer
from lookalike.embed.linear import TOLERANCE

#: Up to so many favourites C is 1; beyond it grows with the square of their number, within bounds. This and
#: the share of the means were settled on half of the seeds of the look-alike benchmark.
EVEN_AT = 20
_LARGEST_C = 10.0
#: Favourites whose regression and means count alike.
MEANS_AT = 2.5

# How near L-BFGS comes (its gradient, for C = 1) before its steps get too small.
_QUICK = 1e-5


class FavouritesEmbedding(DenseEmbedding):
    """Embed by centred vectors, weigh rows by the dual of balanced logistic regression.

    Parameters
    ----------
    C : float, optional
        Inverse strength of the L2 penalty; if absent it grows with the number of favourites, see
        :data:`EVEN_AT`.
    exact : bool
        Solve the regression to the last digits, so that the contributions add up to its own score. Where
        nothing but the score is wanted, half the time will do.
    """

    def __init__(self, C: float | None = None, exact: bool = True) -> None:
        self.C = C
        self.exact = exact

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        favourites = weight[won].sum()
        sides = np.where(won, favourites, weight[~won].sum())
        balanced = weight * weight.sum() / (2 * sides)
        self.standardizer_ = Standardizer(scale="none").fit(X, sample_weight=weight)
        self.points_ = self._embed(X)
        strength = np.clip((favourites / EVEN_AT) ** 2, 1.0, _LARGEST_C) if self.C is None else self.C
        solver = LogisticRegression(C=strength, tol=_QUICK / strength, max_iter=1_000, warm_start=True)
        solver.fit(self.points_, won, balanced)
        if self.exact:
            # Newton's method has the last digits in a step or two; alone it would need ten.
            solver.set_params(solver="newton-cholesky", tol=TOLERANCE, max_iter=200)
            solver.fit(self.points_, won, balanced)
        regression = float(strength) * balanced * (won - solver.predict_proba(self.points_)[:, 1])
        means = weight / np.where(won, sides, -sides)
        apart = means @ self.points_
        length = np.linalg.norm(apart)
        share = MEANS_AT / favourites * np.linalg.norm(solver.coef_) / length if length > 0 else 0.0
        self.weights_ = regression + share * means
        self.base_ = float(solver.intercept_[0])
        self.coefficients_ = solver.coef_[0] + share * apart

    def _embed(self, X: Floats) -> NDArray[Any]:
        return self.standardizer_.transform(X)

    def direction(self) -> Floats:
        """Give what a vector's product with is its score, up to a constant; shape (n_features,)."""
        return np.asarray(self.weights_ @ self.points_)

    def model_score(self, X: Any) -> Floats:
        """Give regression, as solved, and means without going through the rows, shape (n_leads,)."""
        return np.asarray(self._embed(np.asarray(X, dtype=np.float64)) @ self.coefficients_ + self.base_)
