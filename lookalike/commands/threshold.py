"""``lookalike threshold``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.tables import COLUMN, PATH, TABLE, whole_table

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.decide import Decision, Rule
    from lookalike.decide.decision import Cut
    from lookalike.decide.known import Known

#: Cuts of the curve shown.
SHOWN = 12
SHARE = click.FloatRange(min=0, max=1, min_open=True)


@click.command()
@click.argument("scores", type=PATH)
@click.option("--outcome", type=COLUMN, help="Column that says how a lead ended; not for a model.")
@click.option("--won", metavar="VALUE", help="Its value that means won; not for a model.")
@click.option("--outcomes", type=TABLE, help="Table with the outcomes, if SCORES has none; joined by id.")
@click.option("--score", type=COLUMN, help="Column to rank by.  [default: probability, or score]")
@click.option("--capacity", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Calls a week.")
@click.option("--weeks", type=click.FloatRange(min=0, min_open=True), help="Weeks in which the leads came.")
@click.option("--time", type=COLUMN, help="Date each lead came, in place of --weeks.")
@click.option("--cost", type=click.FloatRange(min=0), help="Cost of contacting a lead; needs --value.")
@click.option("--value", metavar="AMOUNT", help="Value or margin of a won deal: a number, or a column.")
@click.option("--precision", type=SHARE, metavar="SHARE", help="Share of the contacted that must be won.")
@click.option("--recall", type=SHARE, metavar="SHARE", help="Share of the won that must be contacted.")
@click.option(
    "--resamples", type=click.IntRange(min=10), default=1000, show_default=True, help="Of the bootstrap."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap.")
@kept_answers
def threshold(
    scores: Path,
    outcome: str | None,
    won: str | None,
    outcomes: pd.DataFrame | None,
    score: str | None,
    capacity: float | None,
    weeks: float | None,
    time: str | None,
    cost: float | None,
    value: str | None,
    precision: float | None,
    recall: float | None,
    resamples: int,
    seed: int,
    answer: KeptAnswer,
) -> None:
    """Choose from which score on leads are worth a call, by leads with known outcomes.

    SCORES is a table of scores with outcomes, or a model's folder: then the deals that it held out are used.
    Name one aim: --capacity, --cost with --value, --precision or --recall.

    \b
    Example:
      lookalike threshold model --capacity 50
      lookalike threshold scores.csv --outcome stage --won won --cost 12 --value 400
      lookalike threshold scores.csv --outcomes ended.csv --outcome stage --won won --precision .3
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.decide import Profit, decide

    aims = {"--capacity": capacity, "--cost": cost, "--precision": precision, "--recall": recall}
    if sum(aim is not None for aim in aims.values()) != 1:
        raise click.UsageError(f"name one aim, of {', '.join(aims)}")
    worth = _number(value)
    column = value if worth is None else None
    known = _known(scores, outcome, won, outcomes, score, column, time)
    if known.left_out:
        click.echo(f"lookalike: {known.left_out} rows have no score or no outcome and are left out", err=True)
    rule = _rule(known, capacity, weeks, cost, precision, recall)
    if isinstance(rule, Profit) and value is None and not scores.is_dir():
        raise click.UsageError("--cost needs --value: what a won deal is worth, as a number or a column")
    found = decide(
        known.scores,
        known.won,
        rule,
        value=known.value if worth is None else worth,
        score=known.score,
        resamples=resamples,
        random_state=seed,
    )
    answer.give(found, lambda: _tell(found))


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _known(
    scores: Path,
    outcome: str | None,
    won: str | None,
    outcomes: pd.DataFrame | None,
    score: str | None,
    value: str | None,
    time: str | None,
) -> Known:
    from lookalike.decide.known import from_model, from_table
    from lookalike.storage import load

    if scores.is_dir():
        given = {"--outcome": outcome, "--won": won, "--outcomes": outcomes, "--score": score, "--time": time}
        if named := [name for name, option in given.items() if option is not None]:
            raise click.UsageError(f"{named[0]} is for a table of scores; a model knows its deals")
        if value is not None:
            raise click.UsageError("--value must be a number for a model; it knows its own column")
        return from_model(load(scores))
    if outcome is None or won is None:
        raise click.UsageError("--outcome and --won are needed for a table of scores")
    return from_table(
        whole_table(scores),
        outcomes,
        outcome=outcome,
        won=won,
        score=score,
        value=value,
        time=time,
    )


def _rule(
    known: Known,
    capacity: float | None,
    weeks: float | None,
    cost: float | None,
    precision: float | None,
    recall: float | None,
) -> Rule:
    from lookalike.decide import Capacity, Precision, Profit, Recall

    if capacity is not None:
        lasted = weeks or known.weeks
        if lasted is None:
            click.echo(
                "lookalike: when the leads came is not known, so all count as one week's; give --weeks or "
                "--time",
                err=True,
            )
        return Capacity(capacity, lasted or 1.0)
    if cost is not None:
        return Profit(cost)
    return Precision(precision) if precision is not None else Recall(recall or 1.0)


def _tell(found: Decision) -> None:
    import math

    click.echo(terminal.plain(found.headline))
    click.echo(found.why)
    if found.cut is not None and not math.isnan(found.threshold_low):
        low, high = found.threshold_low, found.threshold_high
        click.echo(f"on other leads the cut-off would be {low:.4g} to {high:.4g}")
    if not math.isnan(found.profit_corrected):
        earned = found.cut.profit if found.cut else 0.0
        click.echo(
            f"profit {earned:,.0f} on these {found.leads} leads; of as many others "
            f"expect {found.profit_corrected:,.0f} ({found.profit_low:,.0f} to {found.profit_high:,.0f})"
        )
    made = terminal.table("", "from", "contacts", "won", "precision", "recall", "profit")
    for name, cut in (("chosen", found.cut), ("sure", found.sure)):
        if cut is not None:
            made.add_row(name, *_cells(cut))
    step = max(1, len(found.curve) // SHOWN)
    for row in found.curve.iloc[step - 1 :: step].to_dict("records"):
        profit = "" if math.isnan(row["profit"]) else f"{row['profit']:,.0f}"
        shares = (f"{row['precision']:.0%}", f"{row['recall']:.0%}")
        made.add_row("", f"{row['threshold']:.4g}", str(row["contacts"]), str(row["won"]), *shares, profit)
    terminal.show(made)


def _cells(cut: Cut) -> list[str]:
    shares = [
        f"{share:.0%} ({low:.0%} to {high:.0%})"
        for share, low, high in (
            (cut.precision, cut.precision_low, cut.precision_high),
            (cut.recall, cut.recall_low, cut.recall_high),
        )
    ]
    profit = "" if cut.profit != cut.profit else f"{cut.profit:,.0f}"
    return [f"{cut.threshold:.4g}", str(cut.contacts), str(cut.won), *shares, profit]
