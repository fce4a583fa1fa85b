"""``lookalike report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich.answers import Answer, answers
from lookalike.commands.options import lead_events
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=TABLE)
@click.option("-o", "--out", type=PATH, required=True, help="The page to write, one HTML file.")
@lead_events
@answers
def report(model: Path, leads: pd.DataFrame, out: Path, events: pd.DataFrame | None, answer: Answer) -> None:
    """Score LEADS with a MODEL and write the report on them: one page that works without a network.

    What other commands found about the model and kept with it (--keep) stands under "How far to trust it".

    \b
    Example:
      lookalike report model leads.csv -o report.html
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.results import Found
    from lookalike.report.write import write_report
    from lookalike.results import kept
    from lookalike.storage import load, model_folder

    fitted = load(model)
    write_report(
        fitted,
        leads,
        fitted.score(leads, events=events),
        out,
        events=events,
        results=kept(model_folder(model)),
    )
    content = {"model": model, "leads": len(leads), "file": out, "bytes": out.stat().st_size}
    found = Found("report", f"the report on {len(leads)} leads is written: {out}", content)
    answer.give(found, lambda: click.echo(f"written: {out}"))
