"""``lookalike monitor``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import answers, give
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from lookalike.monitor import Monitored

#: Status where something was found; 2 says, as everywhere, that the command could not do its work.
FOUND = 1


@click.command()
@click.argument("model", type=PATH)
@click.argument("new", type=PATH)
@click.option("--outcomes", type=PATH, help="What became of leads: an id and an outcome.")
@click.option("--events", type=PATH, help="Behaviour of the leads.")
@click.option(
    "--matured-after",
    type=click.FloatRange(min=0),
    metavar="DAYS",
    help="Age from which a lead's outcome counts.  [default: by which 9 in 10 past deals had ended]",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Day the outcomes were written down.  [default: today]",
)
@click.option("--won", metavar="VALUE", help="Outcome that means won.  [default: as at fit]")
@click.option(
    "--against", type=PATH, help="Compare with these leads, such as last month's, not with the deals."
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
    outcomes: Path | None,
    events: Path | None,
    matured_after: float | None,
    as_of: datetime | None,
    won: str | None,
    against: Path | None,
    fail_on: str,
    quiet: bool,
    json_file: Path | None,
    keep_in: Path | None,
) -> None:
    """Compare NEW leads with the deals MODEL learned from, and OUTCOMES with what it promised.

    Ends with status 0 where all is well, 1 where there is an alarm (--fail-on says what counts), 2 where the
    work could not be done.

    \b
    Example:
      lookalike monitor model leads.csv --outcomes outcomes.csv --json monitor.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.commands.tables import whole_table
    from lookalike.monitor import Severity
    from lookalike.monitor import monitor as compare
    from lookalike.storage import load

    leads = read_table(new)
    found = compare(
        load(model),
        leads.frame,
        events=None if events is None else read_table(events).frame,
        outcomes=None if outcomes is None else whole_table(outcomes),
        matured_after=matured_after,
        as_of=None if as_of is None else as_of.date(),
        won=won,
        against=None if against is None else whole_table(against),
        errors=leads.errors,
        quiet=quiet,
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
