"""Does the past speak for the future: columns and won rate over time, and what only the calendar knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import proportion_confint

from lookalike.audit.findings import Finding
from lookalike.audit.leakage import Examined
from lookalike.evaluate.signal import Signal

Floats = NDArray[np.float64]

PERIODS = 10
LEVEL = 0.001
#: A won rate that changes by less over time than this factor is told as a note.
CHANGES = 1.5
#: AUC that a column loses where deals are compared with those of the same time alone.
ONLY_TIME, OF_ALL = 0.08, 0.60


def won_rate_over_time(order: Floats, won: NDArray[np.bool_]) -> pd.DataFrame:
    """Give the won rate by tenths of the deals, in their order.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
    won : ndarray of bool, shape (n_deals,)

    Returns
    -------
    DataFrame
        A row a period: first, last (of the order), deals, won, rate, low, high (95%, Wilson 1927).
    """
    rows = []
    for part in np.array_split(np.argsort(order, kind="stable"), min(PERIODS, len(won))):
        low, high = proportion_confint(int(won[part].sum()), len(part), method="wilson")
        own = {"first": order[part].min(), "last": order[part].max(), "deals": len(part)}
        rows.append(own | {"won": int(won[part].sum()), "rate": won[part].mean(), "low": low, "high": high})
    return pd.DataFrame(rows)


def p_steady(rates: pd.DataFrame) -> float:
    """Give the p-value (chi-square) of a won rate that stays the same; below LEVEL, it changes."""
    table = rates[["won"]].assign(lost=rates["deals"] - rates["won"]).to_numpy()
    return 1.0 if (table.sum(axis=0) == 0).any() else float(chi2_contingency(table).pvalue)


def rate_findings(rates: pd.DataFrame, *, in_time: bool) -> list[Finding]:
    """Say whether the won rate changes over time, or along the file where no time is known."""
    p = p_steady(rates)
    if p >= LEVEL:
        return []
    said = (
        f"the won rate changes {'over time' if in_time else 'along the file'}: by tenths of the deals "
        f"{', '.join(f'{rate:.0%}' for rate in rates['rate'])} (chi-square p {max(p, 1e-300):.0e})"
    )
    if not in_time:
        remedy = "if the file is in order of time, add a column that says so and name it in --time"
        return [Finding("stability", "", "warning", said, remedy)]
    strongly = rates["rate"].max() > CHANGES * max(rates["rate"].min(), 1e-9)
    remedy = "trust ranks more than probabilities, and fit again as often as the rate changes"
    return [Finding("stability", "", "warning" if strongly else "note", said, remedy)]


def drift_findings(drift: pd.DataFrame) -> list[Finding]:
    """Name the columns that move on with time."""
    return [
        Finding(
            "stability",
            str(row["column"]),
            "warning",
            f"it moves on: {row['unseen']:.0%} of later deals have values that no earlier deal had; PSI "
            f"{row['psi']:.1f}",
            "leave it to 'auto', which also tries to do without it, or --drop it",
        )
        for row in drift.to_dict("records")
        if row["moved_on"]
    ]


def calendar_findings(
    examined: list[Examined], signal: Signal, shuffled: Signal | None = None
) -> list[Finding]:
    """Tell what shuffling time would flatter: the columns that know when deals were won rather than which."""
    named = [
        f"{one.column} ({one.power.shuffled:.2f}, {one.power.among_peers.auc:.2f})"
        for one in sorted(examined, key=lambda one: -one.power.shuffled)
        if one.severity is None
        and one.power.shuffled >= OF_ALL
        and one.power.shuffled - one.power.among_peers.auc >= ONLY_TIME
    ]
    models = 0.0
    said = []
    if shuffled is not None and shuffled.auc is not None and signal.auc is not None:
        models = shuffled.auc - signal.auc
        said.append(
            f"models reach AUC {shuffled.auc:.2f} with time shuffled, {signal.auc:.2f} on later deals "
            "of the same time"
        )
    if named:
        said.append(
            "columns that tell when deals are won, not which (AUC alone with time shuffled, among "
            "deals of the same "
            f"time or part of the file): {', '.join(named)}"
        )
    if not named and models < ONLY_TIME:
        return []
    remedy = "judge models on later deals (--time); a random split flatters them"
    return [Finding("stability", "", "warning", "; ".join(said), remedy)]
