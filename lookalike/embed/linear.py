"""Logistic regression in its dual form: a weighted sum of products with past deals.

At the optimum of the L2-penalised likelihood the coefficients are ``β = C Σᵢ (yᵢ − pᵢ) xᵢ`` (the stationarity
condition; Jaakkola and Haussler 1999, "Probabilistic kernel regression models"), so

    ``log-odds(lead) = intercept + Σᵢ C (yᵢ − pᵢ) <xᵢ, x(lead)>``

The coefficients kept are that very sum over the deals, so the identity does not wait for the solver's last
digit. Suits few deals, and columns whose distribution drifts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from lookalike.embed.base import Floats
from lookalike.embed.dense import DenseEmbedding, Standardizer


class LinearEmbedding(DenseEmbedding):
    """Embed by standardised columns, weigh deals by the dual of logistic regression.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, as in scikit-learn.
    scale : bool
        Divide columns by their standard deviation.
    """

    def __init__(self, C: float = 0.1, scale: bool = True) -> None:
        self.C = C
        self.scale = scale

    def _fit(self, X: Floats, won: NDArray[np.bool_]) -> None:
        self.standardizer_ = Standardizer(scale=self.scale).fit(X)
        self.points_ = self.standardizer_.transform(X)
        # scikit-learn's tolerance is on the mean gradient; the dual multiplies it by C and the deals.
        tolerance = 1e-9 / max(1.0, self.C * len(won))
        solver = LogisticRegression(C=self.C, solver="newton-cholesky", tol=tolerance, max_iter=200)
        solver.fit(self.points_, won)
        self.weights_ = self.C * (won - solver.predict_proba(self.points_)[:, 1])
        self.base_ = float(solver.intercept_[0])
        self.coefficients_ = solver.coef_[0]

    def _embed(self, X: Floats) -> NDArray[Any]:
        return self.standardizer_.transform(X)

    def model_score(self, X: Any) -> Floats:
        """Give the logistic regression's own log-odds as solved, shape (n_leads,)."""
        points = self.standardizer_.transform(np.asarray(X, dtype=np.float64))
        return np.asarray(points @ self.coefficients_ + self.base_)
