"""Two means compared, such as revenue a lead: Welch's test, and the bootstrap where revenue is skewed.

Revenue is: most leads bring nothing and a few bring most. A mean of so few as ``355 · skewness²`` leads isn't
nearly normal yet (Kohavi, Deng, Longbotham and Xu 2014, "Seven rules of thumb for web site experimenters").
There Welch's p-value errs in up to 15 % of experiments with uneven arms, as a small arm without a large sale
looks sure of itself; so it comes from permutations of the arms, which is exact where they are alike
(Janssen 1997, "Studentized permutation tests"), and the interval is bootstrapped (bias-corrected and
accelerated, Efron 1987). A difference counts as beyond chance only where both agree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import PermutationMethod, bootstrap, norm, skew, ttest_ind

from lookalike.experiment.estimate import ALPHA, Estimate, Floats

#: Leads an arm needs for each square of its skewness.
LEADS_A_SKEWNESS_SQUARED = 355
#: Leads of an arm up to which the bootstrap is bias-corrected and accelerated: the acceleration leaves out
#: each lead in turn.
ACCELERATED = 20_000
#: Numbers held at once by the bootstrap.
_HELD = 20_000_000
#: Leads shuffled in all, beyond which permutations become fewer, down to 499.
_SHUFFLED = 50_000_000


def compare_means(
    treatment: ArrayLike, control: ArrayLike, *, resamples: int = 2_000, random_state: int = 0
) -> Estimate:
    """Compare the means of two arms.

    Parameters
    ----------
    treatment, control : array-like of shape (n_leads_of_the_arm,)
        Revenue of each lead, nought where there was none.
    resamples : int
        Of bootstrap and permutations, which run only where :func:`too_skewed` says so; 0 never runs them.
    random_state : int
        Seed of both.

    Raises
    ------
    ValueError
        If an arm has fewer than two leads.

    >>> compare_means([3, 5, 4, 6], [1, 2, 3, 2]).difference
    2.5
    """
    y, y0 = np.asarray(treatment, dtype=np.float64), np.asarray(control, dtype=np.float64)
    if min(len(y), len(y0)) < 2:
        raise ValueError(f"means need two leads in each arm; there are {len(y)} and {len(y0)}")
    difference = float(y.mean() - y0.mean())
    variances = [float(side.var(ddof=1) / len(side)) for side in (y, y0)]
    error = float(np.sqrt(sum(variances)))
    ratio = log_ratio(float(y.mean()), float(y0.mean()), variances[0], variances[1])
    if error == 0:
        p_value = 1.0 if difference == 0 else 0.0
        return Estimate(difference, difference, difference, *ratio, p_value, 0.0, "no spread in either arm")
    welch = ttest_ind(y, y0, equal_var=False)
    low, high = welch.confidence_interval(1 - ALPHA)
    p_value, method = float(welch.pvalue), "Welch's test and interval"
    if resamples and (too_skewed(y) or too_skewed(y0)):
        low, high = _bootstrapped(y, y0, resamples, random_state)
        p_value = _permuted(y, y0, resamples, random_state)
        method = "permutation test, bootstrapped interval: revenue is skewed"
    return Estimate(difference, float(low), float(high), *ratio, p_value, error, method)


def too_skewed(values: Floats) -> bool:
    """Tell whether values are too few for their skewness, so that their mean isn't nearly normal.

    >>> too_skewed(np.array([0.0] * 99 + [1_000.0])), too_skewed(np.arange(100.0))
    (True, False)
    """
    return len(values) < leads_for(values)


def leads_for(values: Floats) -> float:
    """Give how many leads an arm needs for the mean of such values to be nearly normal."""
    if np.ptp(values) == 0:
        return 0.0
    return float(LEADS_A_SKEWNESS_SQUARED * skew(values, bias=len(values) < 3) ** 2)


def log_ratio(mean: float, base: float, variance: float, base_variance: float) -> tuple[float, float, float]:
    """Give the ratio of two means with its 95 % interval, by the delta method on its logarithm.

    Parameters
    ----------
    mean, base : float
    variance, base_variance : float
        Of the means, not of the leads.

    Returns
    -------
    ratio, low, high : float
        NaN where a mean isn't above nought.

    >>> [round(part, 3) for part in log_ratio(6.0, 5.0, 0.09, 0.04)]
    [1.2, 1.058, 1.36]
    """
    if mean <= 0 or base <= 0:
        return mean / base if base > 0 else float("nan"), float("nan"), float("nan")
    far = float(np.exp(norm.isf(ALPHA / 2) * np.sqrt(variance / mean**2 + base_variance / base**2)))
    return mean / base, mean / base / far, mean / base * far


def pooled_error(treatment: Floats, control: Floats) -> float:
    """Give the standard error of the difference if both arms had the spread of all leads.

    It does not trust a small arm that had no large sale yet.
    """
    spread = np.concatenate([treatment, control]).var(ddof=1)
    return float(np.sqrt(spread * (1 / len(treatment) + 1 / len(control))))


def _permuted(y: Floats, y0: Floats, resamples: int, random_state: int) -> float:
    leads = len(y) + len(y0)
    times = min(resamples, max(499, _SHUFFLED // leads))
    method = PermutationMethod(
        n_resamples=times, batch=max(1, _HELD // leads), rng=np.random.default_rng(random_state)
    )
    return float(ttest_ind(y, y0, equal_var=False, method=method).pvalue)


def _bootstrapped(y: Floats, y0: Floats, resamples: int, random_state: int) -> tuple[float, float]:
    def difference(a: Floats, b: Floats, axis: int = -1) -> Any:
        return a.mean(axis=axis) - b.mean(axis=axis)

    found = bootstrap(
        (y, y0),
        difference,
        vectorized=True,
        method="BCa" if max(len(y), len(y0)) <= ACCELERATED else "percentile",
        n_resamples=resamples,
        batch=max(1, _HELD // max(len(y), len(y0))),
        confidence_level=1 - ALPHA,
        rng=np.random.default_rng(random_state),
    ).confidence_interval
    return float(found.low), float(found.high)
