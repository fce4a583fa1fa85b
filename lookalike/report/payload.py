"""What the page's script works with, as JSON that can only be data."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pandas as pd
from markupsafe import Markup

from lookalike.reasons import LANGUAGES, Phrasebook
from lookalike.reasons.phrasebook import NAME, clean
from lookalike.report.lead_pages import LeadPage
from lookalike.report.summary import Report

#: The least chance that is told.
NEVER = 1e-4
#: What could end a script or begin a tag, and what JavaScript once took for the end of a line.
_ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def inert(value: Any) -> Markup:
    r"""Give a value as JSON that is safe inside a script element of type ``application/json``.

    >>> inert("</script><!--")
    Markup('"\\u003c/script\\u003e\\u003c!--"')
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPED))  # noqa: S704 - nothing is left in it that HTML knows


def payload(report: Report, command: str) -> dict[str, Any]:
    """Give the leads, their pages, the rows and the filters; columns are lists, to be small.

    `command` is what explains a lead that has no page.
    """
    table, columns = report.ranked.table, _columns(report)
    return {
        "leads": {
            # Never cut: what is exported has to be joined back.
            "id": [clean(str(one)) for one in table["lead_id"]],
            "company": _short(table["company"]),
            "score": _numbers(table["score"], 3),
            # Rounded, it must not become a certainty.
            "probability": _numbers(table["probability"].clip(NEVER, 1 - NEVER), 4),
            "rank": [int(rank) for rank in table["rank"]],
            "grade": table["grade"].tolist(),
            "persona": [int(number) for number in table["persona"]],
        },
        "names": _called(columns, _other_name),
        "values": _called(columns, Phrasebook.values_of),
        "choices": [asdict(choice) for choice in report.choices],
        "personas": [{"number": row["number"], "name": row["name"]} for row in report.personas],
        "pages": [_page(page) for page in report.pages],
        "rows": [asdict(row) for row in report.rows],
        "command": command,
    }


def _columns(report: Report) -> list[str]:
    """Give the columns that are told of."""
    columns = {choice.column for choice in report.choices}
    for page in report.pages:
        columns |= {column for column, *_ in page.columns} | {fact.column for fact in page.known.facts}
        columns |= {column for missing in page.known.missing.values() for column in missing}
    return sorted(columns)


def _called(columns: list[str], words: Callable[[Phrasebook, str], Any]) -> dict[str, dict[str, Any]]:
    """Give words of columns by language, where it has any."""
    books = {one: Phrasebook(one) for one in LANGUAGES}
    return {
        one: {column: found for column in columns if (found := words(book, column))}
        for one, book in books.items()
    }


def _other_name(book: Phrasebook, column: str) -> str:
    name = book.name(column)
    return "" if name == column else name


def _page(page: LeadPage) -> dict[str, Any]:
    return {
        "likeness": round(page.likeness, 4),
        "coverage": round(page.coverage, 4),
        "reasons": page.reasons,
        "because": page.because,
        "total": page.total,
        "steps": [
            [s.kind, s.name, s.outcome, s.deals, s.contribution, round(s.similarity, 3), s.shared]
            for s in page.steps
        ],
        "columns": page.columns,
        "facts": [
            [fact.column, fact.value, fact.found, [[source.url, source.day] for source in fact.sources]]
            for fact in page.known.facts
        ],
        "missing": page.known.missing,
        "site": page.known.site,
    }


def _short(texts: pd.Series) -> list[str]:
    return [clean(str(text), NAME) for text in texts]


def _numbers(values: pd.Series, digits: int) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values.round(digits)]
