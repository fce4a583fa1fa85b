"""Two conversion rates compared: one test and the intervals that belong to it.

The test is the score test with N−1 ("N−1" chi-square: Campbell 2007, "Chi-squared and Fisher–Irwin tests of
two-by-two tables with small sample recommendations"); the intervals are those of Miettinen and Nurminen
(1985), which leave out no difference exactly where the test says so. Where fewer than five conversions (or
leads without one) are expected in an arm, the p-value is Fisher's exact one, twice the smaller tail, and the
interval Newcombe's (1998), which stays sensible there.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.stats import hypergeom, norm
from statsmodels.stats.proportion import confint_proportions_2indep

from lookalike.experiment.estimate import ALPHA, Estimate, Floats

#: Fewer conversions expected than this, and the p-value is exact.
FEW = 5


def p_values(converted: ArrayLike, leads: int, control_converted: ArrayLike, control_leads: int) -> Floats:
    """Give the p-values of many experiments of the same size at once.

    Parameters
    ----------
    converted, control_converted : array-like of int
        Conversions; shapes that can be broadcast together.
    leads, control_leads : int
        Leads in either arm.

    >>> p_values([120, 3], 1000, [100, 0], 1000).round(4).tolist()
    [0.153, 0.2496]
    """
    x, x0 = np.broadcast_arrays(np.asarray(converted), np.asarray(control_converted))
    total, hits = leads + control_leads, x + x0
    pooled = hits / total
    variance = pooled * (1 - pooled) * (1 / leads + 1 / control_leads) * total / (total - 1)
    z = np.divide(
        x / leads - x0 / control_leads, np.sqrt(variance), out=np.zeros(x.shape), where=variance > 0
    )
    found = np.asarray(2 * norm.sf(np.abs(z)))
    few = np.minimum(pooled, 1 - pooled) * min(leads, control_leads) < FEW
    below = hypergeom.cdf(x[few], total, hits[few], leads)
    above = hypergeom.sf(x[few] - 1, total, hits[few], leads)
    found[few] = np.minimum(1, 2 * np.minimum(below, above))
    return found


def compare_conversion(converted: int, leads: int, control_converted: int, control_leads: int) -> Estimate:
    """Compare two conversion rates.

    Parameters
    ----------
    converted, leads : int
        Of the treatment.
    control_converted, control_leads : int
        Of the control.

    Raises
    ------
    ValueError
        If an arm has no leads, or more conversions than leads.

    >>> found = compare_conversion(120, 1000, 100, 1000)
    >>> f"{found.difference:.3f}, {found.low:.3f} to {found.high:.3f}, p = {found.p_value:.3f}"
    '0.020, -0.007 to 0.048, p = 0.153'
    """
    counts = (converted, leads, control_converted, control_leads)
    if min(leads, control_leads) < 1 or not (
        0 <= converted <= leads and 0 <= control_converted <= control_leads
    ):
        raise ValueError(
            f"{converted} of {leads} against {control_converted} of {control_leads} is no comparison"
        )
    rate, base = converted / leads, control_converted / control_leads
    pooled = (converted + control_converted) / (leads + control_leads)
    few = min(pooled, 1 - pooled) * min(leads, control_leads) < FEW
    low, high = confint_proportions_2indep(*counts, method="newcomb") if few else _score_interval(*counts)
    # Half a conversion more on both sides, so that an arm without one does not look certain.
    p, q = (converted + 0.5) / (leads + 1), (control_converted + 0.5) / (control_leads + 1)
    error = float(np.sqrt(p * (1 - p) / leads + q * (1 - q) / control_leads))
    return Estimate(
        rate - base,
        float(low),
        float(high),
        rate / base if base else float("nan"),
        *_ratio_interval(*counts),
        float(p_values(converted, leads, control_converted, control_leads)),
        error,
        "Fisher's exact test, Newcombe interval" if few else "score test and interval (Miettinen–Nurminen)",
    )


def _score_interval(*counts: int) -> tuple[float, float]:
    # statsmodels has this interval too, but looks for its ends too near and gives up on some tables.
    def beyond(difference: float) -> float:
        return _score_p_value(difference, *counts) - ALPHA

    middle = counts[0] / counts[1] - counts[2] / counts[3]
    ends = []
    for side in (-1, 1):
        far, step = middle, 2.5 * float(np.sqrt(0.25 / counts[1] + 0.25 / counts[3]))
        while beyond(far) >= 0 and abs(far) < 1:
            far = float(np.clip(far + side * step, -1, 1))
        ends.append(brentq(beyond, *sorted((middle, far)), xtol=1e-13) if abs(far) < 1 else float(side))
    return ends[0], ends[1]


def _score_p_value(
    difference: float, converted: int, leads: int, control_converted: int, control_leads: int
) -> float:
    """Give the p-value of rates that differ by so much (Miettinen and Nurminen 1985, appendix I).

    The rates so far apart that fit best are a root of a cubic. statsmodels gives none where rounding takes a
    cosine beyond one, and one that is no rate where an arm has no conversion.
    """
    total, hits = leads + control_leads, converted + control_converted
    square = ((leads + 2 * control_leads) * difference - total - hits) / (3 * total)
    linear = ((control_converted * difference - total - 2 * control_converted) * difference + hits) / total
    constant = control_converted * difference * (1 - difference) / total
    q = square**3 - square * linear / 2 + constant / 2
    p = np.copysign(np.sqrt(max(square**2 - linear / 3, 0.0)), q)
    angle = (np.pi + np.arccos(np.clip(q / p**3, -1, 1))) / 3 if p else 0.0
    base = np.clip(2 * p * np.cos(angle) - square, max(0.0, -difference), min(1.0, 1 - difference))
    rate = base + difference
    variance = (rate * (1 - rate) / leads + base * (1 - base) / control_leads) * total / (total - 1)
    apart = abs(converted / leads - control_converted / control_leads - difference)
    return float(2 * norm.sf(apart / np.sqrt(variance))) if variance > 0 else float(apart == 0)


def _ratio_interval(*counts: int) -> tuple[float, float]:
    if not counts[2]:
        return float("nan"), float("nan")
    if not counts[0] or (counts[0] == counts[1] and counts[2] == counts[3]):
        return cast(
            "tuple[float, float]", confint_proportions_2indep(*counts, compare="ratio", method="log-adjusted")
        )
    low, high = confint_proportions_2indep(*counts, compare="ratio", method="score")
    return float(np.real(low)), float(np.real(high))
