"""What became of deals, group against group: conversion, days to a decision, revenue, cost of acquisition.

All of it as of one day and within one horizon, so that a young group is compared on what both had time for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.stats import norm

from enrich.errors import SettingsError
from lookalike.experiment.cycles import DealColumns, read_cycles
from lookalike.experiment.estimate import ALPHA
from lookalike.experiment.group_measures import group_row, measured, revenue_within, spent
from lookalike.experiment.means import compare_means
from lookalike.experiment.outcome_cells import day_text
from lookalike.experiment.survival import Measured, decided_by, logrank
from lookalike.experiment.units import Units

#: Deals that are watched for the horizon, of each group, where nobody names one: half of them.
WATCHED = 0.5
#: What is compared beside revenue.
MEASURES = ("won_share", "days", "cost_of_acquisition")


@dataclass(frozen=True)
class Outcomes:
    """What became of deals.

    Attributes
    ----------
    before_after : bool
        Whether groups are before and after a change, not arms.
    as_of : str
        The cut-off.
    horizon : float
        Days within which everything is counted.
    groups : DataFrame
        A row a group: ``group``, ``deals``, ``open``, ``won``, ``lost``, ``mature`` (watched for the
        horizon), ``won_share`` (within the horizon, open deals honoured), ``days`` (mean to a decision, of
        no more than the horizon), ``median_days``, ``revenue`` (a mature deal, within the horizon),
        ``total_revenue``, ``cost``, ``cost_of_acquisition``; the measures each with ``_low`` and ``_high``.
    comparisons : DataFrame
        A row a measure and group: ``measure``, ``group``, ``base``, ``value``, ``base_value``,
        ``difference``, ``low``, ``high``, ``p_value``, ``ratio``.
    logrank_p : float
        P-value of the logrank test that all groups are decided alike.
    curves : DataFrame
        ``group``, ``day``, ``open`` (share not decided by then), ``won`` (share won by then).
    left_out : DataFrame
        ``error``, ``rows``, ``first_row``.
    rows : int
    errors : list of str
        What is wrong with each row, empty where it counts.
    warnings, notes : list of str
    """

    command: ClassVar[str] = "experiment-outcomes"
    before_after: bool
    as_of: str
    horizon: float
    groups: pd.DataFrame
    comparisons: pd.DataFrame
    logrank_p: float
    curves: pd.DataFrame
    left_out: pd.DataFrame
    rows: int
    errors: list[str]
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """Shares won within the horizon, and the days; a warning where it is no experiment."""
        told = []
        for name in dict.fromkeys(self.comparisons["group"]):
            rows = self.comparisons[self.comparisons["group"] == name].set_index("measure")
            won, days = rows.loc["won_share"], rows.loc["days"]
            longer = "longer" if days["difference"] > 0 else "less"
            told.append(
                f"{name} won {won['value']:.1%} of its deals within {self.horizon:.0f} days, {won['base']} "
                f"{won['base_value']:.1%} ({signed(100 * won['difference'])} points, "
                f"95% {signed(100 * won['low'])} to {signed(100 * won['high'])}: {_chance(won)}); its "
                f"decisions took {abs(days['difference']):.1f} days {longer} (95% {signed(days['low'])} to "
                f"{signed(days['high'])}: {_chance(days)})"
            )
        return "; ".join(told) + (f". {self.warnings[0]}" if self.warnings else "")

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the row errors, which are counted."""
        return {name: value for name, value in vars(self).items() if name != "errors"}

    def _repr_html_(self) -> str:
        from lookalike.display import outcomes_card

        return outcomes_card(self).html()


def outcomes(
    deals: pd.DataFrame,
    columns: DealColumns,
    *,
    change: str | None = None,
    control: str | None = None,
    as_of: str | None = None,
    horizon: float | None = None,
    costs: Mapping[str, float] | None = None,
    errors: list[str] | None = None,
) -> Outcomes:
    """Compare what became of the deals of two groups or more.

    Parameters
    ----------
    deals : DataFrame of shape (n_rows, n_columns)
    columns : DealColumns
        Which column plays which part.
    change, control, as_of, errors
        See :func:`lookalike.experiment.cycles.read_cycles`.
    horizon : float, optional
        Days within which everything is counted; if absent, as many as half of the deals of each group were
        watched for, and no more than nine in ten decisions took.
    costs : mapping of str to float, optional
        What was spent on each group in all, instead of a column of costs.

    Raises
    ------
    ColumnError
        If a column is missing, or there are fewer than two groups.
    SettingsError
        If a date cannot be read, no deal of a group was watched for the horizon, or costs name no group.
    """
    read = read_cycles(deals, columns, change=change, control=control, as_of=as_of, errors=errors)
    frame, names = read.frame, read.groups
    parts = {name: frame[frame["group"] == name] for name in names}
    longest = min(float(part["watched"].max()) for part in parts.values())
    within = _horizon(frame, parts) if horizon is None else horizon
    if not 0 < within <= longest:
        raise SettingsError(
            f"a horizon of {within:g} days is too long: a group was watched for {longest:.0f} days at most; "
            "name a shorter one in --horizon"
        )
    costs_a_deal = spent(parts, costs, columns.cost is not None)
    found = {name: measured(part, within, costs_a_deal.get(name)) for name, part in parts.items()}
    groups = pd.DataFrame(
        [group_row(name, parts[name], found[name], costs_a_deal.get(name), within) for name in names]
    )
    rows = [
        _difference(measure, name, names[0], found[name][measure], found[names[0]][measure])
        for name in names[1:]
        for measure in MEASURES
        if measure in found[name] and measure in found[names[0]]
    ]
    if columns.revenue is not None:
        rows += [
            row for name in names[1:] if (row := _revenue_row(name, names[0], parts, within)) is not None
        ]
    p = logrank(frame["days"], frame["closed"], frame["group"])
    curves = pd.concat([_curve(name, parts[name], within) for name in names], ignore_index=True)
    warnings, notes = [], list(read.notes)
    if change is not None:
        warnings.append(
            "Before and after is no experiment: whatever else changed with the day (season, prices, people, "
            "the kind of leads) is in these differences too"
        )
    else:
        notes.append(
            "the differences are the doing of the arm only where deals were assigned to it at random"
        )
    left = Units(frame, names, {}, read.errors, []).left_out
    return Outcomes(
        change is not None,
        day_text(read.as_of),
        within,
        groups,
        pd.DataFrame(rows),
        p,
        curves,
        left,
        len(deals),
        read.errors,
        warnings,
        notes,
    )


def _horizon(frame: pd.DataFrame, parts: Mapping[str, pd.DataFrame]) -> float:
    watched = min(float(part["watched"].quantile(1 - WATCHED)) for part in parts.values())
    decided = frame.loc[frame["closed"], "days"]
    usual = float(decided.quantile(0.9)) if len(decided) else watched
    return max(1.0, np.floor(min(watched, usual)))


def _revenue_row(
    name: str, base: str, parts: Mapping[str, pd.DataFrame], horizon: float
) -> dict[str, Any] | None:
    y, y0 = (revenue_within(parts[group], horizon) for group in (name, base))
    if min(len(y), len(y0)) < 2:
        return None
    found = compare_means(y, y0)
    row: dict[str, Any] = {"measure": "revenue", "group": name, "base": base}
    row |= {"value": y.mean(), "base_value": y0.mean(), "difference": found.difference}
    return row | {"low": found.low, "high": found.high, "p_value": found.p_value, "ratio": found.ratio}


def _difference(measure: str, name: str, base: str, one: Measured, other: Measured) -> dict[str, Any]:
    gap = Measured(one.value - other.value, float(np.hypot(one.standard_error, other.standard_error)))
    low, high = gap.interval
    p = 2 * norm.sf(abs(gap.value) / gap.standard_error) if gap.standard_error > 0 else float(gap.value == 0)
    row: dict[str, Any] = {"measure": measure, "group": name, "base": base}
    row |= {"value": one.value, "base_value": other.value, "difference": gap.value}
    ratio = one.value / other.value if other.value > 0 else float("nan")
    return row | {"low": low, "high": high, "p_value": float(p), "ratio": ratio}


def _curve(name: str, part: pd.DataFrame, horizon: float) -> pd.DataFrame:
    days = np.unique(np.linspace(0, horizon, 31).round(1))
    won, lost, _ = decided_by(part["days"], part["closed"], part["won"], days)
    return pd.DataFrame({"group": name, "day": days, "open": 1 - won - lost, "won": won})


def signed(value: float) -> str:
    """Give a difference with its sign.

    >>> signed(-2.25), signed(3)
    ('−2.2', '+3.0')
    """
    return f"{value:+,.1f}".replace("-", "−")


def _chance(row: pd.Series) -> str:
    return "beyond chance" if row["p_value"] < ALPHA else "within chance"
