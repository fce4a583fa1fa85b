"""Structured data of a page, whatever its syntax, and the readings that schema.org's loose typing asks for.

A property may be a text, a number, an object or a list of these; types come as names, URLs or with a prefix.
"""

from __future__ import annotations

from typing import Any

from enrich.extract import jsonld, microdata
from enrich.extract.kept import kept
from enrich.extract.source_words import words_in
from enrich.page import Page

Node = dict[str, Any]


@kept
def nodes(page: Page) -> list[tuple[str, Node]]:
    """Every JSON-LD object and microdata item with the property it is the value of; not to be changed."""
    found: list[tuple[str, Node]] = []
    if any("ld+json" in (script.attributes.get("type") or "").lower() for script in page.elements["script"]):
        found += jsonld.nodes(page.tree)
    if "itemscope" in words_in(page):
        found += microdata.nodes(page.tree)
    return found


def text_of(value: Any, *keys: str) -> str:
    """The first text of a value, looked for in objects under `keys`, then under the usual ones.

    >>> text_of([{"@value": " Acme  Inc "}]), text_of({"url": "/a.png"}), text_of(True), text_of(12)
    ('Acme Inc', '/a.png', '', '12')
    """
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = next(
                (value[key] for key in (*keys, "@value", "name", "value", "url") if key in value), ""
            )
        else:
            break
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def each(value: Any) -> list[Any]:
    """A value as a list.

    >>> each("a"), each(["a", "b"]), each(None)
    (['a'], ['a', 'b'], [])
    """
    return value if isinstance(value, list) else [] if value is None else [value]


def types_of(node: Node) -> list[str]:
    """The types of an object, by their bare names.

    >>> types_of({"@type": ["https://schema.org/Store", "schema:Organization"]})
    ['Store', 'Organization']
    """
    return [str(kind).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for kind in each(node.get("@type"))]
