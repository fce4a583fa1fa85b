"""What a Scrapy user writes with lxml for the fields that our own extractors of the speed benchmark give.

The fields are name, description, logo, e-mail addresses, phone numbers in E.164 and profiles on social
networks: straightforward code over one lxml tree, with the public library for phone numbers. It makes none of
the finer distinctions of ours (placeholders, disguises, people's profiles, parts of the page, confidence), so
whatever the two differ in is to the advantage of this side.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import phonenumbers
from lxml import etree, html  # type: ignore[import-untyped]
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

_PLAIN = b"""<html><head><title>Acme | Anvils</title>
<meta name="description" content="Acme makes anvils for all of Kansas.">
</head><body><p>Acme Tools Ltd, 1600 Main St, Wichita, KS 67206. Tel: 316-691-8519, info@acmetools.com</p>
<a href="https://twitter.com/acme">Follow us</a> <img src="/logo.png"></body></html>"""

# Phone numbers have expressions by country, made on first use.
_COUNTRIES = ("US", "CA", "GB", "AU", "NL", "IE", "DE", "FR", "NZ", "SE", "RU", "IN", "CH", "IT", "ES")
_NUMBERS = "".join(
    f"<p>{phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)}</p>"
    for country in _COUNTRIES
    if (example := phonenumbers.example_number(country))
)
#: Pages that make both sides load what they load on first use.
WARM_UP = (_PLAIN, _NUMBERS.encode())

_EMAIL = re.compile(r"[a-zA-Z0-9._%+-]{1,64}@[a-zA-Z0-9.-]{1,255}\.[a-zA-Z]{2,24}")
_PHONE = re.compile(r"(?<!\d)\+?\(?\d[\d\s().-]{6,16}\d(?!\d)")
_NETWORKS = {"facebook.com", "twitter.com", "x.com", "linkedin.com", "instagram.com", "youtube.com"}
_NETWORKS |= {"github.com", "tiktok.com", "vk.com", "t.me"}
_SHARING = re.compile(r"/(?:sharer|share|intent|plugins|dialog)\b")
_DEFAULT_REGION = "US"

Fields = dict[str, str | list[str]]


def parse(body: bytes) -> html.HtmlElement | None:
    """The tree of a page; None where lxml finds no element in it."""
    try:
        return html.document_fromstring(body)
    except (etree.ParserError, ValueError):
        return None


def fields(tree: html.HtmlElement, url: str, *, plain_phones: bool = False) -> Fields:
    """Read the fields of a page.

    Parameters
    ----------
    tree : HtmlElement
        Loses what is not shown.
    url : str
        Of the page.
    plain_phones : bool
        Take what looks like a phone number, as written, by an expression: quicker, and another field.

    >>> found = fields(parse(WARM_UP[0]), "http://acme.example/")
    >>> found["name"], found["emails"], found["phones"], found["social"]
    ('Acme', ['info@acmetools.com'], ['+13166918519'], ['https://twitter.com/acme'])
    """
    title = " ".join((tree.findtext(".//title") or "").split())
    found: Fields = {
        "name": _meta(tree, "og:site_name") or re.split(r"\s[|–—-]\s", title)[0],
        "description": _meta(tree, "description") or _meta(tree, "og:description"),
        "logo": _logo(tree, url),
    }
    etree.strip_elements(tree, "script", "style", "noscript", "template", etree.Comment, with_tail=False)
    text = " ".join(tree.itertext())
    links = [link.strip() for link in tree.xpath("//a/@href")]
    mails = [*_EMAIL.findall(text), *(link[7:].partition("?")[0] for link in links if _is_mail(link))]
    phones = _PHONE.findall(text) if plain_phones else _numbers(text)
    found["emails"] = list(dict.fromkeys(mail.lower() for mail in mails))
    found["phones"] = list(dict.fromkeys(phones))
    found["social"] = list(dict.fromkeys(link for link in links if _is_profile(link)))
    return found


def _numbers(text: str) -> list[str]:
    matches = PhoneNumberMatcher(text, _DEFAULT_REGION, leniency=Leniency.VALID)
    return [phonenumbers.format_number(match.number, PhoneNumberFormat.E164) for match in matches]


def _meta(tree: html.HtmlElement, name: str) -> str:
    contents = tree.xpath("//meta[@name=$name or @property=$name]/@content", name=name)
    return " ".join(contents[0].split()) if contents else ""


def _logo(tree: html.HtmlElement, url: str) -> str:
    sources = tree.xpath("//img[contains(@src, 'logo')]/@src | //link[contains(@rel, 'icon')]/@href")
    try:
        return urljoin(url, sources[0]) if sources else ""
    except ValueError:
        return ""


def _is_mail(link: str) -> bool:
    return link.lower().startswith("mailto:")


def _is_profile(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return False
    return host in _NETWORKS and parts.path.strip("/") != "" and not _SHARING.search(parts.path)
