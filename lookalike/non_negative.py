"""Logistic regression without weights below zero, which scikit-learn has not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Floats = NDArray[np.float64]


def non_negative_logistic(
    X: Floats,
    won: NDArray[np.bool_],
    weight: Floats | None = None,
    *,
    penalty: float = 1.0,
    alike: bool = False,
) -> tuple[Floats, float]:
    """Fit log-odds as an intercept and a sum of columns, no weight below zero.

    A ridge on the weights of standardized columns holds them back, as in scikit-learn, which has no bounds.

    Parameters
    ----------
    X : ndarray of shape (n_deals, n_columns)
    won : ndarray of bool, shape (n_deals,)
    weight : ndarray of shape (n_deals,), optional
        How much each deal counts; their mean is one deal.
    penalty : float
        Strength of the ridge, in deals; 1 is scikit-learn's C = 1.
    alike : bool
        Draw the weights to each other instead of to zero.

    Returns
    -------
    weights : ndarray of shape (n_columns,)
        Zero for a column that is the same everywhere.
    intercept : float
    """
    centre, spread = X.mean(axis=0), X.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    Z, n = (X - centre) / scale, len(won)
    share = np.full(n, 1 / n) if weight is None else weight / weight.sum()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        v = parameters[:-1]
        margin = Z @ v + parameters[-1]
        drawn = v - v.mean() if alike else v
        value = share @ (np.logaddexp(0, margin) - won * margin) + penalty / n / 2 * drawn @ drawn
        slope = share * (expit(margin) - won)
        return float(value), np.append(Z.T @ slope + penalty / n * drawn, slope.sum())

    start = np.append(np.full(Z.shape[1], 1 / max(1, Z.shape[1])), 0.0)
    bounds = [(0, None)] * Z.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-14}).x
    weights = np.where(spread > 0, found[:-1] / scale, 0.0)
    return weights, float(found[-1] - weights @ centre)
