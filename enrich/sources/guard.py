"""The guard at the socket: where a connection may go, decided on the very address it is made to.

A name is resolved once and its addresses are checked; the connection is made to one of those addresses, not
to the name again, so an answer that changes in between (DNS rebinding) finds nothing. One address that is
not public condemns the whole answer: no honest website has such a one, and an attacker's has.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from enrich.sources.addresses import IPNetwork, not_public
from enrich.sources.deadline import Deadline, TimedSocket
from enrich.sources.patience import within

#: From a host name and a port to IP addresses and ports; raises ``socket.gaierror`` like ``getaddrinfo``.
Resolver = Callable[[str, int], Sequence[tuple[str, int]]]

WEB_PORTS = (80, 443)

# Addresses of one name that are tried; a fair share of the time left goes to each.
_MAX_ADDRESSES = 3

# EAI_NODATA is there on Linux only.
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


class Refused(Exception):  # noqa: N818 - an outcome of a look, not an error of the program
    """The guard does not let this through; the message says why."""


class NoSuchName(Exception):  # noqa: N818
    """The name has no address."""


def look_up(host: str, port: int) -> list[tuple[str, int]]:
    """Resolve a name by the operating system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(address[0]), int(address[1])) for *_, address in found]


@dataclass(frozen=True)
class Reach:
    """What can be reached; the default is the public web and nothing else.

    Anything more is for tests, on servers of their own: it can be given in Python only, never by a
    configuration file or a command.

    Attributes
    ----------
    networks : tuple of IPv4Network or IPv6Network
        Permitted beside the public addresses.
    ports : tuple of int
        Permitted beside 80 and 443.
    resolve : Resolver
        Where names become addresses.
    ca_file : str
        A file of certificate authorities to trust in place of certifi's.
    """

    networks: tuple[IPNetwork, ...] = ()
    ports: tuple[int, ...] = ()
    resolve: Resolver = look_up
    ca_file: str = ""

    def check_port(self, port: int) -> None:
        """Raise `Refused` for a port that is not one of the web's."""
        if port not in WEB_PORTS and port not in self.ports:
            raise Refused(f"port {port} is neither 80 nor 443")

    def check_address(self, host: str, address: str) -> None:
        """Raise `Refused` for an address that is not public."""
        if (purpose := not_public(address)) and not self._permits(address):
            raise Refused(f"{host} is not on the public Internet: {purpose}")

    def _permits(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self.networks)


class Guard:
    """Opens the sockets of one client; the answers of name servers are kept as long as it is.

    Parameters
    ----------
    reach : Reach
        What can be reached.
    deadline : Deadline
        Of the exchange that the client is at.
    """

    def __init__(self, reach: Reach, deadline: Deadline) -> None:
        self.reach = reach
        self.deadline = deadline
        self._answers: dict[tuple[str, int], Sequence[tuple[str, int]]] = {}

    def open(self, host: str, port: int) -> TimedSocket:
        """Connect to a host.

        Raises
        ------
        Refused
            If the port, or any address of the name, is not permitted.
        NoSuchName
            If the name has no address.
        OSError
            If the connection fails; TimeoutError if it takes too long.
        """
        self.reach.check_port(port)
        addresses = self._addresses(host, port)
        for address, its_port in addresses:
            self.reach.check_address(host, address)
            self.reach.check_port(its_port)
        tried = addresses[:_MAX_ADDRESSES]
        for left in range(len(tried), 0, -1):
            try:
                return self._connect(tried[-left], self.deadline.left() / left)
            except OSError:
                if left == 1 or self.deadline.passed:
                    raise
        raise NoSuchName(f"{host} has no address")

    def _connect(self, address: tuple[str, int], seconds: float) -> TimedSocket:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        made = TimedSocket(family, socket.SOCK_STREAM)
        made.deadline = self.deadline
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.settimeout(seconds)
            made.connect(address)
            made.settimeout(self.deadline.left())
        except BaseException:
            made.close()
            raise
        return made

    def _addresses(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        if (host, port) not in self._answers:
            self._answers[host, port] = tuple(dict.fromkeys(self._resolved(host, port)))
        return self._answers[host, port]

    def _resolved(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        try:
            return within(self.deadline.left(), lambda: self.reach.resolve(host, port))
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                raise NoSuchName(f"{host} has no address") from error
            raise
        except UnicodeError as error:  # what the idna codec of Python makes of a long or empty label
            raise NoSuchName(f"{host} is no name") from error
        except TimeoutError:
            raise TimeoutError(f"the name servers of {host} did not answer") from None
