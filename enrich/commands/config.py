"""``enrich config``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from enrich.answers import PATH, Answer, answers


@click.command()
@click.option("--config", type=PATH, help="A TOML file of settings, merged with the defaults.")
@answers
def config(config: Path | None, answer: Answer) -> None:
    """Print the effective settings as a TOML file that says what each means.

    With --quiet, a file of settings is only checked.

    \b
    Example:
      enrich config > enrich.toml
      enrich config --config enrich.toml --quiet
    """  # noqa: D301
    from enrich.configuration import to_toml
    from enrich.results import Found
    from enrich.settings import Settings

    settings = Settings.from_toml(config) if config else Settings()
    values, usual = asdict(settings), asdict(Settings())
    changed = [name for name, value in values.items() if value != usual[name]]
    headline = f"{len(values)} settings, {', '.join(changed) or 'none'} changed"
    content = {"settings": values, "changed": changed}
    answer.give(Found("config", headline, content), lambda: click.echo(to_toml(settings), nl=False))
