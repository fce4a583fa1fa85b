"""How many leads an experiment needs, how long that takes, and what so many leads can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.stats import norm

from enrich.errors import SettingsError
from enrich.numerals import percent
from lookalike.experiment.design import Design
from lookalike.experiment.estimate import ALPHA
from lookalike.experiment.power import conversion_power, normal_power, revenue_power


@dataclass(frozen=True)
class Size:
    """What an experiment needs.

    Attributes
    ----------
    kind : {"conversion", "revenue"}
    baseline : float
        Conversion rate, or mean revenue a lead, of the control.
    difference : float
        The least difference that is found with that power.
    spread : float or None
        Standard deviation of one lead's revenue.
    power, alpha : float
        Chance to find the difference; error allowed over all comparisons, two-sided.
    arms : dict of str to int
        Leads of each arm, the control first.
    leads : int
        Of all arms.
    weeks : float or None
        How long it takes to collect them and to let the last mature.
    leads_with_covariate : int or None
        What would do with a covariate of the correlation given.
    leads_when_peeking : int
        What is needed at most where one may stop at any look, as always-valid p-values allow.
    curve : DataFrame
        ``leads``, ``weeks`` and ``difference`` found with the same power.
    notes : list of str
        What a reader must know.
    """

    command: ClassVar[str] = "experiment-size"
    kind: str
    baseline: float
    difference: float
    spread: float | None
    power: float
    alpha: float
    arms: dict[str, int]
    leads: int
    weeks: float | None
    leads_with_covariate: int | None
    leads_when_peeking: int
    curve: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """How many leads and weeks for which difference."""
        of = ", ".join(f"{name} {n:,}" for name, n in self.arms.items())
        long = "" if self.weeks is None else f", {self.weeks:.1f} weeks"
        from_to = f"from {self.told(self.baseline)} to {self.told(self.baseline + self.difference)}"
        return (
            f"{self.leads:,} leads ({of}){long}: so many find a change of {self.kind} {from_to} in "
            f"{percent(self.power)} of all experiments"
        )

    def told(self, value: float) -> str:
        """Give a rate as per cent, revenue as a number."""
        return f"{value:.2%}" if self.kind == "conversion" else f"{value:,.2f}"

    def to_dict(self) -> dict[str, Any]:
        """Give all attributes."""
        return dict(vars(self))

    def _repr_html_(self) -> str:
        from lookalike.display import size_card

        return size_card(self).html()


def size_conversion(
    rate: float,
    difference: float | None = None,
    *,
    leads: int | None = None,
    shares: Mapping[str, float] | None = None,
    power: float = 0.8,
    alpha: float = ALPHA,
    weekly: float | None = None,
    maturing_days: float = 0.0,
    correlation: float | None = None,
) -> Size:
    """Size an experiment on conversion.

    Parameters
    ----------
    rate : float
        Conversion rate of the control, between 0 and 1.
    difference : float, optional
        The difference that is worth finding; one of it and `leads` is needed. With both, the power is told.
    leads : int, optional
        Leads of all arms there will be: the least difference they show is told.
    shares : mapping of str to float, optional
        Of the arms, the control first; two of the same size if absent.
    power, alpha : float
        Chance to find the difference; error allowed over all comparisons, two-sided.
    weekly : float, optional
        Leads a week, for the duration.
    maturing_days : float
        Days until a lead has had its chance to convert.
    correlation : float, optional
        Of a covariate with the outcome; CUPED saves its square.

    Raises
    ------
    SettingsError
        If a rate, share or number makes no sense.

    >>> size_conversion(0.10, 0.02).leads
    7672
    """
    if not 0 < rate < 1:
        raise SettingsError(f"the conversion rate {rate:g} is not between 0 and 1")
    if difference is not None and not 0 < rate + difference < 1:
        raise SettingsError(f"{rate:g} and the difference {difference:g} make no rate between 0 and 1")

    def exactly(change: float, n: float, n0: float, level: float) -> float:
        return conversion_power(rate + change, rate, max(1, round(n)), max(1, round(n0)), level)

    def nearly(change: float, n: float, n0: float, level: float) -> float:
        return normal_power(rate + change, rate, n, n0, level)

    most = (1 - rate) * (1 - 1e-6)
    design = Design(exactly, nearly, most, shares, power, alpha, weekly, maturing_days, correlation)
    return _sized(design, "conversion", rate, None, difference, leads, [])


def size_revenue(
    mean: float,
    spread: float,
    difference: float | None = None,
    *,
    leads: int | None = None,
    shares: Mapping[str, float] | None = None,
    power: float = 0.8,
    alpha: float = ALPHA,
    weekly: float | None = None,
    maturing_days: float = 0.0,
    correlation: float | None = None,
    leads_for_normal: float | None = None,
) -> Size:
    """Size an experiment on revenue a lead (leads without any count as nought).

    Parameters not named here are those of :func:`size_conversion`.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation of a single lead's revenue, from a pilot or the past.
    leads_for_normal : float, optional
        Leads an arm needs for its mean to be nearly normal
        (:func:`lookalike.experiment.means.leads_for`); told where the experiment is smaller.

    Raises
    ------
    SettingsError
        If a number makes no sense.

    >>> size_revenue(100.0, 400.0, 20.0).leads
    12562
    """
    if not spread > 0:
        raise SettingsError(f"the spread {spread:g} of revenue is not above nought")

    def found(change: float, n: float, n0: float, level: float) -> float:
        return revenue_power(change, spread, round(n), round(n0), level)

    def nearly(change: float, n: float, n0: float, level: float) -> float:
        z = abs(change) / spread / np.sqrt(1 / n + 1 / n0)
        return float(norm.sf(norm.isf(level / 2) - z))

    design = Design(found, nearly, 100 * spread, shares, power, alpha, weekly, maturing_days, correlation)
    sized = _sized(design, "revenue", mean, spread, difference, leads, [])
    if leads_for_normal is None:
        sized.notes.append(
            "revenue is mostly skewed, and these numbers take it for nearly normal; a pilot table shows "
            "how far that is true"
        )
    elif min(sized.arms.values()) < leads_for_normal:
        sized.notes.append(
            f"revenue is so skewed that an arm needs {ceil(leads_for_normal):,} leads for its mean to be "
            "nearly normal; with fewer, power is only roughly the one told: conversion may be the better "
            "measure"
        )
    return sized


def _sized(
    design: Design,
    kind: str,
    baseline: float,
    spread: float | None,
    difference: float | None,
    leads: int | None,
    notes: list[str],
) -> Size:
    if difference is None and leads is None:
        raise SettingsError("give the difference worth finding, or the leads there will be")
    if leads is not None and leads < 2 * len(design.shares):
        raise SettingsError(f"{leads} leads are too few for {len(design.shares)} arms")
    if leads is None:
        assert difference is not None  # noqa: S101 - for mypy
        try:
            needed = design.least(difference)
            leads = sum(ceil(needed * share - 1e-9) for share in design.shares.values())
        except ValueError as error:
            raise SettingsError(f"a difference of {difference:g}: {error}") from error
    power = design.power
    if difference is None:
        difference = design.shown(leads, design.found)
        if np.isnan(difference):
            notes.append(f"{leads:,} leads are too few to find any difference that surely")
    else:
        power = design.power_of(difference, leads, design.found)
    sizes = np.diff(np.r_[0, np.cumsum(list(design.shares.values())) * leads].round()).astype(int)
    arms = dict(zip(design.shares, sizes.tolist(), strict=True))
    saved = None if design.correlation is None else ceil(leads * (1 - design.correlation**2))
    return Size(
        kind,
        baseline,
        difference,
        spread,
        power,
        design.alpha,
        arms,
        leads,
        design.weeks(leads),
        saved,
        ceil(leads * design.peeking(leads)),
        design.curve(leads),
        notes,
    )
