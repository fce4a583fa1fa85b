"""Cells of an experiment's table read: won or not, revenue, a date; what cannot be read is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.cells import as_numbers, as_text, blank, decimal_mark, is_value, read_days
from lookalike.experiment.estimate import Floats

#: What means won where nobody says, in a column that holds nothing but these and their opposites.
_WON = {"1", "true", "yes", "won", "y", "да"}
_NOT_WON = {"0", "false", "no", "lost", "n", "нет"}


class RowErrors:
    """What is wrong with each row; the first thing found stays."""

    def __init__(self, rows: int, found: list[str] | None = None) -> None:
        self.texts = list(found) if found is not None else [""] * rows

    def add(self, where: NDArray[np.bool_], text: str) -> None:
        """Say of the rows that have no error yet what is wrong with them."""
        for row in np.flatnonzero(where):
            self.texts[row] = self.texts[row] or text

    @property
    def none(self) -> NDArray[np.bool_]:
        """Tell which rows have nothing wrong."""
        return np.array([not text for text in self.texts], dtype=bool)


def column(table: pd.DataFrame, named: str | None, option: str) -> pd.Series | None:
    """Give the column an option names; none where it names none.

    Raises
    ------
    ColumnError
        If there is no such column.
    """
    if named is None:
        return None
    if named not in table.columns:
        names = ", ".join(f"'{name}'" for name in list(table.columns)[:12])
        raise ColumnError(f"{option} names '{named}', which is no column; the columns are {names}")
    return table[named]


def read_won(cells: pd.Series, won: str | None, errors: RowErrors) -> Floats:
    """Read an outcome: 1 won, 0 not, NaN where there is none yet.

    Parameters
    ----------
    cells : Series of shape (n_rows,)
    won : str, optional
        Value that means won; may be absent where cells say 1 and 0, yes and no, won and lost.
    errors : RowErrors
        Gets the rows without an outcome.

    Raises
    ------
    ColumnError
        If the value never occurs, or is needed and not given.
    """
    texts = as_text(cells).str.casefold()
    empty = blank(cells).to_numpy(dtype=bool)
    errors.add(empty, f"no '{cells.name}' yet")
    seen = set(texts[~empty])
    if won is None:
        if not seen or not seen <= _WON | _NOT_WON:
            some = ", ".join(f"'{text}'" for text in sorted(seen)[:6])
            raise ColumnError(f"--won is needed: which value of '{cells.name}' means won? It holds {some}")
        same = texts.isin(_WON).to_numpy(dtype=bool)
    else:
        same = is_value(cells, won)
        if not same.any():
            some = ", ".join(f"'{text}'" for text in sorted(seen)[:6])
            raise ColumnError(
                f"--won '{won}' never occurs in '{cells.name}'; its values are {some or 'all blank'}"
            )
    return np.where(empty, np.nan, same.astype(np.float64))


def read_numbers(cells: pd.Series, errors: RowErrors) -> Floats:
    """Read numbers; NaN for blank cells, and an error for those that are no number."""
    empty = blank(cells).to_numpy(dtype=bool)
    numbers = as_numbers(cells, decimal_mark(cells[~empty]))
    errors.add(~empty & np.isnan(numbers), f"'{cells.name}' is no number")
    return numbers


def read_dates(cells: pd.Series, errors: RowErrors) -> Floats:
    """Read dates as days since 1970; NaN for blank cells, and an error for those that are no date."""
    days = read_days(cells)
    errors.add(~blank(cells).to_numpy(dtype=bool) & np.isnan(days), f"'{cells.name}' is no date")
    return days


def day_text(day: float) -> str:
    """Write days since 1970 as a date.

    >>> day_text(0.5)
    '1970-01-01'
    """
    return str(np.datetime64(int(np.floor(day)), "D"))
