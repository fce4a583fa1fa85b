"""Postal addresses in the visible text: street, city, postcode and country.

The postcode is the anchor: it is found by its country's form, and what stands before it, on its line and the
lines above, is read as city and street. An address without a street is believed only where the form of the
postcode leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from enrich.extract.fields import CITY, COUNTRY, POSTCODE, STREET
from enrich.extract.home_country import site_country
from enrich.extract.postcodes import Found, find
from enrich.extract.registry import extractor
from enrich.facts import Fact
from enrich.page import Page

_MAX_CHARACTERS = 200_000
_MAX_ADDRESSES = 200
_LINES_ABOVE = 3
# The digits of some country's postcode.
_ANCHOR = re.compile(r"[0-9](?:\d{3}|[A-Z]{2}\b|[A-Z] ?\d|\d\d \d\d|\d-\d{3})")
# A street has a number before or behind its name; a post box has its own word.
_STREET = re.compile(
    r"(?:(?:^|[,;|·•:] ?|\s)(?P<box>P(?:ost)?\.? ?O(?:ffice)?\.? ?Box:? \w+|Postfach \d[\d ]*|Postbus \d+"
    r"|BP \d+)"
    r"|(?P<named>(?:\d+[\w/-]{0,6},? )?[^\W\d_][\w.'’ -]{2,50}[\w.)],? ?(?:№ ?|nr\.? ?|no\.? ?"
    r"|д\. ?)?\d+ ?[a-zA-Zа-яА-Я]?(?:[-–/]\d+\w?)?)\b"
    r"|(?P<numbered>\b\d+[\w/-]{0,6},? [^\W\d_][\w.'’ -]{2,50}))"
)
_RUSSIAN_STREET = re.compile(
    r"(?:\b(?:ул|улица|пр|пр-т|просп|проспект|пер|переулок|наб|набережная|ш|шоссе|б-р|бульвар|пл|площадь"
    r"|проезд|пр-д)\b\.?"
    r" ?[^,;\n]{2,40}|[^,;\n]{2,40} (?:ул|улица|пр-т|проспект|переулок|наб|набережная|шоссе|бульвар|площадь"
    r"|проезд)\b\.?)"
    r"(?:, ?(?:д|дом|стр|строение|корп|корпус|к|вл|владение|оф|офис|пом)\.? ?[\w/-]+|, ?\d[\w/-]*){0,5}"
)
_CITY_BEFORE = re.compile(r"([^\W\d_][^\W\d_.'’-]*(?:[ .'’-]+[^\W\d_][^\W\d_.'’-]*){0,3})[\s,.]*$")


@dataclass(frozen=True)
class Address:
    """An address as read; parts that were not found are empty."""

    street: str
    city: str
    postcode: str
    country: str


def addresses_in(text: str, home: str) -> Iterator[Address]:
    r"""Addresses of `text`, each postcode once.

    Parameters
    ----------
    text : str
        Lines as a reader sees them.
    home : str
        The country the text is at home in, ISO 3166-1 alpha-2.

    >>> list(addresses_in("Acme GmbH\nHauptstraße 5a\n10115 Berlin", "DE"))
    [Address(street='Hauptstraße 5a', city='Berlin', postcode='10115', country='DE')]
    >>> list(addresses_in("12 High Street, Leeds LS1 4AP", "GB"))
    [Address(street='12 High Street', city='Leeds', postcode='LS1 4AP', country='GB')]
    """
    seen: set[str] = set()
    for found in find(text[:_MAX_CHARACTERS], home):
        if found.postcode in seen:
            continue
        address = _around(text, found)
        if address is None:
            continue
        seen.add(found.postcode)
        yield address
        if len(seen) >= _MAX_ADDRESSES:
            return


def _around(text: str, found: Found) -> Address | None:
    """The address a postcode belongs to, or None where nothing around it looks like one."""
    before = text[max(0, found.start - 160) : found.start].split("\n")[-4:]
    if found.start > 160:
        before = before if len(before) > 1 else [before[0].partition(" ")[2]]
    same_line = before[-1].strip(" ,|·•-–:")
    above = [line.strip(" ,") for line in before[:-1] if line.strip()]
    city, street = found.city, ""
    if not city:
        line = same_line or (above.pop() if above else "")
        if match := _CITY_BEFORE.search(line.rsplit(",", 1)[-1] if "," in line else line):
            city = match[1].strip()
        same_line = line[: line.rfind(city)].strip(" ,|·•-–") if city else line
    if found.country in ("RU", "BY", "KZ"):
        around = text[found.end : found.end + 160].split("\n")[0]
        if match := _RUSSIAN_STREET.search(around) or _RUSSIAN_STREET.search(same_line):
            street = match[0].strip(" ,")
    else:
        for line in (same_line, *reversed(above[-2:])):
            if street := _street(line):
                break
    if not street and found.country not in ("US", "GB", "CA", "AU", "NL", "RU", "BY", "KZ"):
        return None
    return Address(street, city, found.postcode, found.country)


def _street(line: str) -> str:
    """The street in a line, or empty.

    >>> _street("Acme Ltd, 12 High Street"), _street("P.O. Box 3830"), _street("Our offices")
    ('12 High Street', 'P.O. Box 3830', '')
    """
    if not line or not any(map(str.isdigit, line)):
        return ""
    for part in (line, *line.split(",")[::-1]):
        part = part.strip()
        match = _STREET.fullmatch(part)
        if match and len(part) <= 80:
            return (match["box"] or match[0]).strip(" ,;|·•:")
    match = _STREET.search(line[-90:])
    return (match["box"] or match[0]).strip(" ,;|·•:") if match else ""


@extractor(STREET, CITY, POSTCODE, COUNTRY)
def addresses(page: Page) -> Iterator[Fact]:
    """Addresses in the visible text; the first of several is most often the head office."""
    text = _numeric_passages(page)
    for rank, address in enumerate(addresses_in(text, site_country(page)) if text else ()):
        sure = 0.8 - min(rank, 4) * 0.05 - (0.0 if address.street else 0.1)
        for field, value in (
            (STREET, address.street),
            (CITY, address.city),
            (POSTCODE, address.postcode),
            (COUNTRY, address.country),
        ):
            if value:
                yield Fact(field.name, value, sure)


def _numeric_passages(page: Page) -> str:
    """The lines with digits, each with the lines around it that an address may need."""
    lines = page.visible.lines
    passages: list[str] = []
    reached = 0
    for index, line in page.visible.numeric_lines:
        if _ANCHOR.search(line):
            if index - _LINES_ABOVE > reached:
                passages.append("")
            passages.extend(lines[max(reached, index - _LINES_ABOVE) : index + 2])
            reached = max(reached, index + 2)
    return "\n".join(passages)
