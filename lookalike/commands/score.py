"""``lookalike score``."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.commands.tables import PATH


@click.command()
@click.argument("model", type=PATH)
@click.argument("leads", type=PATH)
@click.option("-o", "--out", type=PATH, required=True, help="Scores: .csv, .tsv, .parquet or .xlsx.")
@click.option("--events", type=PATH, help="Behaviour of the leads.")
@click.option(
    "--evidence",
    type=click.IntRange(min=1),
    metavar="N",
    help="Also write the N strongest deals and columns for and against each lead, beside the scores.",
)
@click.option(
    "--scores-only",
    is_flag=True,
    help="Leave out likeness, because and coverage: several times as fast.",
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads.  [default: one a core]")
@click.option("--force", is_flag=True, help="Score although the model has no usable signal.")
@click.option("--quiet", is_flag=True, help="Show no progress and no summary.")
def score(
    model: Path,
    leads: Path,
    out: Path,
    events: Path | None,
    evidence: int | None,
    scores_only: bool,
    threads: int | None,
    force: bool,
    quiet: bool,
) -> None:
    """Score LEADS with a MODEL: one row per lead, in their order.

    \b
    Example:
      lookalike score model leads.csv -o scores.csv --evidence 5
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.batch import score_file
    from lookalike.storage import load

    done = score_file(
        load(model),
        leads,
        out,
        events=events,
        deals_a_side=evidence,
        because=not scores_only,
        threads=threads,
        force=force,
        quiet=quiet,
    )
    if not quiet:
        click.echo(f"scored {done.leads - done.errors} of {done.leads} leads")
        if done.errors:
            click.echo(f"{done.errors} rows have no score; their column 'error' says why")
        click.echo(f"written: {out}" + (f", {done.evidence} and {done.columns}" if done.evidence else ""))
