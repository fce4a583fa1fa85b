"""What the commands share: tables in a terminal, hostile text made plain, errors in one line."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, TextIO, cast

import click

from enrich.errors import WorkbenchError
from enrich.legible import cut, one_line
from enrich.plain_stream import PlainStream

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

# Longest text shown in a cell; files have all of it.
_SHOWN_CHARACTERS = 300
_INTERRUPTED = 130


def table(*columns: str) -> Table:
    """Make a table with the columns named."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def plain(cell: object) -> Text:
    r"""Make text from a page or a lead file fit for a terminal: no control or escape characters, not endless.

    >>> str(plain("[red]a\x1b[31m\nb\u202e"))
    '[red]a [31m b'
    """
    from rich.text import Text

    return Text(cut(one_line(str(cell)), _SHOWN_CHARACTERS))


def show(made: Table) -> None:
    """Print a table to standard output."""
    from rich.console import Console

    # Piped into a file or another command, lines need room rather than a terminal's width.
    Console(width=None if sys.stdout.isatty() else 240, highlight=False, markup=False).print(made)


def heading(text: str) -> None:
    """Print a line of our own in bold."""
    from rich.console import Console
    from rich.text import Text

    Console(highlight=False).print(Text(text, style="bold"))


def run(command: click.Command, name: str, interrupted: str) -> None:
    """Run a command; what the user can put right ends in one line and status 2, and nothing steers
    the terminal.

    Parameters
    ----------
    command : click.Command
    name : str
        What stands before each message.
    interrupted : str
        What to say on Ctrl-C.
    """

    def say(message: object) -> None:
        click.echo(f"{name}: {' '.join(str(message).split())}", err=True)

    for stream in ("stdout", "stderr"):
        if not isinstance(getattr(sys, stream), PlainStream):
            setattr(sys, stream, cast(TextIO, PlainStream(getattr(sys, stream))))
    warnings.showwarning = lambda message, *_: say(message)
    try:
        command.main(prog_name=name, standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except WorkbenchError as error:
        say(error)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        say(interrupted)
        sys.exit(_INTERRUPTED)
