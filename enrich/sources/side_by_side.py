"""Asking about many companies at a time, each in one thread, with room for the reader to keep up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from queue import SimpleQueue

from enrich.clock import now
from enrich.facts import State
from enrich.sources import Looked, Observation

# Companies begun or finished beyond those under way, so that no thread waits for the reader. Bounds memory.
_AHEAD = 8


class Stopped(Exception):  # noqa: N818
    """The run has ended; whatever a thread is at is not wanted any more."""


class Stop:
    """The end of a run, as the threads that wait for something see it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __bool__(self) -> bool:
        return self._event.is_set()

    def now(self) -> None:
        """End the run."""
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Wait so long, unless the run ends.

        Raises
        ------
        Stopped
            If it has ended.
        """
        if self._event.wait(seconds) if seconds else self._event.is_set():
            raise Stopped


def side_by_side(
    domains: Iterable[str], ask: Callable[[str], Iterable[Observation]], at_once: int, stop: Stop
) -> Generator[Looked, None, None]:
    """Ask about companies; see :meth:`enrich.sources.CompanySource.look`.

    Parameters
    ----------
    domains : iterable of str
        Each once; taken one after another as there is room.
    ask : callable
        Looks at one company, in a thread. What it raises becomes a failed look and ends nothing else.
    at_once : int
        Threads.
    stop : Stop
        Set when the iterator is closed.
    """
    todo: SimpleQueue[str | None] = SimpleQueue()
    done: SimpleQueue[Looked] = SimpleQueue()

    def serve() -> None:
        while (domain := todo.get()) is not None and not stop:
            try:
                observed = tuple(ask(domain))
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001 - one company's mishap must not end the batch
                note = f"{type(error).__name__}: {error}"[:200]
                observed = (Observation(domain, domain, State.FAILED, now(), note=note),)
            done.put(Looked(domain, observed))

    threads = pending = 0
    try:
        for domain in domains:
            if threads < at_once:
                # Daemons: an interrupted process need not wait for the slowest server.
                threading.Thread(target=serve, daemon=True, name=f"look {threads}").start()
                threads += 1
            todo.put(domain)
            pending += 1
            if pending >= at_once + _AHEAD:
                yield done.get()
                pending -= 1
        for _ in range(pending):
            yield done.get()
    finally:
        stop.now()
        for _ in range(threads):
            todo.put(None)
