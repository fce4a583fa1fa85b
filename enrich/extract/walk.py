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
_COMMON = _words(
    "a b div em font form h1 h2 h3 h4 i img input label li ol option p script select small span strong style"
    " ul"
)
# Most elements by the number that the parser knows them by: it is read in half the time of a name.
_NAMES = {
    node.tag_id: node.tag
    for node in LexborHTMLParser(
        "<table><tr><th><td><br>" + "".join(f"<{tag}></{tag}>" for tag in _COMMON)
    ).css("*")
}
_Attributes = dict[str, str | None]
# Where a line ends: behind how many pieces of text, the element that ends it ("br", or the block it closes),
# the region, how many characters of the block stand in links, and whether it is folded.
_End = tuple[int, str, Region, int, bool]
# What the constructors of named tuples add to this is as long again.
_new = tuple.__new__
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")


def _is_hidden(attributes: _Attributes) -> bool:
    if "hidden" in attributes:
        return True
    style = (attributes.get("style") or "").lower().replace(" ", "")
    return "display:none" in style or "visibility:hidden" in style


def _blocks(pieces: list[str], ends: list[_End]) -> tuple[Block, ...]:
    """The pieces of text in lines, and the lines in blocks."""
    blocks: list[Block] = []
    lines: list[str] = []
    start = 0
    for end, tag, region, linked, folded in ends:
        if end > start:
            line = pieces[start] if end == start + 1 else "".join(pieces[start:end])
            start = end
            line = line.strip()
            # No other white space than a blank is printable, and nothing that is invisible.
            if "  " in line or not line.isprintable():
                line = " ".join(_INVISIBLE.sub("", line).split())
            if line:
                lines.append(line)
        if lines and tag != "br":
            text = lines[0] if len(lines) == 1 else "\n".join(lines)
            share = linked / len(text) if linked < len(text) else 1.0
            blocks.append(_new(Block, (text, tag, region, share, folded)))
            lines = []
    return tuple(blocks)


def _add_preformatted(text: str, pieces: list[str], ends: list[_End]) -> None:
    """Add a text whose line breaks end lines."""
    for line in text.splitlines(keepends=True):
        pieces.append(line)
        if line.endswith("\n"):
            ends.append((len(pieces), "br", Region.BODY, 0, False))


def _link(tag: str, attributes: _Attributes, picture: str, pieces: list[str], region: Region) -> Link:
    """A link by its text; one without is called by its label, or else by the picture in it."""
    text = " ".join("".join(pieces).split())
    if not text:
        name = attributes.get("aria-label") or attributes.get("title") or picture
        text = " ".join(name.split())
    return _new(Link, ((attributes.get("href") or "") if tag == "a" else "", text, region))


def _other_link(tag: str, attributes: _Attributes, region: Region) -> Link | None:
    """An area of a picture, or an input that is a button."""
    if tag == "area":
        return Link(attributes.get("href") or "", attributes.get("alt") or "", region)
    if attributes.get("type") in ("submit", "button"):
        return Link("", attributes.get("value") or "", region)
    return None


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
    pieces: list[str] = []
    ends: list[_End] = []
    links: list[Link] = []
    # The link around the node, its tag, how many pieces stand before it, and what a picture in it is called.
    # There is never one within another.
    anchor: _Attributes | None = None
    anchor_tag = picture = ""
    start = 0
    # Whether the block has text so far, and how many characters of it stand in links.
    begun, linked = False, 0
    region, folded, preformatted = Region.BODY, False, 0
    # The elements around the node, each with its tag, the region around it, and whether that is folded.
    stack: list[tuple[LexborNode, str, Region, bool]] = []
    names = _NAMES.get
    node: LexborNode | None = tree.root
    while node is not None:
        text = node.text_content
        if text is not None:
            if preformatted or not text.isspace():
                begun = True
                if anchor is not None:
                    linked += len(text.strip())
                if preformatted:
                    _add_preformatted(text, pieces, ends)
                else:
                    pieces.append(text)
            elif begun or anchor is not None:
                pieces.append(" ")
        else:
            child = attributes = None
            tag = names(node.tag_id) or node.tag or ""
            if tag in _BLOCK_LEVEL:
                if begun:
                    ends.append((len(pieces), stack[-1][1] if stack else tag, region, linked, folded))
                    linked, begun = 0, False
                child = node.first_child
            elif tag == "a" or tag == "button":
                if anchor is not None:
                    links.append(_link(anchor_tag, anchor, picture, pieces[start:], region))
                anchor = attributes = node.attributes
                anchor_tag, picture, start = tag, "", len(pieces)
                child = node.first_child
                if child is None:
                    links.append(_link(tag, anchor, picture, [], region))
                    anchor = None
            elif tag == "br":
                ends.append((len(pieces), tag, region, 0, False))
            elif tag == "img":
                if anchor is not None:
                    picture = picture or node.attributes.get("alt") or ""
            elif tag == "area" or tag == "input":
                if other := _other_link(tag, node.attributes, region):
                    links.append(other)
            elif tag not in _UNSEEN:
                child = node.first_child
            if child is not None:
                stack.append((node, tag, region, folded))
                if tag not in _PLAIN:
                    if attributes is None:
                        attributes = node.attributes
                    if "style" in attributes or "hidden" in attributes:
                        folded = folded or _is_hidden(attributes)
                    if tag in CONTAINERS and (attributes or tag in REGION_TAGS):
                        region = region_of(tag, attributes, region)
                    elif tag == "pre":
                        preformatted += 1
                node = child
                continue
        following = node.next
        while following is None and stack:
            element, tag, outside, unfolded = stack.pop()
            if begun and tag in _BLOCK_LEVEL:
                ends.append((len(pieces), tag, region, linked, folded))
                linked, begun = 0, False
            elif anchor is not None and (tag == "a" or tag == "button"):
                links.append(_link(anchor_tag, anchor, picture, pieces[start:], region))
                anchor = None
            if preformatted and tag == "pre":
                preformatted -= 1
            region, folded = outside, unfolded
            following = element.next
        node = following
    if anchor is not None:
        links.append(_link(anchor_tag, anchor, picture, pieces[start:], region))
    ends.append((len(pieces), "body", region, linked, folded))
    return Visible(_blocks(pieces, ends), tuple(links))
