"""``lookalike scorecard``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.options import deal_options
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd

    from lookalike.scorecard.judged import JudgedScorecard


@click.command()
@click.argument("deals", type=TABLE)
@click.option("-o", "--out", type=PATH, required=True, help="Scorecard to write: a .toml file to edit.")
@deal_options()
@click.option(
    "--rules", type=PATH, help="Judge this scorecard, and learn its probabilities, in place of making one."
)
@click.option(
    "--sign",
    metavar="COLUMN=+",
    multiple=True,
    help="More of it must never cost points (or, with -, never give any); may be repeated.",
)
@click.option("--monotone", is_flag=True, help="Points of numbers may only rise or only fall.")
@click.option(
    "--max-bins", type=click.IntRange(min=2), default=5, show_default=True, help="Rules a criterion."
)
@click.option("--max-criteria", type=click.IntRange(min=1), default=12, show_default=True, help="Criteria.")
@click.option(
    "--double",
    type=click.FloatRange(min=0, min_open=True),
    default=10,
    show_default=True,
    help="Points that double the odds of winning.",
)
@click.option("--base", type=float, default=50, show_default=True, help="Points of an average lead.")
@kept_answers
def scorecard(
    deals: pd.DataFrame,
    out: Path,
    outcome: str,
    won: str,
    rules: Path | None,
    time: str | None,
    events: pd.DataFrame | None,
    sign: tuple[str, ...],
    double: float,
    base: float,
    answer: KeptAnswer,
    **options: Any,
) -> None:
    """Make a points scorecard from past DEALS: criteria with whole points, in a file to edit.

    Score and explain take the file as they take a model. After editing, --rules judges it and learns its
    probabilities again.

    \b
    Example:
      lookalike scorecard deals.csv -o rules.toml --outcome stage --won won --sign employees=+
      lookalike scorecard deals.csv -o checked.toml --outcome stage --won won --rules rules.toml
      lookalike score rules.toml leads.csv -o points.csv
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.scorecard.fit import judged_scorecard
    from lookalike.scorecard.judged import judge_rules
    from lookalike.scorecard.rule_file import read_rules, write_rules

    if rules is not None:
        found = judge_rules(read_rules(rules), deals, outcome=outcome, won=won, time=time, events=events)
    else:
        found = judged_scorecard(
            deals,
            outcome=outcome,
            won=won,
            time=time,
            events=events,
            signs=_signs(sign),
            points_to_double_odds=double,
            base_points=base,
            quiet=answer.quiet,
            **options,
        )
    write_rules(found.card, out)

    def tell() -> None:
        terminal.show(_points_table(found))
        click.echo(found.headline)
        click.echo(f"written: {out}; edit it, then: lookalike score {out} LEADS -o SCORES")

    answer.give(found, tell)


def _signs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in given:
        column, mark, sign = text.rpartition("=")
        if not mark or sign not in ("+", "-"):
            raise click.UsageError(f"--sign {text}: write a column and its sign, as in --sign employees=+")
        pairs[column] = sign
    return pairs


def _points_table(found: JudgedScorecard) -> Any:
    made = terminal.table("criterion", "condition", "points", "past deals")
    made.add_row("every lead", "", f"{found.card.start:+d}", "")
    for criterion in found.card.criteria:
        for place, rule in enumerate(criterion.rules):
            label = terminal.plain(criterion.label) if place == 0 else ""
            made.add_row(label, terminal.plain(rule.words), f"{rule.points:+d}", rule.seen)
        if criterion.otherwise:
            made.add_row("", "anything else", f"{criterion.otherwise:+d}", "")
    return made
