"""The company as structured data describes it: schema.org Organization and its kin.

Both syntaxes, JSON-LD and microdata, are read into the same objects first. An organisation counts as the
site's own if it stands alone or publishes the page; one that only makes a product, wrote an article or sells
a ticket does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

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
    TAGLINE,
)
from enrich.extract.phones import number_as_written
from enrich.extract.registration import checked
from enrich.extract.registry import extractor
from enrich.extract.social import NETWORKS, profile
from enrich.extract.structured import Node, each, nodes, text_of, types_of
from enrich.facts import Fact
from enrich.page import Page

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


def _is_company(node: Node) -> bool:
    return any(_TYPE.search(kind) and kind not in _NOT_A_COMPANY for kind in types_of(node))


@extractor(
    NAME, LEGAL_NAME, DESCRIPTION, TAGLINE, LOGO, FOUNDED, EMPLOYEES, REGISTRATION, EMAILS, PHONES, STREET,
    CITY, POSTCODE, COUNTRY, *(network.field for network in NETWORKS),
)  # fmt: skip
def organization(page: Page) -> Iterator[Fact]:
    """Facts of the site's own organisation, from JSON-LD and microdata."""
    for role, node in nodes(page):
        if _is_company(node) and role in _OWN_ROLES:
            yield from _facts(page, node, 0.9 if _is_home(page, node) else 0.6)
        elif "WebSite" in types_of(node) and (name := text_of(node.get("name"))):
            yield Fact(NAME.name, name, 0.7)


def _is_home(page: Page, node: Node) -> bool:
    """Whether an organisation's address is on the page's host, or unsaid."""
    url = text_of(node.get("url"))
    host = page.host.removeprefix("www.")
    return not url.startswith("http") or host in url.lower() or not host


def _facts(page: Page, node: Node, sure: float) -> Iterator[Fact]:
    for field, name in (
        (NAME, "name"),
        (LEGAL_NAME, "legalName"),
        (DESCRIPTION, "description"),
        (TAGLINE, "slogan"),
    ):
        if (text := text_of(node.get(name))) and not text.startswith(("http:", "https:")):
            yield Fact(field.name, text, sure)
    link = text_of(node.get("logo"), "url", "contentUrl", "@id")
    if link and (logo := page.absolute(link)):
        yield Fact(LOGO.name, logo, sure)
    if year := _YEAR.search(text_of(node.get("foundingDate"))):
        yield Fact(FOUNDED.name, int(year[1]), sure)
    if employees := _employees(node.get("numberOfEmployees")):
        yield Fact(EMPLOYEES.name, employees, sure)
    for name in _TAX_PROPERTIES:
        for number in checked(text_of(node.get(name), "value")):
            yield Fact(REGISTRATION.name, number, sure)
    contacts = [node, *(c for c in each(node.get("contactPoint")) if isinstance(c, dict))]
    for contact in contacts:
        for value in each(contact.get("email")):
            for mail in addresses_in(text_of(value).removeprefix("mailto:"), page.host):
                yield Fact(EMAILS.name, mail, sure)
        for name in ("telephone", "faxNumber"):
            for value in each(contact.get(name)):
                if number := number_as_written(text_of(value), page):
                    yield Fact(PHONES.name, number, sure)
    for address in each(node.get("address")) + each(node.get("location")):
        yield from _address(address, sure)
    for link in each(node.get("sameAs")):
        if (text := text_of(link)) and (known := profile(text)):
            yield Fact(known[0].field.name, known[1], sure)


def _employees(value: Any) -> str:
    if isinstance(value, dict) and ("minValue" in value or "maxValue" in value):
        return "-".join(filter(None, (text_of(value.get("minValue")), text_of(value.get("maxValue")))))
    text = text_of(value, "value")
    return text if any(map(str.isdigit, text)) and len(text) <= 40 else ""


def _address(value: Any, sure: float) -> Iterator[Fact]:
    if not isinstance(value, dict):
        return
    if isinstance(value.get("address"), dict):
        value = value["address"]
    for field, name in ((STREET, "streetAddress"), (CITY, "addressLocality"), (POSTCODE, "postalCode")):
        if text := text_of(value.get(name)).strip(" ,"):
            yield Fact(field.name, text, sure)
    country = text_of(value.get("addressCountry"))
    if code := country.upper() if re.fullmatch(r"[A-Za-z]{2}", country) else country_named(country):
        yield Fact(COUNTRY.name, "GB" if code == "UK" else code, sure)
