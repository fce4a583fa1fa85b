"""From a host, URL or e-mail domain to the registrable domain, which is how a company is known here.

The public suffix list decides, its private section included: ``acme.blogspot.com`` and
``other.blogspot.com`` are two companies. A top-level domain that is not listed counts as one label, so
``.example`` and ``.test`` work as any other. Names are IDNA 2008 after UTS #46 mapping and kept in ASCII.
Nothing here raises, whatever the text: what is no company's domain is None.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

#: Longest host name (RFC 1035, section 2.3.4); also bounds the work on junk.
MAX_HOST_LENGTH = 253

_SCHEME = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*://|//|mailto:)", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NAME = re.compile(r"[a-z0-9-]+")
# A last label such as 127, 0x7f or 0 makes the whole an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
# What IDNA maps to a dot: ideographic, fullwidth and halfwidth full stops.
_DOTS = re.compile("[\u3002\uff0e\uff61]")


def host_of(text: str) -> str | None:
    """Return the host name that `text` holds, lower case and in ASCII.

    Parameters
    ----------
    text : str
        A host, a URL with or without its scheme, or an e-mail address.

    Returns
    -------
    str or None
        None for IP addresses, single labels and everything else that is no host name.

    >>> host_of("HTTPS://www.Müller.de:443/impressum"), host_of("acme.example/about")
    ('www.xn--mller-kva.de', 'acme.example')
    >>> host_of("http://[::1]/"), host_of("10.0.0.1"), host_of("localhost"), host_of("n/a")
    (None, None, None, None)
    """
    text = text.strip()
    if len(text) > 10 * MAX_HOST_LENGTH:  # a URL may be longer; its host is at the front
        text = text[: 10 * MAX_HOST_LENGTH]
    scheme = _SCHEME.match(text)
    try:
        netloc = urlsplit("//" + text[scheme.end() if scheme else 0 :]).netloc
    except ValueError:  # an IPv6 bracket left open, or a character that NFKC turns into a delimiter
        return None
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return None
    name, colon, port = host.partition(":")
    if colon and not (port.isascii() and port.isdigit()) and port:
        return None
    return ascii_host(unquote(name))


@lru_cache(maxsize=16_384)
def ascii_host(name: str) -> str | None:
    """Return a host name in lower case ASCII (IDNA 2008 after UTS #46), or None where it is not one.

    >>> ascii_host("ПРИМЕР.рф"), ascii_host("acme.example."), ascii_host("a..b")
    ('xn--e1afmkfd.xn--p1ai', 'acme.example', None)
    """
    if not name or len(name) > MAX_HOST_LENGTH + 1:
        return None
    name = name.lower() if name.isascii() else _DOTS.sub(".", name)
    labels = name.removesuffix(".").split(".")
    if not name.isascii() or any(label.startswith("xn--") for label in labels):
        try:
            labels = idna.encode(".".join(labels), uts46=True).decode("ascii").lower().split(".")
        except (idna.IDNAError, UnicodeError, ValueError, IndexError):
            return None
    host = ".".join(labels)
    if len(labels) < 2 or len(host) > MAX_HOST_LENGTH or _NUMBER.fullmatch(labels[-1]):
        return None
    return host if all(_LABEL.fullmatch(label) for label in labels) else None


def registrable_domain(text: str) -> str | None:
    """Return the registrable domain that `text` belongs to, in ASCII.

    Parameters
    ----------
    text : str
        A host, a URL with or without its scheme, or an e-mail address.

    Returns
    -------
    str or None
        None where there is no host name, or the host is itself a public suffix.

    >>> registrable_domain("https://shop.acme.co.uk/cart"), registrable_domain("jan@mail.acme.example")
    ('acme.co.uk', 'acme.example')
    >>> registrable_domain("anna.blogspot.com"), registrable_domain("blogspot.com")
    ('anna.blogspot.com', None)
    """
    host = host_of(text)
    return registrable(host) if host else None


@lru_cache(maxsize=16_384)
def registrable(host: str) -> str | None:
    """Return the registrable domain of a host name as :func:`ascii_host` gives it.

    >>> registrable("www.xn--mller-kva.de")
    'xn--mller-kva.de'
    """
    domain = _suffixes().privatesuffix(host)
    # Subdomains may have an underscore; a name that a registry hands out may not.
    return domain if domain and all(map(_NAME.fullmatch, domain.split("."))) else None


def to_unicode(domain: str) -> str:
    """Return the domain as people write it; what is no valid punycode stays as it is.

    >>> to_unicode("xn--e1afmkfd.xn--p1ai"), to_unicode("xn--a.example"), to_unicode("acme.example")
    ('пример.рф', 'xn--a.example', 'acme.example')
    """
    return ".".join(_unicode_label(label) for label in domain.split("."))


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.ulabel(label)
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        return label


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
