"""``lookalike experiment assign``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.experiment_size import RATE
from lookalike.commands.sentences import say
from lookalike.commands.tables import COLUMN, PATH

if TYPE_CHECKING:
    from lookalike.experiment import Assignment, Plan


@click.command()
@click.argument("leads", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Leads with arms: .csv, .tsv, .parquet or .xlsx.")
@click.option("--salt", metavar="TEXT", help="What makes this experiment's arms its own, such as its name.")
@click.option("--arms", metavar="SHARES", help="Arms, control first; 'A=80,B=20' for shares.  [default: A,B]")
@click.option(
    "--holdout", type=RATE, metavar="SHARE", help="Share of the leads that nobody treats.  [default: 0]"
)
@click.option(
    "--holdout-salt", metavar="TEXT", help="One for several experiments, to hold the same leads out of all."
)
@click.option("--planned", type=click.IntRange(1), help="Leads of all arms planned for.  [default: 5000]")
@click.option("--id", type=COLUMN, help="Column that identifies a lead.  [default: id, lead_id, …]")
@click.option("--score", type=COLUMN, help="Column with the score.  [default: score, probability]")
@click.option(
    "--strata", type=click.IntRange(1, 100), default=5, show_default=True, help="Strata of the score."
)
@click.option(
    "--plan", "plan_file", type=PATH, help="Settings of an earlier run.  [default: OUT.json, where it is]"
)
@kept_answers
def assign(
    leads: Path,
    out: Path,
    salt: str | None,
    arms: str | None,
    holdout: float | None,
    holdout_salt: str | None,
    planned: int | None,
    id: str | None,
    score: str | None,
    strata: int,
    plan_file: Path | None,
    answer: KeptAnswer,
) -> None:
    """Give LEADS their arms by a salted hash: the same in every run and order, whatever leads are added.

    Salt and settings are kept in OUT.json; the next run takes them from there.

    \b
    Example:
      lookalike experiment assign scores.csv --salt spring-mail --holdout 10% -o assigned.csv
      lookalike experiment assign more.csv --plan assigned.csv.json -o more_assigned.csv
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table, write_table
    from lookalike.experiment import assign as assign_leads

    beside = out.with_name(f"{out.name}.json")
    plan = _plan(plan_file, beside, salt, arms, holdout, holdout_salt, planned)
    table = read_table(leads)
    made = assign_leads(table.frame, plan, id=id, score=score, strata=strata, errors=table.errors)
    made.plan.write(beside)
    write_table(made.leads, out)
    answer.give(made, lambda: _tell(made, out, beside))


def _plan(
    file: Path | None,
    beside: Path,
    salt: str | None,
    arms: str | None,
    holdout: float | None,
    holdout_salt: str | None,
    planned: int | None,
) -> Plan:
    """Give the plan of the options; one that is there already stands, and options must agree with it."""
    from enrich.errors import SettingsError
    from lookalike.experiment import Plan
    from lookalike.experiment.anytime import PLANNED
    from lookalike.experiment.shares import parse_shares

    shares = None if arms is None else parse_shares(arms)
    source = file or (beside if beside.is_file() else None)
    if source is None:
        if salt is None:
            raise click.UsageError("give the experiment a --salt of its own, such as its name")
        return Plan(
            salt,
            shares or parse_shares("A,B"),
            holdout or 0.0,
            holdout_salt or "",
            planned=planned or PLANNED,
        )
    plan = Plan.read(source)
    wanted = {
        "salt": salt,
        "shares": shares,
        "holdout": holdout,
        "holdout_salt": holdout_salt,
        "planned": planned,
    }
    for name, value in wanted.items():
        if value is not None and value != getattr(plan, name):
            option = "--arms" if name == "shares" else f"--{name.replace('_', '-')}"
            raise SettingsError(
                f"{option} says {value}, but {source} has {getattr(plan, name)}, and leads may have their "
                "arms by it; leave the option out, or delete that file to begin anew"
            )
    return plan


def _tell(made: Assignment, out: Path, beside: Path) -> None:
    say(made.headline)
    if made.plan.edges:
        table = terminal.table("stratum of the score", *made.plan.shares)
        counts = made.strata.pivot_table(
            index="stratum", columns="arm", values="leads", aggfunc="sum", fill_value=0
        )
        for stratum, row in counts.iterrows():
            table.add_row(str(stratum), *(f"{int(row.get(arm, 0)):,}" for arm in made.plan.shares))
        terminal.show(table)
    if made.repeated:
        click.echo(f"{made.repeated:,} rows repeat an id and have the same arm")
    if made.errors:
        click.echo(f"{made.errors:,} rows have no arm; their column 'error' says why")
    click.echo(f"written: {out}, and the settings: {beside}; keep them, analyze takes them as --plan")
