"""Whether a cut-off meets its aim, or met it only by the luck of these leads."""

from __future__ import annotations

from typing import Literal

import numpy as np

from lookalike.decide.certainty import ERROR, lower_bounds, sure_of_precision, sure_of_recall
from lookalike.decide.curve import Curve
from lookalike.decide.resampled import Resampled
from lookalike.decide.rules import NONE, Capacity, Precision, Profit, Recall, Rule

Status = Literal["reached", "only by luck", "not reached"]


def sure(curve: Curve, rule: Rule) -> int:
    """Give the cut that meets a target of precision or recall beyond luck, −1 where there is none."""
    if isinstance(rule, Precision):
        return sure_of_precision(curve, rule.share)
    return sure_of_recall(curve, rule.share) if isinstance(rule, Recall) else NONE


def verdict(curve: Curve, rule: Rule, place: int, safe: int, again: Resampled) -> tuple[Status, str]:
    """Say whether an aim is met beyond luck, and why.

    Parameters
    ----------
    curve : Curve
    rule : Rule
    place : int
        What the rule chose.
    safe : int
        What :func:`sure` gave.
    again : Resampled
    """
    if place == NONE:
        return "not reached", _why_not(curve, rule)
    if isinstance(rule, Precision):
        if safe == NONE:
            found = lower_bounds(curve.won[[place]], curve.contacts[[place]])[0]
            return "only by luck", (
                f"these leads reach it, but no cut-off would beyond luck: at this one {found:.0%} is "
                "all that can be counted on"
            )
        return "reached", "the cut-off under 'sure' reaches it on other leads too, in 95 of 100 cases"
    if isinstance(rule, Recall):
        return "reached", "the cut-off under 'sure' reaches it on other leads too, in 95 of 100 cases"
    if isinstance(rule, Profit):
        if place == len(curve.contacts) - 1:
            return "reached", "contacting everybody earns most: no cut-off is needed at this cost"
        if np.quantile(again.gain, ERROR) - again.optimism <= 0:
            return (
                "only by luck",
                "it earns no more, beyond luck, than contacting everybody or nobody",
            )
        return "reached", "it earns more than contacting everybody or nobody would, beyond luck"
    if place == len(curve.contacts) - 1:
        return "reached", "there is time for every lead"
    base = curve.all_won / curve.leads
    if lower_bounds(curve.won[[place]], curve.contacts[[place]])[0] <= base:
        return "only by luck", (
            f"they are won no more often, beyond luck, than the {base:.0%} of leads taken as they come"
        )
    return "reached", f"they are won more often than the {base:.0%} of leads taken as they come, beyond luck"


def _why_not(curve: Curve, rule: Rule) -> str:
    if isinstance(rule, Capacity):
        return f"the {int(curve.contacts[0])} best leads have the same score, and there is time for fewer"
    if isinstance(rule, Profit):
        return "at this cost every cut-off loses; contact nobody, or make contacting cheaper"
    best = int(np.argmax(curve.precision))
    return (
        f"the most that any cut-off has is {curve.precision[best]:.0%}, of {int(curve.contacts[best])} "
        "leads; ask for less, or score better"
    )
