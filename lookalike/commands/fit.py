"""``lookalike fit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from enrich.answers import Answer, answers
from lookalike.commands.options import deal_options, transformer_option, transformer_reads_option
from lookalike.commands.tables import PATH, TABLE

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from lookalike.fitted import Fitted
    from lookalike.value import Worth

EMBEDDING_NAMES = ("auto", "stack", "boosted", "forest", "text", "linear", "plain")


@click.command()
@click.argument("deals", type=TABLE)
@click.option("-o", "--out", type=PATH, required=True, help="Folder to write the model into.")
@deal_options(required=False)
@click.option(
    "--universe",
    type=PATH,
    help="Companies without an outcome: the background where DEALS are won ones only.",
)
@click.option("--embedding", type=click.Choice(EMBEDDING_NAMES), default="auto", show_default=True)
@click.option(
    "--half-life",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DAYS",
    help="Age at which a deal counts half (in the unit of --time where that holds numbers).",
)
@click.option("--weigh-by-value", is_flag=True, help="Let won deals count in proportion to --value.")
@transformer_option
@transformer_reads_option
@answers
def fit(
    deals: pd.DataFrame,
    out: Path,
    universe: Path | None,
    embedding: str,
    half_life: float | None,
    weigh_by_value: bool,
    transformer: str | None,
    transformer_reads: int | None,
    answer: Answer,
    **columns: Any,
) -> None:
    """Fit a model on the past DEALS, won and lost.

    Every column is learned from but those named in the options; drop what is filled only after the outcome.

    \b
    Example:
      lookalike fit deals.csv -o model --outcome stage --won won --time created_at --closed closed_at
      lookalike fit favourites.csv -o model --universe companies.parquet
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike import results
    from lookalike.fitted import Fitted
    from lookalike.fitting import fit as fit_model
    from lookalike.registry.digests import digest_of_model

    model = fit_model(
        deals,
        universe=universe,
        embedding=embedding,
        half_life=half_life,
        weigh_by_value=weigh_by_value,
        transformer=transformer,
        transformer_reads=transformer_reads,
        quiet=answer.quiet,
        **columns,
    )
    model.save(out)
    found = Fitted(model, str(out), digest_of_model(out))
    results.keep(found, out)
    answer.give(found, lambda: _tell(found))


def _tell(found: Fitted) -> None:
    model = found.model
    for line in _moved_on(found.moved_on):
        click.echo(line)
    if model.choice is not None:
        terminal.show(_choice_table(model.choice))
        click.echo(f"chosen: {found.because}")
    if model.hidden is not None:
        click.echo(str(model.hidden))
    if model.worth is not None:
        click.echo(_worth_line(model.worth))
    if model.signal is not None:
        click.echo(f"{model.signal.verdict}: {model.signal}")
    if model.ece is not None:
        click.echo(f"expected calibration error of the probabilities, on deals not seen: {model.ece:.3f}")
    deals_won = int(model.deals["won"].sum())
    click.echo(f"fitted '{model.embedding_name}' on {len(model.deals)} deals, {deals_won} of them won")
    click.echo(f"written: {found.folder}")


def _worth_line(worth: Worth) -> str:
    by = f"the {worth.neighbours} nearest won deals" if worth.neighbours else "the mean of all won deals"
    return (
        f"value of a lead by {by}: off by {worth.error:,.0f} (root mean square) on won deals left out, the "
        f"mean of all by {worth.error_of_mean:,.0f}"
    )


def _moved_on(columns: pd.DataFrame) -> list[str]:
    moved = columns.to_dict("records")
    if not moved:
        return []
    named = ", ".join(
        f"{terminal.plain(row['column'])} ({row['unseen']:.0%}, {row['psi']:.1f})" for row in moved
    )
    return [
        f"columns that move on with time (share of later deals with values not seen before, PSI): {named}"
    ]


def _choice_table(choice: pd.DataFrame) -> Table:
    made = terminal.table("embedding", "columns", "AUC", "log-loss", "behind the best", "settings", "chosen")
    for row in choice.to_dict("records"):
        auc = f"{row['auc']:.3f} ± {row['auc_error']:.3f}"
        behind = f"{row['behind']:.4f} ± {row['standard_error']:.4f}"
        chosen = "yes" if row["chosen"] else ""
        settings = row["settings"].replace("n_estimators", "trees").replace("num_leaves", "leaves")
        made.add_row(
            row["embedding"], row["columns"], auc, f"{row['log_loss']:.4f}", behind, settings, chosen
        )
    return made
