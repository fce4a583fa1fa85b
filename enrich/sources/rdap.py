"""The registries of domains as a source: when a domain was registered and through whom, by RDAP (RFC 9082).

The registry of the top-level domain is asked, over https alone, by the guarded client; one request to a
registry at a time with a pause. A registry that wants to be left alone for longer than a run can wait, is.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator, Iterable
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from enrich.clock import now
from enrich.facts import Channel, State
from enrich.records import Registration
from enrich.settings import Settings
from enrich.sources import Looked, Observation, rdap_bootstrap
from enrich.sources.exchange import Answer, Client
from enrich.sources.guard import Reach, Refused
from enrich.sources.guarded import checked_url
from enrich.sources.robots import user_agent
from enrich.sources.side_by_side import Stop, side_by_side
from enrich.sources.turns import Turns

_ACCEPT = "application/rdap+json"
# Registries answer with some 5 KB.
_MAX_BYTES = 500_000
_BUSY = (429, 503)


class Rdap:
    """The registries of domains; see :class:`~enrich.sources.CompanySource`.

    Parameters
    ----------
    settings : Settings
        Limits and manners.
    reach : Reach, optional
        What can be reached beside the public web: servers of one's own, in tests.

    Raises
    ------
    SettingsError
        If ``rdap_bootstrap_file`` cannot be used.
    """

    identity = "rdap"
    channel = Channel.RDAP
    name = "domain registries"

    def __init__(self, settings: Settings | None = None, reach: Reach | None = None) -> None:
        self.settings = settings or Settings()
        self.reach = reach or Reach()
        own = self.settings.rdap_bootstrap_file
        self.bootstrap = rdap_bootstrap.read(own) if own else rdap_bootstrap.shipped()

    def look(self, domains: Iterable[str]) -> Generator[Looked, None, None]:
        """Ask about companies; see :meth:`enrich.sources.CompanySource.look`."""
        stop = Stop()
        registries = _Registries(self.settings, Turns(stop.wait))

        def ask(domain: str) -> list[Observation]:
            return [self._look(domain, registries)]

        return side_by_side(domains, ask, self.settings.max_companies_at_once, stop)

    def _look(self, domain: str, registries: _Registries) -> Observation:
        nowhere = Observation(domain, rdap_bootstrap.ADDRESS, State.NOT_LOOKED, now())
        registered = _suffixes().privatesuffix(domain)
        if registered != domain:
            return replace(nowhere, note=f"a name under {registered}, which is registered by somebody else")
        server = self.bootstrap.server(domain)
        if not server:
            ending = domain.partition(".")[2]
            return replace(nowhere, note=f"the registry of .{ending} has no RDAP service over https")
        agent = user_agent(self.settings.contact)
        with Client(self.reach, agent, self.settings.deadline_seconds) as client:
            answer = registries.ask(f"{server}domain/{domain}", client)
        seen = Observation(domain, answer.url, answer.state, now(), note=answer.note)
        if answer.state is State.ABSENT:
            return replace(seen, note="not registered, says the registry")
        if answer.state is not State.FOUND:
            return seen
        found = read_domain(answer.body, domain)
        if isinstance(found, str):
            return replace(seen, state=State.FAILED, note=found)
        return replace(seen, record=Registration(domain, found))


class _Registries:
    """The registries that are asked in a run; shared by all threads."""

    def __init__(self, settings: Settings, turns: Turns) -> None:
        self.settings = settings
        self.turns = turns
        self._lock = threading.Lock()
        self._left_alone: dict[str, float] = {}

    def ask(self, url: str, client: Client) -> Answer:
        """Ask for a URL and for those it redirects to (RFC 7480, section 5.2)."""
        for _ in range(self.settings.max_redirects + 1):
            try:
                url = checked_url(url, client.reach)
            except Refused as error:
                return Answer(url[:200], State.REFUSED, str(error))
            if not url.startswith("https://"):
                return Answer(url, State.REFUSED, "a redirect away from https")
            answer = self._ask(url, client)
            if not answer.location:
                return answer
            try:
                url = urljoin(url, answer.location)
            except ValueError:
                return replace(answer, state=State.FAILED, note="redirected to a malformed URL", location="")
        return replace(answer, state=State.FAILED, note=f"more than {self.settings.max_redirects} redirects")

    def _ask(self, url: str, client: Client) -> Answer:
        """One request in its turn, repeated where the registry is busy or the connection broke off."""
        settings = self.settings
        host = urlsplit(url).hostname or ""
        for attempt in range(1, settings.max_attempts_per_page + 1):
            with self.turns.turn(host, settings.rdap_pause_seconds):
                if self._is_left_alone(host):
                    return Answer(url, State.RATE_LIMITED, "not asked: the registry wants to be left alone")
                answer = client.get(url, accept=_ACCEPT, max_bytes=_MAX_BYTES)
                if answer.status not in _BUSY and not answer.broken:
                    return answer
                wait = max(settings.rdap_pause_seconds * 2**attempt, answer.retry_after_seconds or 0.0)
                if wait > settings.max_retry_after_seconds:
                    self._leave_alone(host, wait)
                    break
            self.turns.postpone(host, wait)
        # 503 with a time to come back is what some registries say for 429 (RFC 7480, section 5.5).
        limited = answer.status == 429 or answer.retry_after_seconds is not None
        return replace(answer, state=State.RATE_LIMITED) if limited else answer

    def _is_left_alone(self, host: str) -> bool:
        with self._lock:
            return self._left_alone.get(host, 0.0) > time.monotonic()

    def _leave_alone(self, host: str, seconds: float) -> None:
        with self._lock:
            self._left_alone[host] = time.monotonic() + seconds


def read_domain(content: bytes, domain: str) -> dict[str, Any] | str:
    """Read the answer about a domain (RFC 9083, section 5.3), or tell what it is instead.

    >>> read_domain(b'{"objectClassName": "domain", "ldhName": "ACME.EXAMPLE"}', "acme.example")["ldhName"]
    'ACME.EXAMPLE'
    >>> read_domain(b'{"objectClassName": "domain", "ldhName": "other.example"}', "acme.example")
    'an answer about another domain'
    >>> read_domain(b"[" * 100_000, "acme.example")
    'no valid JSON'
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return "no valid JSON"
    if not isinstance(found, dict) or found.get("objectClassName") != "domain":
        return "no RDAP object of a domain"
    name = found.get("ldhName")
    if isinstance(name, str) and name.lower().removesuffix(".") != domain:
        return "an answer about another domain"
    return found


@cache
def _suffixes() -> PublicSuffixList:
    """The suffixes that registries run, not those of companies that let out names under their own."""
    return PublicSuffixList(only_icann=True)
