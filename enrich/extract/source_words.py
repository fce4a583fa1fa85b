"""Which words the source of a page holds, all looked for in one pass.

What an extractor asks the tree for by an attribute or a class cannot be there where the source does not hold
its name. Most pages lack most of them, and one pass for all costs little more than a search for one.
"""

from __future__ import annotations

from functools import cache

from enrich.extract.kept import kept
from enrich.extract.literals import Literals
from enrich.extract.technology_rules import by_literal
from enrich.page import Page

#: In lower case; all that extractors ask for, but for the traces of technologies, which go along.
WORDS = (
    "data-cfemail",
    "datetime",
    "/email-protection#",
    "itemscope",
    "otzyv",
    "review-body",
    "review-content",
    "review-text",
    "site-description",
    "slogan",
    "tagline",
    "testimonial",
)


@cache
def _literals() -> Literals:
    return Literals({**dict.fromkeys(WORDS), **by_literal("markup")})


@kept
def words_in(page: Page) -> frozenset[str]:
    """Those of :data:`WORDS`, and of the traces of technologies in markup, that the source holds in any case.

    >>> sorted(words_in(Page("https://acme.example/", b"<div ItemScope><time datetime=2024>", "")))
    ['datetime', 'itemscope']
    """
    return frozenset(_literals().within(page.source))
