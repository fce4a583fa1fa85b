"""Whose service a host name belongs to: the hosts that records of a company's zone point to.

The rules are data: ``dns_services.toml`` beside this file, our own and free to use.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from enrich.domain import MAX_HOST_LENGTH

_NUMBER = re.compile(r"\d+")


def service(host: str, kind: str) -> str:
    """Return the name of the service that a host belongs to; empty where it is not known.

    Parameters
    ----------
    host : str
        Lower case, without a dot at the end.
    kind : str
        A table of the rules: ``mailboxes``, ``gateways``, ``mailbox_spf``, ``senders``, ``name_servers`` or
        ``hosts``.

    >>> service("acme-example.mail.protection.outlook.com", "mailboxes")
    'Microsoft 365'
    >>> service("ns-2048.awsdns-64.co.uk", "name_servers"), service("notreg.ru", "name_servers")
    ('Amazon Route 53', '')
    """
    if len(host) > MAX_HOST_LENGTH:
        return ""
    rules = _by_host(kind)
    labels = _NUMBER.sub("#", host).split(".")
    endings = (".".join(labels[start:]) for start in range(len(labels)))
    return next((rules[ending] for ending in endings if ending in rules), "")


@cache
def tables() -> Mapping[str, Mapping[str, list[str]]]:
    """The rules as in the file: kind, service, hosts."""
    return tomllib.loads(files(__package__).joinpath("dns_services.toml").read_text(encoding="utf-8"))


@cache
def _by_host(kind: str) -> Mapping[str, str]:
    return {_NUMBER.sub("#", host): name for name, hosts in tables()[kind].items() for host in hosts}
