"""What robots.txt permits, by RFC 9309, matched by Protego.

A file that is not there (4xx) permits everything; one that cannot be had (5xx, no connection, no time)
permits nothing. Stricter than the RFC, 429 counts as the latter, for a server that is asked too much already.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from protego import Protego

from enrich.facts import State
from enrich.sources.exchange import Answer

#: The name that rules in a robots.txt are looked for under.
PRODUCT = "lookalike-workbench"

#: What is read of a file (RFC 9309, section 2.5), and how many redirects are followed (2.3.1.2).
MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5

# Hosts whose rules are kept; companies rarely share one.
_MAX_KEPT = 2_000


def user_agent(contact: str) -> str:
    """Return what every request says of its sender.

    >>> user_agent("https://acme.example/bot")
    'lookalike-workbench/... (+https://acme.example/bot)'
    """
    return f"{PRODUCT}/{_version()} (+{contact})" if contact else f"{PRODUCT}/{_version()}"


@cache
def _version() -> str:
    try:
        return version(PRODUCT)
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True)
class Rules:
    """The rules of one host.

    Attributes
    ----------
    parser : Protego or None
        None where everything is permitted, or nothing is.
    state : State
        ``FOUND``, or why nothing is permitted.
    note : str
        A word on that.
    """

    parser: Protego | None = None
    state: State = State.FOUND
    note: str = ""

    @classmethod
    def parse(cls, text: str) -> Rules:
        r"""Read the text of a robots.txt.

        >>> rules = Rules.parse("User-agent: *\nDisallow: /private\nCrawl-delay: 3")
        >>> rules.permit("https://acme.example/private/x"), rules.permit("https://acme.example/")
        (False, True)
        >>> rules.delay_seconds()
        3.0
        """
        return cls(Protego.parse(text))

    @classmethod
    def of(cls, answer: Answer) -> Rules:
        """Read the answer to a request for a robots.txt, redirects followed."""
        if answer.state is State.FOUND and not answer.location:
            # Cut where a line ends: half a rule may say the contrary of the whole.
            body = answer.body
            if len(body) >= MAX_BYTES:
                body = body[: body.rfind(b"\n") + 1]
            return cls.parse(body.decode("utf-8-sig", "replace"))
        unavailable = 400 <= answer.status < 500 and answer.status != 429
        if unavailable or answer.location:  # an endless redirect counts as no file
            return cls()
        state = State.REFUSED if answer.status >= 500 else answer.state
        return cls(None, state, f"robots.txt: {answer.note}")

    def permit(self, url: str, agent: str = PRODUCT) -> bool:
        """Tell whether a URL may be fetched."""
        if self.parser is None:
            return self.state is State.FOUND
        return self.parser.can_fetch(url, agent)

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps that the file names, as they stand there."""
        return list(self.parser.sitemaps) if self.parser else []

    def delay_seconds(self, agent: str = PRODUCT) -> float:
        """Return the pause that the host asks for between requests; 0 where it does not say."""
        return (self.parser.crawl_delay(agent) or 0.0) if self.parser else 0.0


class Robots:
    """The rules of the hosts met in a run, each fetched once; shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[threading.Lock, list[Rules]]] = OrderedDict()

    def rules(self, url: str, fetch: Callable[[str], Answer]) -> Rules:
        """Return the rules of a URL's scheme, host and port.

        Parameters
        ----------
        url : str
            Any URL there.
        fetch : callable
            Gets the robots.txt, redirects followed; called once a host, others wait for it.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock, rules = self._kept.setdefault(origin, (threading.Lock(), []))
            self._kept.move_to_end(origin)
            if len(self._kept) > _MAX_KEPT:
                self._kept.popitem(last=False)
        with lock:
            if not rules:
                rules.append(Rules.of(fetch(f"{origin}/robots.txt")))
            return rules[0]
