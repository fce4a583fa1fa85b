"""Young deals: one of last week is not lost, and the decided ones among them are the quick ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from lookalike.audit.findings import Finding

Floats = NDArray[np.float64]

#: Share of won deals that are won after so many days at most.
MATURE = 0.9
LEVEL = 0.001
#: Latest deals that are compared with those before.
LATEST = 0.1
#: Cycle times that are needed, and the share of young deals that is worth telling.
CYCLES, YOUNG = 20, 0.02


def maturity(
    order: Floats, won: NDArray[np.bool_], known: NDArray[np.bool_], cycle: Floats, *, dates: bool
) -> list[Finding]:
    """Find young deals, whose outcome says less.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        When deals were opened; days since 1970 where they are `dates`.
    won, known : ndarray of bool, shape (n_deals,)
        Which deals were won, and which have an outcome.
    cycle : ndarray of shape (n_deals,)
        Days from opening to close; NaN where unknown.
    dates : bool
        Whether `order` holds dates.
    """
    findings = []
    timed = known & ~np.isnan(cycle)
    if dates and (timed & won).sum() >= CYCLES:
        findings = _by_cycle(order, won, known, cycle)
    latest = order > np.nanquantile(order, 1 - LATEST)
    before = order <= np.nanquantile(order, 1 - LATEST)
    undecided = [[int((~known & part).sum()), int((known & part).sum())] for part in (latest, before)]
    if _more(undecided):
        findings.append(
            Finding(
                "stability",
                "",
                "warning",
                f"{_share(undecided[0]):.0%} of the latest tenth of the deals have no outcome yet, "
                f"{_share(undecided[1]):.0%} of those before: the decided ones among the young are "
                "the quick ones",
                "learn from deals that are old enough to be decided",
            )
        )
    elif not findings:
        findings += _falling(won[known], latest[known], before[known])
    return findings


def _by_cycle(
    order: Floats, won: NDArray[np.bool_], known: NDArray[np.bool_], cycle: Floats
) -> list[Finding]:
    timed = known & ~np.isnan(cycle)
    end = float(np.nanmax(order[timed] + cycle[timed]))
    # Young deals have short cycles only; the older half tells how long winning takes.
    older = timed & won & (order <= np.nanmedian(order[timed]))
    if older.sum() < CYCLES:
        return []
    days = float(np.quantile(cycle[older], MATURE))
    young = known & (order > end - days)
    share = young.sum() / known.sum()
    if share < YOUNG:
        return []
    day = pd.Timestamp(end - days, unit="D").date()
    return [
        Finding(
            "stability",
            "",
            "warning",
            f"winning takes up to {days:,.0f} days in {MATURE:.0%} of the older won deals; "
            f"{int(young.sum()):,} "
            f"deals ({share:.0%}) were opened less than that before the last close, "
            f"{won[young].mean():.0%} of them "
            f"won, {won[known & ~young].mean():.0%} of the others",
            f"leave out deals opened after {day}, or count as won only what was won within fewer "
            "days, for all "
            "deals alike",
        )
    ]


def _falling(won: NDArray[np.bool_], latest: NDArray[np.bool_], before: NDArray[np.bool_]) -> list[Finding]:
    lost = [[int((~won & part).sum()), int((won & part).sum())] for part in (latest, before)]
    if not _more(lost):
        return []
    return [
        Finding(
            "stability",
            "",
            "warning",
            f"{1 - _share(lost[0]):.0%} of the latest tenth of the deals are won, "
            f"{1 - _share(lost[1]):.0%} of those "
            "before: some may only be too young to be won",
            "name the date of closing in --closed, and leave out deals that are not old enough",
        )
    ]


def _more(table: list[list[int]]) -> bool:
    return bool(fisher_exact(table, alternative="greater").pvalue < LEVEL)


def _share(counts: list[int]) -> float:
    return counts[0] / max(1, sum(counts))
