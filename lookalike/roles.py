"""What a column of a lead table is, so that every table can be used as it comes.

Unknown columns are features, never errors. A column is one of the kinds below, decided on the past deals
and kept for the leads.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from lookalike.cells import (
    as_dates,
    as_lists,
    as_numbers,
    as_text,
    blank,
    day_first,
    decimal_mark,
    looks_like_dates,
)


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    DATE = "date"
    CATEGORY = "category"
    LIST = "list"  # several values in a cell: "HubSpot; Shopify"
    TEXT = "text"
    PRESENCE = "presence"  # addresses, names, identifiers: only whether there is one can tell anything
    NOTHING = "nothing"  # blank, or the same everywhere


#: Share of the cells that must be of a kind.
NEARLY_ALL = 0.95
#: Cells of a long column that are looked at one by one.
SAMPLE = 5_000

_CONTACT = re.compile(
    r"(?:mailto:|tel:)?(?:[^\s@]+@[^\s@]+\.\S+|(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?"
    # Phones: international, or national with a leading 0 or the Russian 8 and separators.
    r"|\+\d[\d\s().-]{6,}|\(?0(?!\d?[./-]\d\d?[./-](?:\d\d){1,2}$)[\d\s()./-]{7,}|8[\s(-]{1,2}\d{3}[\d\s()-]{6,})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Role:
    """How a column is read.

    Attributes
    ----------
    kind : Kind
    decimal : str
        The decimal mark of numbers.
    dayfirst : bool
        The order of dates that are not ISO 8601.
    """

    kind: Kind
    decimal: str = "."
    dayfirst: bool = True


def role(cells: pd.Series) -> Role:
    """Decide what a column is.

    >>> role(pd.Series(["3,5", "4", "Select", "7,25"]))
    Role(kind=<Kind.NUMBER: 'number'>, decimal=',', dayfirst=True)
    >>> role(pd.Series(["CRM; Shop", "CRM", "Shop", "CRM; Shop"])).kind.value
    'list'
    """
    if any(isinstance(cell, list | tuple | np.ndarray) for cell in cells.dropna().head(20)):
        return Role(Kind.LIST)
    if pd.api.types.is_bool_dtype(cells.dtype) or pd.api.types.is_numeric_dtype(cells.dtype):
        return Role(Kind.NUMBER if cells.nunique(dropna=False) > 1 else Kind.NOTHING)
    known = cells[~blank(cells)]
    different = as_text(known).nunique()
    if known.empty or (len(known) == len(cells) and different == 1):
        return Role(Kind.NOTHING)
    distinct = different / len(known)
    if len(known) > SAMPLE:
        known = known.sample(SAMPLE, random_state=0)
    texts = as_text(known)
    lists = as_lists(texts)
    if _mostly_contacts(lists):
        return Role(Kind.PRESENCE)
    decimal = decimal_mark(known)
    if pd.notna(as_numbers(known, decimal)).mean() >= NEARLY_ALL:
        return Role(Kind.NUMBER, decimal=decimal)
    if looks_like_dates(known).mean() >= NEARLY_ALL:
        dayfirst = day_first(known)
        if as_dates(known, dayfirst).notna().mean() >= NEARLY_ALL:
            return Role(Kind.DATE, dayfirst=dayfirst)
    return Role(_text_kind(texts, lists, distinct))


def _mostly_contacts(lists: list[list[str]]) -> bool:
    values = [value for cell in lists for value in cell]
    return sum(bool(_CONTACT.fullmatch(value)) for value in values) >= 0.8 * len(values)


def _text_kind(known: pd.Series, lists: list[list[str]], distinct: float) -> Kind:
    counts = Counter(value for values in lists for value in values)
    total = sum(counts.values())
    several = sum(len(values) > 1 for values in lists) / len(lists)
    words = known.str.count(r"\s").mean() + 1
    if several >= 0.05 and len(counts) <= 0.5 * total and words / (total / len(lists)) < 4:
        return Kind.LIST
    if words >= 4 and distinct > 0.5:
        return Kind.TEXT
    if distinct > 0.8 and len(known) >= 20:
        return Kind.PRESENCE
    return Kind.CATEGORY
