"""Criteria of a points scorecard: conditions on one column, and the points that each gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_lists, as_numbers, as_text, blank


@dataclass(frozen=True)
class Rule:
    """A condition and its points; what is given of the condition must all hold.

    Attributes
    ----------
    points : int
    least : float, optional
        The smallest number, as ``from`` in a file.
    below : float, optional
        What the number is smaller than.
    any_of : tuple of str
        The cell is one of these; case and outer spaces do not count. ``is`` in a file.
    has : tuple of str
        The cell, a list such as "HubSpot; Shopify", holds one of these.
    contains : tuple of str
        The cell holds one of these somewhere in its text.
    blank : bool, optional
        Whether the cell is blank; a number that cannot be read is blank.
    seen : str
        What past deals say of it, for people.
    """

    points: int
    least: float | None = None
    below: float | None = None
    any_of: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    blank: bool | None = None
    seen: str = ""

    @property
    def on_numbers(self) -> bool:
        """Whether the cell is read as a number."""
        return self.least is not None or self.below is not None

    def holds(self, cells: pd.Series, decimal: str = ".") -> NDArray[np.bool_]:
        """Tell for which cells the condition holds, shape (n_rows,)."""
        found = np.ones(len(cells), dtype=bool)
        if self.on_numbers:
            numbers = as_numbers(cells, decimal)
            low, high = self.least, self.below
            with np.errstate(invalid="ignore"):
                found &= (numbers >= (-np.inf if low is None else low)) & (
                    numbers < (np.inf if high is None else high)
                )
        if self.any_of:
            found &= _folded(cells).isin([value.strip().casefold() for value in self.any_of]).to_numpy()
        if self.has:
            wanted = {value.strip().casefold() for value in self.has}
            held = [any(value.casefold() in wanted for value in values) for values in as_lists(_texts(cells))]
            found &= np.asarray(held, dtype=bool)
        for_text = [value.casefold() for value in self.contains]
        if for_text:
            folded = _folded(cells).fillna("")
            found &= np.asarray([any(part in cell for part in for_text) for cell in folded], dtype=bool)
        if self.blank is not None:
            found &= blank(cells).to_numpy(dtype=bool) == self.blank
        return found

    @property
    def words(self) -> str:
        """Say the condition.

        >>> Rule(3, least=10, below=50).words, Rule(2, has=("HubSpot", "Shopify")).words
        ('10 to below 50', 'has HubSpot or Shopify')
        """
        parts = []
        if self.least is not None and self.below is not None:
            parts.append(f"{self.least:g} to below {self.below:g}")
        elif self.least is not None:
            parts.append(f"{self.least:g} or more")
        elif self.below is not None:
            parts.append(f"below {self.below:g}")
        for word, values in (("", self.any_of), ("has ", self.has), ("contains ", self.contains)):
            if values:
                more = f" or {len(values) - 3} others" if len(values) > 4 else ""
                shown = values[:3] if more else values
                parts.append(word + " or ".join(shown) + more)
        if self.blank is not None:
            parts.append("blank" if self.blank else "given")
        return ", ".join(parts)


@dataclass(frozen=True)
class Criterion:
    """One column, its rules in order, and what no rule gives.

    Attributes
    ----------
    column : str
    rules : tuple of Rule
        The first that holds gives its points.
    otherwise : int
        Points where none holds.
    name : str
        What to call it; the column if empty.
    decimal : {".", ","}
        The decimal mark of its numbers.
    """

    column: str
    rules: tuple[Rule, ...]
    otherwise: int = 0
    name: str = ""
    decimal: str = "."

    @property
    def label(self) -> str:
        """What to call it."""
        return self.name or self.column

    def matched(self, cells: pd.Series) -> NDArray[np.int64]:
        """Give the place of the first rule that holds for each cell, shape (n_rows,); −1 where none does."""
        known = cells
        if any(rule.on_numbers for rule in self.rules):  # what is no number counts as blank
            known = cells.mask(np.isnan(as_numbers(cells, self.decimal)))
        found = np.full(len(cells), -1, dtype=np.int64)
        for place, rule in reversed(list(enumerate(self.rules))):
            found[rule.holds(cells if rule.blank is None else known, self.decimal)] = place
        return found

    def points(self, matched: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the points of matched cells, shape (n_rows,)."""
        return np.array([*(rule.points for rule in self.rules), self.otherwise], dtype=np.int64)[matched]

    def words(self, place: int) -> str:
        """Say what holds at a place that :meth:`matched` gave.

        >>> Criterion("country", (Rule(5, any_of=("Germany",)),)).words(0)
        'country: Germany'
        """
        return f"{self.label}: {self.rules[place].words if place >= 0 else 'anything else'}"

    @property
    def spread(self) -> int:
        """Points between the best and the worst that it can give."""
        given = [*(rule.points for rule in self.rules), self.otherwise]
        return max(given) - min(given)


def _folded(cells: pd.Series) -> pd.Series:
    return as_text(cells).str.casefold()


def _texts(cells: pd.Series) -> pd.Series:
    """Give cells as they are where they are lists or texts, and as texts where they are numbers."""
    return cells if cells.dtype == object or pd.api.types.is_string_dtype(cells.dtype) else as_text(cells)
