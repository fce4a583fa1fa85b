"""``lookalike similar``."""

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


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=TABLE)
@click.option("--to", required=True, metavar="ID", help="A lead's id or, failing that, a past deal's.")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many to name.")
@click.option("--deals", is_flag=True, help="Look among the past deals, not among the leads.")
@lead_events
@click.option("-o", "--out", type=PATH, help="Also write them: .csv, .tsv, .parquet or .xlsx.")
@answers
def similar(
    model: Path,
    leads: pd.DataFrame,
    to: str,
    top: int,
    deals: bool,
    events: pd.DataFrame | None,
    out: Path | None,
    answer: Answer,
) -> None:
    """Find the LEADS, or past deals, most like one of them, and say what they share.

    \b
    Example:
      lookalike similar model leads.csv --to L-0042 --top 20
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.results import Found
    from enrich.tables import write_table
    from lookalike.storage import load

    found = load(model).similar(leads, to, top=top, deals=deals, events=events)
    to = found.attrs["to"]
    if out is not None:
        write_table(found, out)
    among = "deals" if deals else "leads"
    names = ", ".join(found["name"].head(3)) or "none"
    content = {"to": to, "among": among, "found": found, "file": out}
    answer.give(Found("similar", f"most like {to}: {names}", content), lambda: _tell(found, to, deals, out))


def _tell(found: pd.DataFrame, to: str, deals: bool, out: Path | None) -> None:
    click.echo(f"most like {terminal.plain(to)}:")
    made = terminal.table("likeness", "deal" if deals else "lead", "outcome" if deals else "chance", "both")
    for row in found.to_dict("records"):
        name = f"{row['name']} ({row['deal_id' if deals else 'lead_id']})"
        told = row["outcome"] if deals else percent(row["probability"])
        made.add_row(percent(row["likeness"]), terminal.plain(name), told, terminal.plain(row["shared"]))
    terminal.show(made)
    if out is not None:
        click.echo(f"written: {out}")
