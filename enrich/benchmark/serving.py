"""Saved pages served as the websites of many virtual hosts on loopback, by a process of their own.

A site is a robots.txt, a home page and the pages that the home page's first links lead to. What a client
measures is then itself: the server holds every answer ready as bytes, waits the latency asked for, and sends.
It also counts what it is asked, so that a client's manners are on record.

Run as a module it serves until its standard input ends: it writes the port as its first line, and a line of
JSON, the :class:`Asked` since the last one, for each line that it reads.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from enrich.benchmark.labelled import pages
from enrich.errors import TableError

#: Paths of a site's pages after the home page, which links to each by these words.
PATHS = {"/imprint": "Imprint", "/contact": "Contact", "/about": "About us", "/pricing": "Pricing"}
PAGES_PER_SITE = 1 + len(PATHS)
#: Where the home page's links to the site's own pages are, for crawlers that are told.
LINKS_ID = "site-pages"

_ROBOTS = b"User-agent: *\nDisallow: /private/\n"
_LINKS = "".join(f'<a href="{path}">{words}</a> ' for path, words in PATHS.items())
_NAVIGATION = f'<div id="{LINKS_ID}">{_LINKS}</div>'.encode()
_BODY = re.compile(rb"<body(?:\s[^>]{0,2000})?>", re.IGNORECASE)
# Comments and the like may hold a <body> of their own.
_UNREAD = re.compile(rb"<!--.*?-->|<(script|style|noembed|noscript)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(rb"\r\nhost:[ \t]*([\w.-]+)", re.IGNORECASE)
_MAX_REQUEST_BYTES = 16_384

Answers = Mapping[tuple[bytes, bytes], bytes]


def host_names(hosts: int) -> list[str]:
    """Names of so many sites.

    >>> host_names(2)
    ['site0.example', 'site1.example']
    """
    return [f"site{number}.example" for number in range(hosts)]


def sites(bodies: Sequence[bytes], hosts: int) -> dict[tuple[bytes, bytes], bytes]:
    """Answers by host and path.

    Parameters
    ----------
    bodies : sequence of bytes
        Pages, dealt out in an order that is the same each time; all over again if there are too few.
    hosts : int
        Number of sites.
    """
    order = random.Random(0).sample(range(len(bodies)), len(bodies))  # noqa: S311 - kinds of pages mixed
    answers = {}
    for number, name in enumerate(host_names(hosts)):
        host = name.encode()
        answers[host, b"/robots.txt"] = _answer(_ROBOTS, b"text/plain")
        for place, path in enumerate(("/", *PATHS)):
            body = bodies[order[(number * PAGES_PER_SITE + place) % len(order)]]
            answers[host, path.encode()] = _answer(_linked(body) if path == "/" else body, b"text/html")
    return answers


def _linked(body: bytes) -> bytes:
    """A page with links to the site's other pages before anything else in it."""
    match = _BODY.search(_UNREAD.sub(lambda unread: b" " * len(unread[0]), body))
    start = match.end() if match else 0
    return body[:start] + _NAVIGATION + body[start:]


def _answer(body: bytes, media_type: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        media_type,
        len(body),
        body,
    )


_NOT_FOUND = _answer(b"not here", b"text/plain", b"404 Not Found")


@dataclass(frozen=True)
class Asked:
    """What the server was asked within a time.

    Attributes
    ----------
    pages : int
        Answers with a page.
    robots : int
        Answers with a robots.txt.
    missing : int
        Answers that there is no such page.
    most_at_once_of_a_host : int
        Requests to one host that were under way together, at most.
    cpu_seconds : float
        Of the server.
    """

    pages: int
    robots: int
    missing: int
    most_at_once_of_a_host: int
    cpu_seconds: float


class _Counts:
    """Running counts of a server."""

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        self.under_way: Counter[bytes] = Counter()
        self.most = 0
        self._cpu = time.process_time()

    def asked(self, host: bytes) -> None:
        self.under_way[host] += 1
        self.most = max(self.most, self.under_way[host])

    def take(self) -> Asked:
        now = time.process_time()
        found = self.answered
        taken = Asked(found["pages"], found["robots"], found["missing"], self.most, now - self._cpu)
        self.answered.clear()
        self.most, self._cpu = 0, now
        return taken


class _Connection(asyncio.Protocol):
    """One connection: requests without bodies, answered in their order."""

    def __init__(self, answers: Answers, latency_seconds: float, counts: _Counts) -> None:
        self.answers = answers
        self.latency_seconds = latency_seconds
        self.counts = counts
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type
        self.transport = transport
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while (end := self._pending.find(b"\r\n\r\n")) >= 0:
            request, self._pending = self._pending[:end], self._pending[end + 4 :]
            self._ask(request)
        if len(self._pending) > _MAX_REQUEST_BYTES:
            self.transport.close()

    def _ask(self, request: bytes) -> None:
        words = request.split(b" ", 2)
        match = _HOST.search(request)
        host = match[1].lower() if match else b""
        path = words[1] if len(words) == 3 else b""
        self.counts.asked(host)
        if self.latency_seconds:
            self.loop.call_later(self.latency_seconds, self._give, host, path)
        else:
            self._give(host, path)

    def _give(self, host: bytes, path: bytes) -> None:
        answer = self.answers.get((host, path))
        kind = "missing" if answer is None else "robots" if path == b"/robots.txt" else "pages"
        self.counts.answered[kind] += 1
        self.counts.under_way[host] -= 1
        if not self.transport.is_closing():
            self.transport.write(answer or _NOT_FOUND)


class Serving:
    """The server, as the one who starts it sees it; a context manager.

    Parameters
    ----------
    data : Path
        A folder of WARC files.
    hosts : int
        Number of sites.
    latency_seconds : float
        Waited before each answer.

    Raises
    ------
    TableError
        If the folder holds no page.
    """

    def __init__(self, data: Path, hosts: int, latency_seconds: float) -> None:
        command = [sys.executable, "-m", __name__, str(data), str(hosts), str(latency_seconds)]
        self._process = subprocess.Popen(  # noqa: S603 - this very module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        first = self._line()
        if not first.strip().isdigit():
            self.close()
            raise TableError(f"'{data}' holds no pages; give a folder with WARC files")
        self.port = int(first)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server."""
        self._process.communicate()

    def asked(self) -> Asked:
        """What was asked since the last call, or since the start."""
        assert self._process.stdin is not None  # noqa: S101 - for the type
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Asked(**json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - for the type
        return self._process.stdout.readline()


async def _serve(answers: Answers, latency_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    counts = _Counts()
    server = await loop.create_server(
        lambda: _Connection(answers, latency_seconds, counts), "127.0.0.1", 0, backlog=1024
    )
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    _say(str(server.sockets[0].getsockname()[1]))
    while await reader.readline():
        _say(json.dumps(asdict(counts.take())))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(data: str, hosts: str, latency_seconds: str) -> None:
    """Serve a folder's pages until standard input ends."""
    bodies = [page.body for page in pages(Path(data)) if page.body.strip()]
    if bodies:
        asyncio.run(_serve(sites(bodies, int(hosts)), float(latency_seconds)))


if __name__ == "__main__":
    main(*sys.argv[1:])
