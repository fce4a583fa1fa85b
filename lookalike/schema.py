"""Which column plays which part in a deal table, and which are left as features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.cells import (
    as_dates,
    as_days,
    as_numbers,
    as_text,
    blank,
    day_first,
    decimal_mark,
    is_value,
    read_days,
)

#: Columns taken for an id or a company's name where none is named; compared in lower case.
ID_COLUMNS = ("id", "lead_id", "deal_id", "opportunity_id", "record id", "ид", "номер")
NAME_COLUMNS = (
    *("company", "company_name", "company name", "account", "account_name", "account name"),
    *("organization", "organisation", "firma", "unternehmen", "компания", "организация", "клиент", "name"),
)


@dataclass(frozen=True)
class Schema:
    """The parts columns play.

    Attributes
    ----------
    outcome : str
        Column that says how a deal ended.
    won : str
        Its value that means won.
    time : str
        Column that orders deals, dates or numbers; empty if there is none.
    id, name : str
        Columns that identify and name a deal; empty if there is none.
    value : str
        Column with the worth of a won deal; empty if there is none.
    closed : str
        Column with the date a deal ended; empty if there is none. Never learned from.
    features : tuple of str
        The columns a model is trained on: all others but those dropped.
    time_is_number : bool
        Whether the time column holds numbers, not dates.
    time_decimal, time_dayfirst : str, bool
        How its cells are read; settled on the deals, so that one lead alone reads like a batch.
    """

    outcome: str
    won: str
    time: str = ""
    id: str = ""
    name: str = ""
    value: str = ""
    features: tuple[str, ...] = field(default=())
    time_is_number: bool = False
    time_decimal: str = "."
    time_dayfirst: bool = True
    closed: str = ""

    @classmethod
    def of(
        cls,
        deals: pd.DataFrame,
        *,
        outcome: str,
        won: object,
        time: str | None = None,
        id: str | None = None,
        name: str | None = None,
        value: str | None = None,
        closed: str | None = None,
        drop: Iterable[str] = (),
    ) -> Schema:
        """Settle the parts for a deal table.

        Raises
        ------
        ColumnError
            If a named column is missing or occurs twice, or nothing is left to train on.
        """
        columns = [str(column) for column in deals.columns]
        parts = {
            "outcome": outcome,
            "time": time,
            "id": id,
            "name": name,
            "value": value,
            "closed": closed,
        }
        found = {part: "" if column is None else str(column) for part, column in parts.items()}
        drop = [drop] if isinstance(drop, str) else [str(column) for column in drop]
        for part, column in [*found.items(), *(("drop", column) for column in drop)]:
            if (column or part == "outcome") and column not in columns:
                raise ColumnError(
                    f"--{part} names '{column}', which is no column; {_columns(column, columns)}"
                )
        found["id"] = found["id"] or first_column(columns, ID_COLUMNS)
        found["name"] = found["name"] or first_column(columns, NAME_COLUMNS)
        used = {*found.values(), *drop}
        _no_twins(column for column in columns if column not in drop)
        features = tuple(column for column in columns if column not in used)
        if not features:
            raise ColumnError(
                "no column is left to learn from; name fewer in --drop, or enrich the deals first"
            )
        schema = cls(**found, won=str(won), features=features)  # type: ignore[arg-type]
        return replace(schema, **_time_reading(deals[schema.time])) if schema.time else schema

    def won_deals(self, deals: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell which deals were won and which have an outcome at all, each of shape (n_deals,).

        Raises
        ------
        ColumnError
            If there is no outcome at all, the value that means won never occurs, or nothing else does.
        """
        cells = deals[self.outcome]
        known = ~blank(cells).to_numpy()
        won = is_value(cells, self.won)
        if not known.any():
            raise ColumnError(f"no deal has a '{self.outcome}'; the table needs past deals, won and lost")
        seen = as_text(cells[known]).value_counts().head(6).index.tolist()
        if not won.any():
            raise ColumnError(
                f"--won '{self.won}' never occurs in '{self.outcome}'; its values are {_quoted(seen)}"
            )
        if won[known].all():
            raise ColumnError(
                f"every deal with a '{self.outcome}' is '{self.won}'; add lost deals, or name the value that "
                "means won"
            )
        return won, known

    def order(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Give what orders rows in time, shape (n_rows,): numbers as they are, dates as days since 1970.

        NaN where a cell cannot be read, or there is no time column.
        """
        if not self.time or self.time not in frame:
            return np.full(len(frame), np.nan)
        cells = frame[self.time]
        if self.time_is_number:
            return as_numbers(cells, self.time_decimal)
        return as_days(as_dates(cells, self.time_dayfirst))

    def check_order(self, order: NDArray[np.float64], *, with_events: bool = False) -> None:
        """Check that the time column orders deals, and, where events are counted up to it, by date.

        Raises
        ------
        ColumnError
            If no cell can be read, or `with_events` it holds numbers.
        """
        if self.time and np.isnan(order).all():
            raise ColumnError(
                f"no cell of '{self.time}' is a date or a number; name another column in --time"
            )
        if with_events and self.time_is_number:
            raise ColumnError(
                f"--time '{self.time}' holds numbers, but events need the date each deal was opened; name a "
                "column of dates"
            )

    def worth(self, deals: pd.DataFrame) -> NDArray[np.float64]:
        """Give the value of each deal, shape (n_deals,); NaN where there is none."""
        if not self.value:
            return np.full(len(deals), np.nan)
        cells = deals[self.value]
        return as_numbers(cells, decimal_mark(cells[~blank(cells)]))

    def cycle_days(self, deals: pd.DataFrame) -> NDArray[np.float64]:
        """Give the days from opening to close, shape (n_deals,); NaN where either is unknown."""
        if not (self.closed and self.time) or self.time_is_number:
            return np.full(len(deals), np.nan)
        days = read_days(deals[self.closed]) - self.order(deals)
        return np.where(days >= 0, days, np.nan)

    @staticmethod
    def labels(frame: pd.DataFrame, column: str, first: int = 0) -> list[str]:
        """Give the ids or names of rows; where there is none, the row's number from 1 after `first`."""
        texts = [None] * len(frame)
        if column and column in frame:
            texts = as_text(frame[column]).tolist()
        return [str(row) if pd.isna(text) else text for row, text in enumerate(texts, start=first + 1)]

    def lead_ids(self, leads: pd.DataFrame, first: int = 0) -> list[str]:
        """Give the leads' ids from the id column or, failing that, one of the usual names."""
        return self.labels(leads, id_column(self.id, leads), first)

    def check(self, leads: pd.DataFrame) -> None:
        """Check that leads have every column the model was trained on.

        Raises
        ------
        ColumnError
            If one is missing, or occurs twice.
        """
        _no_twins(column for column in leads.columns if column in self.features or column == self.id)
        missing = [column for column in self.features if column not in leads.columns]
        if missing:
            some = _quoted(missing[:5]) + (" and more" if len(missing) > 5 else "")
            raise ColumnError(
                f"the leads lack {some}, which the model was trained on; add the column, or, if it is not "
                "known for new leads, fit again with --drop"
            )


def id_column(wanted: str, rows: pd.DataFrame) -> str:
    """Give the column that identifies rows: the one wanted or, failing that, one of the usual names."""
    return wanted if wanted in rows else first_column(list(rows.columns), ID_COLUMNS)


def first_column(columns: list[str], wanted: tuple[str, ...]) -> str:
    """Give the first of the wanted columns that is there, in its own spelling; empty if none is."""
    lower = {column.casefold(): column for column in reversed(columns)}
    return next((lower[name] for name in wanted if name in lower), "")


def with_text_names(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table whose columns' names are texts, as in files; a notebook's may be numbers."""
    names = [str(column) for column in table.columns]
    return table if names == list(table.columns) else table.set_axis(names, axis=1)


def _no_twins(columns: Iterable[str]) -> None:
    name, count = next(iter(Counter(columns).most_common(1)), ("", 0))
    if count > 1:
        raise ColumnError(f"the column '{name}' occurs {count} times; rename or remove the others")


def _time_reading(cells: pd.Series) -> dict[str, Any]:
    known = cells[~blank(cells)]
    decimal, dayfirst = decimal_mark(known), day_first(known)
    numbers = int(np.isfinite(as_numbers(known, decimal)).sum())
    is_number = numbers > int(as_dates(known, dayfirst).notna().sum())
    return {"time_is_number": is_number, "time_decimal": decimal, "time_dayfirst": dayfirst}


def _columns(column: str, columns: list[str]) -> str:
    close = get_close_matches(column, columns, n=1)
    return f"did you mean '{close[0]}'?" if close else f"the columns are {_quoted(columns[:12])}"


def _quoted(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
