"""Taking turns: one request to a host at a time, with a pause between two, whoever asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# Beyond so many hosts, those whose pause is over are forgotten.
_MAX_KEPT = 4_096


@dataclass
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0
    free_at: float = 0.0


class Turns:
    """The hosts that are being asked, or were a moment ago; shared by all threads.

    Parameters
    ----------
    wait : callable
        Waits so many seconds; may raise to end the work of a thread.
    """

    def __init__(self, wait: Callable[[float], None]) -> None:
        self._wait = wait
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, host: str, pause_seconds: float) -> Iterator[None]:
        """Wait for one's turn with a host; the pause begins when the turn ends.

        ``www.acme.example`` and ``acme.example`` count as one host, as they nearly always are.
        """
        one = self._enter(host)
        try:
            with one.lock:
                self._wait(max(0.0, one.free_at - time.monotonic()))
                try:
                    yield
                finally:
                    one.free_at = max(one.free_at, time.monotonic() + pause_seconds)
        finally:
            with self._lock:
                one.waiting -= 1

    def postpone(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for so long."""
        one = self._enter(host)
        with self._lock:
            one.waiting -= 1
            one.free_at = max(one.free_at, time.monotonic() + seconds)

    def _enter(self, host: str) -> _Host:
        with self._lock:
            if len(self._hosts) > _MAX_KEPT:
                now = time.monotonic()
                self._hosts = {
                    name: one for name, one in self._hosts.items() if one.waiting or one.free_at > now
                }
            one = self._hosts.setdefault(host.removeprefix("www."), _Host())
            one.waiting += 1
            return one
