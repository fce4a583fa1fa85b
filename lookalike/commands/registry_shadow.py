"""``lookalike registry shadow``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import answers, give
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from lookalike.registry import Shadowed


@click.command()
@click.argument("folder", type=PATH, metavar="REGISTRY")
@click.argument("leads", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Folder for a table a challenger, a row a lead.")
@click.option("--outcomes", type=PATH, help="What became of leads: an id and an outcome.")
@click.option("--events", type=PATH, help="Behaviour of the leads.")
@click.option(
    "--challenger",
    "versions",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="VERSION",
    help="May be repeated.  [default: all that were never champion]",
)
@click.option(
    "--matured-after",
    type=click.FloatRange(min=0),
    metavar="DAYS",
    help="Age from which a lead's outcome counts.  [default: by which 9 in 10 past deals had ended]",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of the outcomes.")
@click.option("--won", metavar="VALUE", help="Outcome that means won.  [default: as at fit]")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@answers
def shadow(
    folder: Path,
    leads: Path,
    out: Path,
    outcomes: Path | None,
    events: Path | None,
    versions: tuple[int, ...],
    matured_after: float | None,
    as_of: datetime | None,
    won: str | None,
    quiet: bool,
    json_file: Path | None,
    keep_in: Path | None,
) -> None:
    """Score LEADS by the champion and its challengers; with --outcomes, say which ranks better.

    \b
    Example:
      lookalike registry shadow models leads.csv -o shadow --outcomes outcomes.csv --json shadow.json
      lookalike registry promote models 2 --why "better on the spring's leads" --backtest shadow.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table, write_table
    from lookalike.commands.tables import whole_table
    from lookalike.registry import Registry
    from lookalike.registry import shadow as compare

    found = compare(
        Registry(folder),
        whole_table(leads),
        versions=versions,
        events=None if events is None else read_table(events).frame,
        outcomes=None if outcomes is None else whole_table(outcomes),
        matured_after=matured_after,
        as_of=None if as_of is None else as_of.date(),
        won=won,
        quiet=quiet,
    )
    out.mkdir(parents=True, exist_ok=True)
    for one in found.challenges:
        if len(one.leads):
            write_table(one.leads, out / f"challenger-{one.version:04}.csv")
    give(found, json_file, keep_in, lambda: _tell_shadow(found))


def _tell_shadow(found: Shadowed) -> None:
    made = terminal.table("challenger", "verdict", "ranks agree", "same best tenth", "why")
    for one in found.challenges:
        agree = [
            "" if value != value else f"{value:.2f}" for value in (one.rank_correlation, one.top_agreement)
        ]
        made.add_row(str(one.version), one.verdict, *agree, terminal.plain(one.because))
    terminal.show(made)
