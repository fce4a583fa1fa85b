"""``lookalike monitor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import answers, give
from lookalike.commands.options import lead_events, outcome_options
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.monitor import Monitored

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
@click.option("--quiet", is_flag=True, help="Print only what is not well.")
@answers
def monitor(
    model: Path,
    new: Path,
    events: pd.DataFrame | None,
    against: pd.DataFrame | None,
    fail_on: str,
    quiet: bool,
    json_file: Path | None,
    keep_in: Path | None,
    **matured: Any,
) -> None:
    """Compare NEW leads with the deals MODEL learned from, and OUTCOMES with what it promised.

    Ends with status 0 where all is well, 1 where there is an alarm (--fail-on says what counts), 2 where the
    work could not be done.

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
        quiet=quiet,
        **matured,
    )
    give(found, json_file, keep_in, lambda: _tell(found, quiet=quiet))
    if fail_on != "never" and found.severity.weight >= Severity(fail_on).weight:
        raise click.exceptions.Exit(FOUND)


def _tell(found: Monitored, *, quiet: bool) -> None:
    rows = [one for one in found.findings if one.severity.weight or not quiet]
    if rows:
        made = terminal.table("", "what", "found", "what to do")
        for one in rows:
            what = f"{one.check}: {one.column}" if one.column else one.check
            made.add_row(str(one.severity), *map(terminal.plain, (what, one.evidence, one.remedy)))
        terminal.show(made)
    if not quiet:
        click.echo(terminal.plain(found.headline))
