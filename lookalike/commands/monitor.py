"""``lookalike monitor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.options import lead_events, outcome_options
from lookalike.commands.sentences import say
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.monitor import Finding, Monitored

#: Status where something was found; 2 says, as everywhere, that the command could not do its work.
FOUND = 1


@click.command()
@click.argument("model", type=PATH)
@click.argument("new", type=PATH)
@outcome_options
@lead_events
@click.option(
    "--against", type=TABLE, help="Compare with these leads, such as last month's, not with the deals."
)
@click.option(
    "--fail-on",
    type=click.Choice(["watch", "alarm", "never"]),
    default="alarm",
    show_default=True,
    help="End with status 1 if something at least so bad is found.",
)
@kept_answers
def monitor(
    model: Path,
    new: Path,
    events: pd.DataFrame | None,
    against: pd.DataFrame | None,
    fail_on: str,
    answer: KeptAnswer,
    **matured: Any,
) -> None:
    """Compare NEW leads with the deals MODEL learned from, and OUTCOMES with what it promised.

    Ends with status 0 where all is well, 1 where there is an alarm (--fail-on says what counts), 2 where the
    work could not be done. With --quiet, only what is not well is said, as an error.

    \b
    Example:
      lookalike monitor model leads.csv --outcomes outcomes.csv --json monitor.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.monitor import Severity
    from lookalike.monitor import monitor as compare
    from lookalike.storage import load

    leads = read_table(new)
    found = compare(
        load(model),
        leads.frame,
        events=events,
        against=against,
        errors=leads.errors,
        quiet=answer.quiet,
        **matured,
    )
    answer.give(found, lambda: _tell(found))
    if answer.quiet:
        _tell_unwell(found)
    if fail_on != "never" and found.severity.weight >= Severity(fail_on).weight:
        raise click.exceptions.Exit(FOUND)


def _tell(found: Monitored) -> None:
    if found.findings:
        made = terminal.table("", "what", "found", "what to do")
        for one in found.findings:
            made.add_row(str(one.severity), *map(terminal.plain, (_what(one), one.evidence, one.remedy)))
        terminal.show(made)
    click.echo(terminal.plain(found.headline))


def _tell_unwell(found: Monitored) -> None:
    for one in found.findings:
        if one.severity.weight:
            say(f"{one.severity}: {_what(one)}: {one.evidence}; {one.remedy}", err=True)


def _what(one: Finding) -> str:
    return f"{one.check}: {one.column}" if one.column else one.check
