"""How surely an experiment finds a difference: the power of the tests that analyze them.

Of a conversion the power is exact: the chance of each pair of counts, summed up over those that
:func:`lookalike.experiment.proportions.p_values` calls beyond chance; where there are too many pairs it is
that of the normal distribution (statsmodels). Of a mean it is the t-test's (statsmodels), which for skewed
revenue is an approximation (:mod:`lookalike.experiment.means`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import power_proportions_2indep

from lookalike.experiment.estimate import ALPHA
from lookalike.experiment.proportions import p_values

#: Pairs of counts that are summed up; more leave the exact sum for the normal distribution.
PAIRS = 500_000
#: Chance of the counts left out on either side.
_TAIL = 1e-9
#: Leads in an arm beyond which no experiment is planned.
MOST = 10**9


def conversion_power(
    rate: float, control_rate: float, leads: int, control_leads: int, alpha: float = ALPHA
) -> float:
    """Give the chance that a difference between two conversion rates is found.

    Parameters
    ----------
    rate, control_rate : float
        Conversion rates, between 0 and 1.
    leads, control_leads : int
        Leads in either arm.
    alpha : float
        Error allowed, two-sided.

    >>> round(conversion_power(0.12, 0.10, 3841, 3841), 3)
    0.8
    """
    counts = []
    for n, p in ((leads, rate), (control_leads, control_rate)):
        low, high = binom.ppf([_TAIL, 1 - _TAIL], n, p)
        counts.append(np.arange(int(low), int(high) + 1))
    if len(counts[0]) * len(counts[1]) > PAIRS:
        return normal_power(rate, control_rate, leads, control_leads, alpha)
    found = p_values(counts[0][:, None], leads, counts[1], control_leads) < alpha
    chance = binom.pmf(counts[0], leads, rate), binom.pmf(counts[1], control_leads, control_rate)
    return float(chance[0] @ found @ chance[1])


def revenue_power(
    difference: float, spread: float, leads: int, control_leads: int, alpha: float = ALPHA
) -> float:
    """Give the chance that a difference between two means is found.

    Parameters
    ----------
    difference : float
    spread : float
        Standard deviation of a single lead's revenue.
    leads, control_leads : int
        Leads in either arm.
    alpha : float
        Error allowed, two-sided.

    >>> round(revenue_power(0.5, 1.0, 64, 64), 3)
    0.801
    """
    if min(leads, control_leads) < 2:
        return 0.0
    effect = abs(difference) / spread
    return float(TTestIndPower().power(effect, leads, alpha, control_leads / leads))


def least_leads(power: Callable[[int], float], wanted: float, start: float = 4.0) -> int:
    """Give the least number of leads whose power is the one wanted, by halving around a guess.

    Exact power goes up in small steps and now and then one down; the number found has the power, the one
    before hasn't.

    Parameters
    ----------
    power : callable
        Power for a number of leads.
    wanted : float
    start : float
        A guess; the search goes from there in steps that double.

    Raises
    ------
    ValueError
        If more than a thousand million leads would not do.
    """
    low = high = max(2, int(start))
    step = max(1, low // 50)
    while power(high) < wanted:
        low, high, step = high, high + step, 2 * step
        if high > MOST:
            raise ValueError("more than a thousand million leads would be needed")
    while low == high or (low > 1 and power(low) >= wanted):
        low, high, step = max(1, low - step), min(high, low), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= wanted else (middle, high)
    return high


def normal_leads(power: Callable[[float], float], wanted: float) -> float:
    """Give the leads that a power which only grows with them asks for: where the exact search starts."""
    return float(np.exp(brentq(lambda log: power(float(np.exp(log))) - wanted, np.log(4), np.log(1e15))))


def least_difference(power: Callable[[float], float], wanted: float, most: float) -> float:
    """Give the least difference that is found as surely as wanted; NaN if even `most` isn't.

    Parameters
    ----------
    power : callable
        Power for a difference.
    wanted, most : float
    """
    if power(most) < wanted:
        return float("nan")
    return float(brentq(lambda difference: power(difference) - wanted, most * 1e-9, most, xtol=most * 1e-7))


def normal_power(
    rate: float, control_rate: float, leads: float, control_leads: float, alpha: float = ALPHA
) -> float:
    """Give what :func:`conversion_power` gives, by the normal distribution."""
    return float(
        power_proportions_2indep(
            rate - control_rate,
            control_rate,
            leads,
            ratio=control_leads / leads,
            alpha=alpha,
            return_results=False,
        )
    )
