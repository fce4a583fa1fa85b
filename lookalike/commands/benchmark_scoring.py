"""``lookalike benchmark scoring``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal
from enrich.answers import quiet_option
from lookalike.commands.tables import PATH


@click.command("scoring")
@click.option("--deals", type=click.IntRange(min=20), default=50_000, show_default=True, metavar="N")
@click.option("--leads", type=click.IntRange(min=20), default=20_000, show_default=True, metavar="N")
@click.option(
    "--embedding", type=click.Choice(["boosted", "forest", "linear"]), default="boosted", show_default=True
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads.  [default: one a core]")
@click.option("--json", "json_file", type=PATH, help="Also write the figures into this file.")
@quiet_option
def scoring(
    deals: int, leads: int, embedding: str, threads: int | None, json_file: Path | None, quiet: bool
) -> None:
    """Measure scoring on a made-up table beside LightGBM's own predict: leads a second, recall, memory.

    \b
    Example:
      lookalike benchmark scoring --leads 1000000
    """  # noqa: D301
    from lookalike.benchmark.scoring import run_scoring_benchmark

    figures = run_scoring_benchmark(deals, leads, embedding=embedding, threads=threads, json_file=json_file)
    made = terminal.table("figure", "value")
    for row in figures.to_dict("records"):
        made.add_row(row["figure"], f"{row['value']:,.3f}" if row["value"] < 10 else f"{row['value']:,.0f}")
    if not quiet:
        terminal.show(made)
