"""The live web as a source: companies are visited many at a time, each in one thread and by one client."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable

from enrich.facts import Channel
from enrich.page import Page
from enrich.settings import Settings
from enrich.sources import Looked, Observation
from enrich.sources.exchange import Client
from enrich.sources.guard import Reach
from enrich.sources.guarded import load
from enrich.sources.robots import Robots, user_agent
from enrich.sources.side_by_side import Stop, side_by_side
from enrich.sources.turns import Turns
from enrich.sources.visit import Visit


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
    channel = Channel.WEBSITE
    name = "companies' websites"

    def __init__(self, settings: Settings | None = None, reach: Reach | None = None) -> None:
        self.settings = settings or Settings()
        self.reach = reach or Reach()
        #: Told of each page as soon as it is there, by the thread of the visit.
        self.seen: Callable[[Page], None] = lambda page: None

    def look(self, domains: Iterable[str]) -> Generator[Looked, None, None]:
        """Visit companies; see :meth:`enrich.sources.CompanySource.look`."""
        load(self.reach)
        settings = self.settings
        stop = Stop()
        robots = Robots()
        turns = Turns(stop.wait)

        def visit(domain: str) -> list[Observation]:
            with Client(self.reach, user_agent(settings.contact), settings.deadline_seconds) as client:
                return Visit(domain, client, settings, robots, turns, self.seen).observe()

        return side_by_side(domains, visit, settings.max_companies_at_once, stop)
