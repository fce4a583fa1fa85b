"""``lookalike backtest``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click

from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.backtest_told import tell
from lookalike.commands.fit import EMBEDDING_NAMES
from lookalike.commands.options import deal_options
from lookalike.commands.tables import COLUMN, PATH


@click.command()
@click.argument("deals", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Folder for the results.")
@deal_options(closed="Column with the date a deal ended: before it, its outcome is not known.")
@click.option("--embedding", type=click.Choice(EMBEDDING_NAMES), default="auto", show_default=True)
@click.option("--half-life", type=click.FloatRange(min=0, min_open=True), metavar="DAYS", help="As in fit.")
@click.option("--weigh-by-value", is_flag=True, help="Let won deals count in proportion to --value.")
@click.option("--folds", type=click.IntRange(min=1), default=4, show_default=True, help="Moments to fit at.")
@click.option(
    "--window", metavar="N|DAYSd", help="Learn from the last N deals, or days (365d), only.  [default: all]"
)
@click.option(
    "--gap",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="DAYS",
    help="Deals opened so shortly before a moment are not known then (unit of a --time of numbers).",
)
@click.option("--group", type=COLUMN, help="Column that tells companies apart.  [default: domain, name]")
@click.option("--no-group", is_flag=True, help="Let deals of one company stand on both sides.")
@click.option("--no-random", is_flag=True, help="Leave out the random split: half the time.")
@click.option("--rules", type=PATH, multiple=True, help="Also judge a points scorecard; may be repeated.")
@click.option("--segment", type=COLUMN, multiple=True, help="Judge its values apart; may be repeated.")
@click.option(
    "--cost-per-contact", type=click.FloatRange(min=0, min_open=True), help="Tell what a won deal costs."
)
@click.option(
    "--depth",
    type=click.FloatRange(min=0, max=100, min_open=True),
    multiple=True,
    default=(5.0, 10.0, 20.0),
    show_default="5, 10, 20",
    metavar="PERCENT",
    help="Share of a list that is worked; may be repeated.",
)
@click.option("--ablate", is_flag=True, help="Tell what each source of facts adds.")
@click.option(
    "--source", "sources", metavar="NAME=COLUMN,…", multiple=True, help="Columns of a source; * is anything."
)
@click.option(
    "--cost", "costs", metavar="SOURCE=AMOUNT", multiple=True, help="What a source costs for a lead."
)
@click.option(
    "--draws", type=click.IntRange(min=10), default=1_000, show_default=True, help="Of the bootstrap."
)
@click.option("--seed", type=int, default=0, show_default=True)
@kept_answers
def backtest(
    deals: Path,
    out: Path,
    rules: tuple[Path, ...],
    no_group: bool,
    no_random: bool,
    segment: tuple[str, ...],
    depth: tuple[float, ...],
    sources: tuple[str, ...],
    costs: tuple[str, ...],
    seed: int,
    answer: KeptAnswer,
    **options: Any,
) -> None:
    """Tell how good scores would have been: fit at moments of the past, judge on the DEALS that came next.

    A fold that is done is kept in the folder until all are: stopped, the same command goes on where it was.

    \b
    Example:
      lookalike backtest deals.csv -o backtest --outcome stage --won won --time created_at
      lookalike backtest enriched.parquet -o backtest --outcome stage --won won --time created_at \\
        --ablate --cost technologies=0.02 --segment country --cost-per-contact 15
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.backtest.result import UNFINISHED
    from lookalike.backtest.run import backtest as run

    table = read_table(deals)
    found = run(
        table.frame,
        companies_apart=not no_group,
        random_split=not no_random,
        rivals=_rivals(rules),
        segments=segment,
        depths=sorted(set(depth)),
        sources={name: columns.split(",") for name, columns in _pairs(sources, "source", "COLUMN,…")},
        costs=_costs(costs),
        errors=table.errors,
        random_state=seed,
        unfinished=out / UNFINISHED,
        quiet=answer.quiet,
        **options,
    )
    written = found.write(out)
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
    answer.give(found, lambda: tell(found, out, written))


def _pairs(told: tuple[str, ...], option: str, what: str) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in told]
    for name, sign, value in pairs:
        if not (name.strip() and sign and value.strip()):
            raise click.UsageError(f"--{option} '{name}{sign}{value}' is not NAME={what}")
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _costs(told: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for source, amount in _pairs(told, "cost", "AMOUNT"):
        try:
            found[source] = float(amount)
        except ValueError:
            raise click.UsageError(f"--cost '{source}={amount}': '{amount}' is no number") from None
        if not 0 <= found[source] < float("inf"):
            raise click.UsageError(f"--cost '{source}={amount}': a cost is 0 or more")
    return found


def _rivals(rules: tuple[Path, ...]) -> dict[str, Any]:
    from lookalike.scorecard import read_rules

    return {f"rules {path.stem}": read_rules(path) for path in rules}
