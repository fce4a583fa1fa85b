"""Deals as of a day: decided or open, after how many days, won, with which revenue and cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from enrich.errors import ColumnError, SettingsError
from lookalike.cells import as_text, read_days
from lookalike.experiment.estimate import Floats
from lookalike.experiment.outcome_cells import RowErrors, column, day_text, read_dates, read_numbers, read_won

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class DealColumns:
    """Which column plays which part.

    Attributes
    ----------
    opened, closed : str
        Dates of opening and of the decision; blank where a deal is open.
    outcome, won : str
        Column that says how a deal ended, and its value that means won.
    arm : str or None
        Group of each deal.
    revenue, cost : str or None
        Revenue of a won deal; what was spent on a deal.
    """

    opened: str
    closed: str
    outcome: str
    won: str | None = None
    arm: str | None = None
    revenue: str | None = None
    cost: str | None = None


@dataclass(frozen=True)
class Cycles:
    """What was read.

    Attributes
    ----------
    frame : DataFrame of shape (n_deals, 7)
        ``group``, ``days`` (to the decision, or to the cut-off), ``watched`` (days to the cut-off),
        ``closed``, ``won``, ``revenue`` (nought where not won), ``cost``.
    groups : list of str
        The one others are compared with first.
    as_of : float
        The cut-off, in days since 1970.
    errors : list of str
        What is wrong with each row, empty where it counts.
    notes : list of str
    """

    frame: pd.DataFrame
    groups: list[str]
    as_of: float
    errors: list[str]
    notes: list[str]


def read_cycles(
    deals: pd.DataFrame,
    columns: DealColumns,
    *,
    change: str | None = None,
    control: str | None = None,
    as_of: str | None = None,
    errors: list[str] | None = None,
) -> Cycles:
    """Read deals as they stood on a day; what came later isn't known yet.

    Parameters
    ----------
    deals : DataFrame of shape (n_rows, n_columns)
    columns : DealColumns
    change : str, optional
        Date from which on deals are "after"; one of it and an arm's column is needed.
    control : str, optional
        The arm others are compared with; the first in alphabetical order if absent.
    as_of : str, optional
        The cut-off: deals not decided by then are open. The last date in the table if absent.
    errors : list of str, optional
        What is wrong with each row already.

    Raises
    ------
    ColumnError
        If a column is missing, or there are fewer than two groups.
    SettingsError
        If a date cannot be read, or groups are named in both ways or in none.
    """
    if (change is None) == (columns.arm is None):
        raise SettingsError(
            "groups are needed: name the column in --arm, or the day of the change in --change"
        )
    wrong, notes = RowErrors(len(deals), errors), []
    opened = _dates(deals, columns.opened, "--opened", wrong)
    wrong.add(np.isnan(opened), f"no '{columns.opened}'")
    closed = _dates(deals, columns.closed, "--closed", wrong)
    known = np.r_[opened[wrong.none], closed[wrong.none]]
    if np.isnan(known).all():
        raise ColumnError(f"no cell of '{columns.opened}' is a date; name another column in --opened")
    end = float(np.nanmax(known)) if as_of is None else _day(as_of, "--as-of") + 1 - 1e-9
    wrong.add(opened > end, f"opened after {day_text(end)}")
    wrong.add(closed < opened, "closed before it was opened")
    won = _won(deals, columns, closed, wrong)
    decided = closed <= end  # a date that is missing, or after the cut-off, is no decision yet
    frame = pd.DataFrame(
        {
            "group": _groups(deals, columns, opened, change, wrong),
            "days": np.where(decided, closed, end) - opened,
            "watched": end - opened,
            "closed": decided,
            "won": decided & (won == 1),
            "revenue": 0.0,
            "cost": np.nan,
        }
    )
    if columns.revenue is not None:
        cells = column(deals, columns.revenue, "--revenue")
        assert cells is not None  # noqa: S101 - a name was given
        revenue = read_numbers(cells, wrong)
        wrong.add(frame["won"].to_numpy() & np.isnan(revenue), f"won without '{columns.revenue}'")
        frame["revenue"] = np.where(frame["won"], np.nan_to_num(revenue), 0.0)
    if columns.cost is not None:
        cells = column(deals, columns.cost, "--cost")
        assert cells is not None  # noqa: S101 - a name was given
        frame["cost"] = np.nan_to_num(read_numbers(cells, wrong))
        notes.append(f"a blank '{columns.cost}' counts as nought")
    frame = frame[wrong.none].reset_index(drop=True)
    names = [BEFORE, AFTER] if change is not None else sorted(set(frame["group"]))
    if control is not None:
        if control not in names:
            raise ColumnError(f"--control '{control}' is no group; the groups are {', '.join(names)}")
        names = [control, *(name for name in names if name != control)]
    sizes = frame["group"].value_counts()
    few = [name for name in names if sizes.get(name, 0) < 2]
    if len(names) < 2 or few:
        raise ColumnError(f"two groups of two deals at least are needed; there is {dict(sizes) or 'none'}")
    return Cycles(frame, names, end, wrong.texts, notes)


def _dates(deals: pd.DataFrame, name: str, option: str, wrong: RowErrors) -> Floats:
    cells = column(deals, name, option)
    assert cells is not None  # noqa: S101 - a name was given
    return read_dates(cells, wrong)


def _won(deals: pd.DataFrame, columns: DealColumns, closed: Floats, wrong: RowErrors) -> Floats:
    cells = column(deals, columns.outcome, "--outcome")
    assert cells is not None  # noqa: S101 - a name was given
    won = read_won(
        cells, columns.won, RowErrors(len(deals))
    )  # an open deal has no outcome, and that is no error
    wrong.add(np.isnan(won) & ~np.isnan(closed), f"closed without '{columns.outcome}'")
    wrong.add((won == 1) & np.isnan(closed), f"won without '{columns.closed}'")
    return won


def _groups(
    deals: pd.DataFrame, columns: DealColumns, opened: Floats, change: str | None, wrong: RowErrors
) -> list[str]:
    if change is not None:
        return np.where(opened < _day(change, "--change"), BEFORE, AFTER).tolist()
    cells = column(deals, columns.arm, "--arm")
    assert cells is not None  # noqa: S101 - a name was given
    texts = as_text(cells)
    wrong.add(texts.isna().to_numpy(), f"no '{columns.arm}'")
    return ["" if pd.isna(text) else str(text) for text in texts]


def _day(text: str, option: str) -> float:
    day = read_days(pd.Series([text]))[0]
    if np.isnan(day):
        raise SettingsError(f"{option} '{text}' is no date; write it as 2026-03-31")
    return float(day)
