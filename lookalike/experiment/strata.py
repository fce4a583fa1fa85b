"""Leads of like scores, compared with each other: strata, and the difference over all of them.

Assignment by hash leaves the numbers of an arm in a stratum to chance; the analysis puts that right
afterwards, which is nearly as precise as blocks would have been (Miratrix, Sekhon and Yu 2013, "Adjusting
treatment effect estimates by post-stratification in randomized experiments").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from lookalike.experiment.estimate import ALPHA, Estimate, Floats
from lookalike.experiment.means import log_ratio

Integers = NDArray[np.int64]
#: Leads of each arm that a stratum needs, so that its spread is known.
LEAST = 10


def edges(scores: Floats, strata: int) -> list[float]:
    """Give the scores that part leads into strata of equal size; fewer where many scores are the same.

    >>> edges(np.arange(1.0, 9), 4)
    [2.75, 4.5, 6.25]
    """
    known = scores[~np.isnan(scores)]
    if not len(known):
        return []
    found = np.unique(np.quantile(known, np.arange(1, strata) / strata))
    return [float(edge) for edge in found if known.min() < edge]


def stratum(scores: Floats, at: list[float]) -> Integers:
    """Give the stratum of each score, from 1, the lowest; 0 where there is no score.

    >>> stratum(np.array([1.0, 3.0, np.nan, 9.0]), [2.75, 4.5])
    array([1, 2, 0, 3])
    """
    return np.where(np.isnan(scores), 0, np.searchsorted(at, scores, side="right") + 1).astype(np.int64)


def merged(strata: Integers, arms: Integers) -> Integers:
    """Join strata with the next higher one until each has ten leads of each arm.

    The last may have to join the one below.

    Parameters
    ----------
    strata : ndarray of int, shape (n_leads,)
    arms : ndarray of int, shape (n_leads,)
        Numbers of the arms, from 0.
    """
    joined = np.zeros_like(strata)
    count, waiting, number = int(arms.max()) + 1, np.zeros(len(strata), dtype=bool), 0
    for one in np.unique(strata):
        waiting |= strata == one
        joined[waiting] = number
        if np.bincount(arms[waiting], minlength=count).min() >= LEAST:
            number, waiting = number + 1, np.zeros(len(strata), dtype=bool)
    joined[waiting] = max(0, number - 1)
    return joined


def post_stratified(outcome: Floats, treated: ArrayLike, strata: Integers) -> Estimate:
    """Compare two arms stratum by stratum, each weighted by its leads.

    Parameters
    ----------
    outcome : ndarray of shape (n_leads,)
        Conversion (0 or 1) or revenue, adjusted by a covariate or not.
    treated : array-like of bool, shape (n_leads,)
    strata : ndarray of int, shape (n_leads,)
        Each with two leads of each arm at least (:func:`merged`).

    Returns
    -------
    Estimate
        With Satterthwaite's degrees of freedom: for one stratum it is Welch's test.
    """
    arm = np.asarray(treated, dtype=bool)
    names, place = np.unique(strata, return_inverse=True)
    weight = np.bincount(place) / len(place)
    means, parts, freedom = [], [], []
    for side in (arm, ~arm):
        n = np.bincount(place[side], minlength=len(names))
        mean = np.bincount(place[side], outcome[side], len(names)) / n
        off = np.bincount(place[side], (outcome[side] - mean[place[side]]) ** 2, len(names))
        means.append(mean)
        parts.append(weight**2 * off / (n - 1) / n)
        freedom.append(n - 1)
    difference = float(weight @ (means[0] - means[1]))
    variances = np.concatenate(parts)
    error = float(np.sqrt(variances.sum()))
    if error == 0:
        p_value, far = (1.0 if difference == 0 else 0.0), 0.0
    else:
        degrees = variances.sum() ** 2 / (variances**2 / np.concatenate(freedom)).sum()
        p_value = float(2 * t.sf(abs(difference) / error, degrees))
        far = float(t.isf(ALPHA / 2, degrees)) * error
    arms_means = [float(weight @ side) for side in means]
    ratio = log_ratio(arms_means[0], arms_means[1], float(parts[0].sum()), float(parts[1].sum()))
    return Estimate(
        difference, difference - far, difference + far, *ratio, p_value, error, "Welch's test and interval"
    )
