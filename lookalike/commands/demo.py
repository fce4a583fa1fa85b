"""``lookalike demo``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich.answers import Answer, answers
from lookalike.commands.tables import PATH


@click.command()
@click.option(
    "-o", "--out", type=PATH, default=Path("out"), show_default=True, help="Folder for the results."
)
@click.option("--regenerate", type=PATH, metavar="DIR", help="Only write the made-up sample into DIR.")
@answers
def demo(out: Path, regenerate: Path | None, answer: Answer) -> None:
    """Run the whole job on the made-up sample: enrich, fit, score, report.

    \b
    Example:
      lookalike demo -o out
    """  # noqa: D301
    if regenerate is not None:
        from enrich.results import Found
        from lookalike.demo.sample import write_sample

        write_sample(regenerate)
        said = f"written: {regenerate}"
        answer.give(Found("demo", said, {"sample": regenerate}), lambda: click.echo(said))
        return
    from lookalike.demo.run import run

    done = run(out, quiet=answer.quiet)
    answer.give(done, done.tell)
