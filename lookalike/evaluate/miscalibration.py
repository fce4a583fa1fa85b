"""Do probabilities hold? Tests of those a model gave against what became of the leads.

All of them take the probabilities as given and ask whether outcomes drawn with them could look like these.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from lookalike.evaluate.metrics import calibration_error

DRAWS = 1_000


def spiegelhalter(won: ArrayLike, probabilities: ArrayLike) -> tuple[float, float]:
    """Test calibration by the Brier score (Spiegelhalter 1986, "Probabilistic prediction in patient
    management and clinical trials").

    Parameters
    ----------
    won : array-like of bool, shape (n_leads,)
    probabilities : array-like of shape (n_leads,)

    Returns
    -------
    z, p : float
        Standard normal if the probabilities hold, and the two-sided p-value; NaN and 1 where no outcome could
        change the Brier score's expectation (all probabilities ½ or certain).

    Examples
    --------
    >>> z, p = spiegelhalter([True, False, False, False], [0.9, 0.1, 0.1, 0.1])
    >>> round(z, 3), round(p, 3)
    (-0.667, 0.505)
    """
    won, p = np.asarray(won, dtype=float), np.asarray(probabilities, dtype=float)
    return _two_sided(((won - p) * (1 - 2 * p)).sum(), ((1 - 2 * p) ** 2 * p * (1 - p)).sum())


def in_the_large(won: ArrayLike, probabilities: ArrayLike) -> tuple[float, float]:
    """Test whether as many were won as expected; z and the two-sided p-value.

    The number won is a sum of independent outcomes with chances of their own (the Poisson binomial
    distribution), here by its normal approximation.

    >>> z, p = in_the_large([True] * 30 + [False] * 70, [0.2] * 100)
    >>> round(z, 2), round(p, 4)
    (2.5, 0.0124)
    """
    won, p = np.asarray(won, dtype=float), np.asarray(probabilities, dtype=float)
    return _two_sided((won - p).sum(), (p * (1 - p)).sum())


def error_by_chance(
    probabilities: ArrayLike, level: float = 0.95, draws: int = DRAWS, random_state: int = 0
) -> float:
    """Give the expected calibration error that chance exceeds seldom though the probabilities hold.

    A few leads never fall into line with their probabilities, so the error of a perfect model is not 0
    (Bröcker and Smith 2007, "Increasing the reliability of reliability diagrams").

    Parameters
    ----------
    probabilities : array-like of shape (n_leads,)
    level : float
        The quantile of the errors of outcomes drawn with these probabilities.
    draws, random_state : int
    """
    p = np.asarray(probabilities, dtype=float)
    chance = np.random.default_rng(random_state)
    errors = [calibration_error(chance.random(len(p)) < p, p) for _ in range(draws)]
    return float(np.quantile(errors, level))


def _two_sided(sum_: float, variance: float) -> tuple[float, float]:
    if variance <= 0:
        return float("nan"), 1.0
    z = float(sum_ / np.sqrt(variance))
    return z, float(2 * norm.sf(abs(z)))
