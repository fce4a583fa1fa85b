"""Does the model keep its word? Probabilities and ranking of matured leads, beside those of held-out deals.

What became of leads also depends on who was called: where only the best-scored were worked, the others lost
for that alone, and the ranking looks better than it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import bootstrap, norm
from statsmodels.stats.proportion import proportion_confint

from enrich.numerals import percent
from lookalike.evaluate.metrics import auc, calibration_error, lift
from lookalike.evaluate.miscalibration import error_by_chance, in_the_large, spiegelhalter
from lookalike.evaluate.reference import HeldOut
from lookalike.evaluate.reliability import even_bins, reliability_table
from lookalike.evaluate.resampling import paired_interval
from lookalike.monitor.columns import LEVEL, corrected
from lookalike.monitor.finding import Finding, Severity, graded

#: Fewer matured leads than this, or fewer of them won or lost, and the ranking is not judged.
FEW, FEW_OF_A_KIND = 20, 5
#: Loss of AUC, and calibration error beyond chance, that are alarming.
AUC_ALARM, ERROR_ALARM = 0.05, 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kept:
    """How well promises were kept; intervals are of 95 %.

    Attributes
    ----------
    leads, won : int
        Matured and scored.
    expected : float
        Leads that the probabilities say should have been won; missing, as all that rests on probabilities,
        where the model cannot tell any.
    won_rate, won_rate_low, won_rate_high : float
        With Wilson's interval.
    p_in_the_large, z_spiegelhalter, p_spiegelhalter : float
        Tests of the number won and of the Brier score; see :mod:`lookalike.evaluate.miscalibration`.
    ece, ece_by_chance : float
        Expected calibration error, and what chance exceeds one time in twenty though the probabilities hold.
    ece_promised : float, optional
        On deals held out at fit.
    auc, auc_low, auc_high, lift, lift_low, lift_high : float
        By stratified bootstrap; lift is that of the best tenth. NaN where leads are few.
    auc_promised, lift_promised : float, optional
    p_auc : float
        Of the AUC being no lower than promised.
    reliability : DataFrame
        A row a bin: leads, probability (mean), won_rate, low, high.
    """

    leads: int
    won: int
    expected: float
    won_rate: float
    won_rate_low: float
    won_rate_high: float
    p_in_the_large: float
    z_spiegelhalter: float
    p_spiegelhalter: float
    ece: float
    ece_by_chance: float
    ece_promised: float | None
    auc: float
    auc_low: float
    auc_high: float
    auc_promised: float | None
    p_auc: float
    lift: float
    lift_low: float
    lift_high: float
    lift_promised: float | None
    reliability: pd.DataFrame

    @property
    def misses(self) -> bool:
        """Whether the probabilities do not hold, beyond chance."""
        return bool((self._q_values[:2] < LEVEL).any())

    @property
    def ranks_worse(self) -> bool:
        """Whether the ranking is worse than promised, beyond chance."""
        return self.auc_promised is not None and bool(self._q_values[2] < LEVEL)

    @property
    def _q_values(self) -> Floats:
        return corrected(np.array([self.p_in_the_large, self.p_spiegelhalter, self.p_auc]))


def judge(
    won: NDArray[np.bool_],
    scores: Floats,
    probabilities: Floats,
    promised: HeldOut | None = None,
    ece: float | None = None,
    random_state: int = 0,
) -> Kept:
    """Judge scores of matured leads.

    Parameters
    ----------
    won : ndarray of bool, shape (n_leads,)
        At least one.
    scores : ndarray of shape (n_leads,)
    probabilities : ndarray of shape (n_leads,)
        All missing where the model cannot tell them; then only the ranking is judged.
    promised : HeldOut, optional
    ece : float, optional
        What held-out deals showed.
    random_state : int
        Seed of the bootstrap and of what chance allows.
    """
    low, high = proportion_confint(won.sum(), len(won), method="wilson")
    told = ~np.isnan(probabilities)
    return Kept(
        leads=len(won),
        won=int(won.sum()),
        won_rate=float(won.mean()),
        won_rate_low=float(low),
        won_rate_high=float(high),
        ece_promised=ece,
        auc_promised=None if promised is None else promised.auc,
        lift_promised=None if promised is None else promised.lift,
        reliability=reliability_table(won[told], probabilities[told], even_bins(probabilities[told])),
        **_calibration(won, probabilities, random_state),
        **_ranking(won, scores, promised, random_state),
    )


def promises(kept: Kept) -> list[Finding]:
    """Report broken promises, or that they hold."""
    findings = []
    if kept.misses:
        evidence = (
            f"probabilities do not hold: {percent(kept.won_rate)} of {kept.leads} matured leads were won "
            f"({percent(kept.won_rate_low)} to {percent(kept.won_rate_high)}), they say "
            f"{percent(kept.expected / kept.leads)}; calibration error {kept.ece:.3f}, chance allows "
            f"{kept.ece_by_chance:.3f}"
        )
        beyond = max(kept.ece - kept.ece_by_chance, 0.0)
        grade = graded(beyond, 0.0, ERROR_ALARM)
        remedy = "fit again with the deals closed since; until then trust the ranking, not the probabilities"
        findings.append(Finding(grade, "outcomes", "", evidence, remedy))
    if kept.ranks_worse and kept.auc_promised is not None:
        grade = graded(kept.auc_promised - kept.auc, 0.0, AUC_ALARM)
        evidence = (
            f"ranks worse than promised: AUC {_interval(kept)}, {kept.auc_promised:.3f} on deals held out"
        )
        remedy = "fit again with recent deals, and look at the columns that moved"
        findings.append(Finding(grade, "outcomes", "", evidence, remedy))
    return findings or [Finding(Severity.OK, "outcomes", "", _well(kept))]


def _well(kept: Kept) -> str:
    said = f"{kept.won} of {kept.leads} matured leads were won"
    if not np.isnan(kept.expected):
        said += f", the probabilities say {kept.expected:.0f}"
    if np.isnan(kept.auc):
        return f"{said}; too few to judge the ranking"
    promised = "" if kept.auc_promised is None else f" ({kept.auc_promised:.3f} promised)"
    return f"{said}; AUC {_interval(kept)}{promised}"


def _interval(kept: Kept) -> str:
    return f"{kept.auc:.3f}, {kept.auc_low:.3f} to {kept.auc_high:.3f}"


def _calibration(won: NDArray[np.bool_], probabilities: Floats, random_state: int) -> dict[str, float]:
    if np.isnan(probabilities).all():
        names = ("expected", "p_in_the_large", "z_spiegelhalter", "p_spiegelhalter", "ece", "ece_by_chance")
        return dict.fromkeys(names, np.nan)
    z, p = spiegelhalter(won, probabilities)
    return {
        "expected": float(probabilities.sum()),
        "p_in_the_large": in_the_large(won, probabilities)[1],
        "z_spiegelhalter": z,
        "p_spiegelhalter": p,
        "ece": calibration_error(won, probabilities),
        "ece_by_chance": error_by_chance(probabilities, random_state=random_state),
    }


def _ranking(
    won: NDArray[np.bool_], scores: Floats, promised: HeldOut | None, random_state: int
) -> dict[str, float]:
    names = ("auc", "auc_low", "auc_high", "p_auc", "lift", "lift_low", "lift_high")
    if len(won) < FEW or min(won.sum(), (~won).sum()) < FEW_OF_A_KIND:
        return dict.fromkeys(names, np.nan)
    # Against a constant, whose AUC is a half whatever is drawn.
    low, high = (
        0.5 + end for end in paired_interval(won, scores, np.zeros(len(won)), random_state=random_state)
    )
    found, error = auc(won, scores), (high - low) / (2 * norm.ppf(0.975))
    p = np.nan
    if promised is not None and (together := np.hypot(error, promised.auc_error)) > 0:
        p = float(norm.cdf((found - promised.auc) / together))
    lifts = _lift_interval(won, scores, random_state)
    return dict(zip(names, (found, low, high, p, lift(won, scores), *lifts), strict=True))


def _lift_interval(won: NDArray[np.bool_], scores: Floats, random_state: int) -> tuple[float, float]:
    rows = np.arange(len(won))

    def of_rows(drawn: NDArray[np.int64]) -> float:
        return lift(won[drawn], scores[drawn]) if won[drawn].any() else np.nan

    interval = bootstrap(
        (rows,), of_rows, n_resamples=500, vectorized=False, method="percentile", rng=random_state
    ).confidence_interval
    return float(interval.low), float(interval.high)
