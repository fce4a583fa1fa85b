"""The guarded adapter: ``requests`` whose connections only the guard opens, and one exchange over it.

Requests go to the adapter directly, not through a session. So there is nothing that could read ``.netrc``,
proxies or certificates from the environment, keep a cookie or send a Referer; and a session reads the whole
body of a redirect into memory, decompressed, even where it is told not to follow it.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import certifi
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.response import BaseHTTPResponse

from enrich.domain import ascii_host, registrable_domain
from enrich.sources.deadline import TimedSocket, TimedTLSContext, TimedTLSSocket
from enrich.sources.guard import Guard, Reach, Refused

_MAX_URL_CHARACTERS = 2_000
_PORTS = {"http": 80, "https": 443}
# Origins that one company's pages lead to are few; beyond so many, connections are made anew.
_MAX_POOLS = 4
# What stands for itself in a path or query (RFC 3986), and what is escaped already.
_SAFE = "/?:@!$&'()*+,;=-._~%|"
# Python strips tabs and newlines from within a URL, browsers take a backslash for a slash: readers of such a
# URL may disagree on the host.
_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f\\]")
# Browsers look for a host behind any number of slashes, Python behind two alone.
_MANY_SLASHES = re.compile(r"\s*(?:https?:)?///", re.IGNORECASE)
_LONE_PERCENT = re.compile("%(?![0-9a-f]{2})", re.IGNORECASE)
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)


def checked_url(url: str, reach: Reach) -> str:
    """Return a URL in the one form that is judged by robots.txt and requested.

    Scheme and host are in lower case ASCII; there is no fragment, and no ``..`` in any spelling that a server
    might resolve into what robots.txt disallows.

    Parameters
    ----------
    url : str
        As found in a page, a header or made from a domain.
    reach : Reach
        Which ports are permitted.

    Raises
    ------
    Refused
        If it is no http(s) URL, names a user, or its host is no name: addresses, in whatever spelling, are no
        company's website.

    >>> checked_url("HTTPS://www.Müller.example:443/über uns?a=b#top", Reach())
    'https://www.xn--mller-kva.example/%C3%BCber%20uns?a=b'
    >>> checked_url("http://acme.example/public/%2e%2E/private/.", Reach())
    'http://acme.example/private/'
    >>> checked_url("http://jan:secret@acme.example/", Reach())
    Traceback (most recent call last):
    ...
    enrich.sources.guard.Refused: the URL names a user
    """
    url, port = _normal(url)
    reach.check_port(port)
    return url


@lru_cache(maxsize=4_096)  # a URL is checked where it is found, and again where it is asked for
def _normal(url: str) -> tuple[str, int]:
    """The one form of a URL, and its port."""
    if len(url) > _MAX_URL_CHARACTERS:
        raise Refused(f"the URL has more than {_MAX_URL_CHARACTERS} characters")
    if _AMBIGUOUS.search(url.strip()):
        raise Refused("the URL has a control character or a backslash")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise Refused("the URL is malformed") from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise Refused(f"scheme '{scheme[:20]}' is neither http nor https")
    if "@" in parts.netloc:
        raise Refused("the URL names a user")
    host = ascii_host(parts.hostname or "")
    if host is None:
        raise Refused("the host of the URL is no domain name")
    port = _PORTS[scheme] if port is None else port
    netloc = host if port == _PORTS[scheme] else f"{host}:{port}"
    path, query = (_escaped(part) for part in (_without_dots(parts.path), parts.query))
    return urlunsplit((scheme, netloc, path, query, "")), port


def joined_url(url: str, reference: str, reach: Reach) -> str:
    """Return where a reference found at a URL leads, in the form of :func:`checked_url`.

    Raises
    ------
    Refused
        As there, and where readers of the reference may disagree on the host.

    >>> joined_url("https://acme.example/a/b", "../c", Reach())
    'https://acme.example/c'
    >>> joined_url("https://acme.example/", "///other.example/", Reach())
    Traceback (most recent call last):
    ...
    enrich.sources.guard.Refused: the URL is malformed
    """
    if _AMBIGUOUS.search(reference.strip()):
        raise Refused("the URL has a control character or a backslash")
    if _MANY_SLASHES.match(reference):
        raise Refused("the URL is malformed")
    try:
        target = urljoin(url, reference)
    except ValueError as error:
        raise Refused("the URL is malformed") from error
    return checked_url(target, reach)


def _escaped(part: str) -> str:
    """Escape what must be; urllib3 would escape every % anew where one of them begins no escape."""
    return quote(_LONE_PERCENT.sub("%25", part), safe=_SAFE)


def _without_dots(path: str) -> str:
    """Resolve the segments ``.`` and ``..``, percent-encoded or not (WHATWG URL, section 4.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        dots = _ENCODED_DOT.sub(".", segment)
        if dots == "..":
            del kept[-1:]
        elif dots != ".":
            kept.append(segment)
    if segments and dots in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


class GuardedHTTPConnection(HTTPConnection):
    """An HTTP connection over a socket that the guard opened."""

    def __init__(self, *arguments: Any, guard: Guard, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.guard = guard

    def _new_conn(self) -> TimedSocket:
        return self.guard.open(self.host, self.port)


class GuardedHTTPSConnection(HTTPSConnection):
    """An HTTPS connection over such a socket; name indication and certificate check are on the host name."""

    def __init__(self, *arguments: Any, guard: Guard, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.guard = guard

    def _new_conn(self) -> TimedSocket:
        return self.guard.open(self.host, self.port)

    def connect(self) -> None:
        """Connect and shake hands; the socket that TLS made gets the deadline of the plain one."""
        super().connect()
        if isinstance(self.sock, TimedTLSSocket):
            self.sock.deadline = self.guard.deadline


_CONNECTIONS = {"http": GuardedHTTPConnection, "https": GuardedHTTPSConnection}


class _GuardedPools(PoolManager):
    """Pools of guarded connections and of no others."""

    def __init__(self, guard: Guard, **options: Any) -> None:
        super().__init__(**options)
        self.guard = guard

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.ConnectionCls = partial(_CONNECTIONS[scheme], guard=self.guard)  # type: ignore[assignment]
        return pool


class GuardedAdapter(HTTPAdapter):
    """A ``requests`` adapter that connects only where its guard lets it.

    Parameters
    ----------
    guard : Guard
        Opens the sockets.

    Notes
    -----
    One thread at a time. The guard's exceptions pass through `send` as they are.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._pools: dict[str, HTTPConnectionPool] = {}
        super().__init__(pool_connections=_MAX_POOLS, pool_maxsize=1)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Make the pools; called by the constructor of ``requests``."""
        self.poolmanager = _GuardedPools(
            self.guard,
            num_pools=connections,
            maxsize=maxsize,
            block=block,
            ssl_context=verifying_context(self.guard.reach.ca_file),
            **pool_kwargs,
        )

    def get(self, url: str, headers: Mapping[str, str], timeout_seconds: float) -> BaseHTTPResponse:
        """Ask for a URL that :func:`checked_url` gave; the body is still to be read.

        The request is made as it is: preparing it once more would take longer than sending it.
        """
        request = PreparedRequest()
        request.method, request.url, request.headers = "GET", url, CaseInsensitiveDict(headers)
        raw: BaseHTTPResponse = self.send(request, stream=True, timeout=timeout_seconds).raw
        return raw

    def get_connection_with_tls_context(
        self, request: PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        """Return the pool of a URL's scheme, host and port; nothing else tells connections apart here."""
        parts = urlsplit(request.url or "")
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._pools:
            if len(self._pools) == _MAX_POOLS:
                self.close()
                self._pools.clear()
            self._pools[origin] = self.poolmanager.connection_from_host(
                parts.hostname, parts.port, parts.scheme
            )
        return self._pools[origin]

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        """Return the path and query; there are no proxies that would want all of the URL."""
        return request.path_url

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Hand the answer through as it came; no cookie is looked for, as none is kept."""
        response = Response()
        response.raw = resp
        return response

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Refuse: through a proxy, somebody else would decide where to connect."""
        raise Refused("proxies are not used")

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: the context verifies; ``requests`` would load all authorities for each connection."""


def load(reach: Reach) -> None:
    """Load what every connection needs, before many threads find it missing and each loads its own."""
    verifying_context(reach.ca_file)
    registrable_domain("acme.example")


@cache
def verifying_context(ca_file: str) -> ssl.SSLContext:
    """One context for all connections, as loading the authorities takes longer than many an exchange."""
    context = TimedTLSContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(ca_file or certifi.where())
    return context
