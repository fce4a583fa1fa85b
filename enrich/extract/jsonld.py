"""JSON-LD blocks of a page as plain objects (W3C JSON-LD 1.1, embedded in HTML as section 7 says).

What stands in pages is often not quite JSON: comments, CDATA marks, HTML entities, trailing commas, raw line
breaks in strings. Those are put right; what still does not parse is skipped.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

Node = dict[str, Any]

_WRAPPING = re.compile(
    r"^(?:/[/*]\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?:/[/*]\s*)?(?:-->|\]\]>)(?:\s*\*/)?[\s;]*$|;+$"
)
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_MAX_CHARACTERS = 400_000
_MAX_NODES = 2_000


def parse(text: str) -> Any:
    """The object `text` means, or None.

    >>> parse('<!-- {"name": "Acme &amp; Co", "sameAs": ["https://x.com/acme",],} -->')
    {'name': 'Acme &amp; Co', 'sameAs': ['https://x.com/acme']}
    >>> parse("{&quot;name&quot;: &quot;Acme&quot;}"), parse("{'no'")
    ({'name': 'Acme'}, None)
    """
    if len(text) > _MAX_CHARACTERS:
        return None
    bare = _WRAPPING.sub("", text.strip())
    for repair in (str, _without_comments, _unescaped):
        try:
            return json.loads(repair(bare), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _without_comments(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text))


def _unescaped(text: str) -> str:
    return _without_comments(html.unescape(text))


def nodes(tree: LexborHTMLParser) -> Iterator[tuple[str, Node]]:
    """Every object of every JSON-LD block with the property it is the value of (empty at the top).

    >>> block = '{"@graph": [{"@type": "WebSite", "publisher": {"name": "Acme"}}]}'
    >>> tree = LexborHTMLParser(f'<script type="application/ld+json">{block}</script>')
    >>> [(role, sorted(node)) for role, node in nodes(tree)]
    [('', ['@type', 'publisher']), ('publisher', ['name'])]
    """
    left = _MAX_NODES
    for script in tree.css("script[type*='ld+json' i]"):
        pending = [("", parse(script.text()))]
        while pending and left:
            role, value = pending.pop()
            if isinstance(value, list):
                pending.extend((role, item) for item in reversed(value))
            elif isinstance(value, dict):
                left -= 1
                if "@graph" in value:
                    pending.append(("", value["@graph"]))
                else:
                    yield role, value
                pending.extend(
                    (key, item)
                    for key, item in reversed(value.items())
                    if key != "@graph" and isinstance(item, dict | list)
                )
