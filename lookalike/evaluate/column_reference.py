"""What one column held among a model's deals: short enough to keep, enough to compare later leads with.

Numbers, dates and lengths of texts are kept as at most a hundred steps of their distribution, exact at each
step; categories and list values as counts of those that some deals share. Rarer ones are only counted, like
addresses, phones and names, of which nothing but "filled" is kept. Where most deals have a category of their
own, as in a column of contacts, none is named: nobody can be read from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_lists, as_text, blank
from lookalike.evaluate.drift import column_values
from lookalike.roles import Kind, Role

#: Steps that a distribution is kept in.
STEPS = 100
#: A category is named if so many deals share it, as the vectorizer tells no rarer ones apart.
SHARED_BY = 5
#: Where so large a share of the deals has a rare one, none is named.
MOSTLY_RARE = 0.5
#: Categories of one column at most.
MOST_NAMED = 1_000

ORDERED = (Kind.NUMBER, Kind.DATE, Kind.TEXT)
COUNTED = (Kind.CATEGORY, Kind.LIST, Kind.NOTHING)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """A column as it is compared.

    Attributes
    ----------
    rows, filled : int
        Cells, and those that can be read as what the column holds.
    unreadable : int
        Cells that hold something else.
    numbers : ndarray of shape (rows,)
        Numbers, days since 1970, or words in a text; NaN where blank. Empty for categories and lists.
    counts : dict of str to int
        Rows that have each category or list value.
    lists : list of list of str
        The different values of each row, for a column of lists.
    """

    rows: int
    filled: int
    unreadable: int = 0
    numbers: Floats = field(default_factory=lambda: np.empty(0))
    counts: Mapping[str, int] = field(default_factory=dict)
    lists: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class ColumnReference:
    """What a column held.

    Attributes
    ----------
    kind : str
        A :class:`~lookalike.roles.Kind`.
    rows, filled : int
        Deals, and those with a readable cell.
    decimal, dayfirst : str, bool
        How cells are read.
    values, counts : list, of one length
        Numbers, days since 1970 or words in a text: ascending, and how many deals have it or lie between
        the one before and it.
    named : dict of str to int
        Deals that have each category or list value, where at least :attr:`least` do.
    least : int
        Deals that a category needs to be named.
    rare : int
        Deals with a category, or any list value, that is not named.
    rare_by_chance : int
        Deals that would have one if they were not themselves among the deals that are counted.
    """

    kind: str
    rows: int
    filled: int
    decimal: str = "."
    dayfirst: bool = True
    values: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    least: int = SHARED_BY
    rare: int = 0
    rare_by_chance: int = 0

    @property
    def ordered(self) -> bool:
        """Whether the column holds what can be put in order."""
        return self.kind in ORDERED

    @classmethod
    def of(cls, cells: pd.Series, role: Role) -> Self:
        """Describe a column, shape (n_deals,), of the role given."""
        read = read_cells(cells, role)
        parts: dict[str, Any] = {"decimal": role.decimal, "dayfirst": role.dayfirst}
        if role.kind in ORDERED:
            parts["values"], parts["counts"] = _steps(read.numbers)
        elif role.kind in COUNTED:
            parts |= _named(read)
        return cls(str(role.kind), read.rows, read.filled, **parts)

    @classmethod
    def of_numbers(cls, numbers: Floats) -> Self:
        """Describe numbers such as scores; NaN where there is none."""
        values, counts = _steps(numbers)
        return cls(str(Kind.NUMBER), len(numbers), sum(counts), values=values, counts=counts)

    def read(self, cells: pd.Series) -> Cells:
        """Read a column of leads as that of the deals was read."""
        return read_cells(cells, Role(Kind(self.kind), self.decimal, self.dayfirst))

    def numbers(self) -> Floats:
        """Give the deals' numbers in ascending order, each at the end of its step."""
        return np.repeat(np.asarray(self.values, dtype=float), self.counts)

    def stepped(self, numbers: Floats) -> Floats:
        """Move other numbers to the end of their step, so that they can be compared with :meth:`numbers`."""
        values = np.asarray(self.values, dtype=float)
        if not len(values):
            return numbers
        place = np.minimum(np.searchsorted(values, numbers), len(values) - 1)
        return np.where(np.isnan(numbers), np.nan, np.maximum(values[place], numbers))


def read_cells(cells: pd.Series, role: Role) -> Cells:
    """Read a column, shape (rows,), as its role says."""
    known = ~blank(cells).to_numpy(dtype=bool)
    rows, filled = len(cells), int(known.sum())
    if role.kind in (Kind.NUMBER, Kind.DATE):
        numbers = column_values(cells, role)
        readable = int((~np.isnan(numbers)).sum())
        return Cells(rows, readable, filled - readable, numbers)
    if role.kind == Kind.TEXT:
        words = [len(str(text).split()) for text in as_text(cells).fillna("")]
        return Cells(rows, filled, numbers=np.where(known, np.array(words, dtype=float), np.nan))
    if role.kind == Kind.LIST:
        lists = [sorted(set(values)) for values in as_lists(cells)]
        counts = Counter(value for values in lists for value in values)
        return Cells(rows, sum(map(bool, lists)), counts=counts, lists=lists)
    if role.kind == Kind.PRESENCE:
        return Cells(rows, filled)
    return Cells(rows, filled, counts=Counter(str(text) for text in as_text(cells).dropna()))


def _steps(numbers: Floats) -> tuple[list[float], list[int]]:
    known = np.sort(numbers[~np.isnan(numbers)])
    values, counts = np.unique(known, return_counts=True)
    if len(values) > STEPS:
        values = np.unique(np.quantile(known, np.linspace(0, 1, STEPS + 1), method="inverted_cdf"))
        counts = np.diff(np.searchsorted(known, values, side="right"), prepend=0)
    return values.tolist(), counts.tolist()


def _named(read: Cells) -> dict[str, Any]:
    """Name the frequent values, and count the rows with others."""
    least = SHARED_BY
    if sum(count >= least for count in read.counts.values()) > MOST_NAMED:
        least = sorted(read.counts.values(), reverse=True)[MOST_NAMED] + 1
    named = {value: int(count) for value, count in read.counts.items() if count >= least}
    rare = rows_with(read, lambda count: count < least)
    if rare > MOSTLY_RARE * read.filled:
        named, rare = {}, read.filled
    # Seen from one deal, the others are one deal less: what just is named would not be without it.
    by_chance = rows_with(read, lambda count: count <= least) if named else rare
    return {"named": named, "least": int(least), "rare": rare, "rare_by_chance": by_chance}


def rows_with(read: Cells, wanted: Any, counts: Mapping[str, int] | None = None) -> int:
    """Count the rows with a value whose count, 0 if it has none in `counts`, is wanted."""
    counts = read.counts if counts is None else counts
    values = {value for value in read.counts if wanted(counts.get(value, 0))}
    if read.lists:
        return sum(not values.isdisjoint(row) for row in read.lists)
    return int(sum(read.counts[value] for value in values))
