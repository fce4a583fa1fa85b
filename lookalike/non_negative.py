"""Logistic regression without weights below zero, which scikit-learn has not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

Floats = NDArray[np.float64]

# Strength of the ridge on weights, in deals; as scikit-learn's logistic regression with C = 1.
_PENALTY = 1.0


def non_negative_logistic(X: Floats, won: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Fit log-odds as an intercept and a sum of columns, no weight below zero.

    A ridge on the weights of standardized columns holds them back, as in scikit-learn, which has no bounds.

    Parameters
    ----------
    X : ndarray of shape (n_deals, n_columns)
    won : ndarray of bool, shape (n_deals,)

    Returns
    -------
    weights : ndarray of shape (n_columns,)
    intercept : float
    """
    centre, spread = X.mean(axis=0), X.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    Z, n = (X - centre) / scale, len(won)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        v = parameters[:-1]
        margin = Z @ v + parameters[-1]
        value = np.logaddexp(0, margin) - won * margin
        slope = expit(margin) - won
        gradient = np.append(Z.T @ slope + _PENALTY * v, slope.sum())
        return float(value.sum() + _PENALTY / 2 * v @ v) / n, gradient / n

    start = np.append(np.zeros(Z.shape[1]), logit(won.mean()))
    bounds = [(0, None)] * Z.shape[1] + [(None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-14}).x
    weights = np.where(spread > 0, found[:-1] / scale, 0.0)
    return weights, float(found[-1] - weights @ centre)
