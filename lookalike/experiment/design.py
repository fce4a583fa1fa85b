"""An experiment before it runs: arms, power, error, and what follows for leads and weeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
from scipy.stats import norm

from enrich.errors import SettingsError
from lookalike.experiment.anytime import always_valid_z
from lookalike.experiment.power import least_difference, least_leads, normal_leads
from lookalike.experiment.shares import checked

EVEN = {"A": 0.5, "B": 0.5}


class Design:
    """Arms, power and error of an experiment, and how its outcome answers a difference.

    Parameters
    ----------
    found, nearly : callable
        Power for a difference, the treatment's and the control's leads, and an error: exact, and smooth.
    most : float
        The largest difference there can be.

    For the others see :func:`lookalike.experiment.sizing.size_conversion`.
    """

    def __init__(
        self,
        found: Callable[[float, float, float, float], float],
        nearly: Callable[[float, float, float, float], float],
        most: float,
        shares: Mapping[str, float] | None,
        power: float,
        alpha: float,
        weekly: float | None,
        maturing_days: float,
        correlation: float | None,
    ) -> None:
        for name, number in (("power", power), ("alpha", alpha)):
            if not 0 < number < 1:
                raise SettingsError(f"{name} {number:g} is not between 0 and 1")
        if weekly is not None and not weekly > 0:
            raise SettingsError(f"{weekly:g} leads a week are none; give a number above nought")
        if correlation is not None and not -1 < correlation < 1:
            raise SettingsError(f"the correlation {correlation:g} is not between -1 and 1")
        self.shares = checked(shares or EVEN)
        control, *treatments = self.shares.values()
        # The smallest treatment decides; Holm's first step asks for α over the number of comparisons.
        self.sides = min(treatments), control
        self.level = alpha / len(treatments)
        self.found, self.nearly, self.most = found, nearly, most
        self.power, self.alpha = power, alpha
        self.weekly, self.maturing, self.correlation = weekly, maturing_days, correlation

    def power_of(self, difference: float, leads: float, power: Callable[..., float]) -> float:
        """Give the power for a difference and the leads of all arms."""
        return power(difference, leads * self.sides[0], leads * self.sides[1], self.level)

    def least(self, difference: float) -> int:
        """Give the least leads of all arms that find a difference."""
        if difference == 0:
            raise SettingsError(
                "a difference of nought needs no experiment; give the least that is worth finding"
            )
        start = normal_leads(partial(self.power_of, difference, power=self.nearly), self.power)
        return least_leads(partial(self.power_of, difference, power=self.found), self.power, start)

    def shown(self, leads: float, power: Callable[..., float]) -> float:
        """Give the least difference that the leads of all arms find."""
        return least_difference(partial(self.power_of, leads=leads, power=power), self.power, self.most)

    def weeks(self, leads: float) -> float | None:
        """Give how long it takes to collect the leads and to let the last mature."""
        return None if self.weekly is None else leads / self.weekly + self.maturing / 7

    def peeking(self, leads: int) -> float:
        """Give by how much the leads grow where always-valid p-values are to have that power at the end."""
        surely = norm.ppf(self.power)
        fixed = norm.isf(self.alpha / 2)
        return float(((always_valid_z(leads, leads) + surely) / (fixed + surely)) ** 2)

    def curve(self, leads: int) -> pd.DataFrame:
        """Give the least differences that other numbers of leads find, by the smooth power."""
        counts = sorted({max(4, round(leads * times)) for times in (0.25, 0.5, 0.75, 1, 1.5, 2, 4)})
        if self.weekly is not None:
            whole = [round(self.weekly * weeks) for weeks in (1, 2, 3, 4, 6, 8, 12, 26, 52)]
            counts = [n for n in whole if n >= 2 * len(self.shares)] or counts
        differences = [self.shown(n, self.nearly) for n in counts]
        return pd.DataFrame(
            {"leads": counts, "weeks": [self.weeks(n) for n in counts], "difference": differences}
        )
