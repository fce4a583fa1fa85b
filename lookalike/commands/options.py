"""Options of several commands: the parts that deals' columns play, what leads did, what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from lookalike.commands.tables import COLUMN, TABLE

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]

CLOSED = "Column with the date a deal ended; not learned from."

#: What leads did, for the commands that score them.
lead_events = click.option("--events", type=TABLE, help="Behaviour of the leads.")

#: What reads texts beside the built-in encoders.
transformer_option = click.option(
    "--transformer",
    metavar="FOLDER|NAME",
    help="Let this sentence transformer read the texts, too; needs the extra 'transformers'.",
)
transformer_reads_option = click.option(
    "--transformer-reads",
    type=click.IntRange(100),
    metavar="N",
    help="Let it read N texts only and foretell the rest; it is not needed afterwards.  [default: all]",
)


def deal_options(*, required: bool = True, closed: str = CLOSED) -> Decorator[Any]:
    """Add --outcome, --won, --time, --id, --name, --value, --closed, --events and --drop to a command.

    Parameters
    ----------
    required : bool
        Whether --outcome and --won are.
    closed : str
        What --closed is for.
    """
    return _all(
        click.option("--outcome", type=COLUMN, required=required, help="Column that says how a deal ended."),
        click.option("--won", metavar="VALUE", required=required, help="Its value that means won."),
        click.option(
            "--time", type=COLUMN, help="Column that orders deals: dates or numbers, as of opening."
        ),
        click.option("--id", type=COLUMN, help="Column that identifies a deal.  [default: id, deal_id, …]"),
        click.option("--name", type=COLUMN, help="Column that names a deal.  [default: company, account, …]"),
        click.option("--value", type=COLUMN, help="Column with the worth of a won deal; not learned from."),
        click.option("--closed", type=COLUMN, help=closed),
        click.option("--events", type=TABLE, help="Behaviour: id, at, type, and duration or url."),
        click.option("--drop", type=COLUMN, multiple=True, help="Column not to learn from; may be repeated."),
    )


def outcome_options(command: Command) -> Command:
    """Add --outcomes, --matured-after, --as-of and --won to a command."""
    add = _all(
        click.option("--outcomes", type=TABLE, help="What became of leads: an id and an outcome."),
        click.option(
            "--matured-after",
            type=click.FloatRange(min=0),
            metavar="DAYS",
            help="Age from which a lead's outcome counts.  [default: by which 9 in 10 past deals had ended]",
        ),
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            callback=_day,
            metavar="DATE",
            help="Day the outcomes were written down.  [default: today]",
        ),
        click.option("--won", metavar="VALUE", help="Outcome that means won.  [default: as at fit]"),
    )
    return add(command)


def _all(*options: Decorator[Any]) -> Decorator[Any]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _day(context: click.Context, option: click.Parameter, moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
