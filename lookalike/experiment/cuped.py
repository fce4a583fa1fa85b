"""What leads were like before, taken out of what they did after: CUPED.

Deng, Xu, Kohavi and Walker (2013), "Improving the sensitivity of online controlled experiments by utilizing
pre-experiment data". Each outcome loses θ times its lead's covariate, with the θ that makes the variance of
the difference of means least; so the interval can only become narrower. It is the same as a regression on arm
and covariate, weighted by arm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lookalike.experiment.estimate import Floats


def theta(arms: list[Floats], covariates: list[Floats]) -> float:
    """Give how much of the covariate goes: cov(Δȳ, Δx̄) / var(Δx̄), within arms.

    Parameters
    ----------
    arms : list of ndarray of shape (n_leads_of_the_arm,)
        Outcomes of each arm.
    covariates : list of ndarray of the same shapes
        As of before the experiment; what came after would take the effect out too.

    >>> theta([np.array([1.0, 2, 3]), np.array([5.0, 6, 7])], [np.array([2.0, 4, 6]), np.array([1.0, 3, 5])])
    0.5
    """
    up = sum(np.cov(y, x)[0, 1] / len(y) for y, x in zip(arms, covariates, strict=True))
    down = sum(np.var(x, ddof=1) / len(x) for x in covariates)
    return float(up / down) if down > 0 else 0.0


def adjust(outcome: Floats, covariate: Floats, treated: ArrayLike) -> tuple[Floats, float]:
    """Take the covariate out of an outcome; the means of both arms together stay.

    Parameters
    ----------
    outcome, covariate : ndarray of shape (n_leads,)
    treated : array-like of bool, shape (n_leads,)

    Returns
    -------
    adjusted : ndarray of shape (n_leads,)
    theta : float
    """
    arm = np.asarray(treated, dtype=bool)
    slope = theta([outcome[arm], outcome[~arm]], [covariate[arm], covariate[~arm]])
    return np.asarray(outcome - slope * (covariate - covariate.mean())), slope


def variance_left(outcome: Floats, adjusted: Floats, treated: ArrayLike) -> float:
    """Give the variance of the difference after the adjustment over that before; 1 where nothing is saved."""
    arm = np.asarray(treated, dtype=bool)

    def variance(y: Floats) -> float:
        return float(sum(y[side].var(ddof=1) / side.sum() for side in (arm, ~arm)))

    before = variance(outcome)
    return variance(adjusted) / before if before > 0 else 1.0
