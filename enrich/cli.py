"""The ``enrich`` command.

Everything heavy is imported inside the commands, so that help and usage errors are quick.
"""

from __future__ import annotations

import click

from enrich import terminal
from enrich.benchmark.commands import benchmark
from enrich.commands.config import config
from enrich.commands.facts import facts
from enrich.commands.fields import fields
from enrich.commands.forget import forget
from enrich.commands.registries import registries
from enrich.commands.run import retry, run
from enrich.commands.show import show
from enrich.completion import completion


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lookalike-workbench", prog_name="enrich", message="%(prog)s %(version)s")
def cli() -> None:
    """Extend sales leads from their e-mail domain and the company's public web presence."""


for command in (run, retry, show, facts, forget, config, registries, fields, benchmark):
    cli.add_command(command)
cli.add_command(completion(cli, "enrich"))


def main() -> None:
    """Run the command; see :func:`enrich.terminal.run`."""
    terminal.run(cli, "enrich", "interrupted; give the same command again to go on where it stopped")
