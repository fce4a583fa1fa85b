"""``enrich show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from enrich.answers import PATH, Answer, answers

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("domain")
@click.option("--journal", type=PATH, required=True, help="The journal of a run.")
@answers
def show(domain: str, journal: Path, answer: Answer) -> None:
    """Show every fact on a company with its source URL, extractor, date and confidence.

    DOMAIN may be a URL or an e-mail address, of which only the domain is used. What is in the table is marked
    with *; the other candidates had less to say for them.

    \b
    Example:
      enrich show acme.example --journal enriched.parquet.journal
    """  # noqa: D301
    from enrich.domain import registrable_domain
    from enrich.look_up import show as look_up
    from enrich.results import Found

    facts = look_up(domain, journal)
    name = registrable_domain(domain) or ""
    headline = f"{name}: {len(facts)} facts, {int(facts['chosen'].sum())} of them in the table"
    content = {"domain": name, "journal": journal, "facts": facts.drop(columns="domain")}
    answer.give(Found("show", headline, content), lambda: _tell(facts))


def _tell(facts: pd.DataFrame) -> None:
    table = terminal.table("", "field", "value", "source", "extractor", "observed", "confidence")
    for fact in facts.itertuples():
        cells = (fact.field, fact.value, fact.url, fact.extractor, fact.observed_at, f"{fact.confidence:.2f}")
        table.add_row("*" if fact.chosen else "", *map(terminal.plain, cells))
    terminal.show(table)
