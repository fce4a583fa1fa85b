"""One arm against the control: what was observed, adjusted by what was known before, and under peeking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, ttest_ind
from statsmodels.stats.multitest import multipletests

from lookalike.experiment.anytime import BURN_IN, AlwaysValid, always_valid
from lookalike.experiment.cuped import adjust, variance_left
from lookalike.experiment.estimate import ALPHA, Estimate, Floats
from lookalike.experiment.means import compare_means, pooled_error, too_skewed
from lookalike.experiment.mismatch import ALARM
from lookalike.experiment.proportions import compare_conversion
from lookalike.experiment.strata import edges, merged, post_stratified, stratum

#: A difference this many standard errors large is found in four of five experiments.
RESOLUTION = float(norm.isf(ALPHA / 2) + norm.ppf(0.8))
#: Arms of which one is so many times as large as the other are uneven: their skewness doesn't cancel out.
UNEVEN = 1.5


@dataclass(frozen=True)
class Comparison:
    """A treatment beside the control.

    Attributes
    ----------
    measure : {"conversion", "revenue"}
    treatment, control : str
        Names of the arms.
    leads, control_leads : int
    mean, control_mean : float
        Conversion rate, or revenue a lead.
    observed : Estimate
        As the outcomes stand.
    adjusted : Estimate or None
        With covariate and strata; what is told where there is one.
    variance_left : float
        Variance of the adjusted difference over that of the observed one; 1 without an adjustment.
    theta : float or None
        How much of the covariate was taken out.
    strata : int
        Strata compared within; 1 for none.
    holm_p : float
        P-value of what is told, corrected for the number of treatments (Holm 1979).
    anytime : AlwaysValid
        What holds under peeking; its p-value is corrected in the same way.
    resolution : float
        The difference that an experiment of this size finds in four of five cases.
    """

    measure: str
    treatment: str
    control: str
    leads: int
    control_leads: int
    mean: float
    control_mean: float
    observed: Estimate
    adjusted: Estimate | None
    variance_left: float
    theta: float | None
    strata: int
    holm_p: float
    anytime: AlwaysValid
    resolution: float

    @property
    def told(self) -> Estimate:
        """The estimate that is told: adjusted where there is something to adjust by."""
        return self.adjusted or self.observed

    @property
    def beyond_chance(self) -> bool:
        """Whether there is a difference, at five per cent over all treatments."""
        return self.holm_p < ALPHA and self.told.beyond_chance

    def to_dict(self) -> dict[str, Any]:
        """Give all attributes."""
        made = dict(vars(self)) | {"beyond_chance": self.beyond_chance}
        made |= {"observed": self.observed.to_dict(), "anytime": self.anytime.to_dict()}
        return made | {"adjusted": None if self.adjusted is None else self.adjusted.to_dict()}


def compare(
    leads: pd.DataFrame,
    measure: str,
    treatment: str,
    control: str,
    *,
    strata: int = 5,
    planned: int,
    random_state: int = 0,
) -> tuple[Comparison, list[str]]:
    """Compare a treatment with the control.

    Parameters
    ----------
    leads : DataFrame
        As :func:`lookalike.experiment.units.read_units` reads them.
    measure : {"conversion", "revenue"}
    treatment, control : str
    strata : int
        Strata of the score, where there is one; 1 for none.
    planned : int
        Leads of all arms the experiment is planned for.
    random_state : int
        Seed of the bootstrap.

    Returns
    -------
    Comparison
    notes : list of str
    """
    both = leads[leads["arm"].isin([treatment, control])]
    arm = (both["arm"] == treatment).to_numpy()
    name = "converted" if measure == "conversion" else "revenue"
    outcome = both[name].to_numpy(dtype=np.float64)
    y, y0, notes = outcome[arm], outcome[~arm], []
    if measure == "conversion":
        observed = compare_conversion(int(y.sum()), len(y), int(y0.sum()), len(y0))
        fewest = min(part for side in (y, y0) for part in (side.sum(), len(side) - side.sum()))
    else:
        observed = compare_means(y, y0, random_state=random_state)
        fewest = min(len(y), len(y0)) / 2
        if "skewed" in observed.method:
            notes.append(
                f"revenue of {treatment} and {control} is very skewed for so few leads: the interval is "
                "bootstrapped, and a few large deals may decide; look at conversion first"
            )
    adjusted, theta, left, parts = _adjusted(both, outcome, arm, strata, notes)
    told = adjusted or observed
    careful = 1.0
    if measure == "revenue" and observed.standard_error > 0:
        careful = max(1.0, pooled_error(y, y0) / observed.standard_error)
    valid = always_valid(
        told.difference, careful * told.standard_error, len(both), planned, enough=bool(fewest >= BURN_IN)
    )
    comparison = Comparison(
        measure,
        treatment,
        control,
        len(y),
        len(y0),
        float(y.mean()),
        float(y0.mean()),
        observed,
        adjusted,
        left,
        theta,
        parts,
        told.p_value,
        valid,
        RESOLUTION * told.standard_error,
    )
    return comparison, notes


def corrected(comparisons: list[Comparison]) -> list[Comparison]:
    """Correct the p-values of several treatments against one control (Holm 1979)."""
    if not comparisons:
        return []
    fixed = multipletests([one.told.p_value for one in comparisons], method="holm")[1]
    anytime = multipletests([one.anytime.p_value for one in comparisons], method="holm")[1]
    return [
        replace(one, holm_p=float(p), anytime=replace(one.anytime, p_value=float(q)))
        for one, p, q in zip(comparisons, fixed, anytime, strict=True)
    ]


def _adjusted(
    both: pd.DataFrame, outcome: Floats, arm: Any, strata: int, notes: list[str]
) -> tuple[Estimate | None, float | None, float, int]:
    covariate, score = (both[name].to_numpy(dtype=np.float64) for name in ("covariate", "score"))
    if min(arm.sum(), (~arm).sum()) < 2 * BURN_IN or np.ptp(outcome) == 0:
        return None, None, 1.0, 1
    adjusted, theta = outcome, None
    if not np.isnan(covariate).all():
        known = ~np.isnan(covariate)
        if not known.all():
            notes.append(f"{int((~known).sum()):,} leads have no covariate and count as average")
        filled = np.where(known, covariate, covariate[known].mean())
        if _moved(filled[arm], filled[~arm]):
            notes.append(
                "the covariate itself differs between the arms beyond chance: it must be from before the "
                "experiment; if it isn't, leave it out"
            )
        adjusted, theta = adjust(outcome, filled, arm)
    parts = np.zeros(len(outcome), dtype=np.int64)
    if strata > 1 and not np.isnan(score).all():
        parts = merged(stratum(score, edges(score, strata)), arm.astype(np.int64))
    count = int(parts.max()) + 1
    if theta is None and count == 1:
        return None, None, 1.0, 1
    larger, smaller = max(arm.sum(), (~arm).sum()), min(arm.sum(), (~arm).sum())
    skewed = not _is_conversion(outcome) and (too_skewed(adjusted[arm]) or too_skewed(adjusted[~arm]))
    if skewed and larger > UNEVEN * smaller:
        notes.append(
            "revenue is too skewed for arms so uneven to be adjusted for what was known before; it is told "
            "as observed"
        )
        return None, None, 1.0, 1
    estimate = post_stratified(adjusted, arm, parts)
    before = outcome[arm].var(ddof=1) / arm.sum() + outcome[~arm].var(ddof=1) / (~arm).sum()
    left = estimate.standard_error**2 / before if count > 1 else variance_left(outcome, adjusted, arm)
    return estimate, theta, float(left), count


def _is_conversion(outcome: Floats) -> bool:
    return bool(np.isin(outcome, (0.0, 1.0)).all())


def _moved(x: Floats, x0: Floats) -> bool:
    return bool(np.ptp(x) + np.ptp(x0) > 0 and ttest_ind(x, x0, equal_var=False).pvalue < ALARM)
