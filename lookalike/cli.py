"""The ``lookalike`` command.

Everything heavy is imported inside the commands, so that help and usage errors are quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich import terminal

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from lookalike.explain import Explanation

_PATH = click.Path(path_type=Path)
_EMBEDDINGS = ("boosted", "forest", "linear", "plain", "text", "auto")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Score leads by the past deals they resemble; every score is a sum over named deals."""


@cli.command()
@click.argument("deals", type=_PATH)
@click.option("-o", "--out", type=_PATH, required=True, help="Folder to write the model into.")
@click.option("--outcome", metavar="COLUMN", required=True, help="Column that says how a deal ended.")
@click.option("--won", metavar="VALUE", required=True, help="Its value that means won.")
@click.option("--time", metavar="COLUMN", help="Column that orders deals: dates or numbers, as of opening.")
@click.option("--id", metavar="COLUMN", help="Column that identifies a deal.  [default: id, deal_id, …]")
@click.option("--name", metavar="COLUMN", help="Column that names a deal.  [default: company, account, …]")
@click.option("--value", metavar="COLUMN", help="Column with the worth of a won deal; not learned from.")
@click.option("--events", type=_PATH, help="Behaviour: id, at, type, and duration or url.")
@click.option("--drop", metavar="COLUMN", multiple=True, help="Column not to learn from; may be repeated.")
@click.option("--embedding", type=click.Choice(_EMBEDDINGS), default="auto", show_default=True)
@click.option("--quiet", is_flag=True, help="Show no progress and no summary.")
def fit(
    deals: Path,
    out: Path,
    outcome: str,
    won: str,
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
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from enrich.tables import read_table
    from lookalike.fitting import fit as fit_model

    model = fit_model(
        _whole(deals),
        outcome=outcome,
        won=won,
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
        deals_won = int(model.deals["won"].sum())
        click.echo(f"fitted '{model.embedding_name}' on {len(model.deals)} deals, {deals_won} of them won")
        click.echo(f"written: {out}")


@cli.command()
@click.argument("model", type=_PATH)
@click.argument("leads", type=_PATH)
@click.option("-o", "--out", type=_PATH, required=True, help="Scores: .csv, .tsv, .parquet or .xlsx.")
@click.option("--events", type=_PATH, help="Behaviour of the leads.")
@click.option(
    "--evidence",
    type=click.IntRange(min=1),
    metavar="N",
    help="Also write the N strongest deals for and against each lead, beside the scores.",
)
@click.option("--quiet", is_flag=True, help="Show no progress and no summary.")
def score(
    model: Path, leads: Path, out: Path, events: Path | None, evidence: int | None, quiet: bool
) -> None:
    """Score LEADS with a MODEL: one row per lead, in their order.

    \b
    Example:
      lookalike score model leads.csv -o scores.csv --evidence 5
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.batch import score_file
    from lookalike.storage import load

    done = score_file(load(model), leads, out, events=events, deals_a_side=evidence, quiet=quiet)
    if not quiet:
        click.echo(f"scored {done.leads - done.errors} of {done.leads} leads")
        if done.errors:
            click.echo(f"{done.errors} rows have no score; their column 'error' says why")
        click.echo(f"written: {out}" + (f" and {done.evidence}" if done.evidence else ""))


@cli.command()
@click.argument("model", type=_PATH)
@click.argument("leads", type=_PATH)
@click.option("--id", "lead_id", required=True, help="The lead's id, as in the column lead_id of the scores.")
@click.option("--events", type=_PATH, help="Behaviour of the leads.")
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


@cli.command()
@click.option(
    "-o", "--out", type=_PATH, default=Path("out"), show_default=True, help="Folder for the results."
)
@click.option("--regenerate", type=_PATH, metavar="DIR", help="Only write the made-up sample into DIR.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def demo(out: Path, regenerate: Path | None, quiet: bool) -> None:
    """Run the whole job on the made-up sample: enrich, fit, score, report.

    \b
    Example:
      lookalike demo -o out
    """  # noqa: D301
    if regenerate is not None:
        from lookalike.demo.sample import write_sample

        write_sample(regenerate)
        click.echo(f"written: {regenerate}")
        return
    from lookalike.demo.run import run

    run(out, quiet=quiet)


def _whole(path: Path) -> pd.DataFrame:
    """Read a whole table; rows that are malformed are named and left out."""
    from enrich.tables import read_table

    table = read_table(path)
    wrong = [error for error in table.errors if error]
    for error in wrong[:3]:
        click.echo(f"lookalike: {path}: {error}", err=True)
    if wrong:
        click.echo(f"lookalike: {path}: {len(wrong)} malformed rows are left out", err=True)
    return table.frame.loc[[not error for error in table.errors]].reset_index(drop=True)


def _choice_table(choice: pd.DataFrame) -> Table:
    made = terminal.table("embedding", "AUC", "log-loss", "behind the best", "chosen")
    for row in choice.to_dict("records"):
        behind = f"{row['behind']:.4f} ± {row['standard_error']:.4f}"
        chosen = "yes" if row["chosen"] else ""
        made.add_row(row["embedding"], f"{row['auc']:.3f}", f"{row['log_loss']:.4f}", behind, chosen)
    return made


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


def main() -> None:
    """Run the command; the console entry point."""
    terminal.run(cli, "lookalike", "interrupted; nothing was written")
