"""Whether the treatment works better on leads with a high score: Qini curve, and uplift by score.

Radcliffe (2007), "Using control groups to target on predicted lift". It means something only where arms were
assigned at random. Leads with the same score stand or fall together, so the order of the file cannot help.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, rankdata
from statsmodels.stats.proportion import confint_proportions_2indep

from lookalike.experiment.estimate import ALPHA, Floats


def qini_curve(
    outcome: ArrayLike, score: ArrayLike, treated: ArrayLike, weight: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Give what the treatment brought among the leads with the highest scores, for every number of them.

    Parameters
    ----------
    outcome : array-like of shape (n_leads,)
        Conversion (0 or 1) or revenue.
    score : array-like of shape (n_leads,)
    treated : array-like of bool, shape (n_leads,)
    weight : array-like of shape (n_leads,), optional
        How often each lead counts.

    Returns
    -------
    leads : ndarray of shape (n_points,)
        From nought to all; one point for each score that occurs.
    gained : ndarray of shape (n_points,)
        Outcomes of the treated there, less those of the control brought to the same number.

    >>> leads, gained = qini_curve([1, 0, 1, 0], [4, 3, 2, 1], [True, False, False, True])
    >>> leads.tolist(), gained.tolist()
    ([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 1.0, 0.5, 0.0])
    """
    return _Ranking(outcome, score, treated).curve(weight)


class _Ranking:
    """Leads in the order of their scores; sorted once, drawn again as often as wanted."""

    def __init__(self, outcome: ArrayLike, score: ArrayLike, treated: ArrayLike) -> None:
        y, s = np.asarray(outcome, dtype=np.float64), np.asarray(score, dtype=np.float64)
        self.order = np.argsort(-s, kind="stable")
        self.treated = np.asarray(treated, dtype=bool)[self.order]
        self.outcome = y[self.order]
        self.last = np.r_[np.flatnonzero(np.diff(s[self.order])), len(s) - 1]

    def curve(self, weight: ArrayLike | None = None) -> tuple[Floats, Floats]:
        w = np.ones(len(self.order)) if weight is None else np.asarray(weight, dtype=np.float64)[self.order]
        treated, control = w * self.treated, w * ~self.treated
        treated_leads, control_leads = (np.cumsum(side)[self.last] for side in (treated, control))
        treated_sum, control_sum = (np.cumsum(side * self.outcome)[self.last] for side in (treated, control))
        # Where no control lead is among them yet, there is nothing to take off.
        scale = np.divide(treated_leads, control_leads, out=np.zeros(len(self.last)), where=control_leads > 0)
        return np.r_[0.0, treated_leads + control_leads], np.r_[0.0, treated_sum - control_sum * scale]


def qini_coefficient(
    converted: ArrayLike, score: ArrayLike, treated: ArrayLike, weight: ArrayLike | None = None
) -> float:
    """Give the area between the Qini curve and the diagonal, over that of the best possible order.

    0 is an order at random, 1 the best there is: treated leads that converted first, control leads that did
    last. NaN where no order is better than another.
    """
    return _coefficient(*_own_and_best(converted, score, treated), weight)


def _own_and_best(converted: ArrayLike, score: ArrayLike, treated: ArrayLike) -> tuple[_Ranking, _Ranking]:
    y, arm = np.asarray(converted, dtype=np.float64), np.asarray(treated, dtype=bool)
    return _Ranking(y, score, arm), _Ranking(y, np.where(arm, y, -y), arm)


def _coefficient(own: _Ranking, best: _Ranking, weight: ArrayLike | None = None) -> float:
    most = _area_above_diagonal(*best.curve(weight))
    return _area_above_diagonal(*own.curve(weight)) / most if most > 0 else float("nan")


def _area_above_diagonal(leads: Floats, gained: Floats) -> float:
    return float(np.trapezoid(gained, leads) - leads[-1] * gained[-1] / 2)


@dataclass(frozen=True)
class Qini:
    """Qini coefficient with its 95 % interval, and the curve at up to a hundred places."""

    coefficient: float
    low: float
    high: float
    curve: pd.DataFrame


def qini(
    converted: ArrayLike, score: ArrayLike, treated: ArrayLike, *, resamples: int = 300, random_state: int = 0
) -> Qini:
    """Give the Qini coefficient with a bootstrapped interval, leads drawn within their arm.

    Parameters
    ----------
    converted : array-like of shape (n_leads,)
        0 or 1.
    score : array-like of shape (n_leads,)
    treated : array-like of bool, shape (n_leads,)
    resamples : int
    random_state : int
    """
    y, s = np.asarray(converted, dtype=np.float64), np.asarray(score, dtype=np.float64)
    arm = np.asarray(treated, dtype=bool)
    rankings = _own_and_best(y, s, arm)
    rng, drawn = np.random.default_rng(random_state), []
    for _ in range(resamples):
        weight = np.zeros(len(y))
        for side in (np.flatnonzero(arm), np.flatnonzero(~arm)):
            weight[side] = np.bincount(rng.integers(0, len(side), len(side)), minlength=len(side))
        drawn.append(_coefficient(*rankings, weight))
    known = np.array(drawn)[~np.isnan(drawn)]
    low, high = np.quantile(known, (ALPHA / 2, 1 - ALPHA / 2)) if len(known) else (np.nan, np.nan)
    leads, gained = rankings[0].curve()
    shown = np.unique(np.linspace(0, len(leads) - 1, min(len(leads), 101)).round().astype(int))
    curve = pd.DataFrame({"leads": leads[shown].astype(int), "gained": gained[shown]})
    return Qini(_coefficient(*rankings), float(low), float(high), curve)


def score_tenths(score: ArrayLike, parts: int = 10) -> NDArray[np.int64]:
    """Give the part of the ranking each lead is in, from 1, the highest scores; ties stay together.

    >>> score_tenths([9, 8, 8, 8, 1], parts=5).tolist()
    [1, 3, 3, 3, 5]
    """
    ranks = rankdata(-np.asarray(score, dtype=np.float64))
    return np.minimum((ranks - 0.5) / len(ranks) * parts, parts - 1).astype(np.int64) + 1


def uplift_by_score(
    outcome: ArrayLike, score: ArrayLike, treated: ArrayLike, *, conversion: bool = True, parts: int = 10
) -> pd.DataFrame:
    """Give the difference between treated and control leads in each tenth of the scores, highest first.

    Returns
    -------
    DataFrame of shape (up to parts, 10)
        ``tenth``, ``lowest_score``, ``highest_score``, ``treated``, ``control`` (leads), ``treated_mean``,
        ``control_mean``, ``uplift`` and its 95 % interval ``low``, ``high``: Newcombe's of a conversion, else
        normal. NaN where an arm is missing.
    """
    y, s = np.asarray(outcome, dtype=np.float64), np.asarray(score, dtype=np.float64)
    arm, part = np.asarray(treated, dtype=bool), score_tenths(score, parts)
    rows = []
    for tenth in np.unique(part):
        here = part == tenth
        a, b = y[here & arm], y[here & ~arm]
        row = {"tenth": int(tenth), "lowest_score": s[here].min(), "highest_score": s[here].max()}
        row |= {"treated": len(a), "control": len(b)}
        mean, base = (side.mean() if len(side) else np.nan for side in (a, b))
        low, high = np.nan, np.nan
        if conversion and len(a) and len(b):
            low, high = confint_proportions_2indep(a.sum(), len(a), b.sum(), len(b), method="newcomb")
        elif min(len(a), len(b)) > 1:
            far = norm.isf(ALPHA / 2) * np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
            low, high = mean - base - far, mean - base + far
        row |= {"treated_mean": mean, "control_mean": base, "uplift": mean - base, "low": low, "high": high}
        rows.append(row)
    return pd.DataFrame(rows)
