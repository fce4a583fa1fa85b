"""The ``enrich`` command.

Everything heavy is imported inside the commands, so that help and usage errors are quick.
"""

from __future__ import annotations

from pathlib import Path

import click

from enrich import terminal

_PATH = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Extend sales leads from their e-mail domain and the company's public web presence."""


@cli.command()
@click.argument("leads", type=_PATH)
@click.option(
    "-o", "--out", type=_PATH, required=True, help="The wider table: .csv, .tsv, .parquet or .xlsx."
)
@click.option("--warc", type=_PATH, multiple=True, help="A WARC file to read pages from; may be repeated.")
@click.option("--web", is_flag=True, help="Fetch the companies' websites; without it nothing is fetched.")
@click.option("--journal", type=_PATH, help="Where facts and progress are kept.  [default: OUT.journal]")
@click.option("--config", type=_PATH, help="A TOML file of settings.")
@click.option("--quiet", is_flag=True, help="Show no progress and no summary.")
def run(
    leads: Path,
    out: Path,
    warc: tuple[Path, ...],
    web: bool,
    journal: Path | None,
    config: Path | None,
    quiet: bool,
) -> None:
    """Write LEADS with the facts on each row's company added.

    LEADS needs a column named email, domain or website. A run that was interrupted or killed goes on where
    it stopped when the same command is given again.

    \b
    Example:
      enrich run leads.csv -o enriched.parquet --warc pages.warc.gz
      enrich run leads.csv -o enriched.parquet --web --config enrich.toml
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.pipeline import run as enrich
    from enrich.settings import Settings

    settings = Settings.from_toml(config) if config else Settings()
    summary = enrich(
        leads, out, warc=warc, live=["web"] if web else (), journal=journal, settings=settings, quiet=quiet
    )
    if not quiet:
        click.echo(str(summary))
        click.echo(f"written: {out}")
        click.echo(f"sources: enrich show DOMAIN --journal {journal or f'{out}.journal'}")
    else:
        for damage in summary.damage:
            click.echo(f"enrich: {damage}", err=True)


@cli.command()
@click.argument("domain")
@click.option("--journal", type=_PATH, required=True, help="The journal of a run.")
def show(domain: str, journal: Path) -> None:
    """Show every fact on a company with its source URL, extractor, date and confidence.

    DOMAIN may be a URL or an e-mail address, of which only the domain is used.

    \b
    Example:
      enrich show acme.example --journal enriched.parquet.journal
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.look_up import show as look_up

    facts = look_up(domain, journal)
    table = terminal.table("field", "value", "source", "extractor", "observed", "confidence")
    for fact in facts.itertuples():
        cells = (fact.field, fact.value, fact.url, fact.extractor, fact.observed_at, f"{fact.confidence:.2f}")
        table.add_row(*map(terminal.plain, cells))
    terminal.show(table)


@cli.command()
def fields() -> None:
    """List the fields that can become columns.

    \b
    Example:
      enrich fields
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.extract import load_built_in
    from enrich.extract.registry import FIELDS

    load_built_in()
    table = terminal.table("group", "field", "values", "meaning")
    for field in sorted(FIELDS.values(), key=lambda field: field.group):
        table.add_row(*map(terminal.plain, (field.group, field.name, field.kind, field.doc)))
    terminal.show(table)


@cli.group()
def benchmark() -> None:
    """Measure enrich beside public tools."""


@benchmark.command()
@click.option(
    "--data", type=_PATH, required=True, help="Folder of labelled pages: WARC files, pages.jsonl and labels."
)
@click.option("--json", "json_file", type=_PATH, help="Also write the figures into this file.")
def extraction(data: Path, json_file: Path | None) -> None:
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
    terminal.show(made)


@benchmark.command()
@click.option("--data", type=_PATH, required=True, help="Folder of WARC files, whose pages are served.")
@click.option("--json", "json_file", type=_PATH, help="Also write the figures into this file.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Turns of each side.")
@click.option("--hosts", type=click.IntRange(1), multiple=True, help="Sites served.  [default: 32, 128]")
@click.option("--latency-ms", type=click.IntRange(0), multiple=True, help="One for each --hosts.")
def speed(
    data: Path, json_file: Path | None, rounds: int, hosts: tuple[int, ...], latency_ms: tuple[int, ...]
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
    terminal.show(made)


@benchmark.command()
@click.option(
    "--companies", type=click.IntRange(1), multiple=True, help="Of an archive.  [default: 10000, then 100000]"
)
@click.option("--json", "json_file", type=_PATH, help="Also write the figures into this file.")
def warc(companies: tuple[int, ...], json_file: Path | None) -> None:
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
    terminal.show(made)


def main() -> None:
    """Run the command; see :func:`enrich.terminal.run`."""
    terminal.run(cli, "enrich", "interrupted; give the same command again to go on where it stopped")
