"""Microdata items of a page in the shape of JSON-LD objects (WHATWG HTML, section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

Node = dict[str, Any]

# Bounds that no honest page comes near; they keep hostile ones linear.
_MAX_ELEMENTS = 1_000
_MAX_DEPTH = 60
_URL_ATTRIBUTES = {
    **dict.fromkeys(["a", "area", "link"], "href"),
    **dict.fromkeys(["img", "audio", "embed", "iframe", "source", "video"], "src"),
    "object": "data",
    "time": "datetime",
    "data": "value",
}


def nodes(tree: LexborHTMLParser) -> Iterator[tuple[str, Node]]:
    """Every item with the property it is the value of (empty for items that stand alone).

    >>> page = '<div itemscope itemtype="https://schema.org/Organization"><b itemprop="name">Acme</b></div>'
    >>> list(nodes(LexborHTMLParser(page)))
    [('', {'@type': 'Organization', 'name': 'Acme'})]
    """
    items: dict[int, tuple[str, Node]] = {}
    for element in tree.css("[itemscope], [itemprop]")[:_MAX_ELEMENTS]:
        if element.mem_id in items:  # it matches both halves of the selector
            continue
        attributes = element.attributes
        around = _item_around(element, items)
        names = (attributes.get("itemprop") or "").split()
        value: Any
        if "itemscope" in attributes:
            kind = (attributes.get("itemtype") or "").split()
            value = {"@type": kind[0].rstrip("/").rsplit("/", 1)[-1]} if kind else {}
            items[element.mem_id] = (names[0] if names and around is not None else "", value)
        else:
            value = _value(element)
        if around is not None and value:
            for name in names:
                around.setdefault(name, value)
    yield from items.values()


def _item_around(element: LexborNode, items: dict[int, tuple[str, Node]]) -> Node | None:
    parent = element.parent
    for _ in range(_MAX_DEPTH):
        if parent is None:
            return None
        if found := items.get(parent.mem_id):
            return found[1]
        parent = parent.parent
    return None


def _value(element: LexborNode) -> str:
    attributes = element.attributes
    if content := attributes.get("content"):
        return content.strip()
    if (name := _URL_ATTRIBUTES.get(element.tag or "")) and (linked := attributes.get(name)):
        return linked.strip()
    return " ".join(element.text(separator=" ").split())[:2_000]
