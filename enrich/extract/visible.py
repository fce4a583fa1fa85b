"""What a reader sees: one walk over the tree gives the text in blocks and the links.

Every built-in extractor that reads text reads this, through :attr:`enrich.page.Page.visible`, so that the
tree is walked once a page. A block is the text between two block-level boundaries (CSS 2.1, section 9.2.1);
``<br>`` ends a line inside a block. Scripts, templates and form choices are left out. Text that is hidden by
attribute or inline style is kept and marked as folded: it is mostly the content of tabs and menus, which a
reader unfolds with a click, and company addresses live there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode


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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCK_LEVEL = _words(
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary"
    " table caption thead tbody tfoot tr td th ul"
)
_UNSEEN = _words(
    "head script style noscript template select datalist option textarea svg math object embed applet canvas"
    " iframe frameset audio video -comment -doctype"
)
# Elements whose attributes say nothing about where or whether their text is shown.
_PLAIN = _words("b i em strong u font small big sup sub tt code tbody thead tr center br hr wbr")
# Elements that designers make the parts of a page of.
_CONTAINERS = _words("div section table ul ol dl td nav header footer aside form dialog")
_REGION_TAGS = {
    "nav": Region.NAV,
    "header": Region.HEADER,
    "footer": Region.FOOTER,
    "aside": Region.ASIDE,
    "form": Region.FORM,
}
_REGION_ROLES = {
    "navigation": Region.NAV,
    "menubar": Region.NAV,
    "banner": Region.HEADER,
    "contentinfo": Region.FOOTER,
    "complementary": Region.ASIDE,
    "search": Region.FORM,
}
# Names that designers give the parts of a page where the markup itself does not say.
_REGION_NAMES = {
    word: region
    for region, text in (
        (
            Region.NAV,
            "nav navbar navigation menu main-nav main-menu mainmenu mainnav topnav top-nav subnav submenu"
            " nav-menu menu-main breadcrumb breadcrumbs site-navigation primary-menu",
        ),
        (Region.HEADER, "header site-header page-header masthead topbar top-bar main-header"),
        (
            Region.FOOTER,
            "footer site-footer page-footer main-footer footer-wrapper footer-widgets foot colophon"
            " copyright",
        ),
        (Region.ASIDE, "sidebar side-bar aside widget-area secondary rightcol leftcol"),
        (
            Region.CONSENT,
            "cookie cookies cookie-banner cookie-notice cookie-consent cookie-law-info-bar cookiebanner"
            " cookieconsent cc-window gdpr gdpr-banner consent consent-banner cookie-bar cookie-popup"
            " onetrust-consent-sdk cookiescript_injected usercentrics-root cybotcookiebotdialog",
        ),
    )
    for word in _words(text)
}
_TWO_DIGITS = re.compile(r"\d\d")
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad")


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    style = style.lower().replace(" ", "")
    return "display:none" in style or "visibility:hidden" in style


@lru_cache(maxsize=4096)
def _named_region(role: str | None, identifier: str | None, classes: str | None) -> Region | None:
    """Region that an element's role, id or class names."""
    if role and (found := _REGION_ROLES.get(role.strip().lower())):
        return found
    for value in (identifier, classes):
        for word in (value or "").lower().split()[:8]:
            if word in _REGION_NAMES:
                return _REGION_NAMES[word]
    return None


def _region(tag: str, attributes: dict[str, str | None], around: Region) -> Region:
    """Region inside an element: consent and footer win over what they contain."""
    if around is Region.FOOTER or around is Region.CONSENT:
        return around
    if found := _REGION_TAGS.get(tag):
        return found
    if not attributes:
        return around
    get = attributes.get
    return _named_region(get("role"), get("id"), get("class")) or around


@dataclass(frozen=True)
class Visible:
    r"""The visible text of a page.

    Attributes
    ----------
    blocks : tuple of Block
        In reading order.
    links : tuple of Link
        In reading order, buttons included.

    >>> page = "<p>Anvils<br>for <b>all</b></p><nav><a href=/x>Shop</a></nav><script>no</script>"
    >>> visible = read(LexborHTMLParser(page))
    >>> visible.text
    'Anvils\nfor all\nShop'
    >>> visible.blocks[1].link_share, visible.links[0].region
    (1.0, <Region.NAV: 'nav'>)
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


class _Open(NamedTuple):
    """An element the walk is inside of, and the region around it."""

    node: LexborNode
    tag: str
    outside: Region
    folded: bool


class _Reader:
    """State of the walk: the block being collected and the link being read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._linked = 0
        self._link: tuple[str, str, list[str]] | None = None
        self.folds = 0
        #: Whether there is text since the last boundary.
        self.pending = False

    def add(self, text: str, preformatted: bool) -> None:
        if not preformatted and text.isspace():
            if self.pending:
                self._parts.append(" ")
            if self._link is not None and self._link[2]:
                self._link[2].append(" ")
            return
        self.pending = True
        if preformatted and "\n" in text:
            first, *rest = text.split("\n")
            self._parts.append(first)
            for line in rest:
                self.end_line()
                self._parts.append(line)
        else:
            self._parts.append(text)
        if self._link is not None:
            self._linked += len(text.strip())
            self._link[2].append(text)

    def end_line(self) -> None:
        line = "".join(self._parts)
        if not line.isascii():
            line = line.translate(_INVISIBLE)
        if line := " ".join(line.split()):
            self._lines.append(line)
        self._parts.clear()

    def end_block(self, tag: str, region: Region) -> None:
        self.end_line()
        if self._lines:
            text = "\n".join(self._lines)
            share = min(1.0, self._linked / len(text)) if self._linked else 0.0
            self.blocks.append(Block(text, tag, region, share, self.folds > 0))
            self._lines.clear()
        self._linked = 0
        self.pending = False

    def open_link(self, href: str, attributes: dict[str, str | None], region: Region) -> None:
        self.close_link(region)
        self._link = (href, attributes.get("aria-label") or attributes.get("title") or "", [])

    def name_link(self, alt: str) -> None:
        """Let the picture inside a link name it."""
        if self._link is not None and not self._link[1]:
            self._link = (self._link[0], alt, self._link[2])

    def close_link(self, region: Region) -> None:
        if self._link is not None:
            href, label, parts = self._link
            self.links.append(Link(href, " ".join(("".join(parts) or label).split()), region))
            self._link = None


def read(tree: LexborHTMLParser) -> Visible:
    """Walk `tree` once; linear in its size, and it does not recurse.

    Parameters
    ----------
    tree : LexborHTMLParser
        Left unchanged.

    Returns
    -------
    Visible
    """
    reader = _Reader()
    root = tree.root
    if root is None:
        return Visible((), ())
    region = Region.BODY
    stack: list[_Open] = []
    preformatted = 0
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            reader.add(node.text_content or "", preformatted > 0)
        elif tag == "br":
            reader.end_line()
        elif tag not in _UNSEEN:
            attributes = {} if tag in _PLAIN else node.attributes
            if tag in _BLOCK_LEVEL and reader.pending:
                reader.end_block(stack[-1].tag if stack else tag, region)
            if tag == "a":
                reader.open_link(attributes.get("href") or "", attributes, region)
            elif tag == "button":
                reader.open_link("", attributes, region)
            elif tag == "area":
                reader.links.append(Link(attributes.get("href") or "", attributes.get("alt") or "", region))
            elif tag == "img":
                reader.name_link(attributes.get("alt") or "")
            elif tag == "input" and attributes.get("type") in ("submit", "button"):
                reader.links.append(Link("", attributes.get("value") or "", region))
            child = node.first_child
            if child is not None:
                folded = ("style" in attributes or "hidden" in attributes) and _is_hidden(attributes)
                stack.append(_Open(node, tag, region, folded))
                reader.folds += folded
                preformatted += tag == "pre"
                if tag in _CONTAINERS:
                    region = _region(tag, attributes, region)
        if child is not None:
            node = child
            continue
        following = node.next
        while following is None and stack:
            element = stack.pop()
            if element.tag in _BLOCK_LEVEL:
                if reader.pending:
                    reader.end_block(element.tag, region)
            elif element.tag in ("a", "button"):
                reader.close_link(region)
            preformatted -= element.tag == "pre"
            reader.folds -= element.folded
            region = element.outside
            following = element.node.next
        node = following
    reader.close_link(region)
    reader.end_block("body", region)
    return Visible(tuple(reader.blocks), tuple(reader.links))
