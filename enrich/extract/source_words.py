"""Which words and traces of technologies a page holds, all looked for in one pass.

What an extractor asks the tree for by an attribute or a class cannot be there where the source does not hold
its name. Most pages lack most of them, and one pass for all costs little more than a search for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from enrich.extract.kept import kept
from enrich.extract.literals import Literals
from enrich.extract.technology_rules import PAGE_PLACES, by_literal
from enrich.page import Page

#: In lower case; what several extractors ask for, but for the traces of technologies, which go along.
WORDS = (
    "datetime",
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

# Elements that load or address something, and the attribute that says what.
_LOADERS = {"script": "src", "iframe": "src", "img": "src", "form": "action", "embed": "src", "source": "src"}


@cache
def _places() -> dict[str, list[str]]:
    """The places in which each word or trace is looked for, but for the generator, a text of a few words."""
    found = {word: ["markup"] for word in WORDS}
    for place in PAGE_PLACES:
        for literal in by_literal(place) if place != "generator" else ():
            found.setdefault(literal, []).append(place)
    return found


@cache
def _literals() -> Literals:
    return Literals(_places())


def _texts(page: Page) -> dict[str, bytes]:
    """The text of each place, in lower case; what is looked for in addresses may stand in scripts, too."""
    urls: list[str] = []
    for tag, name in _LOADERS.items():
        urls += [address for _, attributes in page.elements[tag] if (address := attributes.get(name))]
    inline = [script.text() for script, attributes in page.elements["script"] if not attributes.get("src")]
    urls.extend(attributes["href"] for rel, attributes in page.head.links if "canonical" not in rel)
    script = _encoded("\n".join(inline)).lower()
    return {
        "markup": page.source,
        "url": _encoded("\n".join(urls)).lower() + b"\n" + script,
        "script": script,
        "header": _encoded("".join(f"{name}: {value}\n" for name, value in page.headers.items()).lower()),
        "cookie": _encoded(page.headers.get("set-cookie", "").lower()),
    }


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


@kept
def traces_in(page: Page) -> Mapping[str, frozenset[str]]:
    """Those of :data:`WORDS`, and of the traces of technologies, that a page holds in any case, by place.

    >>> html = b'<p class=Tagline>Anvils</p><script src="https://js.stripe.com/v3/"></script>'
    >>> found = traces_in(Page("https://acme.example/", html, ""))
    >>> {place: sorted(literals) for place, literals in found.items() if literals}
    {'markup': ['tagline'], 'url': ['js.stripe.com']}
    """
    texts = _texts(page)
    found: dict[str, set[str]] = {place: set() for place in texts}
    # The addresses bring the scripts with them.
    together = b"\n".join([text for place, text in texts.items() if place != "script"])
    for literal, data in _literals().possible_in(together):
        for place in _places()[literal]:
            if data in texts[place]:
                found[place].add(literal)
    generator = "\n".join(page.head.metas.get("generator", ())).lower()
    found["generator"] = {literal for literal in by_literal("generator") if literal in generator}
    return {place: frozenset(literals) for place, literals in found.items()}


def words_in(page: Page) -> frozenset[str]:
    """Those of :data:`WORDS`, and of the traces of technologies in markup, that the source holds in any case.

    >>> sorted(words_in(Page("https://acme.example/", b"<div ItemScope><time datetime=2024>", "")))
    ['datetime', 'itemscope']
    """
    return traces_in(page)["markup"]
