"""What a group of deals did within a horizon: shares, days, revenue, cost of acquisition, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from enrich.errors import SettingsError
from lookalike.experiment.estimate import ALPHA, Floats
from lookalike.experiment.survival import Measured, median_days, restricted_mean, won_by


def spent(
    parts: Mapping[str, pd.DataFrame], costs: Mapping[str, float] | None, by_row: bool
) -> dict[str, Measured]:
    """Give what was spent on a deal of each group; what was spent in all has no error."""
    if costs is not None:
        unknown = [name for name in costs if name not in parts]
        if unknown or by_row:
            raise SettingsError(
                f"--costs names '{unknown[0]}', which is no group ({', '.join(parts)})"
                if unknown
                else "costs are given twice: by deal and by group; leave one out"
            )
        return {name: Measured(cost / len(parts[name]), 0.0) for name, cost in costs.items()}
    if not by_row:
        return {}
    return {
        name: Measured(float(part["cost"].mean()), float(part["cost"].std(ddof=1) / np.sqrt(len(part))))
        for name, part in parts.items()
    }


def measured(part: pd.DataFrame, horizon: float, spent: Measured | None) -> dict[str, Measured]:
    """Give the measures of a group, each with its standard error.

    Parameters
    ----------
    part : DataFrame
        Deals of the group, as :func:`lookalike.experiment.cycles.read_cycles` reads them.
    horizon : float
        Days.
    spent : Measured, optional
        What was spent on a deal; over the share won it is the cost of acquisition (delta method, as if the
        cost of a deal and its outcome were independent).
    """
    share = won_by(part["days"], part["closed"], part["won"], horizon)
    found = {"won_share": share, "days": restricted_mean(part["days"], part["closed"], horizon)}
    if spent is not None and share.value > 0 and spent.value > 0:
        cost = spent.value / share.value
        relative = np.hypot(share.standard_error / share.value, spent.standard_error / spent.value)
        found["cost_of_acquisition"] = Measured(cost, float(cost * relative))
    return found


def group_row(
    name: str, part: pd.DataFrame, measured: Mapping[str, Measured], spent: Measured | None, horizon: float
) -> dict[str, Any]:
    """Give all there is to say of a group: counts, measures with their intervals, revenue, cost."""
    mature = part[part["watched"] >= horizon]
    won = int(part["won"].sum())
    row: dict[str, Any] = {
        "group": name,
        "deals": len(part),
        "open": int((~part["closed"]).sum()),
        "won": won,
    }
    row |= {"lost": len(part) - row["open"] - won, "mature": len(mature)}
    for measure in ("won_share", "days", "cost_of_acquisition"):
        one = measured.get(measure, Measured(float("nan"), float("nan")))
        low, high = _factors(one) if measure == "cost_of_acquisition" else one.interval
        row |= {measure: one.value, f"{measure}_low": low, f"{measure}_high": high}
    row["median_days"] = median_days(part["days"], part["closed"])
    revenue = revenue_within(part, horizon)
    far = norm.isf(ALPHA / 2) * revenue.std(ddof=1) / np.sqrt(len(revenue)) if len(revenue) > 1 else np.nan
    mean = float(revenue.mean()) if len(revenue) else np.nan
    row |= {"revenue": mean, "revenue_low": mean - far, "revenue_high": mean + far}
    row["total_revenue"] = float(part["revenue"].sum())
    row["cost"] = float("nan") if spent is None else spent.value * len(part)
    return row


def _factors(one: Measured) -> tuple[float, float]:
    """Give the interval of a quotient, on its logarithm: never below nought."""
    far = np.exp(norm.isf(ALPHA / 2) * one.standard_error / one.value)
    return float(one.value / far), float(one.value * far)


def revenue_within(part: pd.DataFrame, horizon: float) -> Floats:
    """Give what each mature deal brought within the horizon."""
    mature = part[part["watched"] >= horizon]
    return np.asarray(mature["revenue"].where(mature["days"] <= horizon, 0.0), dtype=np.float64)
