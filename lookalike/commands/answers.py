"""What commands share that say something of a model: ``--json``, ``--quiet``, ``--keep`` for its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich.answers import PATH, Answer, json_option, quiet_option

if TYPE_CHECKING:
    from enrich.results import Result


@dataclass(frozen=True)
class KeptAnswer(Answer):
    """What a command is to do with what it finds of a model.

    Attributes
    ----------
    keep_in : Path, optional
        Model, or registry, to keep the result with.
    """

    keep_in: Path | None = None

    def check(self) -> None:
        """Check that the result can go where it is to go; a model that is none is a ModelError."""
        super().check()
        if self.keep_in is not None:
            from lookalike.results import place

            place(self.keep_in)

    def give(self, result: Result, tell: Callable[[], object]) -> None:
        """Keep and write a result as the options say, and tell people."""
        from lookalike import results

        if self.keep_in is not None:
            results.keep(result, self.keep_in)
        super().give(result, tell)


def kept_answers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``, ``--keep`` and ``--quiet`` to a command, which gets them as one ``answer``."""
    keep = click.option(
        "--keep",
        "keep_in",
        type=PATH,
        metavar="MODEL",
        help="Also keep the result with MODEL, for its report.",
    )

    @wraps(command)
    def answered(
        *arguments: Any, json_file: Path | None, keep_in: Path | None, quiet: bool, **options: Any
    ) -> Any:
        answer = KeptAnswer(json_file, quiet, keep_in)
        answer.check()
        return command(*arguments, answer=answer, **options)

    return json_option(keep(quiet_option(answered)))
