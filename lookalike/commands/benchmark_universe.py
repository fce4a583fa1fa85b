"""``lookalike benchmark universe``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal
from enrich.answers import quiet_option
from lookalike.commands.tables import PATH


@click.command("universe")
@click.option("--companies", type=click.IntRange(1_000), default=1_000_000, show_default=True)
@click.option("--encoded", type=click.IntRange(1_000), help="Encode so many texts and repeat their vectors.")
@click.option("--json", "json_file", type=PATH, help="Also write the figures here.")
@quiet_option
def benchmark_universe(companies: int, encoded: int | None, json_file: Path | None, quiet: bool) -> None:
    """Measure encoding a made-up universe, and ranking it by 20 favourites.

    \b
    Example:
      lookalike benchmark universe --companies 10000000 --encoded 200000
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.benchmark.universe import run_universe_benchmark

    figures = run_universe_benchmark(companies, encoded)
    if json_file is not None:
        figures.to_json(json_file, orient="records")
    made = terminal.table("measure", "figure")
    for measure, figure in figures.iloc[0].items():
        made.add_row(str(measure), f"{figure:,.2f}")
    if not quiet:
        terminal.show(made)
