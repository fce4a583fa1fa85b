"""E-mail addresses: visible, written out against robots, and behind ``mailto:`` links.

An address a reader can see is the company's word; one that only stands in a link may be a leftover of the
template, so it comes with less confidence. Addresses are lower-cased, as every mail system in use compares
them (RFC 5321, section 2.4, allows otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from enrich.extract.fields import EMAILS
from enrich.extract.marked import places
from enrich.extract.registry import extractor
from enrich.facts import Fact
from enrich.page import Page

#: Confidence of an address that no reader sees.
LINK_ONLY = 0.45

_DOMAIN = re.compile(
    r"@((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}(?:xn--[a-z0-9-]{2,40}|[^\W\d_]{2,24}))(?![\w@])", re.I
)
_LOCAL = re.compile(r"[\w.+&%~!#$'*/=?^`{|}-]{1,64}$")
# [at], (at), {ät}, <собака> ... and the dot likewise; brackets make them certain.
_BRACKETED_AT = re.compile(r"[\[({<]\s*(?:at|@|ät|arroba|chez|apenstaartje|собака|a)\s*[\])}>]", re.I)
_AT = re.compile(rf"[ \t]*{_BRACKETED_AT.pattern}[ \t]*", re.I)
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|\.|punkt|point|punto|punt|точка)\s*[\])}>]\s*", re.I)
# In words without brackets: only where both, "at" and "dot", are spelt out between words.
_SPELT_DOTS = (" dot ", " DOT ", " точка ", " punto ", " punkt ")
_SPELT = re.compile(
    r"\b([\w.+-]{2,40})\s+(?:at|собака|arroba)\s+([\w-]{2,60})\s+(?:dot|точка|punto"
    r"|punkt)\s+([a-zа-я]{2,12})\b",
    re.I,
)

_FILES = frozenset(
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "css", "js", "json", "html", "htm",
     "php", "pdf", "zip", "mp4", "woff", "woff2", "map"]
)  # fmt: skip
_PLACEHOLDER_DOMAINS = re.compile(
    r"(?:.*\.)?(?:example\.\w+|[\w-]+\.(?:example|invalid|test|localhost|local)|(?:your|my|yours|the"
    r"|some)[-_]?"
    r"(?:domain|company|site|website|email|mail|business|name|shop|organization)\w*\.\w+|(?:domain|domein"
    r"|dominio"
    r"|domaine|ihredomain|ihre-domain|deinedomain|musterfirma|muster|beispiel|firma|empresa|site|website|xyz"
    r"|abc)"
    r"\.(?:com|net|org|de|ru|es|fr|nl|tld|ext))"
)
_PLACEHOLDER_LOCALS = re.compile(
    r"(?:your|ihr|ihre|deine?|votre|tu|uw|jouw)[._-]?(?:name|e?-?mail|address|adresse|naam|nom|nombre"
    r"|correo)?"
    r"|(?:e-?mail|name|user|username|someone|somebody|nobody|you|me|mail|max\.mustermann|john\.?doe"
    r"|jane\.?doe"
    r"|first(?:name)?[._]last(?:name)?|vorname\.nachname|xxx+|abc|test)"
)
_PLACEHOLDER_HOSTS = frozenset(
    ["email.com", "mail.com", "address.com", "gmail.com", "company.com", "server.com"]
)
# Keys of error trackers and parts of site builders have the shape of addresses.
_MACHINES = re.compile(
    r"(?:.*[.@])?(?:sentry(?:-next)?\.(?:io|wixpress\.com)|wixpress\.com|sentry\.[\w.-]+|ingest\.[\w.-]+)"
)
_HEX = re.compile(r"[0-9a-f]{16,}")
# Not among the words that extractors share: who asks for addresses alone need not look for all of those.
_CLOUDFLARE = (b"data-cfemail", b"/email-protection#")


def address(local: str, domain: str, site: str = "") -> str:
    """The address in lower case if it can be somebody's, else empty.

    A placeholder's domain is believed where it is the site's own (`site`, its host).

    >>> address("Info", "Acme.de"), address("logo", "2x.png"), address("your.name", "example.com")
    ('info@acme.de', '', '')
    """
    local = local.lower().strip("._'`*/-&=?|#!~^{}")
    domain = domain.lower()
    if not local or ".." in local or domain.rsplit(".", 1)[-1] in _FILES:
        return ""
    at_home = bool(site) and (domain == site or site.endswith("." + domain))
    if (
        (not at_home and _PLACEHOLDER_DOMAINS.fullmatch(domain))
        or _MACHINES.fullmatch(domain)
        or _HEX.fullmatch(local)
    ):
        return ""
    if domain in _PLACEHOLDER_HOSTS and _PLACEHOLDER_LOCALS.fullmatch(local):
        return ""
    return f"{local}@{domain}"


def addresses_in(text: str, site: str = "") -> Iterator[str]:
    """Addresses written plainly in `text`; linear, since only what stands around an ``@`` is read.

    >>> list(addresses_in("Write to <Sales@Acme.co.uk>, or call. Icon: logo@2x.png"))
    ['sales@acme.co.uk']
    """
    for match in _DOMAIN.finditer(text):
        before = _LOCAL.search(text, max(0, match.start() - 64), match.start())
        if before and (found := address(before[0], match[1], site)):
            yield found


def unmasked(text: str) -> str:
    """`text` with the usual disguises of addresses taken off.

    >>> unmasked("sales [at] acme (dot) com"), unmasked("info собака acme точка ru"), unmasked("look at acme")
    ('sales@acme.com', 'info@acme.ru', 'look at acme')
    """
    text = _DOT.sub(".", _AT.sub("@", text))
    return _SPELT.sub(r"\1@\2.\3", text)


def cloudflare(code: str) -> str:
    """Decode a ``data-cfemail`` attribute: the first byte is the key, XORed with the others.

    >>> cloudflare("7f1e3f1d511c10")
    'a@b.co'
    """
    try:
        key, *rest = bytes.fromhex(code)
        return bytes(byte ^ key for byte in rest).decode()
    except ValueError:
        return ""


def _masked(page: Page) -> Iterator[str]:
    if any(word in page.source for word in _CLOUDFLARE):
        for node in page.tree.css("[data-cfemail]"):
            yield from addresses_in(cloudflare(node.attributes.get("data-cfemail") or ""))
        for node in page.tree.css("a[href*='/cdn-cgi/l/email-protection#']"):
            yield from addresses_in(cloudflare((node.attributes.get("href") or "").rsplit("#", 1)[-1]))
    text = page.text
    bracketed = any(_BRACKETED_AT.match(text, position) for position in places(text, "[({<"))
    if bracketed or any(word in text for word in _SPELT_DOTS):
        for line in text.split("\n"):
            if (plain := unmasked(line)) != line:
                yield from addresses_in(plain, page.host)


@extractor(EMAILS)
def emails(page: Page) -> Iterator[Fact]:
    """Visible addresses, then disguised ones, then those only links know."""
    found: dict[str, float] = {}
    for mail in addresses_in(page.text, page.host):
        found[mail] = 0.9
    for mail in _masked(page):
        found.setdefault(mail, 0.85)
    shown = frozenset(found)
    for link in page.visible.links:
        if link.href[:1] in ("m", "M") and link.href[:7].lower() == "mailto:":
            for mail in addresses_in(unquote(link.href[7:].split("?")[0]), page.host):
                found[mail] = 0.95 if mail in shown else LINK_ONLY
    site = page.host.removeprefix("www.")
    for mail, confidence in found.items():
        domain = mail.rsplit("@", 1)[1]
        at_home = domain == site or site.endswith("." + domain) or domain.endswith("." + site)
        yield Fact(EMAILS.name, mail, min(1.0, confidence + 0.04) if at_home else confidence)
