"""``lookalike report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.commands.options import lead_events
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=TABLE)
@click.option("-o", "--out", type=PATH, required=True, help="The page to write, one HTML file.")
@lead_events
@click.option(
    "--facts", type=TABLE, help="Sources and dates of the leads' facts, as 'enrich facts' writes them."
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="N",
    help="Leads shown with their whole sum; the others stand in the table.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "ru"]),
    default="en",
    show_default=True,
    help="What the page opens in; a switch in it changes that.",
)
@click.option("--quiet", is_flag=True, help="Show no summary.")
def report(
    model: Path,
    leads: pd.DataFrame,
    out: Path,
    events: pd.DataFrame | None,
    facts: pd.DataFrame | None,
    top: int,
    language: str,
    quiet: bool,
) -> None:
    """Score LEADS with a MODEL and write the report on them: one page that works without a network.

    What other commands found about the model and kept with it (--keep) stands under "How far to trust it".

    \b
    Examples:
      lookalike report model leads.csv -o report.html
      lookalike report model leads.parquet -o report.html --events events.csv --facts facts.csv --language ru
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.report.write import write_report
    from lookalike.results import kept
    from lookalike.storage import load, model_folder

    write_report(
        load(model),
        leads,
        None,
        out,
        events=events,
        results=kept(model_folder(model)),
        facts=facts,
        top=top,
        language=language,
    )
    if not quiet:
        click.echo(f"written: {out}")
