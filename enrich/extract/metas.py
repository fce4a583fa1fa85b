"""Description and logo as the head of a page gives them (metas, Open Graph, icons)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from enrich.extract.fields import DESCRIPTION, LOGO
from enrich.extract.registry import extractor
from enrich.facts import Fact
from enrich.page import Page

_SHORTEST = 20
_LONGEST = 500
_MOST_IMAGES = 30
_ICONS = (("apple-touch-icon", 0.4), ("mask-icon", 0.25), ("icon", 0.2))


def depth_discount(page: Page) -> float:
    """How much less a deep page speaks for the whole site: 0 for the home page, up to 0.3.

    >>> [depth_discount(Page("https://acme.example" + path, b"", "")) for path in ("/", "/de/", "/a/b/c")]
    [0.0, 0.05, 0.3]
    """
    parts = [part for part in urlsplit(page.url).path.split("/") if part]
    if not parts or (len(parts) == 1 and parts[0].lower().startswith(("index.", "default.", "home."))):
        return 0.0
    if len(parts) == 1 and len(parts[0]) == 2:  # a language
        return 0.05
    return min(0.3, 0.1 * len(parts))


@extractor(DESCRIPTION, LOGO)
def metas(page: Page) -> Iterator[Fact]:
    """Meta description first: it is written for search results, Open Graph for sharing one page."""
    head = page.head
    discount = depth_discount(page)
    for name, sure in (("description", 0.7), ("og:description", 0.6), ("twitter:description", 0.5)):
        text = head.meta(name)
        if len(text) >= _SHORTEST and text.lower() != head.title.lower():
            yield Fact(DESCRIPTION.name, text[:_LONGEST], round(sure - discount, 2))
    written = head.meta("og:logo")
    if written and (logo := page.absolute(written)):
        yield Fact(LOGO.name, logo, 0.8)
    images = [attributes for _, attributes in page.elements["img"] if "src" in attributes]
    for attributes in images[:_MOST_IMAGES]:
        source = attributes["src"] or ""
        about = f"{source.rsplit('/', 1)[-1]} {attributes.get('class')} {attributes.get('id')}"
        if "logo" in about.lower() and not source.startswith("data:") and (logo := page.absolute(source)):
            yield Fact(LOGO.name, logo, 0.5)
            break
    for rel, link in head.links:
        for name, sure in _ICONS:
            if name in rel and (logo := page.absolute(link["href"])):
                yield Fact(LOGO.name, logo, sure)
                break
