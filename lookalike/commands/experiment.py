"""``lookalike experiment``: does it pay? How many leads, who gets what, what came of it."""

from __future__ import annotations

import click

from lookalike.commands.experiment_analyze import analyze
from lookalike.commands.experiment_assign import assign
from lookalike.commands.experiment_outcomes import outcomes
from lookalike.commands.experiment_size import size


@click.group()
def experiment() -> None:
    """Prove that it paid: size an experiment, assign leads to arms, analyze it; compare outcomes of deals.

    \b
    Example:
      lookalike experiment size --rate 10% --difference 2% --weekly 300
      lookalike experiment assign scores.csv --salt spring -o assigned.csv
      lookalike experiment analyze results.csv --outcome stage --won won --plan assigned.csv.json
    """  # noqa: D301 - click's mark for a block it must not rewrap


for command in (size, assign, analyze, outcomes):
    experiment.add_command(command)
