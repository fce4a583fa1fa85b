"""``lookalike registry shadow``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.options import lead_events, outcome_options
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.registry import Shadowed


@click.command()
@click.argument("folder", type=PATH, metavar="REGISTRY")
@click.argument("leads", type=TABLE)
@click.option("-o", "--out", type=PATH, required=True, help="Folder for a table a challenger, a row a lead.")
@outcome_options
@lead_events
@click.option(
    "--challenger",
    "versions",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="VERSION",
    help="May be repeated.  [default: all that were never champion]",
)
@kept_answers
def shadow(
    folder: Path,
    leads: pd.DataFrame,
    out: Path,
    events: pd.DataFrame | None,
    versions: tuple[int, ...],
    answer: KeptAnswer,
    **matured: Any,
) -> None:
    """Score LEADS by the champion and its challengers; with --outcomes, say which ranks better.

    \b
    Example:
      lookalike registry shadow models leads.csv -o shadow --outcomes outcomes.csv --json shadow.json
      lookalike registry promote models 2 --why "better on the spring's leads" --backtest shadow.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import write_table
    from lookalike.registry import Registry
    from lookalike.registry import shadow as compare

    found = compare(
        Registry(folder),
        leads,
        versions=versions,
        events=events,
        quiet=answer.quiet,
        **matured,
    )
    out.mkdir(parents=True, exist_ok=True)
    for one in found.challenges:
        if len(one.leads):
            write_table(one.leads, out / f"challenger-{one.version:04}.csv")
    answer.give(found, lambda: _tell_shadow(found))


def _tell_shadow(found: Shadowed) -> None:
    made = terminal.table("challenger", "verdict", "ranks agree", "same best tenth", "why")
    for one in found.challenges:
        agree = [
            "" if value != value else f"{value:.2f}" for value in (one.rank_correlation, one.top_agreement)
        ]
        made.add_row(str(one.version), one.verdict, *agree, terminal.plain(one.because))
    terminal.show(made)
