"""The line under the name: what the company says of itself in a few words.

It is read from the home page only: elsewhere titles and headings speak of the page. Titles are written for
search engines, so what is left of one without the name counts only if it reads like a line, not like a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from enrich.extract.fields import TAGLINE
from enrich.extract.labels import affinity
from enrich.extract.metas import depth_discount
from enrich.extract.names import normal
from enrich.extract.registry import extractor
from enrich.extract.source_words import words_in
from enrich.extract.topics import topic_of
from enrich.extract.visible import Region
from enrich.facts import Fact
from enrich.page import Page

_SEPARATOR = re.compile(r"\s+[|–—»«·•:\-]+\s+|\s*[|»·•]\s*|:\s+")
_CLASSES = (
    "[class*=tagline i], [class*=slogan i], [id*=tagline i], [id*=slogan i], .site-description,"
    " #site-description"
)
_CLASS_WORDS = ("tagline", "slogan", "site-description")
_NO_LINE = re.compile(
    r"^\W*(?:welcome|willkommen|herzlich|bienvenue|bienvenid|welkom|benvenut|witamy|добро пожаловать"
    r"|home\b|start"
    r"|accueil|inicio|главная|official|untitled|contact|about|kontakt|login|sign|cookie|menu|latest|news"
    r"|just another|another |my (?:blog|wordpress)|hello|we use|please|sorry|loading|subscribe|search|404"
    r"|featured|top stories|copyright|what['’]s|meet (?:the|our|us))"
    r"|©|https?:|www\.|@|\d{3}[\s.-]\d{3,4}|\.(?:com|net|org|de|ru|fr)\b",
    re.IGNORECASE,
)
_LONGEST = 120
_SHORTEST = 12
_LEAST_WORDS, _MOST_WORDS = 3, 16
_MOST_COMMAS = 3


def _is_line(text: str) -> bool:
    """Whether a text reads like a line about a company, not like a list, a greeting or a label."""
    words = text.split()
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and _LEAST_WORDS <= len(words) <= _MOST_WORDS
        and text.count(",") < _MOST_COMMAS
        and sum(map(str.isalpha, text)) > 0.6 * len(text)
        and text[0] not in "(["
        and not _NO_LINE.search(text)
        and not topic_of(text)
    )


@extractor(TAGLINE)
def tagline(page: Page) -> Iterator[Fact]:
    """What is called a tagline; else the title without the name; else the one main heading.

    >>> html = b"<title>Acme - Anvils for every workshop</title>"
    >>> [fact.value for fact in tagline(Page("https://acme.example/", html, ""))]
    ['Anvils for every workshop']
    """
    if not _is_home(page) or page.head.meta("og:type") == "article":
        return
    label = page.domain.partition(".")[0]
    called_name = page.head.meta("og:site_name")
    site_name = normal(called_name) if called_name else ""

    def is_name(text: str) -> bool:
        return affinity(label, text) >= 0.5 or (bool(site_name) and normal(text) == site_name)

    def without_name(text: str, least_parts: int) -> str:
        """The one part that is not the name; empty where there are more."""
        parts = [part.strip() for part in _SEPARATOR.split(text[:300]) if part and part.strip()]
        if len(parts) < least_parts:
            return ""
        # The name in full settles it without the costly comparison.
        rest = [part for part in parts if _letters(part) != label]
        if len(rest) == len(parts):
            rest = [part for part in parts if not is_name(part)]
        return rest[0] if len(rest) == 1 and _is_line(rest[0]) else ""

    given: dict[str, float] = {}
    called = {line for text in _called_so(page) if (line := without_name(text, 1))}
    if len(called) == 1:  # several are a carousel, or a class that means something else
        given[called.pop()] = 0.75
    for title in dict.fromkeys((page.head.title, page.head.meta("og:title"))):
        if line := without_name(title, 2):
            given.setdefault(line, 0.6)
    mains = [block for block in page.visible.blocks if block.tag == "h1" and not block.folded]
    if len(mains) == 1 and mains[0].region in (Region.BODY, Region.HEADER):
        text = mains[0].text.replace("\n", " ")
        if mains[0].link_share < 0.5 and _is_line(text) and not is_name(text):
            given.setdefault(text, 0.5)
    for text, sure in given.items():
        yield Fact(TAGLINE.name, text, sure)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _is_home(page: Page) -> bool:
    """Whether a page is a site's home page, in any language."""
    host = page.host.removeprefix("www.")
    return host == page.domain and "?" not in page.url and depth_discount(page) <= 0.05


def _called_so(page: Page) -> list[str]:
    """Texts of the elements that designers call tagline, slogan or site description."""
    if words_in(page).isdisjoint(_CLASS_WORDS):
        return []
    nodes = (node for node in page.tree.css(_CLASSES)[:5] if node.tag not in ("body", "html", "nav", "form"))
    return [" ".join(node.text(separator=" ").split()) for node in nodes]
