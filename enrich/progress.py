"""Progress of long work: rich in a terminal, tqdm in a notebook, a line a minute where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from enrich.log_lines import LogLines


class Advance(Protocol):
    """Tells that so many steps were done, and what there is to say of all so far."""

    def __call__(self, steps: int, note: str = "") -> None: ...  # noqa: D102


def unseen(steps: int, note: str = "") -> None:
    """Show nothing."""


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
        with _notebook_bar(description, total) as advance_bar:
            yield advance_bar
    elif quiet:
        yield unseen
    elif not console.is_terminal:
        yield LogLines(description, total)
    else:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False, style="dim"),
        )
        with Progress(*columns, console=console) as bars:
            task = bars.add_task(description, total=total, note="")

            def advance(steps: int, note: str = "") -> None:
                bars.update(task, advance=steps, note=note)

            yield advance


@contextmanager
def _notebook_bar(description: str, total: int | None) -> Iterator[Advance]:
    """Show a bar in the cell while the work lasts; afterwards nothing of it is left in the notebook."""
    from IPython.display import display
    from tqdm.notebook import tqdm

    try:
        bar = tqdm(total=total, desc=description, display=False, leave=False)
    except ImportError:  # ipywidgets is not there, and a bar of text would be left in the notebook
        yield unseen
        return

    def advance(steps: int, note: str = "") -> None:
        bar.set_postfix_str(note, refresh=False)
        bar.update(steps)

    shown = display(bar.container, display_id=True)  # type: ignore[no-untyped-call]
    try:
        yield advance
    finally:
        bar.close()
        shown.update({"text/plain": ""}, raw=True)


class _RateColumn(ProgressColumn):
    """Steps a second, of late."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed and speed >= 10 else f"{speed:.1f}/s" if speed else "")
