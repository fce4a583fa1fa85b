"""Public libraries doing the same tasks, as methods of the benchmark; those not installed are left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from enrich.page import Page

Method = Callable[[Page], set[str]]

_EMAIL = re.compile(r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")
_PHONE = re.compile(r"(?<!\d)\+?\(?\d[\d\s().-]{6,16}\d(?!\d)")
# Default regions by top-level domain, as the labels' makers used them for these libraries.
_REGIONS = {"uk": "GB", "ca": "CA", "au": "AU", "nl": "NL", "eu": "NL", "ie": "IE", "de": "DE", "se": "SE"}
_REGIONS |= {"nz": "NZ", "fr": "FR"}


def _phonenumbers(page: Page) -> set[str]:
    region = _REGIONS.get(page.host.rsplit(".", 1)[-1], "US")
    matches = PhoneNumberMatcher(page.text, region, leniency=Leniency.VALID)
    form = phonenumbers.PhoneNumberFormat.E164
    return {phonenumbers.format_number(match.number, form) for match in matches}


def _links(page: Page) -> list[str]:
    return [link.href for link in page.visible.links if link.href.startswith("http")]


def _socials(page: Page) -> set[str]:
    found = import_module("socials").extract(_links(page))
    networks = ("facebook", "twitter", "linkedin", "youtube", "instagram", "github")
    return {url for network in networks for url in found.get_matches_for_platform(network)}


def _extract_social_media(page: Page) -> set[str]:
    find = import_module("extract_social_media").find_links_tree
    parse = import_module("lxml.html").fromstring
    return set(find(parse(page.body))) if page.body.strip() else set()


def _pyap(page: Page) -> set[str]:
    parse = import_module("pyap").parse
    return {address.postal_code for address in parse(page.text, country="US") if address.postal_code}


def peers() -> dict[str, dict[str, Method]]:
    """Methods by task and name."""
    found: dict[str, dict[str, Method]] = {
        "phones": {
            "phonenumbers VALID": _phonenumbers,
            "regular expression": lambda page: set(_PHONE.findall(page.text)),
        },
        "emails": {"regular expression": lambda page: set(_EMAIL.findall(page.text))},
        "social": {},
        "addresses": {},
        "names": {"title": lambda page: {page.head.title}},
    }
    for task, module, method in (
        ("social", "socials", _socials),
        ("social", "extract_social_media", _extract_social_media),
        ("addresses", "pyap", _pyap),
    ):
        if find_spec(module):
            found[task][module] = method
    return found
