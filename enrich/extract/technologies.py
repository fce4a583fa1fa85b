"""Technologies in use, by fingerprints in markup, headers and cookies.

The rules are data: ``technologies.toml`` beside this file, our own and free to use. All are plain literals,
so looking for them all is one pass (:mod:`enrich.extract.literals`); those that can only stand in addresses
and inline scripts are not looked for in the whole page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from enrich.extract.literals import Literals
from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

TECHNOLOGIES = Field("company_technologies", "stack", Kind.MANY, "technologies in use, by name")
CATEGORIES = Field(
    "company_technology_categories", "stack", Kind.MANY, "kinds of technology in use: cms, shop, crm, ..."
)

#: Where a rule's literals may be looked for.
PLACES = ("url", "script", "markup", "generator", "header", "cookie")
_LOADERS = "script, iframe[src], img[src], form[action], embed[src], source[src]"


@dataclass(frozen=True)
class Rule:
    """A technology and its traces.

    Attributes
    ----------
    name, category : str
    traces : tuple of (str, tuple of str)
        Place, and the lower-case literals of which any one suffices there.
    yes, no : str
        An example that must fire and one that must not.
    """

    name: str
    category: str
    traces: tuple[tuple[str, tuple[str, ...]], ...]
    yes: str
    no: str


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    data = tomllib.loads(files(__package__).joinpath("technologies.toml").read_text(encoding="utf-8"))
    return tuple(
        Rule(
            name,
            rule["category"],
            tuple((place, tuple(rule[place])) for place in PLACES if place in rule),
            rule["yes"],
            rule["no"],
        )
        for name, rule in data.items()
    )


def _lower(text: str) -> str:
    """`text` with its ASCII letters in lower case: all that rules need, at a tenth of the cost."""
    return text.encode("utf-8", "replace").lower().decode("utf-8")


def places(page: Page) -> dict[str, str]:
    """The texts in which literals are looked for, lower case, by place."""
    urls: list[str] = []
    inline: list[str] = []
    for node in page.tree.css(_LOADERS):
        attributes = node.attributes
        if address := attributes.get("src") or attributes.get("action"):
            urls.append(address)
        elif node.tag == "script":
            inline.append(node.text())
    urls.extend(attributes["href"] for rel, attributes in page.head.links if "canonical" not in rel)
    script = _lower("\n".join(inline))
    return {
        "url": _lower("\n".join(urls)) + "\n" + script,
        "script": script,
        "markup": _lower(page.html),
        "generator": "\n".join(page.head.metas.get("generator", ())).lower(),
        "header": "\n".join(f"{name}: {value}" for name, value in page.headers.items()).lower(),
        "cookie": page.headers.get("set-cookie", "").lower(),
    }


@cache
def _by_literal(place: str) -> dict[str, tuple[int, ...]]:
    """Positions of the rules by the literals they look for in `place`."""
    found: dict[str, tuple[int, ...]] = {}
    for position, rule in enumerate(rules()):
        for literal in dict(rule.traces).get(place, ()):
            found[literal] = (*found.get(literal, ()), position)
    return found


@cache
def _literals(place: str) -> Literals:
    return Literals(_by_literal(place))


def technologies_in(page: Page) -> list[Rule]:
    """The rules that fire on `page`, in the order of the file."""
    fired: set[int] = set()
    for place, text in places(page).items():
        for literal in _literals(place).within(text) if text else ():
            fired.update(_by_literal(place)[literal])
    return [rules()[position] for position in sorted(fired)]


@extractor(TECHNOLOGIES, CATEGORIES)
def technologies(page: Page) -> Iterator[Fact]:
    """Names and categories of the rules that fire.

    >>> page = Page("https://acme.example/", b'<script src="https://js.stripe.com/v3/"></script>', "")
    >>> [fact.value for fact in technologies(page)]
    ['Stripe', 'payment']
    """
    categories: dict[str, None] = {}
    for rule in technologies_in(page):
        categories[rule.category] = None
        yield Fact(TECHNOLOGIES.name, rule.name, 0.9)
    for category in categories:
        yield Fact(CATEGORIES.name, category, 0.9)
