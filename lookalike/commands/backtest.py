"""``lookalike backtest``."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import answers, give
from lookalike.commands.fit import EMBEDDING_NAMES
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from lookalike.backtest.result import Backtest


@click.command()
@click.argument("deals", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Folder for the results.")
@click.option("--outcome", metavar="COLUMN", required=True, help="Column that says how a deal ended.")
@click.option("--won", metavar="VALUE", required=True, help="Its value that means won.")
@click.option("--time", metavar="COLUMN", help="Column that orders deals: dates or numbers, as of opening.")
@click.option("--id", metavar="COLUMN", help="Column that identifies a deal.  [default: id, deal_id, …]")
@click.option("--name", metavar="COLUMN", help="Column that names a deal.  [default: company, account, …]")
@click.option("--value", metavar="COLUMN", help="Column with the worth of a won deal; not learned from.")
@click.option(
    "--closed",
    metavar="COLUMN",
    help="Column with the date a deal ended: before it, its outcome is not known.",
)
@click.option("--events", type=PATH, help="Behaviour: id, at, type, and duration or url.")
@click.option("--drop", metavar="COLUMN", multiple=True, help="Column not to learn from; may be repeated.")
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
    help="Deals opened so shortly before a moment are not known then (unit of --time where it holds numbers).",
)
@click.option("--group", metavar="COLUMN", help="Column that tells companies apart.  [default: domain, name]")
@click.option("--no-group", is_flag=True, help="Let deals of one company stand on both sides.")
@click.option("--no-random", is_flag=True, help="Leave out the random split: half the time.")
@click.option("--rules", type=PATH, multiple=True, help="Also judge a points scorecard; may be repeated.")
@click.option("--segment", metavar="COLUMN", multiple=True, help="Judge its values apart; may be repeated.")
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
@click.option("--quiet", is_flag=True, help="Show no progress and no summary.")
@answers
def backtest(
    deals: Path,
    out: Path,
    events: Path | None,
    rules: tuple[Path, ...],
    no_group: bool,
    no_random: bool,
    segment: tuple[str, ...],
    depth: tuple[float, ...],
    sources: tuple[str, ...],
    costs: tuple[str, ...],
    seed: int,
    quiet: bool,
    json_file: Path | None,
    keep_in: Path | None,
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
        events=None if events is None else read_table(events).frame,
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
        quiet=quiet,
        **options,
    )
    written = found.write(out)
    if not quiet:
        give(found, json_file, keep_in, lambda: tell(found, out, written))
    else:
        give(found, json_file, keep_in, lambda: None)


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
    if not rules:
        return {}
    if not find_spec("lookalike.scorecard"):
        raise click.UsageError("--rules needs points scorecards, which this version has not")
    scorecard = import_module("lookalike.scorecard")
    return {f"rules {path.stem}": scorecard.read_rules(path) for path in rules}


def tell(found: Backtest, out: Path, written: list[str]) -> None:
    """Print a backtest: what it says and what to do first, then the figures behind it."""
    click.echo(str(terminal.plain(found.headline)) + "\n")
    for title, lines in (("What it says", found.story.says), ("What to do", found.story.to_do)):
        if lines:
            click.echo(click.style(title, bold=True))
            for line in lines:
                _wrapped(str(terminal.plain(line)))
    click.echo()
    terminal.show(method_table(found))
    click.echo()
    terminal.show(fold_table(found))
    for line in _left_out(found):
        click.echo(str(terminal.plain(line)))
    if len(found.segments):
        click.echo()
        terminal.show(_segment_table(found.segments))
    if len(found.costs):
        click.echo()
        terminal.show(_cost_table(found.costs))
    if found.ablation is not None:
        click.echo()
        terminal.show(_ablation_table(found.ablation))
    click.echo(f"\nwritten into {out}: {', '.join(written)} ({found.seconds:.0f} s)")


def _wrapped(line: str) -> None:
    click.echo(click.wrap_text(line, width=100, initial_indent="  - ", subsequent_indent="    "))


def method_table(found: Backtest) -> Table:
    """Lay the methods out, the model first, each with its distance to it."""
    lifts = [name for name in dict.fromkeys(found.figures["figure"]) if name.startswith("lift_")]
    heads = [f"lift {name.removeprefix('lift_')} %" for name in lifts]
    random = found.split == "time" and (found.figures["split"] == "random").any()
    made = terminal.table(
        "method", "AUC (95 %)", "model ahead by (95 %)", *heads, "avg. precision", "ALIFT", "Brier", "ECE",
        *(["AUC, random split"] if random else []),
    )  # fmt: skip
    for method in dict.fromkeys(found.figures["method"]):
        auc, apart = found.figure("auc", method), found.difference("auc", method)
        made.add_row(
            terminal.plain(method),
            f"{auc['value']:.3f} ({auc['low']:.3f}–{auc['high']:.3f})",
            "" if apart.isna().any() else _signed(apart["difference"], apart["low"], apart["high"]),
            *(f"{found.figure(name, method)['value']:.2f}" for name in lifts),
            *(
                _number(found.figure(name, method)["value"], digits)
                for name, digits in (("average_precision", 3), ("alift", 2), ("brier", 3), ("ece", 3))
            ),
            *([_number(found.figure("auc", method, "random")["value"], 3)] if random else []),
        )
    return made


def fold_table(found: Backtest) -> Table:
    """Lay the tests out: what was learned from, what came, what the model made of it."""
    own = found.windows[found.windows["split"] == found.split]
    first = ["from", "to"] if found.split == "time" else []
    made = terminal.table(
        "test", *first, "learned from", "won", "tested", "won", "told", "AUC", "lift 10 %", "model", "s"
    )
    depth = "lift_10" if (found.figures["figure"] == "lift_10").any() else "lift_20"
    for row in own.to_dict("records"):
        made.add_row(
            str(row["fold"]),
            *([row["origin"], row["last"]] if first else []),
            f"{row['trained']:,}",
            f"{row['trained_won_rate']:.1%}",
            f"{row['tested']:,}",
            f"{row['tested_won_rate']:.1%}",
            f"{row['mean_probability']:.1%}",
            f"{found.figure('auc', fold=row['fold'])['value']:.3f}",
            _number(found.figure(depth, fold=row["fold"])["value"], 2),
            row["embedding"],
            f"{row['seconds']:.0f}",
        )
    return made


def _left_out(found: Backtest) -> list[str]:
    tested = int(found.deals["fold"].notna().sum())
    why = found.deals.loc[found.deals["fold"].isna(), "why_not_tested"].value_counts()
    lines = [f"{tested:,} of {len(found.deals):,} rows are tested; the others:"] if len(why) else []
    lines += [f"  {count:,}: {reason}" for reason, count in why.items()]
    waiting = int(found.windows.loc[found.windows["split"] == found.split, "not_known_yet"].max())
    if waiting:
        lines.append(
            f"at most {waiting:,} deals were left out of learning, their outcome not being known then"
        )
    return lines


def _segment_table(segments: pd.DataFrame) -> Table:
    made = terminal.table("column", "value", "tested", "won", "told", "AUC (95 %)", "lift 10 % (95 %)")
    for row in segments.to_dict("records"):
        made.add_row(
            terminal.plain(row["column"]),
            terminal.plain(row["value"]),
            f"{row['deals']:,}",
            f"{row['won_rate']:.1%}",
            f"{row['mean_probability']:.1%}",
            _between(row, "auc", 3),
            _between(row, "lift_10", 2),
        )
    return made


def _cost_table(costs: pd.DataFrame) -> Table:
    made = terminal.table("worked", "won, by the model", "a won deal costs (95 %)", "by chance")
    model, chance = (costs[costs["method"] == name].set_index("depth") for name in ("model", "random"))
    for depth, row in model.iterrows():
        made.add_row(
            "all" if depth == 100 else f"best {depth:g} %",
            f"{row['won_rate']:.1%}",
            f"{row['cost_per_won']:,.2f} ({row['low']:,.2f}–{row['high']:,.2f})",
            f"{chance.loc[100.0, 'cost_per_won']:,.2f}",
        )
    return made


def _ablation_table(table: pd.DataFrame) -> Table:
    priced = table["cost"].notna().any()
    made = terminal.table(
        "source", "filled", "cost" if priced else "", "alone adds, AUC (95 %)", "place", "adds then (95 %)",
        "lift 10 % then", "AUC per cost" if priced else "", "taken away costs (95 %)",
    )  # fmt: skip
    start = table[table["what"] == "start"].iloc[0]
    made.add_row(str(terminal.plain(start["source"])), _share(start["filled"]), "", f"AUC {start['auc']:.3f}")
    by = {what: table[table["what"] == what].set_index("source") for what in ("alone", "without")}
    for row in table[table["what"] == "order"].to_dict("records"):
        alone, without = (by[what].loc[row["source"]] for what in ("alone", "without"))
        made.add_row(
            terminal.plain(row["source"]),
            _share(row["filled"]),
            _number(row["cost"], 3) if priced else "",
            _signed(alone["auc_gain"], alone["auc_low"], alone["auc_high"]),
            str(row["place"]),
            _signed(row["auc_gain"], row["auc_low"], row["auc_high"]),
            f"{row['lift_gain']:+.2f} ({row['lift_low']:+.2f}–{row['lift_high']:+.2f})",
            _number(row["auc_gain_per_cost"], 3) if priced else "",
            _signed(without["auc_gain"], without["auc_low"], without["auc_high"]),
        )
    return made


def _share(value: float) -> str:
    return "" if value != value else f"{value:.0%}"


def _number(value: float, digits: int) -> str:
    return "" if value != value else f"{value:.{digits}f}"


def _signed(value: float, low: float, high: float) -> str:
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})"


def _between(row: dict[str, Any], name: str, digits: int) -> str:
    if row[name] != row[name]:
        return "one outcome only"
    return f"{row[name]:.{digits}f} ({row[f'{name}_low']:.{digits}f}–{row[f'{name}_high']:.{digits}f})"
