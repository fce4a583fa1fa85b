"""``lookalike benchmark``."""

from __future__ import annotations

import click

from lookalike.commands.benchmark_index import index
from lookalike.commands.benchmark_scoring import scoring


@click.group()
def benchmark() -> None:
    """Measure lookalike."""


for command in (index, scoring):
    benchmark.add_command(command)
