"""``lookalike audit``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.options import deal_options
from lookalike.commands.sentences import say
from lookalike.commands.tables import TABLE

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.audit.findings import Audit

#: What ``--fail-on`` takes, and the exit status it gives.
FAIL_ON, FAILED = ("leak", "suspect", "no-signal"), 1


@click.command()
@click.argument("deals", type=TABLE)
@deal_options()
@click.option(
    "--permutations",
    type=click.IntRange(min=199),
    default=1999,
    show_default=True,
    help="Of the signal test.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    multiple=True,
    help="Exit with status 1 if this is found ('suspect' includes leaks); may be repeated.",
)
@kept_answers
def audit(
    deals: pd.DataFrame,
    permutations: int,
    seed: int,
    fail_on: tuple[str, ...],
    answer: KeptAnswer,
    **columns: Any,
) -> None:
    """Tell whether the past DEALS are fit to learn from, before a model does.

    Is there any signal? Which columns know the outcome? Are the deals enough, each once, old enough, and like
    those to come? Nothing is fitted or written but what --json and --keep ask for.

    \b
    Example:
      lookalike audit deals.csv --outcome stage --won won --time created_at --closed closed_at
      lookalike audit deals.csv --outcome stage --won won --fail-on leak --fail-on no-signal --json audit.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.audit.run import audit as audit_deals

    found = audit_deals(deals, permutations=permutations, random_state=seed, quiet=answer.quiet, **columns)
    answer.give(found, lambda: _tell(found))
    if any(found.is_grave(what) for what in fail_on):
        if answer.quiet:
            say(found.headline, err=True)
        sys.exit(FAILED)


def _tell(found: Audit) -> None:
    say(found.headline)
    click.echo()
    table = terminal.table("", "about", "column", "what was seen", "what to do")
    for one in found.findings:
        table.add_row(
            one.severity,
            one.check,
            terminal.plain(one.column),
            terminal.plain(one.evidence),
            terminal.plain(one.remedy),
        )
    terminal.show(table)
    if len(found.columns):
        click.echo("\nthe strongest columns alone (AUC among deals of the same time; with time shuffled):")
        table = terminal.table("column", "kind", "AUC", "95%", "shuffled", "")
        for row in (
            found.columns.sort_values("auc", ascending=False, kind="stable").head(10).to_dict("records")
        ):
            between = f"{row['low']:.2f}–{row['high']:.2f}"
            table.add_row(
                terminal.plain(row["column"]),
                row["kind"],
                f"{row['auc']:.2f}",
                between,
                f"{row['shuffled']:.2f}",
                row["severity"],
            )
        terminal.show(table)
