"""Every connection this process tries, seen by the interpreter itself; none leaves loopback while watched.

An audit hook (PEP 578) sees what any library connects to, the guarded sockets and all others alike.
"""

import sys
from contextlib import contextmanager
from ipaddress import ip_address

_watched = []
_installed = []


def _see(event, arguments):
    if not _watched or event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host, port = arguments[1][:2]
    _watched[-1].append((host, port))
    try:
        loopback = ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConnectionRefusedError(f"a test tried to connect to {host}:{port}")


@contextmanager
def connections():
    """A list to which each connection tried within the block is added, as (address, port)."""
    if not _installed:  # hooks cannot be removed
        sys.addaudithook(_see)
        _installed.append(True)
    _watched.append([])
    try:
        yield _watched[-1]
    finally:
        _watched.pop()
