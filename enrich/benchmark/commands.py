"""The commands of ``enrich benchmark``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal
from enrich.answers import quiet_option

_PATH = click.Path(path_type=Path)
_JSON = click.option("--json", "json_file", type=_PATH, help="Also write the figures into this file.")


@click.group()
def benchmark() -> None:
    """Measure enrich beside public tools."""


@benchmark.command()
@click.option(
    "--data", type=_PATH, required=True, help="Folder of labelled pages: WARC files, pages.jsonl and labels."
)
@_JSON
@quiet_option
def extraction(data: Path, json_file: Path | None, quiet: bool) -> None:
    """Measure what is extracted from labelled pages, beside public libraries, in one run.

    \b
    Example:
      enrich benchmark extraction --data labelled --json figures.json
    """  # noqa: D301
    from enrich.benchmark.extraction import run_extraction_benchmark

    figures = run_extraction_benchmark(data, json_file)
    made = terminal.table("task", "method", "precision", "recall", "pages", "ms a page")
    for row in figures.to_dict("records"):
        numbers = (f"{row['precision']:.3f}", f"{row['recall']:.3f}", f"{row['pages']:.0f}")
        made.add_row(row["task"], row["method"], *numbers, f"{row['ms_per_page']:.2f}")
    if not quiet:
        terminal.show(made)


@benchmark.command()
@click.option("--data", type=_PATH, required=True, help="Folder of WARC files, whose pages are read.")
@_JSON
@quiet_option
def cost(data: Path, json_file: Path | None, quiet: bool) -> None:
    """Measure what a page costs, from its bytes to its facts, part by part.

    The whole is counted without the main text.

    \b
    Example:
      enrich benchmark cost --data pages
    """  # noqa: D301
    from enrich.benchmark.cost import extraction_cost

    figures = extraction_cost(data)
    if json_file is not None:
        figures.set_index("part").to_json(json_file, orient="index", indent=2)
    made = terminal.table("part", "median ms", "90th percentile ms", "pages")
    for row in figures.to_dict("records"):
        made.add_row(row["part"], f"{row['median_ms']:.3f}", f"{row['p90_ms']:.3f}", f"{row['pages']}")
    if not quiet:
        terminal.show(made)


@benchmark.command()
@click.option("--data", type=_PATH, required=True, help="Folder of WARC files, whose pages are served.")
@_JSON
@quiet_option
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Turns of each side.")
@click.option("--hosts", type=click.IntRange(1), multiple=True, help="Sites served.  [default: 32, 128]")
@click.option("--latency-ms", type=click.IntRange(0), multiple=True, help="One for each --hosts.")
def speed(
    data: Path,
    json_file: Path | None,
    quiet: bool,
    rounds: int,
    hosts: tuple[int, ...],
    latency_ms: tuple[int, ...],
) -> None:
    """Measure pages a second beside Scrapy + lxml, on sites served from loopback, in one run.

    Without --hosts: 32 sites without latency, then 128 that answer after 200 ms.

    \b
    Example:
      enrich benchmark speed --data pages --json figures.json
    """  # noqa: D301
    from enrich.benchmark.speed import LOADS, Load, run_speed_benchmark

    if len(hosts) != len(latency_ms):
        raise click.UsageError("give one --latency-ms for each --hosts")
    loads = [Load(*pair) for pair in zip(hosts, latency_ms, strict=True)] or LOADS
    figures = run_speed_benchmark(data, json_file, loads=loads, rounds=rounds)
    made = terminal.table("load", "side", "pages/s", "CPU ms a page", "server's share", "ratio")
    for row in figures.to_dict("records"):
        numbers = (row["pages_per_second"], row["cpu_ms_per_page"], row["server_share"], row["ratio"])
        shown = (f"{n:.{d}f}" if n == n else "" for n, d in zip(numbers, (1, 2, 2, 2), strict=True))
        made.add_row(row["load"], row["side"], *shown)
    if not quiet:
        terminal.show(made)


@benchmark.command()
@click.option(
    "--companies", type=click.IntRange(1), multiple=True, help="Of an archive.  [default: 10000, then 100000]"
)
@_JSON
@quiet_option
def warc(companies: tuple[int, ...], json_file: Path | None, quiet: bool) -> None:
    """Measure companies a second and memory of runs over made-up archives.

    \b
    Example:
      enrich benchmark warc --companies 1000 --companies 10000
    """  # noqa: D301
    from enrich.benchmark.archive import SIZES, run_archive_benchmark

    figures = run_archive_benchmark(companies or SIZES, json_file)
    made = terminal.table("companies", "seconds", "companies/s", "peak MB")
    for row in figures.to_dict("records"):
        made.add_row(
            *(f"{number:,.{digits}f}" for number, digits in zip(row.values(), (0, 1, 1, 0), strict=True))
        )
    if not quiet:
        terminal.show(made)
