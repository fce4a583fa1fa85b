"""``lookalike benchmark``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from enrich.answers import quiet_option
from lookalike.commands.benchmark_index import index
from lookalike.commands.benchmark_report import benchmark_report
from lookalike.commands.benchmark_scoring import scoring
from lookalike.commands.benchmark_universe import benchmark_universe
from lookalike.commands.fit import EMBEDDING_NAMES
from lookalike.commands.options import transformer_option
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table


#: The set whose task is another: to rank a universe.
LOOKALIKES = "lookalikes"


class _SetsFirst(click.Group):
    """A group that takes what is none of its commands for ``records`` of lead sets."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["records", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_SetsFirst)
def benchmark() -> None:
    """Measure lookalike beside public methods: ``benchmark [SET...]``, or one of the commands below.

    \b
    Example:
      lookalike benchmark bank ibm --data sets --json figures.json
    """  # noqa: D301


for command in (index, scoring, benchmark_universe, benchmark_report):
    benchmark.add_command(command)


@benchmark.command()
@click.argument("sets", nargs=-1, metavar="[SET...]")
@click.option("--data", type=PATH, help="Folder of the sets' files; OpenML where absent.")
@click.option(
    "--embedding",
    "embeddings",
    type=click.Choice(EMBEDDING_NAMES),
    multiple=True,
    default=("auto",),
    show_default=True,
    help="Ours; may be repeated.",
)
@click.option("--peers/--no-peers", default=True, show_default=True, help="Run the public methods too.")
@transformer_option
@click.option("--json", "json_file", type=PATH, help="Also write the figures into this file.")
@quiet_option
def records(
    sets: tuple[str, ...],
    data: Path | None,
    embeddings: tuple[str, ...],
    peers: bool,
    transformer: str | None,
    json_file: Path | None,
    quiet: bool,
) -> None:
    """Score public lead sets beside public methods, in one run on the same splits.

    SET is bank (all of its splits), bank-time, bank-random, bank-rolling, xeducation, ibm, olist or
    lookalikes (companies like a description, or like 5, 20 and 50 won deals; measured with --transformer,
    too, if there is one); all by default.

    \b
    Example:
      lookalike benchmark records bank-time olist --data sets
    """  # noqa: D301
    from lookalike.benchmark.records import as_json, run_records

    names = _names(sets)
    figures: dict[str, Any] = {}
    if LOOKALIKES in names:
        if data is None:
            raise click.UsageError(f"'{LOOKALIKES}' is read from a folder; name it in --data")
        from lookalike.benchmark.lookalikes import run_lookalikes

        names.remove(LOOKALIKES)
        folder = data / LOOKALIKES if (data / LOOKALIKES).is_dir() else data
        figures = run_lookalikes(folder, transformer=transformer)
        if not quiet:
            terminal.show(_lookalikes_table(figures))
    found, differences = run_records(
        names,
        data,
        embeddings=embeddings,
        with_peers=peers,
        told=lambda line: None if quiet else click.echo(line, err=True),
    )
    figures |= as_json(found)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if quiet:
        return
    if names:
        terminal.show(_records_table(found))
    for row in differences.to_dict("records"):
        click.echo(
            f"{row['set']}: {row['method']} is {row['difference']:+.4f} AUC from {row['peer']}, the best "
            f"peer (95 %: {row['low']:+.4f} to {row['high']:+.4f})"
        )


def _names(wanted: tuple[str, ...]) -> list[str]:
    from lookalike.benchmark.sets import LEAD_SETS

    names: list[str] = []
    every = [*LEAD_SETS, LOOKALIKES]
    for word in wanted or every:
        found = [name for name in every if name == word or name.startswith(f"{word}-")]
        if not found:
            raise click.UsageError(f"'{word}' is no set; choose among {', '.join(every)}")
        names += [name for name in found if name not in names]
    return names


def _lookalikes_table(figures: dict[str, dict[str, dict[str, float]]]) -> Table:
    made = terminal.table("task", "method", "P@10", "P@25", "P@100")
    for task, methods in figures.items():
        for method, row in methods.items():
            made.add_row(task, method, *(f"{row[cut]:.3f}" for cut in ("p10", "p25", "p100")))
    return made


def _records_table(found: pd.DataFrame) -> Table:
    made = terminal.table("set", "method", "AUC", "avg. precision", "lift 10 %", "lift 20 %", "ECE", "s")
    for row in found.to_dict("records"):
        made.add_row(*_cells(row))
    return made


def _cells(row: dict[Any, Any]) -> list[str]:
    ece = "" if row["ece"] != row["ece"] else f"{row['ece']:.3f}"
    lifts = [f"{row[name]:.2f}" for name in ("lift10", "lift20")]
    method = f"lookalike {row['method']}" if row["ours"] else row["method"]
    return [row["set"], method, f"{row['auc']:.4f}", f"{row['ap']:.4f}", *lifts, ece, f"{row['seconds']:.0f}"]
