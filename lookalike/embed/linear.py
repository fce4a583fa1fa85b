"""Logistic regression in its dual form: a weighted sum of products with past deals.

At the optimum of the L2-penalised likelihood the coefficients are ``β = C Σᵢ sᵢ (yᵢ − pᵢ) xᵢ`` with s the
deals' weights (the stationarity condition; Jaakkola and Haussler 1999, "Probabilistic kernel regression
models"), so

    ``log-odds(lead) = intercept + Σᵢ C sᵢ (yᵢ − pᵢ) <xᵢ, x(lead)>``

The coefficients kept are that very sum over the deals, so the identity does not wait for the solver's last
digit. Suits few deals, and columns whose distribution drifts.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from lookalike.embed.base import Floats
from lookalike.embed.dense import DenseEmbedding, Standardizer

#: Strengths of the penalty that held-out deals choose from, the usual one first.
STRENGTHS = (1.0, 0.1, 10.0, 0.01)

#: On the mean gradient; Newton's method gets there in a dozen steps, and the dual form rests on it.
TOLERANCE = 1e-12


class LinearEmbedding(DenseEmbedding):
    """Embed by standardised columns, weigh deals by the dual of logistic regression.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, as in scikit-learn.
    scale : {"numbers", "none"}
        Divide all but indicators (0 or 1) by their standard deviation, or only centre columns. Indicators
        keep their length, so that the penalty holds rare categories back.
    """

    link = "logit"

    def __init__(self, C: float = 1.0, scale: Literal["numbers", "none"] = "numbers") -> None:
        self.C = C
        self.scale = scale

    def tunings(self) -> list[dict[str, Any]]:
        """Give strengths of the penalty."""
        return [{"C": strength} for strength in STRENGTHS]

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        self.standardizer_ = Standardizer(scale=self.scale).fit(X, sample_weight=weight)
        self.points_ = self.standardizer_.transform(X)
        solver = LogisticRegression(C=self.C, solver="newton-cholesky", tol=TOLERANCE, max_iter=200)
        solver.fit(self.points_, won, weight)
        self.weights_ = self.C * weight * (won - solver.predict_proba(self.points_)[:, 1])
        self.base_ = float(solver.intercept_[0])
        self.coefficients_ = solver.coef_[0]

    def _embed(self, X: Floats) -> NDArray[Any]:
        return self.standardizer_.transform(X)

    def model_score(self, X: Any) -> Floats:
        """Give the logistic regression's own log-odds as solved, shape (n_leads,)."""
        points = self.standardizer_.transform(np.asarray(X, dtype=np.float64))
        return np.asarray(points @ self.coefficients_ + self.base_)
