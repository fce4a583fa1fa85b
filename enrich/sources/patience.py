"""Waiting no longer than so long for a call that knows no timeout, such as ``getaddrinfo``.

The call is made by another thread, which is kept for the next one: starting a thread takes longer than many a
call. One that does not come back keeps its thread; those who come after get others, as many as wait at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

# Threads without work that are kept; no bound on calls.
_MAX_IDLE = 64


class _Threads:
    """Threads, each with the queue of jobs that wakes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Callable[[], None]]] = []

    def run(self, job: Callable[[], None]) -> None:
        with self._lock:
            jobs = self._idle.pop() if self._idle else None
        if jobs is None:
            jobs = SimpleQueue()
            # Daemons: a process need not wait for a name server to end.
            threading.Thread(target=self._serve, args=(jobs,), daemon=True, name="patience").start()
        jobs.put(job)

    def _serve(self, jobs: SimpleQueue[Callable[[], None]]) -> None:
        while True:
            jobs.get()()
            with self._lock:
                if len(self._idle) == _MAX_IDLE:
                    return
                self._idle.append(jobs)


_THREADS = _Threads()


def within(seconds: float, call: Callable[[], T]) -> T:
    """Call, and return or raise what comes of it.

    Parameters
    ----------
    seconds : float
        How long to wait.
    call : callable
        Without arguments; left to itself when the time is up.

    Raises
    ------
    TimeoutError
        If nothing came of it in time.

    >>> within(5, lambda: 6 * 7)
    42
    """
    answers: SimpleQueue[tuple[T, None] | tuple[None, Exception]] = SimpleQueue()

    def job() -> None:
        try:
            answers.put((call(), None))
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits for it
            answers.put((None, error))

    _THREADS.run(job)
    try:
        value, error = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return value  # type: ignore[return-value]
