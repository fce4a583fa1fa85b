"""``lookalike experiment size``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.sentences import say
from lookalike.commands.tables import COLUMN, PATH, whole_table

if TYPE_CHECKING:
    from lookalike.experiment import Size
    from lookalike.experiment.pilot import Pilot


class Rate(click.ParamType[float]):
    """A share, written 0.1 or 10%."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a share."""
        text = str(value).strip()
        try:
            return float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"'{text}' is no share; write 0.1 or 10%", param, ctx)


RATE = Rate()


@click.command()
@click.option("--rate", type=RATE, help="Conversion rate now, such as 10%; for an experiment on conversion.")
@click.option("--mean", type=float, help="Revenue a lead now; for an experiment on revenue.")
@click.option("--spread", type=float, help="Standard deviation of one lead's revenue.")
@click.option("--pilot", type=PATH, help="Instead: past leads or deals, to take these numbers from.")
@click.option("--outcome", type=COLUMN, help="Pilot: column that says how it ended; for conversion.")
@click.option("--won", metavar="VALUE", help="Pilot: its value that means won.")
@click.option("--revenue", type=COLUMN, help="Pilot: revenue of each lead; for revenue.")
@click.option("--covariate", type=COLUMN, help="Pilot: what was known before; CUPED's saving is told.")
@click.option("--difference", type=RATE, help="Least difference worth finding: 2% is two points; or revenue.")
@click.option("--lift", type=RATE, help="Instead: as a share of what there is now; 20% is from 10% to 12%.")
@click.option("--leads", type=click.IntRange(4), help="Leads there will be: what difference do they show?")
@click.option("--arms", default="A,B", show_default=True, help="Arms, control first; 'A=80,B=20' for shares.")
@click.option("--power", type=RATE, default=0.8, show_default=True, help="Chance to find the difference.")
@click.option("--alpha", type=RATE, default=0.05, show_default=True, help="Error allowed, two-sided.")
@click.option("--weekly", type=float, help="Leads a week, for the duration.")
@click.option("--maturing", type=float, default=0.0, help="Days until a lead has had its chance to convert.")
@click.option("--correlation", type=float, help="Of a covariate with the outcome, for CUPED's saving.")
@kept_answers
def size(
    rate: float | None,
    mean: float | None,
    spread: float | None,
    pilot: Path | None,
    outcome: str | None,
    won: str | None,
    revenue: str | None,
    covariate: str | None,
    difference: float | None,
    lift: float | None,
    leads: int | None,
    arms: str,
    power: float,
    alpha: float,
    weekly: float | None,
    maturing: float,
    correlation: float | None,
    answer: KeptAnswer,
) -> None:
    """Tell how many leads an experiment needs, how long it takes, and what it can show.

    \b
    Example:
      lookalike experiment size --rate 10% --difference 2% --weekly 300 --maturing 30
      lookalike experiment size --rate 10% --leads 2000
      lookalike experiment size --pilot deals.csv --revenue value --lift 15%
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.experiment import size_conversion, size_revenue
    from lookalike.experiment.pilot import Pilot, read_pilot
    from lookalike.experiment.shares import parse_shares

    if difference is not None and lift is not None:
        raise click.UsageError("give either --difference or --lift")
    found = Pilot(rate, mean, spread, None, correlation)
    if pilot is not None:
        found = read_pilot(whole_table(pilot), outcome=outcome, won=won, revenue=revenue, covariate=covariate)
        correlation = found.correlation if correlation is None else correlation
    elif (rate is None) == (mean is None) or (mean is None) != (spread is None):
        raise click.UsageError(
            "give --rate, or --mean and --spread, or a --pilot with --outcome or --revenue"
        )
    now = found.mean if found.mean is not None else found.rate
    if lift is not None and now is not None:
        difference = lift * now
    shares = parse_shares(arms)
    if found.mean is not None and found.spread is not None:
        sized = size_revenue(
            found.mean,
            found.spread,
            difference,
            leads=leads,
            shares=shares,
            power=power,
            alpha=alpha,
            weekly=weekly,
            maturing_days=maturing,
            correlation=correlation,
            leads_for_normal=found.leads_for_normal,
        )
    else:
        sized = size_conversion(
            found.rate or 0.0,
            difference,
            leads=leads,
            shares=shares,
            power=power,
            alpha=alpha,
            weekly=weekly,
            maturing_days=maturing,
            correlation=correlation,
        )
    answer.give(sized, lambda: _tell(sized, found if pilot is not None else None))


def _tell(sized: Size, pilot: Pilot | None) -> None:
    if pilot is not None:
        click.echo(str(pilot))
    say(sized.headline)
    if sized.leads_with_covariate is not None:
        click.echo(f"with the covariate (CUPED): {sized.leads_with_covariate:,} leads")
    click.echo(
        f"to stop at any look (always-valid p-values): {sized.leads_when_peeking:,} leads at most, fewer "
        "where the difference is larger"
    )
    click.echo("\nthe least difference that other numbers of leads find as surely:")
    made = terminal.table(
        "leads", *(["weeks"] if sized.weeks is not None else []), "difference", f"new {sized.kind}"
    )
    for row in sized.curve.to_dict("records"):
        weeks = [f"{row['weeks']:.1f}"] if sized.weeks is not None else []
        gap = (
            f"{100 * row['difference']:.2f} points"
            if sized.kind == "conversion"
            else f"{row['difference']:,.2f}"
        )
        made.add_row(f"{row['leads']:,}", *weeks, gap, sized.told(sized.baseline + row["difference"]))
    terminal.show(made)
    for note in sized.notes:
        say(f"note: {note}")
