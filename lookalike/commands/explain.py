"""``lookalike explain``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from enrich.answers import Answer, answers
from enrich.numerals import percent
from lookalike.commands.options import lead_events
from lookalike.commands.sentences import say
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from lookalike.explain import Explanation
    from lookalike.scorecard import PointsExplanation


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=PATH)
@click.option("--id", "lead_id", required=True, help="The lead's id, as in the column lead_id of the scores.")
@lead_events
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="Deals named on each side."
)
@click.option("--reasons", is_flag=True, help="Say it in short sentences instead.")
@click.option(
    "--language", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Of the sentences."
)
@answers
def explain(
    model: Path,
    leads: Path,
    lead_id: str,
    events: pd.DataFrame | None,
    top: int,
    reasons: bool,
    language: str,
    answer: Answer,
) -> None:
    """Show why a lead has its score: deals for and against, personas, columns, and that they add up.

    Where MODEL is a points scorecard (.toml), show what each criterion gives.

    \b
    Example:
      lookalike explain model leads.csv --id L-0042
      lookalike explain model leads.csv --id L-0042 --reasons --language ru
      lookalike explain rules.toml leads.csv --id L-0042
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich import results
    from enrich.tables import read_table
    from lookalike.explain import Explanation
    from lookalike.model import LookalikeModel
    from lookalike.storage import load_scorer

    table = read_table(leads)  # malformed rows too: they count where a row's number is its id
    scorer = load_scorer(model)
    found = scorer.explain(table.frame, lead_id, events=events, top=top, errors=table.errors)
    content = found.to_dict()
    if reasons:
        if not isinstance(scorer, LookalikeModel):
            raise click.UsageError("--reasons needs a model; a points scorecard names its criteria")
        content["reasons"] = scorer.reasons(
            table.frame, lead_id, events=events, language=language, errors=table.errors
        )

    def tell() -> None:
        if reasons:
            for sentence in content["reasons"]:
                say(sentence)
        elif isinstance(found, Explanation):
            _tell_sum(found, top)
        else:
            _tell_points(found)

    answer.give(results.Found("explain", found.headline, content), tell)


def _tell_sum(found: Explanation, top: int) -> None:
    click.echo(terminal.plain(found.headline))
    terminal.show(_sum_table(found))
    click.echo(f"the deals named carry {percent(found.coverage)} of all that speaks for or against")
    click.echo("\nthe same sum by persona:")
    terminal.show(_persona_table(found))
    click.echo(f"\nthe same sum by column (from {found.column_base:+.4f}, the mean of the past deals):")
    terminal.show(_column_table(found, top))


def _tell_points(found: PointsExplanation) -> None:
    click.echo(terminal.plain(found.headline))
    made = terminal.table("criterion", "value", "points")
    made.add_row("what every lead starts from", "", f"{found.start:+d}")
    for row in found.criteria.to_dict("records"):
        made.add_row(terminal.plain(row["criterion"]), terminal.plain(row["value"]), f"{row['points']:+d}")
    made.add_row("sum", "", f"{found.total:+.0f}")
    terminal.show(made)


def _sum_table(found: Explanation) -> Table:
    made = terminal.table("", "deal", "likeness", "contribution", "both")
    made.add_row("base", "what every lead starts from", "", f"{found.base:+.4f}")
    for deal in found.named.to_dict("records"):
        side = "for" if deal["contribution"] > 0 else "against"
        label = terminal.plain(f"{deal['name']} ({deal['deal_id']}, {deal['outcome']})")
        both = terminal.plain(deal["shared"])
        made.add_row(side, label, percent(deal["similarity"]), f"{deal['contribution']:+.4f}", both)
    for group in found.rest.to_dict("records"):
        label = terminal.plain(f"{group['deals']} other deals {group['persona']}")
        made.add_row("rest", label, "", f"{group['contribution']:+.4f}")
    made.add_row("sum", "", "", f"{found.total:+.4f}")
    return made


def _persona_table(found: Explanation) -> Table:
    made = terminal.table("persona", "deals", "contribution")
    for group in found.personas.to_dict("records"):
        made.add_row(terminal.plain(group["persona"]), str(group["deals"]), f"{group['contribution']:+.4f}")
    made.add_row("sum, with the base", "", f"{found.base + found.personas['contribution'].sum():+.4f}")
    return made


def _column_table(found: Explanation, top: int) -> Table:
    made = terminal.table("", "column", "value", "contribution")
    left = found.columns
    for side, sign in (("for", 1), ("against", -1)):
        rows = left[left["contribution"] * sign > 0].head(top)
        left = left.drop(index=rows.index)
        for row in rows.to_dict("records"):
            column, value = terminal.plain(row["column"]), terminal.plain(row["value"])
            made.add_row(side, column, value, f"{row['contribution']:+.4f}")
    made.add_row("rest", f"{len(left)} other columns", "", f"{left['contribution'].sum():+.4f}")
    made.add_row("sum", "", "", f"{found.column_base + found.columns['contribution'].sum():+.4f}")
    return made
