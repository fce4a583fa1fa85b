"""Columns that know the outcome, which a model must not learn from: on new leads they are blank or mean less.

No threshold on AUC can tell a leak from a good column. What can:

- *decided*: values that settle the outcome (:mod:`lookalike.audit.decided`), or identifiers in its order
  (:mod:`lookalike.audit.outcome_order`);
- *outlier*: alone it ranks deals of the same time far better than its peers, the other columns that rank at
  all.
  Peers are compared as separations (√2 Φ⁻¹(AUC)) by median and median absolute deviation; where they are few,
  what lead tables have elsewhere counts for some of them. A text is many columns in one, so it may stand
  twice as far above them;
- *late*: dates after the opening; or a name that hints at what is filled in late, beside a power that is no
  less than its peers'.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.audit.decided import Decided, decided
from lookalike.audit.findings import Finding, Severity
from lookalike.audit.groups import BLANK, FILLED, by_number, groups_of, ranks_of_ids
from lookalike.audit.outcome_order import Changes, outcome_order
from lookalike.audit.power import Power, power
from lookalike.audit.words import hints
from lookalike.cells import as_dates, as_days, as_numbers
from lookalike.roles import Kind, Role

Floats = NDArray[np.float64]

#: Robust standard deviations above the peers (Leys et al. 2013, "Detecting outliers": 3 is very conservative,
#: 2.5 moderately).
LEAK, SUSPECT = 3.0, 2.5
#: And how many of them a name that hints at late filling counts for.
HINT = 1.0
#: How much further above them a text may stand.
TEXT_ROOM = 2.0
#: An outlier among columns that tell next to nothing still tells next to nothing: the AUC at least.
LEAK_AUC, SUSPECT_AUC = 0.65, 0.60
#: Values that decide so much of the won, or of the lost, are a leak.
DECIDED_LEAK = 0.10
#: Separation of a column that tells something (AUC .58), its spread, and for how many peers both count.
USUAL, USUAL_SPREAD, USUAL_PEERS = 0.3, 0.3, 4
#: A column of dates is late if so many of them are.
AFTER_OPENING = 0.05
#: Share of the filled cells that differ in an identifier.
IDENTIFYING = 0.95


@dataclass
class Examined:
    """What was seen of a column.

    Attributes
    ----------
    column : str
    kind : str
    power : Power
    decided : Decided, optional
    order : Changes, optional
        If it is an identifier in outcome order.
    after : float
        Share of its dates that are after the deal's opening.
    hints : list of str
        Words of its name.
    above : float
        Robust standard deviations above its peers, of a text half of them.
    """

    column: str
    kind: str
    power: Power
    decided: Decided | None = None
    order: Changes | None = None
    after: float = 0.0
    hints: list[str] = field(default_factory=list)
    above: float = 0.0

    @property
    def severity(self) -> Severity | None:
        """How sure it is that the column knows the outcome; None if nothing speaks for it."""
        least = self.power.least
        settles = self.order is not None or (
            self.decided is not None and (self.decided.share >= DECIDED_LEAK or self.decided.by_filling)
        )
        outlier = self.above >= LEAK and least >= LEAK_AUC
        telling = least >= SUSPECT_AUC
        late = self.after >= AFTER_OPENING
        if settles or outlier or (late and self.above >= SUSPECT and telling):
            return "leak"
        stands_out = telling and (self.above >= SUSPECT or (bool(self.hints) and self.above >= 0))
        return "suspect" if late or stands_out or self.decided is not None else None


def leakage(
    features: pd.DataFrame,
    roles: dict[str, Role],
    won: NDArray[np.bool_],
    slices: NDArray[np.int64],
    opened: Floats | None = None,
    random_state: int = 0,
) -> list[Examined]:
    """Examine every column for what it knows of the outcome.

    Parameters
    ----------
    features : DataFrame of shape (n_deals, n_columns)
    roles : dict of str to Role
    won : ndarray of bool, shape (n_deals,)
    slices : ndarray of int, shape (n_deals,)
        Of time, within which won rates and ranks are compared.
    opened : ndarray of shape (n_deals,), optional
        Days since 1970 when each deal was opened, where that is known.
    random_state : int
        Seed.

    Returns
    -------
    list of Examined
        A column each, but those that are the same everywhere.
    """
    rarer = int(min(won.sum(), (~won).sum()))
    groups = {
        str(column): groups_of(features[column], roles[str(column)], rarer)
        for column in features
        if roles[str(column)].kind != Kind.NOTHING
    }
    tests = sum(len(found.labels) for found in groups.values())
    rate = _rates(won, slices)
    examined = []
    for column, main in groups.items():
        cells, found = features[column], roles[column]
        ids = _ids(cells, found)
        after, views = 0.0, [main]
        if ids is not None:
            views.append(by_number(ids, rarer))
        if opened is not None and found.kind == Kind.DATE:
            gap = as_days(as_dates(cells, found.dayfirst)) - opened
            after = float((gap[~np.isnan(gap)] > 1.0).mean())
            views.append(by_number(gap, rarer))
        examined.append(
            Examined(
                column,
                found.kind.value,
                max((power(view, won, slices, random_state) for view in views), key=lambda p: p.separation),
                decided(main, won, rate, tests),
                None if ids is None else outcome_order(ids, won),
                after,
                hints(column),
            )
        )
    _compare(examined)
    return sorted(examined, key=lambda one: -(one.above + HINT * bool(one.hints)))


def findings_of(examined: list[Examined]) -> list[Finding]:
    """Give a finding for each column that may know the outcome."""
    usual = [one.power.among_peers.auc for one in examined if one.severity is None]
    typical = float(np.median(usual)) if usual else 0.5
    return [
        Finding("leakage", one.column, one.severity, _evidence(one, typical), _remedy(one))
        for one in examined
        if one.severity is not None
    ]


def table_of(examined: list[Examined]) -> pd.DataFrame:
    """Give the figures of every column.

    Returns
    -------
    DataFrame
        column, kind, auc (alone, among deals of the same time), low, high (95%), shuffled (AUC over all
        deals, time shuffled), above (robust standard deviations above its peers), decides_won, decides_lost
        (share of these deals that its values settle), after_opening (share of its dates), hints, severity
        (empty if nothing speaks for its knowing the outcome).
    """
    return pd.DataFrame(
        [
            {
                "column": one.column,
                "kind": one.kind,
                "auc": one.power.among_peers.auc,
                "low": one.power.among_peers.interval()[0],
                "high": one.power.among_peers.interval()[1],
                "shuffled": one.power.shuffled,
                "above": one.above,
                "decides_won": 0.0 if one.decided is None else one.decided.of_won,
                "decides_lost": 0.0 if one.decided is None else one.decided.of_lost,
                "after_opening": one.after,
                "hints": ", ".join(one.hints),
                "severity": one.severity or "",
            }
            for one in examined
        ]
    )


def _rates(won: NDArray[np.bool_], slices: NDArray[np.int64]) -> Floats:
    """Give the won rate of each deal's slice, one deal more on each side."""
    _, place, deals = np.unique(slices, return_inverse=True, return_counts=True)
    return ((np.bincount(place, won) + 1) / (deals + 2))[place]


def _ids(cells: pd.Series, found: Role) -> Floats | None:
    """Give the order of identifiers: texts or whole numbers of which nearly all differ; else None."""
    if found.kind == Kind.NUMBER:
        keys = as_numbers(cells, found.decimal)
        if (np.mod(keys[~np.isnan(keys)], 1) != 0).any():
            return None
    elif found.kind in (Kind.PRESENCE, Kind.CATEGORY):
        keys = ranks_of_ids(cells)
    else:
        return None
    known = keys[~np.isnan(keys)]
    return keys if len(known) and len(np.unique(known)) >= IDENTIFYING * len(known) else None


def _compare(examined: list[Examined]) -> None:
    """Tell how far each column stands above its peers: the weaker ones that rank at all and do not stand out.

    Compared with all others, several leaks would hide each other; so peers are taken in from the weakest up
    (the forward search of Atkinson and Riani 2000, "Robust Diagnostic Regression Analysis").
    """
    peers: list[float] = []
    for one in sorted(examined, key=lambda one: one.power.separation):
        own = one.power.separation
        centre, spread = _usual(peers)
        one.above = (own - centre) / spread / (TEXT_ROOM if one.kind == Kind.TEXT.value else 1.0)
        settles = one.decided is not None or one.order is not None
        if not settles and one.above < SUSPECT and one.power.among_peers.interval(0.998)[0] > 0.5:
            peers.append(own)


def _usual(peers: list[float]) -> tuple[float, float]:
    """Give the median separation of peers and its robust spread."""
    if not peers:
        return USUAL, USUAL_SPREAD
    share = len(peers) / (len(peers) + USUAL_PEERS)
    centre = float(np.median(peers))
    spread = 1.4826 * float(np.median(np.abs(np.array(peers) - centre)))
    return (
        share * centre + (1 - share) * USUAL,
        float(np.sqrt(share * spread**2 + (1 - share) * USUAL_SPREAD**2)),
    )


def _evidence(one: Examined, typical: float) -> str:
    said = []
    if one.decided is not None:
        blanks = [group for group in one.decided.groups if group[0] in (BLANK, FILLED)]
        shown = blanks or one.decided.groups[:3]
        some = "; ".join(_group(*group) for group in shown)
        rest = 0 if blanks else len(one.decided.groups) - len(shown)
        more = f" and {rest} more values" if rest else ""
        said.append(f"values that settle the outcome: {some}{more}")
    if one.order is not None:
        said.append(
            f"sorted by it, the outcome changes {one.order.seen:,} times, where {one.order.expected:,.0f} "
            "would be chance: it was given in the order of outcome"
        )
    if one.after:
        said.append(f"{one.after:.0%} of its dates are after the opening of the deal")
    low, high = one.power.among_peers.interval()
    if one.power.least > 0.5:
        said.append(
            f"alone it ranks held-out deals of the same time at AUC {one.power.among_peers.auc:.2f} "
            f"({low:.2f} to {high:.2f}), a typical column at {typical:.2f}"
        )
    if one.hints:
        said.append(f"its name says {', '.join(repr(word) for word in one.hints)}")
    return "; ".join(said)


def _group(label: str, deals: int, won: int) -> str:
    name = label if label in (BLANK, FILLED) else f"'{label}'"
    if won == deals:
        return f"{name}: all {deals:,} won"
    return f"{name}: none of {deals:,} won" if won == 0 else f"{name}: {won:,} of {deals:,} won"


def _remedy(one: Examined) -> str:
    drop = f"--drop '{one.column}'"
    if one.severity == "leak":
        return drop
    return f"ask when it is filled in; if not before the deal is decided, {drop}"
