"""``lookalike score``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from lookalike.batch import Addition
    from lookalike.grades import Grading
    from lookalike.model import LookalikeModel
    from lookalike.reasons import Reasons
    from lookalike.scorecard import Scorecard


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
    "--grades", is_flag=True, help="Also grade: fit A to D, engagement 1 to 4, by MODEL/grades.toml."
)
@click.option(
    "--reasons",
    type=click.Choice(["en", "ru"]),
    help="Also say why in short sentences, in English or Russian; takes several times as long.",
)
@click.option(
    "--scores-only",
    is_flag=True,
    help="Leave out likeness, because and coverage: several times as fast.",
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads.  [default: one a core]")
@click.option("--force", is_flag=True, help="Score although the model has no usable signal.")
@kept_answers
def score(
    model: Path,
    leads: Path,
    out: Path,
    events: Path | None,
    evidence: int | None,
    grades: bool,
    reasons: str | None,
    scores_only: bool,
    threads: int | None,
    force: bool,
    answer: KeptAnswer,
) -> None:
    """Score LEADS with a MODEL: one row per lead, in their order.

    MODEL is a folder that fit wrote, or a points scorecard (.toml).

    \b
    Example:
      lookalike score model leads.csv -o scores.csv --evidence 5
      lookalike score model leads.csv -o scores.csv --events events.csv --grades --keep model
      lookalike score rules.toml leads.csv -o points.csv
    """  # noqa: D301 - click's mark for a block it must not rewrap
    from lookalike.batch import score_file
    from lookalike.grades import Grading
    from lookalike.model import LookalikeModel
    from lookalike.registry.digests import digest_of_model
    from lookalike.storage import load_scorer, model_folder

    scorer = load_scorer(model)
    also: list[Addition] = []
    if grades:
        also.append(_grading(model, scorer))
    if reasons is not None:
        also.append(_reasons(scorer, reasons))
    done = score_file(
        scorer,
        leads,
        out,
        events=events,
        deals_a_side=evidence,
        because=not scores_only,
        also=also,
        threads=threads,
        force=force,
        quiet=answer.quiet,
    )
    folder = model_folder(model)
    done = replace(done, model=str(folder), digest=digest_of_model(folder))

    def tell() -> None:
        click.echo(done.headline)
        if done.errors:
            click.echo(f"{done.errors} rows have no score; their column 'error' says why")
        if grades and events is None:
            click.echo("engagement_grade is blank: it needs what the leads did, in --events")
        elif grades and isinstance(also[0], Grading) and also[0].grades.engagement is None:
            click.echo("engagement_grade is blank: the model was fitted without events")
        if isinstance(scorer, LookalikeModel) and scorer.too_few is not None:
            click.echo(f"probability is blank: {scorer.too_few.untold}")
        click.echo(f"written: {', '.join(map(str, done.files))}")

    answer.give(done, tell)


def _grading(path: Path, scorer: LookalikeModel | Scorecard) -> Grading:
    from lookalike.grades import Grading, read_grades
    from lookalike.model import LookalikeModel
    from lookalike.storage import model_folder

    if not isinstance(scorer, LookalikeModel):
        raise click.UsageError("--grades needs a model; a points scorecard has points alone")
    return Grading(scorer, read_grades(model_folder(path)))


def _reasons(scorer: LookalikeModel | Scorecard, language: str) -> Reasons:
    from lookalike.model import LookalikeModel
    from lookalike.reasons import Reasons

    if not isinstance(scorer, LookalikeModel):
        raise click.UsageError("--reasons needs a model; a points scorecard names its criteria in because")
    scorer.prepare_evidence()
    return Reasons(scorer, language)
