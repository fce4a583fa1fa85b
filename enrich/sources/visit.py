"""A visit to one company's website: the home page and the few pages that represent the company.

The visitor keeps the manners: robots.txt before every page and at every hop of a redirect, one request to a
host at a time with a pause, back-off where a server is asked too much, and no second attempt where a site
has said no.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from enrich import clock
from enrich.domain import registrable_domain
from enrich.facts import State
from enrich.page import Page
from enrich.settings import Settings
from enrich.sources import Observation, robots
from enrich.sources.choice import Chosen, choose
from enrich.sources.exchange import Answer, Client
from enrich.sources.guard import Refused
from enrich.sources.guarded import checked_url, joined_url
from enrich.sources.robots import Robots, Rules
from enrich.sources.sitemap import Sitemap, parse
from enrich.sources.turns import Turns

HTML_TYPES = ("text/html", "application/xhtml+xml")

_ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9"
_ACCEPT_SITEMAP = "application/xml,text/xml;q=0.9,text/plain;q=0.5"
_ACCEPT_ROBOTS = "text/plain,*/*;q=0.5"

# Answers after which a site is not asked for anything else: it has said no.
_NO = (State.REFUSED, State.BLOCKED, State.RATE_LIMITED)
_OVERLOADED = (429, 503)
_LOGGED_CHARACTERS = 200

# Pages that say who a company is; a home page that links to none of them is worth a look at the sitemap.
_TELLING = {"imprint", "contact", "about"}
_MAX_SITEMAPS = 2


@dataclass
class Visit:
    """One visit; used by one thread.

    Parameters
    ----------
    domain : str
        The company's registrable domain.
    client : Client
        For this company alone.
    settings : Settings
        Limits and manners.
    robots : Robots
        Shared by the visits of a run.
    turns : Turns
        Shared by the visits of a run.
    seen : callable
        Told of each page as soon as it is there.
    """

    domain: str
    client: Client
    settings: Settings
    robots: Robots
    turns: Turns
    seen: Callable[[Page], None] = lambda page: None

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.settings.max_seconds_per_company
        self._last = datetime.min.replace(tzinfo=UTC)

    def observe(self) -> list[Observation]:
        """Look at the home page, then at the pages chosen from its links.

        Returns
        -------
        list of Observation
            In the order of the looks, each later than the one before.
        """
        observed = list(self._home())
        home = observed[-1].page
        if home is None:
            return observed
        domains = {self.domain, registrable_domain(home.url) or self.domain}
        for one in self._chosen(home, domains):
            seen = self._look(one.url, domains)
            note = f"chosen as {one.kind} by '{one.words}'"
            observed.append(replace(seen, note=", ".join(filter(None, [note, seen.note]))))
            if seen.state in (State.BLOCKED, State.RATE_LIMITED):
                break
        return observed

    def _chosen(self, home: Page, domains: set[str]) -> list[Chosen]:
        """Choose among the links of the home page and, where they do not suffice, what a sitemap lists."""
        wanted = self.settings.max_pages_fetched_per_company - 1
        chosen = choose(home, domains, wanted)
        kinds = {one.kind for one in chosen}
        enough = kinds & _TELLING and 2 * len(chosen) >= wanted
        if enough or not wanted or not self.settings.use_sitemaps:
            return chosen
        waiting = self._rules(home.url).sitemaps[:1]
        listed: list[str] = []
        for _ in range(_MAX_SITEMAPS):
            if not waiting:
                break
            found = self._sitemap(waiting.pop(), domains)
            listed += found.pages
            # Of an index, the file most likely to hold a site's few lasting pages; posts come by thousands.
            waiting += sorted(found.sitemaps, key=lambda url: "page" in url)[-1:]
        return choose(home, domains, wanted, listed) if listed else chosen

    def _sitemap(self, url: str, domains: set[str]) -> Sitemap:
        limit = self.settings.max_body_bytes
        answer = self._fetch(url, domains, accept=_ACCEPT_SITEMAP, types=())
        return parse(answer.body, limit) if answer.state is State.FOUND else Sitemap()

    def _home(self) -> Iterator[Observation]:
        """Try https, then http, then the same of www, until a page is found or the site says no."""
        for host in (self.domain, f"www.{self.domain}"):
            for scheme in ("https", "http"):
                seen = self._look(f"{scheme}://{host}/")
                yield seen
                if seen.page is not None or seen.state in _NO:
                    return
                if seen.state is State.NO_SUCH_DOMAIN:
                    break

    def _look(self, url: str, domains: set[str] | None = None) -> Observation:
        """Fetch a page; with `domains`, a redirect away from them is followed no further."""
        answer = self._fetch(url, domains, accept=_ACCEPT_PAGE, types=HTML_TYPES)
        observed_at = self._now()
        note = answer.note if answer.url == url else f"redirected from {url}, {answer.note}".rstrip(", ")
        seen = Observation(self.domain, answer.url, answer.state, observed_at, note=note)
        if answer.state is not State.FOUND:
            return seen
        if answer.media_type not in ("", *HTML_TYPES):
            return replace(seen, state=State.ABSENT)
        if not answer.media_type and answer.body.lstrip()[:1] != b"<":
            return replace(seen, state=State.ABSENT, note="no HTML")
        page = Page(answer.url, answer.body, observed_at, answer.status, answer.headers)
        self.seen(page)
        return replace(seen, page=page)

    def _fetch(self, url: str, domains: set[str] | None, *, accept: str, types: tuple[str, ...]) -> Answer:
        def permitted(hop: str) -> Answer | None:
            if domains is not None and registrable_domain(hop) not in domains:
                return Answer(hop, State.ABSENT, "on another site")
            rules = self._rules(hop)
            if rules.permit(hop):
                return None
            note = rules.note or "robots.txt disallows it"
            return Answer(hop, State.REFUSED if rules.state is State.FOUND else rules.state, note)

        def ask(hop: str) -> Answer:
            limit = self.settings.max_body_bytes
            delay = min(self._rules(hop).delay_seconds(), self.settings.max_crawl_delay_seconds)
            return self._ask(hop, delay, accept=accept, max_bytes=limit, types=types)

        return self._follow(url, ask, permitted, self.settings.max_redirects)

    def _rules(self, url: str) -> Rules:
        def ask(hop: str) -> Answer:
            return self._ask(hop, 0.0, accept=_ACCEPT_ROBOTS, max_bytes=robots.MAX_BYTES, types=())

        def fetch(address: str) -> Answer:
            return self._follow(address, ask, lambda hop: None, robots.MAX_REDIRECTS)

        return self.robots.rules(url, fetch)

    def _follow(
        self,
        url: str,
        ask: Callable[[str], Answer],
        permitted: Callable[[str], Answer | None],
        max_redirects: int,
    ) -> Answer:
        """Ask, and ask where redirects point; the last answer keeps its location if that is one too many."""
        try:
            url = checked_url(url, self.client.reach)
        except Refused as error:
            return Answer(url[:_LOGGED_CHARACTERS], State.REFUSED, str(error))
        for _ in range(max_redirects + 1):
            answer = permitted(url) or ask(url)
            if not answer.location:
                return answer
            try:
                url = joined_url(url, answer.location, self.client.reach)
            except Refused as error:
                return replace(answer, state=State.REFUSED, note=f"redirected, but {error}", location="")
        return replace(answer, state=State.FAILED, note=f"more than {max_redirects} redirects")

    def _ask(
        self, url: str, delay_seconds: float, *, accept: str, max_bytes: int, types: tuple[str, ...]
    ) -> Answer:
        """One request in its turn, repeated where the server is overloaded or the connection broke off."""
        settings = self.settings
        host = urlsplit(url).hostname or ""
        pause = max(settings.pause_seconds, delay_seconds)
        for attempt in range(1, settings.max_attempts_per_page + 1):
            if time.monotonic() >= self._ends:
                return Answer(url, State.TIMED_OUT, f"over {settings.max_seconds_per_company:g} s a company")
            with self.turns.turn(host, pause):
                answer = self.client.get(url, accept=accept, max_bytes=max_bytes, types=types)
            wait = pause * 2**attempt
            if answer.status in _OVERLOADED:
                wait = max(wait, answer.retry_after_seconds or 0.0)
            elif not answer.broken:
                return answer
            if wait > settings.max_retry_after_seconds or attempt == settings.max_attempts_per_page:
                break
            self.turns.postpone(host, wait)
        return answer

    def _now(self) -> str:
        """The time in UTC, each later than the last, so that what was seen first stays first."""
        now = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        self._last = now
        return clock.text(now)
