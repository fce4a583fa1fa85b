"""Progress where nobody watches: a line a minute on standard error, for a log file."""

from __future__ import annotations

import sys
import time
from datetime import datetime

#: Seconds between two lines. What takes less says nothing.
EVERY_SECONDS = 60.0


class LogLines:
    """Write now and then how far a piece of work is.

    Parameters
    ----------
    description : str
        What is being done.
    total : int, optional
        Steps in all.
    """

    def __init__(self, description: str, total: int | None = None) -> None:
        self.description, self.total = description, total
        self._steps = 0
        self._started = self._told = time.monotonic()

    def __call__(self, steps: int, note: str = "") -> None:
        """Count steps; see :class:`enrich.progress.Advance`."""
        self._steps += steps
        now = time.monotonic()
        if now - self._told >= EVERY_SECONDS:
            self._told = now
            at = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
            told = how_far(self.description, self._steps, self.total, now - self._started)
            sys.stderr.write(f"{at} {told}; {note}\n" if note else f"{at} {told}\n")


def how_far(description: str, steps: int, total: int | None, seconds: float) -> str:
    """Say how far a piece of work is, how fast it goes and when it will be done.

    >>> how_far("Asking website", 1_200, 5_000, 360)
    'Asking website: 1,200 of 5,000 (24%), 3.3/s, 19 min left'
    >>> how_far("Look-alikes", 1_200, None, 60)
    'Look-alikes: 1,200, 20/s'
    """
    speed = steps / seconds
    told = f"{description}: {steps:,}"
    if total:
        told += f" of {total:,} ({steps / total:.0%})"
    told += f", {speed:,.0f}/s" if speed >= 10 else f", {speed:.2g}/s"
    return f"{told}, {(total - steps) / speed / 60:,.0f} min left" if total and steps else told
