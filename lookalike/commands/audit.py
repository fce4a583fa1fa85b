"""``lookalike audit``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import answers, give
from lookalike.commands.tables import PATH, whole_table

if TYPE_CHECKING:
    from lookalike.audit.findings import Audit

#: What ``--fail-on`` takes, and the exit status it gives.
FAIL_ON, FAILED = ("leak", "suspect", "no-signal"), 1


@click.command()
@click.argument("deals", type=PATH)
@click.option("--outcome", metavar="COLUMN", required=True, help="Column that says how a deal ended.")
@click.option("--won", metavar="VALUE", required=True, help="Its value that means won.")
@click.option("--time", metavar="COLUMN", help="Column that orders deals: dates or numbers, as of opening.")
@click.option("--id", metavar="COLUMN", help="Column that identifies a deal.  [default: id, deal_id, …]")
@click.option("--name", metavar="COLUMN", help="Column that names a deal.  [default: company, account, …]")
@click.option("--value", metavar="COLUMN", help="Column with the worth of a won deal; not learned from.")
@click.option("--closed", metavar="COLUMN", help="Column with the date a deal ended; not learned from.")
@click.option("--events", type=PATH, help="Behaviour: id, at, type, and duration or url.")
@click.option("--drop", metavar="COLUMN", multiple=True, help="Column to leave out; may be repeated.")
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
@click.option("--quiet", is_flag=True, help="Show no progress.")
@answers
def audit(
    deals: Path,
    outcome: str,
    won: str,
    time: str | None,
    id: str | None,
    name: str | None,
    value: str | None,
    closed: str | None,
    events: Path | None,
    drop: tuple[str, ...],
    permutations: int,
    seed: int,
    fail_on: tuple[str, ...],
    quiet: bool,
    json_file: Path | None,
    keep_in: Path | None,
) -> None:
    """Tell whether the past DEALS are fit to learn from, before a model does.

    Is there any signal? Which columns know the outcome? Are the deals enough, each once, old enough, and like
    those to come? Nothing is fitted or written but what --json and --keep ask for.

    \b
    Example:
      lookalike audit deals.csv --outcome stage --won won --time created_at --closed closed_at
      lookalike audit deals.csv --outcome stage --won won --fail-on leak --fail-on no-signal --json audit.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.audit.run import audit as audit_deals

    found = audit_deals(
        whole_table(deals),
        outcome=outcome,
        won=won,
        time=time,
        id=id,
        name=name,
        value=value,
        closed=closed,
        events=None if events is None else read_table(events).frame,
        drop=drop,
        permutations=permutations,
        random_state=seed,
        quiet=quiet,
    )
    give(found, json_file, keep_in, lambda: _tell(found))
    if any(found.is_grave(what) for what in fail_on):
        sys.exit(FAILED)


def _tell(found: Audit) -> None:
    click.echo(f"{terminal.plain(found.headline)}\n")
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
