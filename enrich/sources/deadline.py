"""One deadline for a whole exchange, kept by the sockets themselves.

A timeout of ``requests`` bounds the wait for the next bytes, so a server that sends a byte a second holds a
client for hours. The sockets here ask before every read and write how much time is left of the exchange; it
covers the name look-up, the connection, the TLS handshake, the headers and the body alike.
"""

from __future__ import annotations

import socket
import ssl
import time
from typing import Any


class Deadline:
    """A moment after which nothing is waited for; set anew for each exchange, used by one thread at a time.

    >>> deadline = Deadline()
    >>> deadline.start(seconds=5)
    >>> 4 < deadline.left() <= 5, deadline.passed
    (True, False)
    """

    def __init__(self) -> None:
        self._end = 0.0

    def start(self, seconds: float) -> None:
        """Begin an exchange that may take so long."""
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def left(self) -> float:
        """Return the seconds left, more than 0.

        Raises
        ------
        TimeoutError
            If the time is up.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        return left


# By so much a wait may outlast the deadline. Setting a timeout is a system call, before which the thread lets
# the others run and must then wait for its turn; it would be one for each read and write.
_TOLERANCE_SECONDS = 0.05


class _Timed:
    """What both kinds of socket do: wait no longer than what is left."""

    deadline: Deadline

    def settimeout(self, seconds: float | None) -> None:
        """Set the timeout, unless it is nearly that already."""
        now = self.gettimeout()  # type: ignore[attr-defined]
        if seconds is None or not now or not seconds or abs(seconds - now) > _TOLERANCE_SECONDS:
            super().settimeout(seconds)  # type: ignore[misc]

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*arguments)  # type: ignore[misc]

    def sendall(self, *arguments: Any) -> None:
        self.settimeout(self.deadline.left())
        super().sendall(*arguments)  # type: ignore[misc]


class TimedSocket(_Timed, socket.socket):
    """A plain socket under a deadline, which is assigned after it is made."""


class TimedTLSSocket(_Timed, ssl.SSLSocket):
    """A TLS socket under a deadline; the handshake has the timeout of the plain socket it is made of."""


class TimedTLSContext(ssl.SSLContext):
    """A TLS context whose sockets have deadlines."""

    sslsocket_class = TimedTLSSocket
