"""The rules by which technologies are recognised: data, in ``technologies.toml`` beside this file."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: Where a rule's literals may be looked for: on a page, in DNS and in a certificate.
PAGE_PLACES = ("url", "script", "markup", "generator", "header", "cookie")
DNS_PLACES = ("txt", "spf", "mx", "ns", "cname", "caa")
CERTIFICATE_PLACES = ("issuer", "altname")
PLACES = PAGE_PLACES + DNS_PLACES + CERTIFICATE_PLACES

_SOURCE = files(__package__).joinpath("technologies.toml").read_text(encoding="utf-8")

#: Changes with the rules, so that facts made by other rules are found anew.
DIGEST = hashlib.sha256(_SOURCE.encode()).hexdigest()


@dataclass(frozen=True)
class Rule:
    """A technology and its traces.

    Attributes
    ----------
    name, category : str
    traces : tuple of (str, tuple of str)
        Place, and the lower-case literals of which any one suffices there.
    yes : tuple of str
        Examples that must fire, at least one for each of page, DNS and certificate that it looks at.
    no : str
        An example that must not fire.
    """

    name: str
    category: str
    traces: tuple[tuple[str, tuple[str, ...]], ...]
    yes: tuple[str, ...]
    no: str


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    return tuple(
        Rule(
            name,
            rule["category"],
            tuple((place, tuple(rule[place])) for place in PLACES if place in rule),
            (rule["yes"],) if isinstance(rule["yes"], str) else tuple(rule["yes"]),
            rule["no"],
        )
        for name, rule in tomllib.loads(_SOURCE).items()
    )


@cache
def by_literal(place: str) -> dict[str, tuple[int, ...]]:
    """Positions of the rules by the literals they look for in `place`."""
    found: dict[str, tuple[int, ...]] = {}
    for position, rule in enumerate(rules()):
        for literal in dict(rule.traces).get(place, ()):
            found[literal] = (*found.get(literal, ()), position)
    return found
