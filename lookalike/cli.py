"""The ``lookalike`` command.

Everything heavy is imported inside the commands, so that help and usage errors are quick.
"""

from __future__ import annotations

import click

from enrich import terminal
from enrich.completion import completion
from lookalike.commands.audit import audit
from lookalike.commands.backtest import backtest
from lookalike.commands.benchmark import benchmark
from lookalike.commands.demo import demo
from lookalike.commands.experiment import experiment
from lookalike.commands.explain import explain
from lookalike.commands.fit import fit
from lookalike.commands.monitor import monitor
from lookalike.commands.profile import profile
from lookalike.commands.registry import registry
from lookalike.commands.report import report
from lookalike.commands.rows import rows
from lookalike.commands.score import score
from lookalike.commands.scorecard import scorecard
from lookalike.commands.similar import similar
from lookalike.commands.threshold import threshold
from lookalike.commands.universe import universe


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    package_name="lookalike-workbench", prog_name="lookalike", message="%(prog)s %(version)s"
)
def cli() -> None:
    """Score leads by the past deals they resemble; every score is a sum over named deals."""


for command in (
    audit,
    backtest,
    fit,
    score,
    threshold,
    scorecard,
    explain,
    profile,
    similar,
    rows,
    report,
    monitor,
    registry,
    experiment,
    universe,
    demo,
    benchmark,
):
    cli.add_command(command)
cli.add_command(completion(cli, "lookalike"))


def main() -> None:
    """Run the command; the console entry point."""
    terminal.run(cli, "lookalike", "interrupted; nothing was written")
