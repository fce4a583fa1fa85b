"""``enrich facts``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--journal", type=click.Path(path_type=Path), required=True, help="The journal of a run.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The facts: .csv, .tsv, .parquet or .xlsx.",
)
def facts(journal: Path, out: Path) -> None:
    """Write where every value of an enriched table comes from: page, extractor, date and confidence.

    A report on leads shows them with each value: 'lookalike report MODEL LEADS -o report.html --facts FILE'.

    \b
    Example:
      enrich facts --journal enriched.parquet.journal -o facts.parquet
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.look_up import sources
    from enrich.tables import write_table

    # Values of several fields stand in one column, so all of them as text.
    table = sources(journal)
    write_table(table.assign(value=table["value"].astype(str)), out)
    click.echo(f"written: {out} ({len(table):,} facts)")
