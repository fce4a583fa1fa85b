"""``lookalike explain``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from rich.table import Table

    from lookalike.explain import Explanation


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=PATH)
@click.option("--id", "lead_id", required=True, help="The lead's id, as in the column lead_id of the scores.")
@click.option("--events", type=PATH, help="Behaviour of the leads.")
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="Deals named on each side."
)
def explain(model: Path, leads: Path, lead_id: str, events: Path | None, top: int) -> None:
    """Show why a lead has its score: named deals for and against, the rest by persona, the sum.

    \b
    Example:
      lookalike explain model leads.csv --id L-0042
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.storage import load

    behaviour = None if events is None else read_table(events).frame
    table = read_table(leads)  # malformed rows too: they count where a row's number is its id
    found = load(model).explain(table.frame, lead_id, events=behaviour, top=top, errors=table.errors)
    click.echo(
        f"lead {found.lead_id}: score {found.score:.3f}, probability {found.probability:.0%}, "
        f"likeness {found.likeness:.0%}"
    )
    terminal.show(_sum_table(found))
    click.echo(f"the deals named carry {found.coverage:.0%} of all that speaks for or against")


def _sum_table(found: Explanation) -> Table:
    made = terminal.table("", "deal", "likeness", "contribution")
    made.add_row("base", "what every lead starts from", "", f"{found.base:+.4f}")
    for deal in found.named.to_dict("records"):
        side = "for" if deal["contribution"] > 0 else "against"
        label = terminal.plain(f"{deal['name']} ({deal['deal_id']}, {deal['outcome']})")
        made.add_row(side, label, f"{deal['similarity']:.0%}", f"{deal['contribution']:+.4f}")
    for group in found.rest.to_dict("records"):
        label = terminal.plain(f"{group['deals']} other deals {group['persona']}")
        made.add_row("rest", label, "", f"{group['contribution']:+.4f}")
    made.add_row("sum", "", "", f"{found.total:+.4f}")
    return made
