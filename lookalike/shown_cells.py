"""Cells of leads as texts fit for a table, worked out a column at a time and when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_text
from lookalike.roles import Kind, Role

#: Longest value shown.
SHOWN_CHARACTERS = 80


class ShownCells:
    """Cells as a reader would write them.

    Parameters
    ----------
    table : DataFrame of n_rows rows
        The columns as they came.
    roles : mapping of str to Role
        What the columns were found to be.
    """

    def __init__(self, table: pd.DataFrame, roles: Mapping[str, Role]) -> None:
        self._table, self._roles = table, roles
        self._own = slice(0, len(table))
        self._made: dict[str, NDArray[Any]] = {}

    def part(self, own: slice) -> Self:
        """Give some of the rows; what is worked out for one part is there for all."""
        made = type(self)(self._table, self._roles)
        made._own, made._made = slice(self._own.start + own.start, self._own.start + own.stop), self._made
        return made

    def of(self, column: str) -> NDArray[Any]:
        """Give a column's texts, shape (n_rows,): "given" for addresses and names, " + " joins columns."""
        if column not in self._made:
            self._made[column] = self._texts(column)
        return self._made[column][self._own]

    def _texts(self, column: str) -> NDArray[Any]:
        table, found = self._table, self._roles.get(column)
        if column not in table or found is None:  # several text columns
            parts = [as_text(table[name]).fillna("") for name in column.split(" + ") if name in table]
            cells = [" ".join(filter(None, row)) for row in zip(*parts, strict=True)]
        elif found.kind == Kind.LIST:
            cells = [
                "; ".join(map(str, cell)) if isinstance(cell, list | tuple | np.ndarray) else _plain(cell)
                for cell in table[column]
            ]
        elif pd.api.types.is_float_dtype(table[column].dtype):
            cells = ["" if cell != cell else f"{cell:.6g}" for cell in table[column]]
        else:
            cells = as_text(table[column]).fillna("").tolist()
        if found is not None and found.kind == Kind.PRESENCE:
            cells = ["given" if cell else "" for cell in cells]
        short = [c if len(c) <= SHOWN_CHARACTERS else c[: SHOWN_CHARACTERS - 1] + "…" for c in cells]
        return np.asarray([*short, None], dtype=object)[:-1]


def _plain(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
