"""The same decision on other leads that might have come: bootstrap of cut-off and profit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.decide.curve import Curve, Floats, sums
from lookalike.decide.rules import NONE, Profit, Rule


@dataclass(frozen=True)
class Resampled:
    """What a rule chose again and again.

    Attributes
    ----------
    thresholds : ndarray of shape (n_resamples,)
        NaN where no cut-off was found.
    share : ndarray of shape (n_resamples,)
        Share of the leads contacted at the cut-off of the real leads.
    profit : ndarray of shape (n_resamples,)
        Profit at that cut-off; NaN without a cost.
    gain : ndarray of shape (n_resamples,)
        The same less that of the better of calling everybody and nobody.
    optimism : float
        How much more a chosen cut-off earns on the leads it was chosen on than on others, on average
        (Efron 1983; Harrell, Lee and Mark 1996).
    """

    thresholds: Floats
    share: Floats
    profit: Floats
    gain: Floats
    optimism: float


def resample(
    curve: Curve,
    won: NDArray[np.bool_],
    value: Floats,
    rule: Rule,
    place: int,
    resamples: int,
    random_state: int,
) -> Resampled:
    """Draw leads with replacement and decide anew.

    Parameters
    ----------
    curve : Curve
        Of the real leads.
    won : ndarray of bool, shape (n_leads,)
    value : ndarray of shape (n_leads,)
    rule : Rule
    place : int
        What it chose on the real leads.
    resamples, random_state : int
    """
    rng, n = np.random.default_rng(random_state), len(won)
    cost = rule.cost if isinstance(rule, Profit) else np.nan
    thresholds, share, profit, gain = np.full((4, resamples), np.nan)
    optimism = np.zeros(resamples)
    for draw in range(resamples):
        count = np.bincount(rng.integers(0, n, n), minlength=n).astype(float)
        cut = sums(won, value, curve.order, curve.ends, count)
        chosen = rule.place(*cut)
        if chosen != NONE:
            thresholds[draw] = curve.threshold[chosen]
        share[draw] = cut[0][place] / n if place != NONE else 0.0
        if isinstance(rule, Profit):
            earned, really = cut[2] - cost * cut[0], curve.profit(cost)
            at_place = earned[place] if place != NONE else 0.0
            profit[draw], gain[draw] = at_place, at_place - max(earned[-1], 0.0)
            optimism[draw] = earned[chosen] - really[chosen] if chosen != NONE else 0.0
    return Resampled(thresholds, share, profit, gain, float(optimism.mean()))
