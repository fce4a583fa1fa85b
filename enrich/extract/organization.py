"""The company as structured data describes it: schema.org Organization and its kin.

Both syntaxes, JSON-LD and microdata, are read into the same objects first. An organisation counts as the
site's own if it stands alone or publishes the page; one that only makes a product, wrote an article or sells
a ticket does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from enrich.extract import jsonld, microdata
from enrich.extract.countries import country_named
from enrich.extract.emails import addresses_in
from enrich.extract.fields import (
    CITY,
    COUNTRY,
    DESCRIPTION,
    EMAILS,
    EMPLOYEES,
    FOUNDED,
    LEGAL_NAME,
    LOGO,
    NAME,
    PHONES,
    POSTCODE,
    REGISTRATION,
    STREET,
)
from enrich.extract.phones import number_as_written
from enrich.extract.registration import checked
from enrich.extract.registry import extractor
from enrich.extract.social import NETWORKS, profile
from enrich.facts import Fact
from enrich.page import Page

Node = dict[str, Any]

_TYPE = re.compile(
    r"(?:Organization|Corporation|Business|Store|Shop|Dealer|Agency|Agent|Service|Restaurant|Hotel|Clinic"
    r"|Dentist|Physician|Attorney|Notary|Salon|Bank|School|College|University|Company|Contractor|Electrician"
    r"|Plumber|Locksmith|Airline|Consortium|Cooperative|Pharmacy|Hospital|Bakery|Brewery|Winery|NGO|Resort"
    r"|Office|Center|Gym|Club|Gallery|Museum|Library|Florist|Project|Motel|Hostel)$"
)
_NOT_A_COMPANY = frozenset(["Service", "FinancialProduct", "BroadcastService", "WebAPI"])
# Properties whose organisation speaks for the site; others name suppliers, authors, customers.
_OWN_ROLES = (
    "", "publisher", "mainEntity", "about", "provider", "copyrightHolder", "sourceOrganization", "isPartOf",
    "mainEntityOfPage", "owner", "itemListElement", "hiringOrganization",
)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_TAX_PROPERTIES = ("vatID", "taxID", "iso6523Code", "identifier")


def _first(value: Any, *keys: str) -> str:
    """The first text of a value that may be text, a number, an object or a list of these."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = next(
                (value[key] for key in (*keys, "@value", "name", "value", "url") if key in value), ""
            )
        else:
            break
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _types(node: Node) -> list[str]:
    return [str(kind).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for kind in _each(node.get("@type"))]


def _is_company(node: Node) -> bool:
    return any(_TYPE.search(kind) and kind not in _NOT_A_COMPANY for kind in _types(node))


@extractor(
    NAME, LEGAL_NAME, DESCRIPTION, LOGO, FOUNDED, EMPLOYEES, REGISTRATION, EMAILS, PHONES, STREET, CITY,
    POSTCODE, COUNTRY, *(network.field for network in NETWORKS),
)  # fmt: skip
def organization(page: Page) -> Iterator[Fact]:
    """Facts of the site's own organisation, from JSON-LD and microdata."""
    found: list[tuple[str, Node]] = []
    if "ld+json" in page.html:
        found.extend(jsonld.nodes(page.tree))
    if "itemscope" in page.html:
        found.extend(microdata.nodes(page.tree))
    for role, node in found:
        if _is_company(node) and role in _OWN_ROLES:
            yield from _facts(page, node, 0.9 if _is_home(page, node) else 0.6)
        elif "WebSite" in _types(node) and (name := _first(node.get("name"))):
            yield Fact(NAME.name, name, 0.7)


def _is_home(page: Page, node: Node) -> bool:
    """Whether an organisation's address is on the page's host, or unsaid."""
    url = _first(node.get("url"))
    host = page.host.removeprefix("www.")
    return not url.startswith("http") or host in url.lower() or not host


def _facts(page: Page, node: Node, sure: float) -> Iterator[Fact]:
    for field, name in ((NAME, "name"), (LEGAL_NAME, "legalName"), (DESCRIPTION, "description")):
        if (text := _first(node.get(name))) and not text.startswith(("http:", "https:")):
            yield Fact(field.name, text, sure)
    link = _first(node.get("logo"), "url", "contentUrl", "@id")
    if link and (logo := page.absolute(link)):
        yield Fact(LOGO.name, logo, sure)
    if year := _YEAR.search(_first(node.get("foundingDate"))):
        yield Fact(FOUNDED.name, int(year[1]), sure)
    if employees := _employees(node.get("numberOfEmployees")):
        yield Fact(EMPLOYEES.name, employees, sure)
    for name in _TAX_PROPERTIES:
        for number in checked(_first(node.get(name), "value")):
            yield Fact(REGISTRATION.name, number, sure)
    contacts = [node, *(c for c in _each(node.get("contactPoint")) if isinstance(c, dict))]
    for contact in contacts:
        for value in _each(contact.get("email")):
            for mail in addresses_in(_first(value).removeprefix("mailto:"), page.host):
                yield Fact(EMAILS.name, mail, sure)
        for name in ("telephone", "faxNumber"):
            for value in _each(contact.get(name)):
                if number := number_as_written(_first(value), page):
                    yield Fact(PHONES.name, number, sure)
    for address in _each(node.get("address")) + _each(node.get("location")):
        yield from _address(address, sure)
    for link in _each(node.get("sameAs")):
        if (text := _first(link)) and (known := profile(text)):
            yield Fact(known[0].field.name, known[1], sure)


def _employees(value: Any) -> str:
    if isinstance(value, dict) and ("minValue" in value or "maxValue" in value):
        return "-".join(filter(None, (_first(value.get("minValue")), _first(value.get("maxValue")))))
    text = _first(value, "value")
    return text if any(map(str.isdigit, text)) and len(text) <= 40 else ""


def _address(value: Any, sure: float) -> Iterator[Fact]:
    if not isinstance(value, dict):
        return
    if isinstance(value.get("address"), dict):
        value = value["address"]
    for field, name in ((STREET, "streetAddress"), (CITY, "addressLocality"), (POSTCODE, "postalCode")):
        if text := _first(value.get(name)).strip(" ,"):
            yield Fact(field.name, text, sure)
    country = _first(value.get("addressCountry"))
    if code := country.upper() if re.fullmatch(r"[A-Za-z]{2}", country) else country_named(country):
        yield Fact(COUNTRY.name, "GB" if code == "UK" else code, sure)
