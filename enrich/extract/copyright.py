"""The year of the copyright line: whether anybody looks after the site.

Only a year beside the mark counts, and none after the page was fetched; many sites write the year by script,
so a current year says little and an old one much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from enrich.extract.marked import places
from enrich.extract.registry import extractor
from enrich.extract.visible import Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

COPYRIGHT_YEAR = Field(
    "company_copyright_year", "growth", Kind.ONE, "latest year of the site's copyright line", "int"
)

# The second row is for texts in which the first has no year.
_MARKS = (
    ("©", "(c)", "(C)", "opyright", "OPYRIGHT"),
    ("ll rights reserved", "lle Rechte vorbehalten", "ous droits réservés", "odos los derechos",
     "lle rechten voorbehouden", "utti i diritti", "szelkie prawa", "се права защищены"),
)  # fmt: skip
# Begun with a literal, for which a search is fast: what must not stand before a year is said behind it.
_YEAR = r"(?:19|20)\d\d(?<!\d{5})"
_YEARS = re.compile(rf"({_YEAR})(?:\s?(?:[-–—/,]|to|bis)\s?((?:19|20)\d\d))?(?!\d)")
_SHORT_RANGE = re.compile(rf"{_YEAR}\s?[-–—/]\s?(\d\d)(?!\d)")
_FIRST_YEAR = 1990
_REACH = 60
_MOST_MARKS = 20


def year_of(page: Page) -> int:
    """The year in which a page was fetched; 0 where that is unknown."""
    return int(page.fetched_at[:4]) if page.fetched_at[:4].isdecimal() else 0


@extractor(COPYRIGHT_YEAR, name="copyright")
def copyright_year(page: Page) -> Iterator[Fact]:
    """The latest year next to a copyright mark; that of the page's end counts most.

    >>> page = Page("https://acme.example/", "© 2011-2019 Acme".encode(), "2024-05-01T00:00:00Z")
    >>> [fact.value for fact in copyright_year(page)]
    [2019]
    """
    latest = year_of(page)
    best = 0
    for marks in _MARKS:
        for line in _marked_lines(page.text, marks):
            years = [int(last or first) for first, last in _YEARS.findall(line)]
            years += [2000 + int(year) for year in _SHORT_RANGE.findall(line)]
            best = max(best, *(year for year in years if _FIRST_YEAR <= year <= latest), 0)
        if best:
            break
    if best:
        year = str(best)
        footer = any(
            year in block.text for block in page.visible.blocks[-12:] if block.region is Region.FOOTER
        )
        # Among the pages of a site the latest year is to win, so it counts a little more.
        yield Fact(COPYRIGHT_YEAR.name, best, round(0.6 + 0.2 * footer + (best - _FIRST_YEAR) / 1000, 3))


def _marked_lines(text: str, marks: tuple[str, ...]) -> Iterator[str]:
    """What stands around the last few copyright marks, within their lines."""
    for mark in filter(text.__contains__, marks):
        for position in list(places(text, (mark,)))[-_MOST_MARKS:]:
            start = max(text.rfind("\n", 0, position) + 1, position - _REACH)
            stop = text.find("\n", position)
            yield text[start : min(stop if stop >= 0 else len(text), position + len(mark) + _REACH)]
