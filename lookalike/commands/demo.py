"""``lookalike demo``."""

from __future__ import annotations

from pathlib import Path

import click

from lookalike.commands.tables import PATH


@click.command()
@click.option(
    "-o", "--out", type=PATH, default=Path("out"), show_default=True, help="Folder for the results."
)
@click.option("--regenerate", type=PATH, metavar="DIR", help="Only write the made-up sample into DIR.")
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
