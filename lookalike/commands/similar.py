"""``lookalike similar``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal
from lookalike.commands.tables import PATH, whole_table


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=PATH)
@click.option("--to", required=True, metavar="ID", help="A lead's id or, failing that, a past deal's.")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many to name.")
@click.option("--deals", is_flag=True, help="Look among the past deals, not among the leads.")
@click.option("--events", type=PATH, help="Behaviour of the leads.")
@click.option("-o", "--out", type=PATH, help="Also write them: .csv, .tsv, .parquet or .xlsx.")
def similar(
    model: Path, leads: Path, to: str, top: int, deals: bool, events: Path | None, out: Path | None
) -> None:
    """Find the LEADS, or past deals, most like one of them, and say what they share.

    \b
    Example:
      lookalike similar model leads.csv --to L-0042 --top 20
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table, write_table
    from lookalike.storage import load

    behaviour = None if events is None else read_table(events).frame
    found = load(model).similar(whole_table(leads), to, top=top, deals=deals, events=behaviour)
    click.echo(f"most like {terminal.plain(found.attrs['to'])}:")
    made = terminal.table("likeness", "deal" if deals else "lead", "outcome" if deals else "chance", "both")
    for row in found.to_dict("records"):
        name = f"{row['name']} ({row['deal_id' if deals else 'lead_id']})"
        told = row["outcome"] if deals else f"{row['probability']:.0%}"
        made.add_row(f"{row['likeness']:.0%}", terminal.plain(name), told, terminal.plain(row["shared"]))
    terminal.show(made)
    if out is not None:
        write_table(found, out)
        click.echo(f"written: {out}")
