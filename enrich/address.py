"""From an e-mail cell to its parts and the class of its mailbox, on this machine alone.

The part before the @ is judged by email-validator, at a stand-in domain: it would refuse ``.test`` and
``.invalid``, which are ordinary here. The part behind it is judged by :mod:`enrich.domain`, as a website
would be. Policy: internationalised domains and local parts (SMTPUTF8) are accepted; quoted local parts,
comments and IP literals, which no lead has, are not. Nothing is looked up and nothing is raised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from enrich.domain import ascii_host, registrable
from enrich.mailbox import Mailbox, classify

#: Longest address (RFC 5321, section 4.5.3.1.3, less the angle brackets).
MAX_ADDRESS_LENGTH = 254

_STAND_IN = "example.com"
_ANGLES = re.compile(r"<([^<>]*)>\s*$")
# On one line: what a line's end separates is two things, not one address.
_AROUND_AT = re.compile(r"[^\S\r\n]*@[^\S\r\n]*")
_SEPARATORS = re.compile(r"[;,]")
# Blanks that tables bring along: no-break and zero-width spaces, byte-order marks, soft hyphens.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class Address:
    """An e-mail address, taken apart.

    Attributes
    ----------
    local : str
        The part before the @; it stays on this machine and out of every ``repr``.
    host, domain : str
        Host behind the @ and its registrable domain, in ASCII; empty unless the address is valid.
    mailbox : Mailbox
        Its class.
    error : str
        Why it cannot be used, without the address itself; empty if it can.

    >>> split("Anna Müller <A.Mueller@Mail.Müller.de>")
    Address(host='mail.xn--mller-kva.de', domain='xn--mller-kva.de', mailbox=<Mailbox.COMPANY: 'company'>,
            error='')
    """

    local: str = field(repr=False)
    host: str
    domain: str
    mailbox: Mailbox
    error: str = ""

    @property
    def speaks_of_company(self) -> bool:
        """Whether the domain is that of a company, not of a mail provider."""
        return self.mailbox in (Mailbox.COMPANY, Mailbox.ROLE)


def split(text: str) -> Address:
    """Take an e-mail cell apart; of several addresses in it, the first counts.

    Parameters
    ----------
    text : str
        ``a@b.c``, ``Name <a@b.c>`` or ``mailto:a@b.c``, with stray spaces and in any case.

    >>> split(" mailto:info@acme.example?subject=Hello ").mailbox.value
    'role'
    >>> split("n/a").error
    'no @ in it'
    >>> split(" ").mailbox.value
    'missing'
    """
    text = _INVISIBLE.sub("", text).strip()
    if not text:
        return Address("", "", "", Mailbox.MISSING)
    if angled := _ANGLES.search(text):
        text = angled[1]
    elif all("@" in part for part in _SEPARATORS.split(text.strip("; ,"))):
        text = _SEPARATORS.split(text.strip("; ,"))[0]
    text = text.strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].partition("?")[0])
    text = _AROUND_AT.sub("@", text.strip())
    local, at, host = text.rpartition("@")
    if not at:
        return _invalid("no @ in it")
    try:
        checked = validate_email(f"{local}@{_STAND_IN}", check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        return _invalid(str(error).rstrip(".").replace("The email address", "it"))
    except (UnicodeError, ValueError) as error:  # lone surrogates and the like
        return _invalid(f"unusable characters before the @ ({type(error).__name__})")
    return _at_host(max(local, checked.local_part, key=len), host)


def _at_host(local: str, name: str) -> Address:
    host = ascii_host(name)
    if host is None or "_" in host:
        return _invalid("the part behind the @ is no host name")
    if len(local.encode()) + 1 + len(host) > MAX_ADDRESS_LENGTH:
        return _invalid(f"longer than {MAX_ADDRESS_LENGTH} bytes")
    domain = registrable(host)
    if domain is None:
        return _invalid("the part behind the @ is a public suffix, under which others register")
    return Address(local, host, domain, classify(local, host, domain))


def _invalid(reason: str) -> Address:
    return Address("", "", "", Mailbox.INVALID, reason)
