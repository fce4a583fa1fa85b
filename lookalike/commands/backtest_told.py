"""A backtest for people: what it says and what to do first, then the figures behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from enrich.numerals import percent

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from lookalike.backtest.result import Backtest


def tell(found: Backtest, out: Path, written: list[str]) -> None:
    """Print a backtest: what it says and what to do first, then the figures behind it."""
    click.echo(str(terminal.plain(found.headline)) + "\n")
    for title, lines in (("What it says", found.story.says), ("What to do", found.story.to_do)):
        if lines:
            terminal.heading(title)
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
        "method", "AUC (95 %)", "model ahead by (95 %)", *heads, "avg. precision", "ECE",
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
                for name, digits in (("average_precision", 3), ("ece", 3))
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
            percent(row["trained_won_rate"], 1),
            f"{row['tested']:,}",
            percent(row["tested_won_rate"], 1),
            percent(row["mean_probability"], 1),
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
            percent(row["won_rate"], 1),
            percent(row["mean_probability"], 1),
            _between(row, "auc", 3),
            _between(row, "lift_10", 2),
        )
    return made


def _cost_table(costs: pd.DataFrame) -> Table:
    made = terminal.table("worked", "won, by the model", "a won deal costs (95 %)", "by chance")
    by_chance = costs.loc[(costs["method"] == "random") & (costs["depth"] == 100), "cost_per_won"].iloc[0]
    for row in costs[costs["method"] == "model"].to_dict("records"):
        made.add_row(
            "all" if row["depth"] == 100 else f"best {row['depth']:g} %",
            percent(row["won_rate"], 1),
            f"{row['cost_per_won']:,.2f} ({row['low']:,.2f}–{row['high']:,.2f})",
            f"{by_chance:,.2f}",
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
    return "" if value != value else percent(value)


def _number(value: float, digits: int) -> str:
    return "" if value != value else f"{value:.{digits}f}"


def _signed(value: float, low: float, high: float) -> str:
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})"


def _between(row: dict[Any, Any], name: str, digits: int) -> str:
    if row[name] != row[name]:
        return "one outcome only"
    return f"{row[name]:.{digits}f} ({row[f'{name}_low']:.{digits}f}–{row[f'{name}_high']:.{digits}f})"
