"""The name servers as a source: who carries a company's mail, names and website, as its zone says.

Asked are the operating system's resolvers, or those of the settings, and about the company's own names only.
They find the answers; nothing here connects to an address that an answer holds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.resolver
from dns.rdatatype import RdataType

from enrich.clock import now
from enrich.errors import SettingsError
from enrich.facts import Channel, State
from enrich.records import DnsRecords
from enrich.settings import Settings
from enrich.sources import Looked, Observation
from enrich.sources.side_by_side import Stop, side_by_side

#: What is asked of a company: names, with {} for its domain, and types. The first tells whether there is one.
QUESTIONS = (
    ("{}", "NS"),
    ("{}", "MX"),
    ("{}", "TXT"),
    ("_dmarc.{}", "TXT"),
    ("{}", "CAA"),
    ("www.{}", "CNAME"),
)

# Records of one name and type that are kept, and characters of one; a message holds 64 KB of them at most.
_MAX_VALUES = 200
_MAX_CHARACTERS = 4_096

# The least that every network carries in one piece (DNS Flag Day 2020); a longer answer comes by TCP.
_UDP_BYTES = 1_232

_ANSWERED = (State.FOUND, State.ABSENT)


class Dns:
    """The zones of companies; see :class:`~enrich.sources.CompanySource`.

    Parameters
    ----------
    settings : Settings
        Which servers are asked, how fast and how long.
    servers : sequence of (str, int)
        Addresses and ports to ask in place of those; for tests, so they can be given in Python only.

    Raises
    ------
    SettingsError
        If this machine has no name servers configured and the settings give none.
    """

    identity = "dns"
    channel = Channel.DNS
    name = "name servers"

    def __init__(self, settings: Settings | None = None, servers: Sequence[tuple[str, int]] = ()) -> None:
        self.settings = settings or Settings()
        given = servers or [(address, 53) for address in self.settings.dns_servers]
        try:
            self._resolver = dns.resolver.Resolver(configure=not given)
        except dns.resolver.NoResolverConfiguration as error:
            raise SettingsError(
                "this machine names no name servers; list some in the configuration (dns_servers)"
            ) from error
        if given:
            self._resolver.nameservers = [
                dns.nameserver.Do53Nameserver(address, port) for address, port in given
            ]
        self._resolver.lifetime = self.settings.dns_timeout_seconds
        self._resolver.use_edns(0, 0, _UDP_BYTES)

    def look(self, domains: Iterable[str]) -> Generator[Looked, None, None]:
        """Ask about companies; see :meth:`enrich.sources.CompanySource.look`."""
        stop = Stop()
        pace = Pace(self.settings.max_dns_queries_per_second, stop.wait)

        def ask(domain: str) -> list[Observation]:
            return self._look(domain, pace)

        return side_by_side(domains, ask, self.settings.max_companies_at_once, stop)

    def _look(self, domain: str, pace: Pace) -> list[Observation]:
        """Ask all questions; those that got no answer once more at the end.

        A domain that does not exist, or whose servers give no answer to the first, is asked nothing else.
        """
        questions = [(pattern.format(domain), kind) for pattern, kind in QUESTIONS]
        observed = [self._ask(domain, *questions[0], pace)]
        if observed[0].state not in _ANSWERED:
            return observed
        again = []
        for name, kind in questions[1:]:
            seen = self._ask(domain, name, kind, pace)
            if seen.state in _ANSWERED:
                observed.append(seen)
            else:
                again.append((name, kind))
        return observed + [self._ask(domain, name, kind, pace) for name, kind in again]

    def _ask(self, domain: str, name: str, kind: str, pace: Pace) -> Observation:
        pace.wait()
        state, note, values = self._answer(name, kind)
        if state is State.NO_SUCH_DOMAIN and name != domain:
            state, note = State.ABSENT, "no such name"
        record = DnsRecords(domain, name, kind, values) if values else None
        return Observation(domain, f"dns:{name}?type={kind}", state, now(), note=note, record=record)

    def _answer(self, name: str, kind: str) -> tuple[State, str, tuple[str, ...]]:
        try:
            answer = self._resolver.resolve(f"{name}.", kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return State.NO_SUCH_DOMAIN, "no such domain", ()
        except dns.resolver.LifetimeTimeout:
            return State.TIMED_OUT, f"no answer within {self.settings.dns_timeout_seconds:g} s", ()
        except dns.resolver.NoNameservers as error:
            return *_failure(error), ()
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return State.FAILED, f"no valid answer ({type(error).__name__})", ()
        if answer.rrset is None:
            return State.ABSENT, "", ()
        every = list(dict.fromkeys(filter(None, map(_text, sorted(answer.rrset, key=_order)))))
        kept = tuple(value for value in every if len(value) <= _MAX_CHARACTERS)[:_MAX_VALUES]
        note = "" if len(kept) == len(every) else f"{len(kept)} of {len(every)} records kept"
        return (State.FOUND if kept else State.ABSENT), note, kept


class Pace:
    """Lets threads go on at no more than a steady rate.

    Parameters
    ----------
    per_second : float
        How many.
    wait : callable
        Waits so many seconds; may raise to end the work of a thread.
    """

    def __init__(self, per_second: float, wait: Callable[[float], None]) -> None:
        self._seconds = 1 / per_second
        self._wait = wait
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            at = max(self._next, time.monotonic())
            self._next = at + self._seconds
        self._wait(max(0.0, at - time.monotonic()))


def _failure(error: dns.resolver.NoNameservers) -> tuple[State, str]:
    """Tell why no server gave an answer; one that refuses to (RFC 1035, section 4.1.1) has blocked us."""
    *_, reason, response = error.kwargs["errors"][-1] if error.kwargs["errors"] else ("no server", None)
    if response is not None:
        return (State.BLOCKED if str(reason) == "REFUSED" else State.FAILED), str(reason)[:100]
    return State.FAILED, (getattr(reason, "strerror", None) or "no valid answer").lower()


def _order(record: dns.rdata.Rdata) -> tuple[int, bytes]:
    """Servers give records in any order, to share the load; here MX come by preference, others by content."""
    return getattr(record, "preference", 0), record.to_digestable()


def _text(record: Any) -> str:
    """Write a record as :class:`DnsRecords` has it."""
    match record.rdtype:
        case RdataType.TXT:
            return b"".join(record.strings).decode("utf-8", "replace").strip()
        case RdataType.MX:
            return f"{record.preference} {_host(record.exchange)}"
        case RdataType.CAA:
            words = b" ".join([record.tag.lower(), record.value])
            return f"{record.flags} {words.decode('utf-8', 'replace')}"
        case _:
            return _host(record.target)


def _host(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
