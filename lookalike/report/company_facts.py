"""What is known of a lead, from where and since when; and what is missing, and why.

An enriched table has, beside each column such as ``company_phones``, one that says why it is blank
(``company_phones_why``: absent, blocked, rate-limited …). Sources and dates stand in a table of facts, as
``enrich facts`` writes it from the journal of a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from enrich.domain import to_unicode
from enrich.errors import ColumnError
from enrich.html import web_address
from lookalike.cells import as_text
from lookalike.reasons.phrasebook import clean

WHY = "_why"
#: Columns of a table of facts.
FACT_COLUMNS = ("domain", "field", "url", "observed_at")
#: Columns with a company's website, the best first; compared in lower case.
SITES = ("website", "url", "domain", "web", "site", "homepage", "company_domain", "сайт", "домен", "webseite")
#: Characters of a value, and sources of one, that are shown.
CHARACTERS, SOURCES = 240, 1
#: Columns about the enrichment itself, and texts that are too long for a page.
_LEFT_OUT = {"company_state", "company_pages", "company_text", "conflicts", "error"}


@dataclass(frozen=True)
class Source:
    """Where a value was found: a web address that may be followed, and the day."""

    url: str
    day: str


@dataclass(frozen=True)
class Fact:
    """A value in a column of the lead table.

    Attributes
    ----------
    column, value : str
    found : bool
        Whether enrichment found it; otherwise it came with the lead.
    sources : list of Source
    """

    column: str
    value: str
    found: bool
    sources: list[Source]


@dataclass(frozen=True)
class Known:
    """What is known of a lead.

    Attributes
    ----------
    facts : list of Fact
    missing : dict of str to list of str
        Columns without a value, by why.
    site : str
        The company's website, or nothing.
    """

    facts: list[Fact]
    missing: dict[str, list[str]]
    site: str


Sources = Mapping[tuple[str, str], list[Source]]


def sources_of(facts: pd.DataFrame | None) -> Sources:
    """Read a table of facts: the pages that say so, by domain and column.

    Raises
    ------
    ColumnError
        If a column is missing.
    """
    found: dict[tuple[str, str], list[Source]] = defaultdict(list)
    if facts is None:
        return found
    for column in FACT_COLUMNS:
        if column not in facts:
            raise ColumnError(f"the facts have no column '{column}'; write them with 'enrich facts'")
    texts = [as_text(facts[column]).fillna("").tolist() for column in FACT_COLUMNS]
    for domain, field, url, at in zip(*texts, strict=True):
        source = Source(web_address(url), clean(at)[:10])
        sources = found[domain, field]
        if source.url and source not in sources and len(sources) < SOURCES:
            sources.append(source)
    return found


def known_of(rows: pd.DataFrame, sources: Sources) -> Iterator[Known]:
    """Tell what is known of each lead."""
    texts = {str(column): as_text(rows[column]).fillna("").tolist() for column in rows}
    whys = {column for column in texts if column.endswith(WHY) and column.removesuffix(WHY) in texts}
    shown = [column for column in texts if column not in whys and column not in _LEFT_OUT]
    lower = {column.casefold(): column for column in reversed(texts)}
    sites = [lower[name] for name in SITES if name in lower]
    for row in range(len(rows)):
        domain = texts["company_domain"][row] if "company_domain" in texts else ""
        facts, missing = [], defaultdict(list)
        for column in shown:
            value = clean(texts[column][row], CHARACTERS)
            found = f"{column}{WHY}" in whys
            if value:
                facts.append(Fact(clean(column, CHARACTERS), value, found, sources.get((domain, column), [])))
            else:
                why = clean(texts[f"{column}{WHY}"][row]) if found else ""
                missing[why or "blank"].append(column)
        addresses = (_site(texts[column][row]) for column in sites)
        yield Known(facts, dict(missing), next(filter(None, addresses), ""))


def _site(cell: str) -> str:
    """Give the address of a website that a cell names, with or without its scheme; or nothing.

    >>> _site("www.acme.example"), _site("javascript:alert(1)"), _site("-")
    ('https://www.acme.example', '', '')
    >>> _site("xn--e1afmkfd.xn--p1ai/o-nas")
    'https://пример.рф/o-nas'
    """
    scheme, mark, text = cell.strip().rpartition("://")
    host, slash, path = text.partition("/")
    bare = "." in host.strip(".") and all(part.replace("-", "").isalnum() for part in host.split("."))
    if not (mark or bare):
        return ""
    return web_address(f"{scheme or 'https'}://{to_unicode(host)}{slash}{path}")
