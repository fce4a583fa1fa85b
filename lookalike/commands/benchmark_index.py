"""``lookalike benchmark index``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal
from enrich.answers import quiet_option
from lookalike.commands.tables import PATH


@click.command("index")
@click.option(
    "--deals", type=click.IntRange(min=1), multiple=True, metavar="N", help="Size; may be repeated."
)
@click.option("--json", "json_file", type=PATH, help="Also write the figures into this file.")
@quiet_option
def index(deals: tuple[int, ...], json_file: Path | None, quiet: bool) -> None:
    """Measure the index of past deals against brute force: recall at 100, building, searching.

    Without --deals: 1,000, 10,000, 100,000 and 1,000,000.

    \b
    Example:
      lookalike benchmark index --deals 10000 --json index.json
    """  # noqa: D301
    from lookalike.benchmark.index import SIZES, run_index_benchmark

    figures = run_index_benchmark(deals or SIZES, json_file=json_file)
    made = terminal.table("embedding", "metric", "deals", "recall@100", "build s", "ms a query", "brute ms")
    for row in figures.to_dict("records"):
        numbers = (f"{row['deals']:,}", f"{row['recall']:.3f}", f"{row['build_seconds']:.2f}")
        times = (f"{row['ms_per_query']:.3f}", f"{row['brute_ms_per_query']:.2f}")
        made.add_row(row["embedding"], row["metric"], *numbers, *times)
    if not quiet:
        terminal.show(made)
