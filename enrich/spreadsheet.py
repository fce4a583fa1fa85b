"""What a spreadsheet would run, or cannot hold, and so must not be exported as it is."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# A spreadsheet runs a cell that starts so (OWASP, "CSV Injection"); plain numbers and phone numbers are safe.
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"^[+-]?\d[\d\s().,:/-]*(?:[eE][+-]?\d+)?$")

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def defuse(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before every text cell and header that a spreadsheet would run as a formula.

    >>> defuse(pd.DataFrame({"a": ["=1+1", "+49 30 1234", "-5", "@SUM(A1)", None]}))["a"].tolist()
    ["'=1+1", '+49 30 1234', '-5', "'@SUM(A1)", nan]
    """
    changed = frame.copy(deep=False)
    for position in range(frame.shape[1]):
        cells = frame.iloc[:, position]
        if holds_text(cells):
            risky = _risky(cells)
            if risky.any():
                changed.isetitem(position, cells.where(~risky, "'" + cells.astype("str")).array)
    changed.columns = pd.Index([f"'{c}" if _runs_as_formula(c) else c for c in frame.columns])
    return changed


def holds_text(cells: pd.Series[Any]) -> bool:
    """Tell whether a column may have texts in it."""
    return pd.api.types.is_string_dtype(cells.dtype) or cells.dtype == object


def printable(frame: pd.DataFrame) -> pd.DataFrame:
    r"""Drop the characters that a worksheet, being XML, cannot hold.

    >>> printable(pd.DataFrame({"a": ["x\x00y\ufffe"]}))["a"].tolist()
    ['xy']
    """

    def cleaned(cell: object) -> object:
        return _UNPRINTABLE.sub("", cell) if isinstance(cell, str) else cell

    changed = frame.copy(deep=False)
    for position in range(frame.shape[1]):
        if holds_text(cells := frame.iloc[:, position]):
            changed.isetitem(position, cells.map(cleaned, na_action="ignore").array)
    changed.columns = pd.Index([cleaned(name) for name in frame.columns])
    return changed


def _risky(cells: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which cells would run; each text is looked at once, however often it occurs."""
    if isinstance(cells.dtype, pd.StringDtype) and cells.dtype.storage == "pyarrow":
        # Nearly every text starts with a letter or figure, and so cannot run.
        starts = pc.match_substring_regex(pa.array(cells), "^[0-9A-Za-z]")
        rest = ~pc.fill_null(starts, True).to_numpy(zero_copy_only=False).astype(bool)
        risky = np.zeros(len(cells), dtype=bool)
        risky[rest] = [_runs_as_formula(cell) for cell in cells[rest]]
        return risky
    try:
        codes, texts = pd.factorize(cells)
    except TypeError:  # lists, which cannot be compared
        return cells.map(_runs_as_formula, na_action="ignore").eq(True).to_numpy(dtype=bool)
    # The last stands for missing cells, whose code is -1.
    return np.array([*map(_runs_as_formula, texts), False], dtype=bool)[codes]


def _runs_as_formula(cell: object) -> bool:
    return isinstance(cell, str) and bool(_FORMULA.match(cell)) and not _PLAIN_NUMBER.match(cell)
