"""What the commands share that find something: ``--json``, ``--keep`` and what becomes of a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from lookalike.results import Result


def answers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options ``--json FILE`` (``json_file``) and ``--keep MODEL`` (``keep_in``) to a command."""
    json_file = click.option(
        "--json", "json_file", type=PATH, help="Also write the result as JSON; '-' for the terminal, alone."
    )
    keep_in = click.option(
        "--keep",
        "keep_in",
        type=PATH,
        metavar="MODEL",
        help="Also keep the result with MODEL, for its report.",
    )
    return keep_in(json_file(command))


def give(result: Result, json_file: Path | None, keep_in: Path | None, tell: Callable[[], object]) -> None:
    """Write and keep a result as the options of :func:`answers` say, and tell people.

    Parameters
    ----------
    result : Result
    json_file, keep_in : Path, optional
    tell : callable
        Prints the result for people; not called where JSON goes to the terminal.
    """
    from lookalike import results

    if keep_in is not None:
        results.keep(result, keep_in)
    if json_file == Path("-"):
        click.echo(results.to_text(result))
        return
    if json_file is not None:
        results.write(result, json_file)
    tell()
