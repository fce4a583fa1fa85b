"""What a reader sees of a page: the text in blocks, and the links.

Every built-in extractor that reads text reads this, through :attr:`enrich.page.Page.visible`;
:mod:`enrich.extract.walk` makes it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple


class Region(StrEnum):
    """The part of the page a text stands in."""

    BODY = ""
    NAV = "nav"
    HEADER = "header"
    FOOTER = "footer"
    ASIDE = "aside"
    FORM = "form"
    CONSENT = "consent"


class Block(NamedTuple):
    """A run of text without a block-level boundary; its lines are separated by a newline.

    Attributes
    ----------
    text : str
        White space collapsed, never empty.
    tag : str
        The innermost block-level element around the end of the text.
    region : Region
        The part of the page.
    link_share : float
        The share of the characters that stand in links, from 0 to 1.
    folded : bool
        Whether the page is first shown without it.
    """

    text: str
    tag: str
    region: Region
    link_share: float
    folded: bool = False


class Link(NamedTuple):
    """A link or a button (whose `href` is empty), with what it is called."""

    href: str
    text: str
    region: Region


_DIGIT = re.compile(r"\d")
_TWO_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True)
class Visible:
    r"""The visible text of a page.

    Attributes
    ----------
    blocks : tuple of Block
        In reading order.
    links : tuple of Link
        In reading order, buttons included.
    """

    blocks: tuple[Block, ...]
    links: tuple[Link, ...]

    @cached_property
    def text(self) -> str:
        """All blocks, a line each or more."""
        return "\n".join([block.text for block in self.blocks])

    @cached_property
    def lines(self) -> list[str]:
        """The lines of :attr:`text`."""
        return self.text.split("\n")

    @cached_property
    def digit_lines(self) -> list[tuple[int, str]]:
        """The lines that hold a digit, with their positions in :attr:`lines`."""
        return [(index, line) for index, line in enumerate(self.lines) if _DIGIT.search(line)]

    @cached_property
    def numeric_lines(self) -> list[tuple[int, str]]:
        """The lines that hold two digits in a row, with their positions in :attr:`lines`."""
        return [(index, line) for index, line in self.digit_lines if _TWO_DIGITS.search(line)]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each block starts in :attr:`text`."""
        return list(accumulate((len(block.text) + 1 for block in self.blocks), initial=0))

    def holding(self, positions: Iterable[int]) -> list[Block]:
        r"""The blocks that hold some positions of :attr:`text`, each once, in reading order.

        Searching the whole text and asking for the blocks of what was found costs less than searching every
        block.

        >>> blocks = tuple(Block(text, "p", Region.BODY, 0.0) for text in ("Acme", "GmbH"))
        >>> [block.text for block in Visible(blocks, ()).holding(["Acme\nGmbH".index("H")])]
        ['GmbH']
        """
        found = {bisect_right(self._starts, position) - 1 for position in positions}
        return [self.blocks[index] for index in sorted(found)]
