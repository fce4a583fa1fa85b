"""Who is not to be known: a person by e-mail address, or a company by domain.

What is kept of them is a digest, so that a later run neither looks at the company nor stores the address
again when it stands on somebody's page.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import idna

from enrich.domain import ascii_host, registrable_domain
from enrich.errors import SettingsError
from enrich.facts import Value

_REMOVED = "[removed]"
_ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:]{1,64}@[^\s@<>()\[\]\"',;:/?#]{1,253}")


class Forgotten:
    """A person or a company to be erased.

    Parameters
    ----------
    who : str
        An e-mail address, or a domain.

    Attributes
    ----------
    text : str
        The address in lower case, or the registrable domain in ASCII.
    domain : str
        The company's domain; empty for a person.

    Raises
    ------
    SettingsError
        If it is neither.

    >>> one = Forgotten("Jan@Acme.example")
    >>> one.held_by("mailto:jan%40acme.example"), one.held_by("marjan@acme.example")
    (True, False)
    >>> one.without("Write to jan@acme.example."), one.without("jan@acme.example")
    ('Write to [removed].', None)
    >>> Forgotten("www.acme.example").held_by("https://shop.acme.example/")
    True
    """

    def __init__(self, who: str) -> None:
        who = who.strip().removeprefix("mailto:")
        self.domain = "" if "@" in who else registrable_domain(who) or ""
        if not self.domain and not _ADDRESS.fullmatch(who):
            raise SettingsError(
                "neither an e-mail address nor a company's domain; give one such as jan@acme.example or "
                "acme.example"
            )
        self.text = self.domain or who.casefold()
        self.forms = _forms(self.text)
        any_form = "|".join(re.escape(form) for form in sorted(self.forms, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![\w%+-])(?<![\w]\.)(?:{any_form})(?!\.?[\w-])", re.IGNORECASE)
        if self.domain:  # its subdomains and mailboxes go with it
            self._pattern = re.compile(rf"(?:[\w%+.@-]*[@.])?(?<![\w-])(?:{any_form})(?!\.?[\w-])", re.I)

    @property
    def digest(self) -> str:
        """What is kept."""
        return digest(self.text)

    def held_by(self, text: str) -> bool:
        """Tell whether a text names the person or company, in whatever notation of URLs."""
        return any(self._pattern.search(form) for form in {text, unquote(text)})

    def without(self, value: Value) -> Value | None:
        """Return a value without the name; None where nothing else is in it."""
        if not isinstance(value, str) or not self.held_by(value):
            return value
        return self._pattern.sub(_REMOVED, value) if len(value.split()) > 1 else None


@dataclass(frozen=True)
class Proof:
    """What was erased from a file, and what a search of it then found.

    Attributes
    ----------
    path : Path
        The journal or archive.
    erased : int
        Rows or records removed or changed.
    searched_bytes : int
        Length of what was searched, decompressed.
    left : int
        Places where the name still stands; 0 if all is well.
    """

    path: Path
    erased: int
    searched_bytes: int
    left: int

    def to_dict(self) -> dict[str, Any]:
        """Give everything."""
        return {
            "file": self.path,
            "erased": self.erased,
            "searched_bytes": self.searched_bytes,
            "left": self.left,
        }

    def __str__(self) -> str:
        """One line for people."""
        left = f"{self.left:,} places left" if self.left else "no trace left"
        return f"{self.path}: {self.erased:,} erased, {self.searched_bytes:,} bytes searched, {left}"


def digest(text: str) -> str:
    """Return what is kept of an address or domain."""
    return hashlib.sha256(f"forgotten {text.casefold()}".encode()).hexdigest()


def without_addresses(value: Value, digests: Collection[str]) -> Value | None:
    """Return a value without forgotten addresses; None where nothing else is in it.

    >>> without_addresses("Sales: jan@acme.example", {digest("jan@acme.example")})
    'Sales: [removed]'
    """
    if not isinstance(value, str) or "@" not in value:
        return value
    for found in set(_ADDRESS.findall(value)):
        if digest(found.rstrip(".")) in digests:
            left = Forgotten(found.rstrip(".")).without(value)
            if left is None:
                return None
            value = left
    return value


def _forms(text: str) -> set[str]:
    """Ways of writing it that are found in pages, URLs and databases."""
    name, at, domain = text.rpartition("@")
    hosts = {domain, ascii_host(domain) or domain}
    with suppress(idna.IDNAError):
        hosts.add(idna.decode(ascii_host(domain) or domain))
    forms = {f"{name}{at}{host}" for host in hosts}
    forms |= {quote(form, safe="") for form in forms} | {json.dumps(form)[1:-1] for form in forms}
    return forms
