"""Each column of new leads beside what the deals had in it: PSI, tests, coverage, new categories.

All p-values of a run, a few for each column, are corrected together by Benjamini and Hochberg's procedure
(1995, "Controlling the false discovery rate"): of what is called significant at 5 % no more than 5 % is
expected to be chance, and where nothing changed at all, anything is called significant in 5 % of the runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from lookalike.evaluate.column_reference import Cells, ColumnReference
from lookalike.evaluate.drift import out_of_range, psi
from lookalike.evaluate.reference import Reference
from lookalike.monitor.two_sample import distribution_p, share_p, unseen_p, unseen_rows
from lookalike.roles import Kind

#: False discoveries among all that is called significant.
LEVEL = 0.05
#: New categories that are named.
NAMED_NEW = 5
#: Leads that must have a new category before it is named.
NEW_ROWS = 5

#: The tests of a column: adjusted p-values get the same name with "q".
TESTS = ("p_shift", "p_filled", "p_unseen")


def compare_columns(reference: Reference, leads: pd.DataFrame) -> pd.DataFrame:
    """Compare columns of leads with those of deals.

    Parameters
    ----------
    reference : Reference
    leads : DataFrame of shape (n_leads, n_columns)
        The columns a model learned from; those the reference does not know are left out.

    Returns
    -------
    DataFrame
        A row a column: column, kind, psi, psi_by_chance (exceeded one time in twenty though nothing moved),
        p_shift (distribution of known cells), filled_then, filled_now (shares), p_filled, unseen_then,
        unseen_now (share of known cells with a category that few or no deals have, expected and found; for
        numbers and dates outside the deals' range), p_unseen, new (the most frequent such categories), moved
        (the category whose share moved most, or the median or mean, then and now),
        unreadable (share of cells that are not what the column held).
    """
    rows = [
        {"column": name, **compare_column(then, then.read(leads[name]))}
        for name, then in reference.columns.items()
        if name in leads
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    *("column", "kind", "psi", "psi_by_chance", "p_shift", "filled_then", "filled_now", "p_filled"),
    *("unseen_then", "unseen_now", "p_unseen", "new", "moved", "unreadable"),
]


def compare_column(then: ColumnReference, now: Cells) -> dict[str, Any]:
    """Compare one column; see :func:`compare_columns`."""
    shift, by_chance = _psi(then, now)
    unseen_then, unseen_now = _unseen(then, now)
    return {
        "kind": then.kind,
        "psi": shift,
        "psi_by_chance": by_chance,
        "p_shift": distribution_p(then, now),
        "filled_then": then.filled / max(then.rows, 1),
        "filled_now": now.filled / max(now.rows, 1),
        "p_filled": share_p(then.filled, then.rows, now.filled, now.rows),
        "unseen_then": unseen_then,
        "unseen_now": unseen_now,
        "p_unseen": unseen_p(then, now),
        "new": _new(then, now),
        "moved": _moved(then, now),
        "unreadable": now.unreadable / max(now.rows, 1),
    }


def corrected(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number, those that are missing staying so.

    >>> corrected(np.array([0.01, np.nan, 0.04])).tolist()
    [0.02, nan, 0.04]
    """
    found = np.full(p_values.shape, np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        found[known] = false_discovery_control(p_values[known], method="bh")
    return found


def corrected_together(
    columns: pd.DataFrame, states: pd.DataFrame, scores: dict[str, Any] | None
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any] | None]:
    """Correct all p-values of a run together; the adjusted ones are added, with "q" for "p" in the name."""
    tests = columns[list(TESTS)].to_numpy(dtype=float)
    of_scores = [np.nan if scores is None else scores["p_shift"]]
    adjusted = corrected(np.concatenate([tests.ravel(), states["p"].to_numpy(dtype=float), of_scores]))
    columns = columns.copy()
    columns[[name.replace("p_", "q_") for name in TESTS]] = adjusted[: tests.size].reshape(tests.shape)
    states = states.assign(q=adjusted[tests.size : -1])
    return columns, states, None if scores is None else {**scores, "q_shift": float(adjusted[-1])}


def _psi(then: ColumnReference, now: Cells) -> tuple[float, float]:
    """Give the PSI of known cells, and what chance allows; blanks are told as coverage."""
    if not (then.filled and now.filled) or then.kind == Kind.PRESENCE:
        return np.nan, np.nan
    if then.ordered:
        return psi(then.numbers(), then.stepped(now.numbers[~np.isnan(now.numbers)]), ordered=True)
    if then.kind == Kind.LIST:
        return _largest_psi(then, now)
    sides = []
    for counts, filled in ((then.named, then.filled), (now.counts, now.filled)):
        known = [counts.get(value, 0) for value in then.named]
        sides.append(np.repeat(np.arange(len(known) + 1.0), [*known, filled - sum(known)]))
    return psi(sides[0], sides[1], ordered=False)


def _largest_psi(then: ColumnReference, now: Cells) -> tuple[float, float]:
    """Give the PSI of the list value that moved most: a row may have several, so shares do not add up."""
    frequent = sorted(then.named, key=lambda value: -then.named[value])[:10]
    found = []
    for value in frequent:
        sides = [
            np.repeat([1.0, 0.0], [count, filled - count])
            for count, filled in ((then.named[value], then.filled), (now.counts.get(value, 0), now.filled))
        ]
        found.append(psi(sides[0], sides[1], ordered=False))
    return max(found, default=(np.nan, np.nan))


def _unseen(then: ColumnReference, now: Cells) -> tuple[float, float]:
    """Give the shares of known cells with what few or no deals had: expected, and found."""
    if not (then.filled and now.filled) or then.kind in (Kind.PRESENCE, Kind.TEXT):
        return np.nan, np.nan
    if then.ordered:
        return 0.0, out_of_range(then.numbers(), now.numbers) * now.rows / now.filled
    return then.rare_by_chance / then.filled, unseen_rows(then, now) / now.filled


def _new(then: ColumnReference, now: Cells) -> str:
    new = [(count, value) for value, count in now.counts.items() if value not in then.named]
    frequent = sorted((pair for pair in new if pair[0] >= NEW_ROWS), key=lambda pair: (-pair[0], pair[1]))
    return "; ".join(f"{value} ({count})" for count, value in frequent[:NAMED_NEW])


def _moved(then: ColumnReference, now: Cells) -> str:
    if not (then.filled and now.filled) or then.kind == Kind.PRESENCE:
        return ""
    if then.ordered:
        sides = then.numbers(), now.numbers[~np.isnan(now.numbers)]
        middles = [float(np.median(side)) for side in sides]
        if middles[0] == middles[1]:
            return "mean {:,.4g} → {:,.4g}".format(*(float(side.mean()) for side in sides))
        if then.kind == Kind.DATE:
            return "median {} → {}".format(*(pd.Timestamp(day, unit="D").date() for day in middles))
        return "median {:,.4g} → {:,.4g}".format(*middles)
    shares = {
        value: (count / then.filled, now.counts.get(value, 0) / now.filled)
        for value, count in then.named.items()
    }
    most = max(shares, key=lambda value: abs(shares[value][1] - shares[value][0]), default=None)
    return "" if most is None else "{} {:.0%} → {:.0%}".format(most, *shares[most])
