"""One walk over the tree of a page: its text in blocks, and its links.

A block is the text between two block-level boundaries (CSS 2.1, section 9.2.1); ``<br>`` ends a line inside a
block. Scripts, templates and form choices are left out. Text that is hidden by attribute or inline style is
kept and marked as folded: it is mostly the content of tabs and menus, which a reader unfolds with a click,
and company addresses live there.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from enrich.extract.regions import CONTAINERS, REGION_TAGS, region_of
from enrich.extract.visible import Block, Link, Region, Visible


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
# What the constructors of named tuples add to this is as long again.
_new = tuple.__new__
_NONE: dict[str, str | None] = {}
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = (attributes.get("style") or "").lower().replace(" ", "")
    return "display:none" in style or "visibility:hidden" in style


class _Blocks:
    """The blocks so far and the one being collected."""

    def __init__(self) -> None:
        self.done: list[Block] = []
        #: Whole lines of the block.
        self.lines: list[str] = []
        #: Pieces of the line behind them; the first is not blank.
        self.parts: list[str] = []
        #: What of the block stands in links.
        self.linked: list[str] = []

    def end_line(self) -> None:
        parts = self.parts
        if parts:
            line = parts[0] if len(parts) == 1 else "".join(parts)
            parts.clear()
            if not line.isascii():
                line = _INVISIBLE.sub("", line)
            if line := " ".join(line.split()):
                self.lines.append(line)

    def end(self, tag: str, region: Region, folded: bool) -> None:
        self.end_line()
        lines, linked = self.lines, self.linked
        if lines:
            text = lines[0] if len(lines) == 1 else "\n".join(lines)
            share = min(1.0, sum(map(len, linked)) / len(text)) if linked else 0.0
            self.done.append(_new(Block, (text, tag, region, share, folded)))
            lines.clear()
        linked.clear()

    def add_preformatted(self, text: str) -> None:
        first, *rest = text.split("\n")
        self.parts.append(first)
        for line in rest:
            self.end_line()
            self.parts.append(line)


class _Links:
    """The links so far and the one being read; there is never one within another."""

    def __init__(self) -> None:
        self.done: list[Link] = []
        #: Pieces of the text of the link being read; the first is not blank.
        self.parts: list[str] = []
        self.open = False
        self._tag = self._picture = ""
        self._attributes: dict[str, str | None] = {}

    def begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.open = True
        self._tag, self._attributes, self._picture = tag, attributes, ""

    def add(self, tag: str, attributes: dict[str, str | None], region: Region) -> None:
        """Add an area of a picture, or an input that is a button."""
        if tag == "area":
            self.done.append(Link(attributes.get("href") or "", attributes.get("alt") or "", region))
        elif attributes.get("type") in ("submit", "button"):
            self.done.append(Link("", attributes.get("value") or "", region))

    def name(self, alt: str | None) -> None:
        """Let the picture inside a link name it where nothing else does."""
        self._picture = self._picture or alt or ""

    def end(self, region: Region) -> None:
        get, parts = self._attributes.get, self.parts
        if parts:
            text = parts[0] if len(parts) == 1 else "".join(parts)
            parts.clear()
        else:
            text = get("aria-label") or get("title") or self._picture
        href = (get("href") or "") if self._tag == "a" else ""
        self.done.append(_new(Link, (href, " ".join(text.split()), region)))
        self.open = False


def read(tree: LexborHTMLParser) -> Visible:
    r"""Walk `tree` once; linear in its size, and it does not recurse.

    Most of a page's nodes are white space and most of its elements have nothing to say, so what happens at
    each of them is written out here; what happens at boundaries stands above.

    Parameters
    ----------
    tree : LexborHTMLParser
        Left unchanged.

    Returns
    -------
    Visible

    >>> page = "<p>Anvils<br>for <b>all</b></p><nav><a href=/x>Shop</a></nav><script>no</script>"
    >>> visible = read(LexborHTMLParser(page))
    >>> visible.text
    'Anvils\nfor all\nShop'
    >>> visible.blocks[1].link_share, visible.links[0].region
    (1.0, <Region.NAV: 'nav'>)
    """
    blocks, links = _Blocks(), _Links()
    lines, parts, linked, name = blocks.lines, blocks.parts, blocks.linked, links.parts
    region = Region.BODY
    #: The elements around the node: each with its tag, the region around it, and whether it is hidden.
    stack: list[tuple[LexborNode, str, Region, bool]] = []
    folds = preformatted = 0
    node: LexborNode | None = tree.root
    while node is not None:
        child = None
        text = node.text_content
        if text is not None:
            if preformatted or not text.isspace():
                if preformatted:
                    blocks.add_preformatted(text)
                else:
                    parts.append(text)
                if links.open:
                    linked.append(text.strip())
                    name.append(text)
            else:
                if parts:
                    parts.append(" ")
                if name:
                    name.append(" ")
        else:
            tag = node.tag or ""
            attributes = None
            if tag in _BLOCK_LEVEL:
                if parts or lines:
                    blocks.end(stack[-1][1] if stack else tag, region, folds > 0)
                child = node.first_child
            elif tag == "a" or tag == "button":
                if links.open:
                    links.end(region)
                attributes = node.attributes
                links.begin(tag, attributes)
                child = node.first_child
                if child is None:
                    links.end(region)
            elif tag == "br":
                blocks.end_line()
            elif tag == "img":
                if links.open:
                    links.name(node.attributes.get("alt"))
            elif tag == "area" or tag == "input":
                links.add(tag, node.attributes, region)
            elif tag not in _UNSEEN:
                child = node.first_child
            if child is not None:
                if attributes is None:
                    attributes = _NONE if tag in _PLAIN else node.attributes
                hidden = ("style" in attributes or "hidden" in attributes) and _is_hidden(attributes)
                stack.append((node, tag, region, hidden))
                if hidden:
                    folds += 1
                if tag in CONTAINERS and (attributes or tag in REGION_TAGS):
                    region = region_of(tag, attributes, region)
                elif tag == "pre":
                    preformatted += 1
                node = child
                continue
        following = node.next
        while following is None and stack:
            element, tag, outside, was_hidden = stack.pop()
            if tag in _BLOCK_LEVEL:
                if parts or lines:
                    blocks.end(tag, region, folds > 0)
                if tag == "pre":
                    preformatted -= 1
            elif links.open and (tag == "a" or tag == "button"):
                links.end(region)
            if was_hidden:
                folds -= 1
            region = outside
            following = element.next
        node = following
    if links.open:
        links.end(region)
    blocks.end("body", region, folds > 0)
    return Visible(tuple(blocks.done), tuple(links.done))
