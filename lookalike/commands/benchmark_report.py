"""``lookalike benchmark report``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal
from enrich.answers import quiet_option
from lookalike.commands.tables import PATH


@click.command("report")
@click.option("--leads", type=click.IntRange(min=20), default=50_000, show_default=True, metavar="N")
@click.option("--deals", type=click.IntRange(min=100), default=2_000, show_default=True, metavar="N")
@click.option("--json", "json_file", type=PATH, help="Also write the figures into this file.")
@quiet_option
def benchmark_report(leads: int, deals: int, json_file: Path | None, quiet: bool) -> None:
    """Measure the report on made-up leads: seconds to generate, size, seconds until it can be used.

    The last is measured in Chromium, by Playwright; without them it is left out.

    \b
    Example:
      lookalike benchmark report --leads 50000 --json report.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.benchmark.report import run_report_benchmark

    figures = run_report_benchmark(leads, deals, json_file=json_file)
    if quiet:
        return
    made = terminal.table("figure", "value")
    for row in figures.to_dict("records"):
        made.add_row(row["figure"], f"{row['value']:,.2f}" if row["value"] < 1000 else f"{row['value']:,.0f}")
    terminal.show(made)
    if figures.attrs["without"]:
        click.echo(figures.attrs["without"])
