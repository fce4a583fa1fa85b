"""What a reader sees of a page: the text in blocks, and the links.

Every built-in extractor that reads text reads this, through :attr:`enrich.page.Page.visible`;
:mod:`enrich.extract.walk` makes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
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
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of :attr:`text`."""
        return self.text.split("\n")

    @cached_property
    def numeric_lines(self) -> list[tuple[int, str]]:
        """The lines that hold two digits in a row, with their positions in :attr:`lines`."""
        return [(index, line) for index, line in enumerate(self.lines) if _TWO_DIGITS.search(line)]
