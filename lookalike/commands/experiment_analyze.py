"""``lookalike experiment analyze``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.sentences import say
from lookalike.commands.tables import COLUMN, PATH

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.experiment import Analysis
    from lookalike.experiment.analysis import Uplift
    from lookalike.experiment.comparison import Comparison


@click.command()
@click.argument("table", type=PATH)
@click.option("--arm", type=COLUMN, default="arm", show_default=True, help="Column with the arm.")
@click.option(
    "--control", metavar="ARM", help="Arm to compare with.  [default: control, else the first by name]"
)
@click.option("--outcome", type=COLUMN, help="Column that says how it ended.")
@click.option("--won", metavar="VALUE", help="Its value that means converted.  [default: 1, true, yes, won]")
@click.option("--revenue", type=COLUMN, help="Column with the revenue of each lead; blank is none.")
@click.option("--covariate", type=COLUMN, help="Number known before the experiment, for CUPED.")
@click.option("--score", type=COLUMN, help="Score, known before: strata, Qini and uplift by score.")
@click.option("--date", type=COLUMN, help="When the lead came in: what one would have seen day by day.")
@click.option("--id", type=COLUMN, help="Column that identifies a lead.  [default: id, lead_id, …]")
@click.option("--plan", type=PATH, help="Settings that assign wrote: shares, control, leads planned for.")
@click.option("--shares", help="Instead: shares that were meant, 'A=80,B=20'.  [default: equal]")
@click.option("--planned", type=click.IntRange(1), help="Leads planned for; the same at every look.")
@click.option(
    "--strata",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="Strata of the score; 1: none.",
)
@click.option("-o", "--out", type=PATH, help="Also write the rows with what is wrong with each, in 'error'.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstraps.")
@kept_answers
def analyze(
    table: Path,
    arm: str,
    control: str | None,
    outcome: str | None,
    won: str | None,
    revenue: str | None,
    covariate: str | None,
    score: str | None,
    date: str | None,
    id: str | None,
    plan: Path | None,
    shares: str | None,
    planned: int | None,
    strata: int,
    out: Path | None,
    seed: int,
    answer: KeptAnswer,
) -> None:
    """Analyze the experiment in TABLE: a row a lead, with its arm and what became of it.

    The split is checked first; then each arm is compared with the control.

    \b
    Example:
      lookalike experiment analyze results.csv --outcome stage --won won --plan assigned.csv.json
      lookalike experiment analyze results.csv --revenue value --covariate value_last_year --score score
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table, write_table
    from lookalike.experiment import Columns, Plan
    from lookalike.experiment import analyze as analyze_table
    from lookalike.experiment.anytime import PLANNED
    from lookalike.experiment.shares import parse_shares

    meant = None if shares is None else parse_shares(shares)
    if plan is not None:
        settings = Plan.read(plan)
        meant, control, planned = (
            meant or settings.shares,
            control or settings.control,
            planned or settings.planned,
        )
    read = read_table(table)
    found = analyze_table(
        read.frame,
        Columns(arm, outcome, won, revenue, covariate, score, date, id),
        control=control,
        shares=meant,
        planned=planned or PLANNED,
        strata=strata,
        errors=read.errors,
        random_state=seed,
    )
    if out is not None:
        write_table(with_errors(read.frame, found.errors), out)
    answer.give(found, lambda: _tell(found))


def with_errors(frame: pd.DataFrame, errors: list[str]) -> pd.DataFrame:
    """Give rows with what is wrong with each in a last column, under a name that is free."""
    name = "error" if "error" not in frame else "experiment_error"
    told = frame.copy()
    told[name] = [error or None for error in errors]
    return told


def tell_left_out(left_out: pd.DataFrame, rows: int) -> None:
    """Say how many rows were left out and why."""
    if len(left_out):
        click.echo(f"\n{int(left_out['rows'].sum()):,} of {rows:,} rows are left out:")
    for row in left_out.head(10).to_dict("records"):
        click.echo(
            str(terminal.plain(f"  {row['rows']:,}: {row['error']} (first in row {row['first_row']})"))
        )
    if len(left_out) > 10:
        click.echo(f"  and {len(left_out) - 10} other reasons; --json names all")


def _tell(found: Analysis) -> None:
    from lookalike.experiment.telling import p_cell, told_gap, told_mean

    say(found.headline)
    made = terminal.table("", "leads", "mean", "control", "difference", "95%", "p", "at any look", "how")
    for one in found.comparisons:
        for name, estimate in (("observed", one.observed), ("adjusted", one.adjusted)):
            if estimate is None:
                continue
            told = estimate is one.told
            made.add_row(
                terminal.plain(f"{one.measure}, {one.treatment} against {one.control}, {name}"),
                f"{one.leads:,} / {one.control_leads:,}",
                told_mean(one, one.mean),
                told_mean(one, one.control_mean),
                told_gap(one, estimate.difference, sign=True),
                f"{told_gap(one, estimate.low)} to {told_gap(one, estimate.high)}",
                p_cell(one.holm_p if told else estimate.p_value),
                p_cell(one.anytime.p_value) if told else "",
                _how(one) if estimate is one.adjusted else estimate.method,
            )
    click.echo()
    terminal.show(made)
    for uplift in found.uplift:
        _tell_uplift(uplift)
    unadjusted = {one.treatment for one in found.comparisons if one.adjusted is None}
    for path in found.paths:
        if path.first_proof is not None and path.treatment in unadjusted:
            say(f"who had looked every day could have stopped on {path.first_proof}")
    for warning in found.warnings:
        say(f"WARNING: {warning}")
    for note in found.notes:
        say(f"note: {note}")
    tell_left_out(found.left_out, found.rows)


def _how(one: Comparison) -> str:
    by = (["CUPED"] if one.theta is not None else []) + ([f"{one.strata} strata"] if one.strata > 1 else [])
    left = one.variance_left
    return f"{', '.join(by)}: " + (f"variance {1 - left:.0%} less" if left < 0.995 else "nothing saved")


def _tell_uplift(one: Uplift) -> None:
    factor, unit = (100, "points") if one.measure == "conversion" else (1, "revenue")
    click.echo()
    say(f"{one.treatment} by score, the highest tenth first ({unit}):")
    made = terminal.table("tenth", "scores", "leads", "treated", "control", "uplift", "95%")
    for row in one.by_score.to_dict("records"):
        made.add_row(
            str(row["tenth"]),
            f"{row['lowest_score']:,.4g} to {row['highest_score']:,.4g}",
            f"{row['treated']} / {row['control']}",
            f"{factor * row['treated_mean']:,.1f}",
            f"{factor * row['control_mean']:,.1f}",
            f"{factor * row['uplift']:+,.1f}",
            f"{factor * row['low']:,.1f} to {factor * row['high']:,.1f}",
        )
    terminal.show(made)
    if one.qini is not None:
        works = (
            "the treatment works better on leads with a high score"
            if one.qini.low > 0
            else "the treatment works better on leads with a low score"
            if one.qini.high < 0
            else "no sign that it works better on some scores than on others"
        )
        interval = f"95% {one.qini.low:.3f} to {one.qini.high:.3f}"
        click.echo(f"Qini coefficient {one.qini.coefficient:.3f} ({interval}): {works}")
