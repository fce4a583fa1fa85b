"""``lookalike fit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal
from lookalike.commands.tables import PATH, whole_table

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

EMBEDDING_NAMES = ("boosted", "forest", "linear", "plain", "text", "auto")


@click.command()
@click.argument("deals", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Folder to write the model into.")
@click.option("--outcome", metavar="COLUMN", help="Column that says how a deal ended.")
@click.option("--won", metavar="VALUE", help="Its value that means won.")
@click.option(
    "--universe",
    type=PATH,
    help="Companies without an outcome: the background where DEALS are won ones only.",
)
@click.option("--time", metavar="COLUMN", help="Column that orders deals: dates or numbers, as of opening.")
@click.option("--id", metavar="COLUMN", help="Column that identifies a deal.  [default: id, deal_id, …]")
@click.option("--name", metavar="COLUMN", help="Column that names a deal.  [default: company, account, …]")
@click.option("--value", metavar="COLUMN", help="Column with the worth of a won deal; not learned from.")
@click.option("--events", type=PATH, help="Behaviour: id, at, type, and duration or url.")
@click.option("--drop", metavar="COLUMN", multiple=True, help="Column not to learn from; may be repeated.")
@click.option("--embedding", type=click.Choice(EMBEDDING_NAMES), default="auto", show_default=True)
@click.option("--quiet", is_flag=True, help="Show no progress and no summary.")
def fit(
    deals: Path,
    out: Path,
    outcome: str | None,
    won: str | None,
    universe: Path | None,
    time: str | None,
    id: str | None,
    name: str | None,
    value: str | None,
    events: Path | None,
    drop: tuple[str, ...],
    embedding: str,
    quiet: bool,
) -> None:
    """Fit a model on the past DEALS, won and lost.

    Every column is learned from but those named in the options; drop what is filled only after the outcome.

    \b
    Example:
      lookalike fit deals.csv -o model --outcome stage --won won --time created_at --drop closed_at
      lookalike fit favourites.csv -o model --universe companies.parquet
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.fitting import fit as fit_model

    model = fit_model(
        whole_table(deals),
        outcome=outcome,
        won=won,
        universe=universe,
        time=time,
        id=id,
        name=name,
        value=value,
        events=None if events is None else read_table(events).frame,
        drop=drop,
        embedding=embedding,
        quiet=quiet,
    )
    model.save(out)
    if not quiet:
        if model.choice is not None:
            terminal.show(_choice_table(model.choice))
        if model.hidden is not None:
            click.echo(str(model.hidden))
        deals_won = int(model.deals["won"].sum())
        click.echo(f"fitted '{model.embedding_name}' on {len(model.deals)} deals, {deals_won} of them won")
        click.echo(f"written: {out}")


def _choice_table(choice: pd.DataFrame) -> Table:
    made = terminal.table("embedding", "AUC", "log-loss", "behind the best", "chosen")
    for row in choice.to_dict("records"):
        behind = f"{row['behind']:.4f} ± {row['standard_error']:.4f}"
        chosen = "yes" if row["chosen"] else ""
        made.add_row(row["embedding"], f"{row['auc']:.3f}", f"{row['log_loss']:.4f}", behind, chosen)
    return made
