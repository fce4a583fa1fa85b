"""``lookalike universe``: encode a universe of companies once, rank it as often as wanted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich.answers import Answer, answers
from lookalike.commands.options import transformer_option, transformer_reads_option
from lookalike.commands.tables import COLUMN, PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd


@click.group()
def universe() -> None:
    """Rank a universe of companies by favourite customers or by a description."""


@universe.command()
@click.argument("table", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Folder to write the encoded universe into.")
@click.option("--id", type=COLUMN, help="Column that identifies a company.")
@click.option("--name", type=COLUMN, help="Column that names a company.")
@click.option("--drop", type=COLUMN, multiple=True, help="Column not to use; may be repeated.")
@click.option(
    "--topics",
    type=click.IntRange(2, 2000),
    default=512,
    show_default=True,
    help="Dimensions of texts' words, before those that tell of the business are taken out.",
)
@transformer_option
@transformer_reads_option
@answers
def build(
    table: Path,
    out: Path,
    id: str | None,
    name: str | None,
    drop: tuple[str, ...],
    topics: int,
    transformer: str | None,
    transformer_reads: int | None,
    answer: Answer,
) -> None:
    """Encode the companies of TABLE.

    \b
    Example:
      lookalike universe build companies.parquet -o companies
      lookalike universe build companies.parquet -o companies --transformer MiniLM --transformer-reads 8000
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.results import Found
    from lookalike.universe.build import build as build_universe

    layout = build_universe(
        table,
        out,
        id=id,
        name=name,
        drop=drop,
        topics=topics,
        transformer=transformer,
        transformer_reads=transformer_reads,
        quiet=answer.quiet,
    )
    content = {
        "folder": out,
        "companies": layout.rows,
        "bytes_each": len(layout.low),
        "malformed": layout.malformed,
        "columns": layout.features,
        **{part: getattr(layout, part) or None for part in ("id", "name", "domain")},
    }
    headline = f"encoded {layout.rows} companies, {len(layout.low)} bytes each"

    def tell() -> None:
        click.echo(headline)
        if layout.malformed:
            click.echo(f"{layout.malformed} malformed rows are left out: {out / 'malformed.csv'} names them")
        click.echo(f"written: {out}")

    answer.give(Found("universe-build", headline, content), tell)


@universe.command()
@click.argument("folder", type=PATH)
@click.option("--won", type=TABLE, help="Favourite customers, with the columns of the universe.")
@click.option("--like", metavar="TEXT", help="Instead: the ideal customer in words.")
@click.option("--top", type=click.IntRange(1), default=1_000, show_default=True, help="Companies to give.")
@click.option("--all", "everything", is_flag=True, help="Give all companies.")
@click.option("-o", "--out", type=PATH, required=True, help="Ranking: .csv, .tsv, .parquet or .xlsx.")
@answers
def rank(
    folder: Path,
    won: pd.DataFrame | None,
    like: str | None,
    top: int,
    everything: bool,
    out: Path,
    answer: Answer,
) -> None:
    """Rank the companies of FOLDER, the best first.

    \b
    Example:
      lookalike universe rank companies --won favourites.csv -o ranked.csv --top 500
      lookalike universe rank companies --like "makers of packaging machines" -o ranked.csv
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.results import Found
    from enrich.tables import write_table
    from lookalike.universe.rank import Universe

    if (won is None) == (like is None):
        raise click.UsageError("give either --won or --like")
    opened = Universe.open(folder)
    count = None if everything else top
    ranked = opened.rank_like(like or "", count) if won is None else opened.rank(won, count)
    write_table(ranked, out)
    content = {
        "by": "favourites" if like is None else "description",
        "companies": opened.layout.rows,
        "hidden": None if opened.hidden is None else asdict(opened.hidden),
        "file": out,
        "ranking": ranked,
    }
    headline = f"ranked {opened.layout.rows} companies, the best {len(ranked)} written: {out}"

    def tell() -> None:
        if opened.hidden is not None:
            click.echo(str(opened.hidden))
        click.echo(headline)

    answer.give(Found("universe-rank", headline, content), tell)
