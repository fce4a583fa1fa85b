"""The ``lookalike`` command.

Everything heavy is imported inside the commands, so that help and usage errors are quick.
"""

from __future__ import annotations

import click

from enrich import terminal
from lookalike.commands.audit import audit
from lookalike.commands.benchmark import benchmark
from lookalike.commands.demo import demo
from lookalike.commands.explain import explain
from lookalike.commands.fit import fit
from lookalike.commands.profile import profile
from lookalike.commands.rows import rows
from lookalike.commands.score import score
from lookalike.commands.similar import similar
from lookalike.commands.universe import universe


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Score leads by the past deals they resemble; every score is a sum over named deals."""


for command in (audit, fit, score, explain, profile, similar, rows, universe, demo, benchmark):
    cli.add_command(command)


def main() -> None:
    """Run the command; the console entry point."""
    terminal.run(cli, "lookalike", "interrupted; nothing was written")
