"""What every command shares: ``--json``, ``--quiet``, and what becomes of what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich.errors import TableError

if TYPE_CHECKING:
    from enrich.results import Result

PATH = click.Path(path_type=Path)

quiet_option = click.option("--quiet", is_flag=True, help="Print nothing but errors and warnings.")
json_option = click.option(
    "--json",
    "json_file",
    type=PATH,
    metavar="FILE",
    help="Also write the result as JSON; '-' for the terminal, alone.",
)


@dataclass(frozen=True)
class Answer:
    """What a command is to do with what it finds.

    Attributes
    ----------
    json_file : Path, optional
        Where the result goes as JSON; ``-`` is the terminal, which then shows nothing else.
    quiet : bool
        Show neither progress nor a summary.
    """

    json_file: Path | None = None
    quiet: bool = False

    def check(self) -> None:
        """Check that the result can go where it is to go, before the work and not after it.

        Raises
        ------
        TableError
            If the folder does not exist, or is the file named.
        """
        if self.json_file is None or self.json_file == Path("-"):
            return
        if self.json_file.is_dir():
            raise TableError(f"{self.json_file}: is a folder; name a file in it")
        if not self.json_file.parent.is_dir():
            raise TableError(
                f"{self.json_file}: the folder {self.json_file.parent} does not exist; create it first"
            )

    @property
    def silent(self) -> bool:
        """Whether people are told nothing: they want silence, or JSON stands alone."""
        return self.quiet or self.json_file == Path("-")

    def give(self, result: Result, tell: Callable[[], object]) -> None:
        """Write a result as the options say, and tell people.

        Parameters
        ----------
        result : Result
        tell : callable
            Prints the result for people; not called where they are told nothing.
        """
        from enrich import results

        self.give_text(lambda: results.to_text(result), tell)

    def give_text(self, written: Callable[[], str], tell: Callable[[], object]) -> None:
        """Do the same with what is JSON text without an envelope; `written` makes it, where it is wanted."""
        from enrich import results

        if self.json_file == Path("-"):
            click.echo(written())
        elif self.json_file is not None:
            results.write_text(written(), self.json_file)
        if not self.silent:
            tell()


def answers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json FILE`` and ``--quiet`` to a command, which gets them as one argument, ``answer``."""

    @wraps(command)
    def answered(*arguments: Any, json_file: Path | None, quiet: bool, **options: Any) -> Any:
        answer = Answer(json_file, quiet)
        answer.check()
        return command(*arguments, answer=answer, **options)

    return json_option(quiet_option(answered))
