"""One exchange: a request, and whatever comes of it as a typed answer; nothing is raised or followed.

Bounded on all sides: the address and port by the guard, the time by the deadline, the bytes on the wire and
after decompression by a cap.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from typing import Self

from requests import RequestException
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from enrich.facts import State
from enrich.sources.content import ACCEPT_ENCODING, UndecodableContent, decode
from enrich.sources.deadline import Deadline
from enrich.sources.guard import Guard, NoSuchName, Reach, Refused
from enrich.sources.guarded import GuardedAdapter, checked_url
from enrich.sources.headers import by_name
from enrich.sources.status import state_of

_REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK_BYTES = 65_536
_MAX_DRAINED_BYTES = 4 * _BLOCK_BYTES


@dataclass(frozen=True)
class Answer:
    """What came of one request.

    Attributes
    ----------
    url : str
        What was asked, in the form it was asked in.
    state : State
        ``FOUND`` for a success; for a redirect too, which has a `location`.
    note : str
        A word on it.
    status : int
        HTTP status; 0 where none came.
    headers : mapping of str to str
        With lower-case names.
    body : bytes
        Decoded, at most as long as the cap.
    location : str
        Where a redirect points, as the server wrote it.
    broken : bool
        Whether the connection broke off, so that the next one may not.
    """

    url: str
    state: State
    note: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    location: str = ""
    broken: bool = False

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after_seconds(self) -> float | None:
        """What the server asks to wait (RFC 9110, section 10.2.3), in seconds or as a date.

        >>> Answer("", State.FAILED, headers={"retry-after": "120"}).retry_after_seconds
        120.0
        """
        text = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}", text, re.ASCII):
            return float(text)
        try:
            until = parsedate_to_datetime(text)
            return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())
        except (ValueError, OverflowError):
            return None


class Client:
    """Makes requests, one after another; one of its own for each company, so companies share nothing.

    Parameters
    ----------
    reach : Reach
        What can be reached.
    user_agent : str
        Sent with every request.
    deadline_seconds : float
        For one exchange as a whole.
    """

    def __init__(self, reach: Reach, user_agent: str, deadline_seconds: float) -> None:
        self.reach = reach
        self.deadline_seconds = deadline_seconds
        self._deadline = Deadline()
        self._adapter = GuardedAdapter(Guard(reach, self._deadline))
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._adapter.close()

    def get(self, url: str, *, accept: str, max_bytes: int, types: tuple[str, ...] = ()) -> Answer:
        """Ask for a URL.

        Parameters
        ----------
        url : str
            Checked again here.
        accept : str
            The header that says what is welcome.
        max_bytes : int
            Of content; more is cut off and noted.
        types : tuple of str
            Media types of which the body is read; none means all. An answer of another type has no body.

        Returns
        -------
        Answer
            Always, whatever happens.
        """
        self._deadline.start(self.deadline_seconds)
        try:
            url = checked_url(url, self.reach)
            headers = {**self._headers, "Accept": accept}
            return self._exchange(url, headers, max_bytes, types)
        except Refused as error:
            return Answer(url, State.REFUSED, str(error))
        except NoSuchName as error:
            return Answer(url, State.NO_SUCH_DOMAIN, str(error))
        except (RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            # ValueError: what a hostile status line or header makes of http.client and urllib3.
            if self._deadline.passed or any(isinstance(cause, TimeoutError) for cause in _causes(error)):
                return Answer(url, State.TIMED_OUT, f"no answer within {self.deadline_seconds:g} s")
            return Answer(url, State.FAILED, _reason(error), broken=_is_break(error))

    def _exchange(
        self, url: str, headers: Mapping[str, str], max_bytes: int, types: tuple[str, ...]
    ) -> Answer:
        raw = self._adapter.get(url, headers, self.deadline_seconds)
        headers = by_name(raw.headers.items())
        answer = Answer(url, State.FOUND, "", raw.status, headers)
        try:
            if raw.status in _REDIRECTS and (location := headers.get("location", "").strip()):
                # Header bytes beyond ASCII are UTF-8 in practice; http.client reads them as Latin-1.
                location = location.encode("latin-1", "replace").decode("utf-8", "replace")
                return Answer(url, State.FOUND, "redirect", raw.status, headers, location=location)
            state = state_of(raw.status)
            if state is not State.FOUND:
                return Answer(url, state or State.FAILED, f"status {raw.status}", raw.status, headers)
            if types and answer.media_type and answer.media_type not in types:
                return Answer(url, State.FOUND, f"content type {answer.media_type}", raw.status, headers)
            payload, missing = _read(raw, max_bytes)
            content = decode(
                payload,
                transfer_coding="",
                content_coding=headers.get("content-encoding", ""),
                max_bytes=max_bytes,
            )
        except UndecodableContent as error:
            return Answer(url, State.FAILED, str(error), raw.status, headers)
        finally:
            _let_go(raw)
        note = ", ".join(filter(None, [missing, content.note]))
        return Answer(url, State.FOUND, note, raw.status, headers, content.body)


def _let_go(raw: BaseHTTPResponse) -> None:
    """Read what little is left, so that the connection can serve again; otherwise close it."""
    try:
        for _ in range(_MAX_DRAINED_BYTES // _BLOCK_BYTES):
            if (raw.length_remaining or 0) > _MAX_DRAINED_BYTES:
                break
            if not raw.read1(_BLOCK_BYTES, decode_content=False):
                break
    except (HTTPError, HTTPException, OSError, ValueError):
        pass  # the answer is complete already; only the connection is lost
    raw.close()


def _read(raw: BaseHTTPResponse, max_bytes: int) -> tuple[bytes, str]:
    """Read the body as it is on the wire, at most as long as its content may be, and say what is missing."""
    payload = bytearray()
    try:
        # One read is at most one of the socket's, so the deadline holds and nothing read is lost on a break.
        while len(payload) <= max_bytes and (part := raw.read1(_BLOCK_BYTES, decode_content=False)):
            payload += part
    except (HTTPError, HTTPException) as error:
        if not payload or not any(isinstance(cause, IncompleteRead) for cause in _causes(error)):
            raise
        return bytes(payload), f"the body ends early, after {len(payload)} bytes"
    return bytes(payload), ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it was made of: urllib3 and requests wrap one in another."""
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            pending += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def _is_break(error: BaseException) -> bool:
    return any(
        isinstance(cause, ConnectionResetError | ConnectionAbortedError | BrokenPipeError | HTTPException)
        for cause in _causes(error)
    )


def _reason(error: BaseException) -> str:
    """A few words that are the same each time: no object addresses, ports or counts."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {(cause.reason or 'failed').replace('_', ' ').lower()}"
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, RequestException):
            return cause.strerror.lower()
    return "no valid HTTP" if not _is_break(error) else "the connection broke off"
