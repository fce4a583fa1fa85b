"""``lookalike experiment outcomes``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.experiment_analyze import tell_left_out, with_errors
from lookalike.commands.sentences import say
from lookalike.commands.tables import COLUMN, PATH

if TYPE_CHECKING:
    from lookalike.experiment import Outcomes


@click.command()
@click.argument("deals", type=PATH)
@click.option("--outcome", type=COLUMN, required=True, help="Column that says how a deal ended.")
@click.option("--won", metavar="VALUE", help="Its value that means won.  [default: 1, true, yes, won]")
@click.option("--opened", type=COLUMN, required=True, help="Column with the date of opening.")
@click.option("--closed", type=COLUMN, required=True, help="Column with the date of the decision.")
@click.option("--arm", type=COLUMN, help="Column with the group of each deal: A against B.")
@click.option("--change", metavar="DATE", help="Instead: before and after that day of opening.")
@click.option("--control", metavar="GROUP", help="Group to compare with.  [default: the first by name]")
@click.option("--revenue", type=COLUMN, help="Column with the revenue of won deals.")
@click.option("--cost", type=COLUMN, help="Column with what was spent on each deal.")
@click.option("--costs", metavar="SUMS", help="Instead: spent on each group in all, 'A=5000,B=7000'.")
@click.option(
    "--as-of", metavar="DATE", help="Cut-off: what came later isn't known.  [default: the last date]"
)
@click.option("--horizon", type=float, metavar="DAYS", help="Count what happened within so many days.")
@click.option("-o", "--out", type=PATH, help="Also write the rows with what is wrong with each, in 'error'.")
@kept_answers
def outcomes(
    deals: Path,
    outcome: str,
    won: str | None,
    opened: str,
    closed: str,
    arm: str | None,
    change: str | None,
    control: str | None,
    revenue: str | None,
    cost: str | None,
    costs: str | None,
    as_of: str | None,
    horizon: float | None,
    out: Path | None,
    answer: KeptAnswer,
) -> None:
    """Compare what became of DEALS: conversion, sales cycle, revenue and cost of acquisition.

    A deal without a date of decision is open: it counts for as long as it was watched, not as lost.

    \b
    Example:
      lookalike experiment outcomes deals.csv --outcome outcome --won won --opened created_at \\
          --closed closed_at --revenue value --change 2025-06-01 --costs before=50000,after=40000
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table, write_table
    from lookalike.experiment import DealColumns
    from lookalike.experiment import outcomes as compare_outcomes

    read = read_table(deals)
    found = compare_outcomes(
        read.frame,
        DealColumns(opened, closed, outcome, won, arm, revenue, cost),
        change=change,
        control=control,
        as_of=as_of,
        horizon=horizon,
        costs=None if costs is None else _sums(costs),
        errors=read.errors,
    )
    if out is not None:
        write_table(with_errors(read.frame, found.errors), out)
    answer.give(found, lambda: _tell(found))


def _sums(text: str) -> dict[str, float]:
    found = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise click.BadParameter(f"'{part}' is no sum; write it as '{name.strip()}=5000'") from None
    return found


def _tell(found: Outcomes) -> None:
    from lookalike.experiment.telling import MEASURES, p_cell, told_p

    say(found.headline)
    click.echo(f"\nas of {found.as_of}, everything within {found.horizon:.0f} days of opening:")
    made = terminal.table("", *(terminal.plain(name).plain for name in found.groups["group"]))
    for column in ("deals", "won", "lost", "open", "mature"):
        label = {"mature": f"watched for {found.horizon:.0f} days"}.get(column, column)
        made.add_row(label, *(f"{count:,}" for count in found.groups[column]))
    for measure, (label, factor, style) in MEASURES.items():
        if found.groups[measure].notna().any() and (measure in set(found.comparisons["measure"])):
            cells = [
                f"{factor * row[measure]:{style}} ({factor * row[f'{measure}_low']:{style}} to "
                f"{factor * row[f'{measure}_high']:{style}})"
                for row in found.groups.to_dict("records")
            ]
            made.add_row(label.format(horizon=found.horizon), *cells)
    made.add_row(
        "half are decided after, days",
        *("not reached" if days != days else f"{days:,.0f}" for days in found.groups["median_days"]),
    )
    terminal.show(made)
    made = terminal.table("difference", "", "95%", "p")
    for row in found.comparisons.to_dict("records"):
        label, factor, style = MEASURES[row["measure"]]
        made.add_row(
            terminal.plain(f"{row['group']} less {row['base']}: {label.format(horizon=found.horizon)}"),
            f"{factor * row['difference']:+{style}}",
            f"{factor * row['low']:+{style}} to {factor * row['high']:+{style}}",
            p_cell(row["p_value"]),
        )
    click.echo()
    terminal.show(made)
    click.echo(f"\nlogrank test that all groups are decided alike: {told_p(found.logrank_p)}")
    for warning in found.warnings:
        say(f"WARNING: {warning}")
    for note in found.notes:
        say(f"note: {note}")
    tell_left_out(found.left_out, found.rows)
