"""Progress of long work: rich in a terminal, tqdm in a notebook, silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

Advance = Callable[[int], None]


def in_notebook() -> bool:
    """Tell whether the code runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"


@contextmanager
def progress(description: str, total: int | None = None, *, quiet: bool = False) -> Iterator[Advance]:
    """Show how far a piece of work is; yields a function to call with the number of steps just done.

    Parameters
    ----------
    description : str
        What is being done, as a reader would say it.
    total : int, optional
        Steps in all; without it, only the count is shown.
    quiet : bool
        Show nothing.

    >>> with progress("Reading", total=3, quiet=True) as advance:
    ...     advance(3)
    """
    console = Console(stderr=True)
    if in_notebook() and not quiet:
        from tqdm.notebook import tqdm

        with tqdm(total=total, desc=description) as bar:
            yield lambda steps: bar.update(steps)
    elif quiet or not console.is_terminal:
        yield lambda steps: None
    else:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bars:
            task = bars.add_task(description, total=total)
            yield lambda steps: bars.advance(task, steps)
