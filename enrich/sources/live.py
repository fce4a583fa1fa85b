"""The live web as a source: companies are visited many at a time, each in one thread and by one client."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import SimpleQueue

from enrich.facts import State
from enrich.settings import Settings
from enrich.sources import Looked, Observation
from enrich.sources.exchange import Client
from enrich.sources.guard import Reach
from enrich.sources.guarded import load
from enrich.sources.robots import Robots, user_agent
from enrich.sources.turns import Turns
from enrich.sources.visit import Visit

# Visits begun or finished beyond those under way, so that no thread waits for the reader. A bound on memory.
_AHEAD = 8


class _Stopped(Exception):  # noqa: N818
    """The run has ended; whatever a thread is at is not wanted any more."""


@dataclass
class _Work:
    """What the threads of one call share."""

    todo: SimpleQueue[str | None] = field(default_factory=SimpleQueue)
    done: SimpleQueue[Looked] = field(default_factory=SimpleQueue)
    stop: threading.Event = field(default_factory=threading.Event)
    robots: Robots = field(default_factory=Robots)

    def __post_init__(self) -> None:
        self.turns = Turns(self.wait)

    def wait(self, seconds: float) -> None:
        """Wait, unless the run has ended."""
        if self.stop.wait(seconds) if seconds else self.stop.is_set():
            raise _Stopped


class LiveWeb:
    """The public web; see :class:`~enrich.sources.CompanySource`.

    Parameters
    ----------
    settings : Settings
        Limits and manners.
    reach : Reach, optional
        What can be reached beside the public web: servers of one's own, in tests.
    """

    identity = "web"
    name = "the web"

    def __init__(self, settings: Settings | None = None, reach: Reach | None = None) -> None:
        self.settings = settings or Settings()
        self.reach = reach or Reach()

    def look(self, domains: Iterable[str]) -> Generator[Looked, None, None]:
        """Visit companies; see :meth:`enrich.sources.CompanySource.look`."""
        work = _Work()
        load(self.reach)
        threads = 0
        pending = 0
        try:
            for domain in domains:
                if threads < self.settings.max_companies_at_once:
                    # Daemons: an interrupted process need not wait for the slowest server.
                    threading.Thread(target=self._serve, args=(work,), daemon=True, name="visit").start()
                    threads += 1
                work.todo.put(domain)
                pending += 1
                if pending >= self.settings.max_companies_at_once + _AHEAD:
                    yield work.done.get()
                    pending -= 1
            for _ in range(pending):
                yield work.done.get()
        finally:
            work.stop.set()
            for _ in range(threads):
                work.todo.put(None)

    def _serve(self, work: _Work) -> None:
        while (domain := work.todo.get()) is not None and not work.stop.is_set():
            try:
                observed = self._visit(domain, work)
            except _Stopped:
                return
            except Exception as error:  # noqa: BLE001 - one company's mishap must not end the batch
                now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                note = f"{type(error).__name__}: {error}"[:200]
                observed = [Observation(domain, f"https://{domain}/", State.FAILED, now, note=note)]
            work.done.put(Looked(domain, tuple(observed)))

    def _visit(self, domain: str, work: _Work) -> list[Observation]:
        settings = self.settings
        with Client(self.reach, user_agent(settings.contact), settings.deadline_seconds) as client:
            return Visit(domain, client, settings, work.robots, work.turns).observe()
