"""``lookalike profile``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from enrich.answers import Answer, answers
from enrich.numerals import percent
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from rich.table import Table

    from lookalike.profile import Profile

_SIDES = {
    "won": "customers",
    "lost": "those who never became one",
    "unlabelled": "companies of the universe",
}


@click.command()
@click.argument("model", type=PATH)
@answers
def profile(model: Path, answer: Answer) -> None:
    """Show the personas of the deals you won, and of those you lost.

    \b
    Example:
      lookalike profile model --json profile.json
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.results import as_text, plain
    from lookalike.storage import load

    found = load(model).profile()
    # As it has always been, without an envelope.
    answer.give_text(lambda: as_text(plain(found.to_dict())), lambda: _tell(found))


def _tell(found: Profile) -> None:
    if math.isfinite(found.win_rate):
        click.echo(f"{percent(found.win_rate)} of all past deals were won")
    else:
        click.echo("only won deals are known; they are told from companies of a universe")
    for outcome, title in _SIDES.items():
        if outcome not in set(found.personas["outcome"]):
            continue
        side = found.stability[found.stability["outcome"] == outcome]
        chosen = side[side["chosen"]].iloc[0]
        click.echo(f"\n{title}: {_how_many(int(chosen['groups']), float(chosen['ari']))}")
        terminal.show(_personas(found, outcome))


def _how_many(groups: int, ari: float) -> str:
    if groups == 1:
        return "one persona; no finer grouping is both stable and parted"
    return f"{groups} personas; under resampling their adjusted Rand index is {ari:.2f} (1: always the same)"


def _personas(found: Profile, outcome: str) -> Table:
    made = terminal.table("persona", "deals", "won of near", "value", "days", "what sets it apart")
    for row in found.personas[found.personas["outcome"] == outcome].to_dict("records"):
        made.add_row(
            terminal.plain(row["persona"]),
            f"{row['deals']} ({percent(row['share'])})",
            f"{percent(row['win_rate'])} of {row['near']}" if math.isfinite(row["win_rate"]) else "",
            _known(row["value"], ",.0f"),
            _known(row["cycle_days"], ".0f"),
            terminal.plain("; ".join(found.words(row["persona"])) or "nothing beyond chance"),
        )
    return made


def _known(number: float, form: str) -> str:
    return "" if number != number else format(number, form)
