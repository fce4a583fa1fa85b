"""``lookalike report``."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.commands.tables import PATH, whole_table


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="The page to write, one HTML file.")
@click.option("--events", type=PATH, help="Behaviour of the leads.")
@click.option("--quiet", is_flag=True, help="Show no summary.")
def report(model: Path, leads: Path, out: Path, events: Path | None, quiet: bool) -> None:
    """Score LEADS with a MODEL and write the report on them: one page that works without a network.

    What other commands found about the model and kept with it (--keep) stands under "How far to trust it".

    \b
    Example:
      lookalike report model leads.csv -o report.html
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.report.write import write_report
    from lookalike.results import kept
    from lookalike.storage import load, model_folder

    fitted, table = load(model), whole_table(leads)
    log = None if events is None else read_table(events).frame
    write_report(
        fitted, table, fitted.score(table, events=log), out, events=log, results=kept(model_folder(model))
    )
    if not quiet:
        click.echo(f"written: {out}")
