"""``lookalike rows``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from enrich.answers import Answer, answers
from enrich.numerals import percent
from lookalike.commands.options import lead_events
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd

#: What is said of each lead in a row.
LEAD_COLUMNS = ["place", "lead_id", "name", "likeness", "probability"]


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=TABLE)
@click.option("-o", "--out", type=PATH, help="Also write the rows: .csv, .tsv, .parquet or .xlsx.")
@click.option("--rows", type=click.IntRange(min=1), default=8, show_default=True, help="Rows at most.")
@click.option("--per-row", type=click.IntRange(min=1), default=10, show_default=True, help="Leads in a row.")
@lead_events
@answers
def rows(
    model: Path,
    leads: pd.DataFrame,
    out: Path | None,
    rows: int,
    per_row: int,
    events: pd.DataFrame | None,
    answer: Answer,
) -> None:
    """Lay LEADS out in rows: "Because you won Acme", a row for each persona and best customer.

    \b
    Example:
      lookalike rows model leads.csv -o rows.csv --rows 6 --per-row 5
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.results import Found
    from enrich.tables import write_table
    from lookalike.storage import load

    found = load(model).rows(leads, rows=rows, per_row=per_row, events=events)
    if out is not None:
        write_table(found, out)
    laid = [
        {"row": number, "title": row["row_title"].iloc[0], "leads": row[LEAD_COLUMNS]}
        for number, row in found.groupby("row")
    ]
    headline = f"{len(found)} of {len(leads)} leads in {len(laid)} rows"
    content = {"file": out, "rows": laid}
    answer.give(Found("rows", headline, content), lambda: _tell(found, out))


def _tell(found: pd.DataFrame, out: Path | None) -> None:
    for _, row in found.groupby("row"):
        click.echo(f"\n{terminal.plain(row['row_title'].iloc[0])}")
        made = terminal.table("", "lead", "likeness", "chance")
        for lead in row.to_dict("records"):
            name = terminal.plain(f"{lead['name']} ({lead['lead_id']})")
            made.add_row(str(lead["place"]), name, percent(lead["likeness"]), percent(lead["probability"]))
        terminal.show(made)
    if out is not None:
        click.echo(f"\nwritten: {out}")
