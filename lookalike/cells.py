"""Cells as CRMs export them, read as numbers, dates or lists.

Exports differ by country: ``1 234,56`` and ``1,234.56``, ``31.12.2025`` and ``12/31/2025``, ``да`` and
``yes``. A column is read as one kind when nearly all of its cells are of that kind; a cell that is not
becomes missing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Texts that mean "nothing was chosen"; compared in lower case.
MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "select",
        "n/a",
        "#n/a",
        "na",
        "nan",
        "none",
        "null",
        "<na>",
        "nat",
        "нет данных",
        "не указано",
    }
)

#: Vectorizer and trees compute in single precision, which holds no larger number.
LARGEST = float(np.finfo(np.float32).max)

#: What joins the values of one cell, as enrichment writes them.
LIST_SEPARATOR = "; "

_SPACES = re.compile(r"[\s  ]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"),
    ",": re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
}
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+,\d{1,2}|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d*)")
_CURRENCY = re.compile(r"^(?:[$€£₽¥]|USD|EUR|GBP|RUB|KZT)|(?:[$€£₽¥%]|USD|EUR|GBP|RUB|KZT|руб\.?|тг)$")


def blank(cells: pd.Series) -> pd.Series:
    """Tell which cells hold nothing, a CRM's "Select" included.

    >>> blank(pd.Series(["Select", " ", "Berlin", None])).tolist()
    [True, True, False, True]
    """
    if pd.api.types.is_numeric_dtype(cells.dtype) or pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return cells.isna()
    return cells.isna() | cells.astype("str").str.strip().str.lower().isin(MISSING)


def as_text(cells: pd.Series) -> pd.Series:
    """Give cells as stripped strings, with nothing as missing; whole floats lose their ``.0``.

    >>> as_text(pd.Series([1.0, 2.0, None])).tolist()
    ['1', '2', nan]
    """
    if pd.api.types.is_float_dtype(cells.dtype):
        whole = (cells.dropna().mod(1).eq(0) & cells.dropna().abs().lt(2**63)).all()
        cells = cells.astype("Int64") if whole else cells
    return cells.astype("str").str.strip().mask(blank(cells))


def decimal_mark(cells: pd.Series) -> str:
    """Tell whether a column of numbers written as text uses a decimal comma or point.

    >>> decimal_mark(pd.Series(["1 234,50", "7"])), decimal_mark(pd.Series(["1,234", "7"]))
    (',', '.')
    """
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return "."
    return "," if any(_DECIMAL_COMMA.fullmatch(_bare(cell)) for cell in cells.dropna()) else "."


def as_numbers(cells: pd.Series, decimal: str = ".") -> NDArray[np.float64]:
    """Read cells as numbers, grouped or with a currency or not; what is no number becomes NaN.

    Parameters
    ----------
    cells : Series of shape (rows,)
    decimal : {".", ","}
        The decimal mark, from :func:`decimal_mark` of the column as a whole.

    >>> as_numbers(pd.Series(["1 234,50", "3,75", "€ 20", "Select"]), decimal=",").tolist()
    [1234.5, 3.75, 20.0, nan]
    >>> as_numbers(pd.Series(["1,234.50", "1,000", "-7"])).tolist()
    [1234.5, 1000.0, -7.0]
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return np.full(len(cells), np.nan)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    if not pd.api.types.is_numeric_dtype(cells.dtype):
        odd = np.isnan(numbers) & ~blank(cells).to_numpy()
        numbers[odd] = [_number(_bare(cell), decimal) for cell in cells[odd]]
    return np.where(np.isfinite(numbers), np.clip(numbers, -LARGEST, LARGEST), np.nan)


def _bare(cell: object) -> str:
    return _CURRENCY.sub("", _SPACES.sub("", str(cell)))


def _number(text: str, decimal: str) -> float:
    other = "." if decimal == "," else ","
    if _GROUPED[decimal].fullmatch(text):
        text = text.replace(other, "")
    if other in text or not _NUMBER.fullmatch(text):
        return np.nan
    return float(text.replace(",", "."))


def day_first(cells: pd.Series) -> bool:
    """Tell whether dates such as ``01.02.2026`` name the day first; true unless months only fit second."""
    figures = cells.astype("str").str.extract(r"^\s*(\d{1,2})[^\d,](\d{1,2})[^\d,]\d").astype("float64")
    no_month = figures.gt(12).sum()
    return bool(no_month[0] >= no_month[1])


def as_dates(cells: pd.Series, dayfirst: bool = True) -> pd.Series:
    """Read cells as dates and times in UTC without a zone; what is none becomes NaT.

    Parameters
    ----------
    cells : Series of shape (rows,)
    dayfirst : bool
        How to read what is not ISO 8601, from :func:`day_first` of the column as a whole.

    >>> as_dates(pd.Series(["31.12.2025", "2026-02-01 10:30", "soon"])).astype("str").tolist()
    ['2025-12-31 00:00:00', '2026-02-01 10:30:00', nan]
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        dates = pd.to_datetime(cells, utc=True)
    else:
        texts = _date_texts(cells)
        dates = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True)
        dates = dates.fillna(_mixed_dates(texts.mask(dates.notna()), dayfirst))
    # Microseconds hold the 9999-12-31 that exports write for "never"; nanoseconds do not.
    return dates.dt.tz_localize(None).astype("datetime64[us]")


def looks_like_dates(cells: pd.Series) -> pd.Series:
    """Tell which cells have the shape of a date in figures; a bare number, though a year, has not."""
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return cells.notna()
    return cells.astype("str").str.match(r"\s*\d+[^\d,]\d+\D+\d", na=False)


def as_days(dates: pd.Series) -> NDArray[np.float64]:
    """Give dates as days since 1970, NaN for none.

    >>> as_days(pd.Series(pd.to_datetime(["1970-01-02 12:00", None]))).tolist()
    [1.5, nan]
    """
    microseconds = dates.astype("datetime64[us]").astype("int64").to_numpy()
    return np.where(dates.isna(), np.nan, microseconds / 86_400e6)


def read_days(cells: pd.Series) -> NDArray[np.float64]:
    """Read a column of dates as days since 1970, NaN for what is none; how they are written is settled on it.

    >>> read_days(pd.Series(["31.01.1970", None, "02.01.1970"])).tolist()
    [30.0, nan, 1.0]
    """
    return as_days(as_dates(cells, day_first(cells[~blank(cells)])))


def is_value(cells: pd.Series, value: str) -> NDArray[np.bool_]:
    """Tell which cells hold a value: as text in any case, or as the same number; shape (rows,).

    >>> is_value(pd.Series(["Won", "lost", None]), "won").tolist()
    [True, False, False]
    >>> is_value(pd.Series([1.0, 0.0]), "1").tolist()
    [True, False]
    """
    same = as_text(cells).str.casefold().eq(value.strip().casefold()).to_numpy(dtype=bool, na_value=False)
    return np.asarray(same | (as_numbers(cells) == as_numbers(pd.Series([value]))[0]))


def _date_texts(cells: pd.Series) -> pd.Series:
    return cells.astype("str").str.strip().where(looks_like_dates(cells))


def _mixed_dates(texts: pd.Series, dayfirst: bool) -> pd.Series:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a month above 12 turns the order round
        return pd.to_datetime(texts, format="mixed", dayfirst=dayfirst, errors="coerce", utc=True)


def as_lists(cells: pd.Series) -> list[list[str]]:
    """Split each cell into its values; a Parquet list column is taken as it is.

    >>> as_lists(pd.Series(["HubSpot; Shopify", None]))
    [['HubSpot', 'Shopify'], []]
    """
    return [_values(cell) for cell in cells]


def _values(cell: object) -> list[str]:
    if isinstance(cell, list | tuple | np.ndarray):
        return [str(value) for value in cell if value is not None and value == value]
    if isinstance(cell, str):
        return [value for part in cell.split(LIST_SEPARATOR.strip()) if (value := part.strip())]
    return []


def all_blank(table: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which rows have nothing in any of the columns, looking no further than need be."""
    waiting = np.arange(len(table))
    for column in columns:
        waiting = waiting[blank(table[column].iloc[waiting]).to_numpy(dtype=bool)]
        if not len(waiting):
            break
    found = np.zeros(len(table), dtype=bool)
    found[waiting] = True
    return found
