"""A card: what a result says of itself in a notebook.

First what it is and what was found, in a sentence; then a few figures; then tables and lines. One template
draws all of them, everything in it is escaped, and it has neither script nor anything from elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Template

from enrich.html import templates
from enrich.legible import plain
from enrich.numerals import percent

#: How good what stands there is.
Tone = Literal["", "good", "watch", "bad", "for", "against", "faint"]


@dataclass(frozen=True)
class Cell:
    """A place of a table.

    Attributes
    ----------
    text : str
    note : str
        In fainter ink below.
    bar : float, optional
        A bar from the middle, −1 to 1; to the left what speaks against.
    tone : Tone
    number : bool
        Whether it stands on the right.
    url : str
        Where it leads; followed only if it is a web address.
    """

    text: str
    note: str = ""
    bar: float | None = None
    tone: Tone = ""
    number: bool = False
    url: str = ""

    @property
    def left(self) -> float:
        """Where the bar begins, in per cent."""
        return 50 + 50 * min(0.0, self.share)

    @property
    def share(self) -> float:
        """The bar, between −1 and 1."""
        bar = self.bar or 0.0
        return max(-1.0, min(1.0, bar)) if math.isfinite(bar) else 0.0


@dataclass(frozen=True)
class Tile:
    """A figure and what it is."""

    name: str
    text: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; an empty title or column says nothing."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    more: str = ""


@dataclass(frozen=True)
class Lines:
    """Sentences, one below the other."""

    title: str
    texts: Sequence[str]


@dataclass(frozen=True)
class Card:
    """What a result says.

    Attributes
    ----------
    kind : str
        What it is.
    headline : str
        What was found.
    tiles : sequence of Tile
    parts : sequence of Table or Lines
    foot : str
        What can be done with it.
    tone : Tone
        How good what was found is.
    """

    kind: str
    headline: str
    tiles: Sequence[Tile] = ()
    parts: Sequence[Table | Lines] = ()
    foot: str = ""
    tone: Tone = ""

    def html(self) -> str:
        """Draw it."""
        return _template().render(card=self)


def text(value: object, letters: int = 120, **how: object) -> Cell:
    """Give a cell of a text that may be hostile."""
    return Cell(plain(value, letters), **how)  # type: ignore[arg-type]


def sentence(words: str, letters: int = 400) -> str:
    """Give words that may be hostile as one line that begins with a capital."""
    line = plain(words, letters)
    return line[:1].upper() + line[1:]


def number(value: float | None, form: str = ",.0f", **how: object) -> Cell:
    """Give a cell of a number, empty where it is unknown.

    >>> number(1234.5).text, number(float("nan")).text, number(-0.5, "+.2f").text
    ('1,234', '', '−0.50')
    """
    known = value is not None and math.isfinite(value)
    return Cell(figure(value, form) if known and value is not None else "", number=True, **how)  # type: ignore[arg-type]


def figure(value: float, form: str = ",.0f") -> str:
    """Give a number as text, by a form like ``.0%`` in per cent; a dash where it is unknown."""
    if form.endswith("%"):
        return percent(value, int(form[1:-1]))
    return format(value, form).replace("-", "−") if math.isfinite(value) else "–"


def more(found: int, shown: int, what: str) -> str:
    """Say how many rows are not shown; nothing where all are.

    >>> more(12, 8, "groups"), more(8, 8, "groups")
    ('and 4 more groups', '')
    """
    return f"and {found - shown} more {what}" if found > shown else ""


@cache
def _template() -> Template:
    made = templates(__package__)
    made.tests["is_table"] = lambda part: isinstance(part, Table)
    return made.get_template("card.html")
