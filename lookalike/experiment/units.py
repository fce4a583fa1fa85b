"""The leads of an experiment, one row each: arm, outcome, and what was known before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from enrich.errors import ColumnError
from lookalike.cells import as_text, read_days
from lookalike.experiment.outcome_cells import RowErrors, column, read_numbers, read_won
from lookalike.experiment.shares import HOLDOUT
from lookalike.schema import ID_COLUMNS, first_column


@dataclass(frozen=True)
class Columns:
    """Which column plays which part.

    Attributes
    ----------
    arm : str
    outcome, won : str or None
        Column that says how it ended, and its value that means won.
    revenue : str or None
        Revenue of each lead; blank means none.
    covariate, score : str or None
        Known before the experiment.
    date : str or None
        When the lead came in.
    id : str or None
        What identifies a lead; looked for among the usual names if absent.
    """

    arm: str = "arm"
    outcome: str | None = None
    won: str | None = None
    revenue: str | None = None
    covariate: str | None = None
    score: str | None = None
    date: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Units:
    """What was read.

    Attributes
    ----------
    frame : DataFrame of shape (n_leads, 7)
        ``id``, ``arm``, ``converted``, ``revenue``, ``covariate``, ``score``, ``day``; NaN where there is no
        such column or nothing in it.
    arms : list of str
        The control first; without the leads held out, unless these are the control.
    assigned : dict of str to int
        Different leads in each arm, those left out too.
    errors : list of str
        What is wrong with each row of the table, empty where it counts.
    notes : list of str
        What else a reader must know.
    """

    frame: pd.DataFrame
    arms: list[str]
    assigned: dict[str, int]
    errors: list[str]
    notes: list[str]

    @property
    def left_out(self) -> pd.DataFrame:
        """Count the rows left out: ``error``, ``rows``, and ``first_row`` (from 1)."""
        counts = Counter(error for error in self.errors if error)
        rows = [
            {"error": error, "rows": count, "first_row": self.errors.index(error) + 1}
            for error, count in counts.most_common()
        ]
        return pd.DataFrame(rows, columns=["error", "rows", "first_row"])


def read_units(
    table: pd.DataFrame, columns: Columns, *, control: str | None = None, errors: list[str] | None = None
) -> Units:
    """Read the table of an experiment.

    Rows without an arm, without an outcome yet, or with a cell that cannot be read are left out and named. A
    lead in two arms is left out as well; several rows of a lead in one arm become one lead, converted if any
    of them is, with the revenue of all.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
    columns : Columns
    control : str, optional
        The arm others are compared with; ``control`` or else the first in alphabetical order if absent.
    errors : list of str, optional
        What is wrong with each row already.

    Raises
    ------
    ColumnError
        If a column is missing, nothing is to be compared, or there are fewer than two arms.
    """
    if columns.outcome is None and columns.revenue is None:
        raise ColumnError(
            "nothing is to be compared; name the outcome in --outcome, or the revenue in --revenue"
        )
    arms_cells = column(table, columns.arm, "--arm")
    assert arms_cells is not None  # noqa: S101 - a name was given
    wrong, notes = RowErrors(len(table), errors), []
    arms = as_text(arms_cells)
    wrong.add(arms.isna().to_numpy(), f"no '{columns.arm}'")
    name = (
        columns.id
        if columns.id is not None
        else first_column([str(c) for c in table.columns], ID_COLUMNS) or None
    )
    id_cells = column(table, name, "--id")
    ids = (
        as_text(id_cells)
        if id_cells is not None
        else pd.Series([f"row {i}" for i in range(1, len(table) + 1)])
    )
    wrong.add(ids.isna().to_numpy(), f"no '{name}'")
    ids = ids.set_axis(table.index)
    has_arm = wrong.none
    several = (arms[has_arm].groupby(ids[has_arm]).nunique() > 1).loc[lambda many: many].index
    wrong.add(ids.isin(several).to_numpy() & has_arm, "the lead is in two arms")
    if len(several):
        notes.append(f"{len(several):,} leads are in two arms and left out; ask how that came about")
    counted = wrong.none
    assigned = arms[counted].groupby(ids[counted]).first().value_counts()
    frame = _numbers(table, columns, wrong, notes)
    frame.insert(0, "arm", arms.to_numpy())
    frame.insert(0, "id", ids.to_numpy())
    kept = frame[wrong.none]
    repeated = int(kept["id"].duplicated().sum())
    if repeated:
        notes.append(f"{repeated:,} rows are of leads that have one already and are added to it")
        kept = _one_a_lead(kept)
    names = _ordered_arms(
        [str(arm) for arm in assigned.index], control, notes, {str(k): int(n) for k, n in assigned.items()}
    )
    kept = kept[kept["arm"].isin(names)].reset_index(drop=True)
    return Units(kept, names, {arm: int(assigned[arm]) for arm in names}, wrong.texts, notes)


def _numbers(table: pd.DataFrame, columns: Columns, wrong: RowErrors, notes: list[str]) -> pd.DataFrame:
    nothing = np.full(len(table), np.nan)
    outcome, revenue_cells = (
        column(table, columns.outcome, "--outcome"),
        column(table, columns.revenue, "--revenue"),
    )
    converted = nothing if outcome is None else read_won(outcome, columns.won, wrong)
    revenue = nothing
    if revenue_cells is not None:
        revenue = read_numbers(revenue_cells, wrong)
        if outcome is not None:
            wrong.add((converted == 1) & np.isnan(revenue), f"won without '{columns.revenue}'")
        empty = np.isnan(revenue) & wrong.none
        revenue = np.where(empty, 0.0, revenue)
        if empty.any():
            notes.append(f"{int(empty.sum()):,} leads have no '{columns.revenue}', which counts as nought")
    # What was known before may be missing: the lead counts all the same, so that arms stay comparable.
    lenient = RowErrors(len(table))
    covariate, score = (
        nothing if cells is None else read_numbers(cells, lenient)
        for cells in (
            column(table, columns.covariate, "--covariate"),
            column(table, columns.score, "--score"),
        )
    )
    date = column(table, columns.date, "--date")
    days = nothing if date is None else read_days(date)
    for cells, numbers, kind in ((columns.score, score, "score"), (columns.date, days, "date")):
        if cells is not None and np.isnan(numbers[wrong.none]).any():
            count = int(np.isnan(numbers[wrong.none]).sum())
            follows = "are a stratum of their own" if kind == "score" else "so nothing is told day by day"
            notes.append(f"{count:,} leads have no {kind} that can be read, and {follows}")
    made = {"converted": converted, "revenue": revenue, "covariate": covariate, "score": score, "day": days}
    return pd.DataFrame(made)


def _one_a_lead(rows: pd.DataFrame) -> pd.DataFrame:
    how = {"arm": "first", "converted": "max", "covariate": "first", "score": "first", "day": "min"}
    groups = rows.groupby("id", sort=False)
    return (
        groups.agg(how).assign(revenue=groups["revenue"].sum(min_count=1)).reset_index()[list(rows.columns)]
    )


def _ordered_arms(
    names: list[str], control: str | None, notes: list[str], sizes: dict[str, int]
) -> list[str]:
    if control is not None and control not in names:
        raise ColumnError(
            f"--control '{control}' is no arm; the arms are {', '.join(sorted(names)) or 'none'}"
        )
    names = sorted(names)
    held = [name for name in names if name.casefold() == HOLDOUT and name != control]
    if held:
        out = sum(sizes[name] for name in held)
        notes.append(
            f"{out:,} leads were held out and are not compared; --control {held[0]} compares with them"
        )
        names = [name for name in names if name not in held]
    if len(names) < 2:
        raise ColumnError(f"a comparison needs two arms; there is {', '.join(names) or 'none'}")
    if control is None:
        control = next((name for name in names if name.casefold() == "control"), names[0])
    return [control, *(name for name in names if name != control)]
