"""What the extractors make of a page: its kind and, if the company speaks there, the facts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from enrich.extract.parked import PageKind, page_kind
from enrich.extract.registry import Extractor, Subject
from enrich.facts import Fact
from enrich.page import Page

Facts = tuple[tuple[str, Fact], ...]
Mishaps = tuple[tuple[str, str], ...]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True)
class Digest:
    """All that is kept of a page.

    Attributes
    ----------
    kind : PageKind
        What the page is; only content has facts.
    facts : tuple of (str, Fact)
        Each with the name of its extractor.
    mishaps : tuple of (str, str)
        Extractors that raised, each with its message.
    """

    kind: PageKind
    facts: Facts = ()
    mishaps: Mishaps = ()


def digest(page: Page, extractors: Iterable[Extractor]) -> Digest:
    """Tell what a page is, and read it if that is content.

    >>> digest(Page("https://acme.example/", b"<p>This domain is for sale!", ""), []).kind.value
    'parked'
    """
    kind = page_kind(page)
    return Digest(kind, *extract(page, extractors)) if kind is PageKind.CONTENT else Digest(kind)


def extract(subject: Subject, extractors: Iterable[Extractor]) -> tuple[Facts, Mishaps]:
    """Run the extractors that read such a subject; one that raises costs its own facts and nothing else.

    Returns
    -------
    facts : tuple of (str, Fact)
        Distinct facts, each with the name of its extractor.
    mishaps : tuple of (str, str)
        Extractors that raised, each with its message.
    """
    facts: list[tuple[str, Fact]] = []
    mishaps: list[tuple[str, str]] = []
    for extractor in extractors:
        if not isinstance(subject, extractor.reads):
            continue
        try:
            found = [fact for fact in map(_clean, extractor(subject)) if fact is not None]
        except Exception as error:  # noqa: BLE001 - people's own code; the mishap is on record
            mishaps.append((extractor.name, f"{type(error).__name__}: {error}"[:500]))
        else:
            facts += [(extractor.name, fact) for fact in dict.fromkeys(found)]
    return tuple(facts), tuple(mishaps)


def _clean(fact: Fact) -> Fact | None:
    r"""Make a fact storable everywhere: no control characters or half characters, no blanks, no NaN.

    >>> _clean(Fact("company_name", " Ac\x00me\ud800 ")), _clean(Fact("company_founded", float("nan")))
    (Fact(field='company_name', value='Acme', confidence=0.5), None)
    """
    value = fact.value
    if isinstance(value, str):
        cleaned = (value if value.isprintable() else _UNPRINTABLE.sub("", value)).strip()
        return (fact if cleaned == value else replace(fact, value=cleaned)) if cleaned else None
    if not isinstance(value, bool | int | float):
        raise TypeError(
            f"value of {fact.field} is {type(value).__name__}; it must be text, a number or a flag"
        )
    return fact if math.isfinite(value) else None
