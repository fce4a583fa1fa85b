"""Elements that speak by their attributes, searched once for all extractors that read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_TAGS = ("meta", "link", "script", "img", "iframe", "form", "embed", "source")


class Element(NamedTuple):
    """An element and its attributes, which are not to be changed."""

    node: LexborNode
    attributes: dict[str, str | None]


Elements = Mapping[str, list[Element]]


def by_tag(tree: LexborHTMLParser) -> Elements:
    """Metas, links, scripts, images, frames and forms of `tree`, wherever they stand, by tag.

    >>> found = by_tag(LexborHTMLParser("<img src=/logo.png><noscript><img alt=Acme></noscript>"))
    >>> [image.attributes for image in found["img"]], found["form"]
    ([{'src': '/logo.png'}, {'alt': 'Acme'}], [])
    """
    new = tuple.__new__  # what a named tuple's own constructor adds is as long again
    return {tag: [new(Element, (node, node.attributes)) for node in tree.tags(tag)] for tag in _TAGS}
