"""When a company's domain was registered, through whom, and in which state it is.

Of the people and addresses that a registry may name beside, nothing becomes a fact: companies are looked up
here, not those who sign for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.records import Registration

REGISTERED = Field(
    "company_domain_registered", "infrastructure", Kind.ONE, "day the domain was registered, YYYY-MM-DD"
)
EXPIRES = Field("company_domain_expires", "infrastructure", Kind.ONE, "day the registration ends, YYYY-MM-DD")
REGISTRAR = Field("company_registrar", "infrastructure", Kind.ONE, "who registered the domain for its owner")
STATUS = Field(
    "company_domain_status",
    "infrastructure",
    Kind.MANY,
    "the registration's status: active, client hold, redemption period, ... (RFC 8056)",
)

# What is looked at of a list; registries send a handful.
_MAX_ITEMS = 100
_MAX_CHARACTERS = 200
_STATUS = re.compile(r"[a-z][a-z -]{1,39}", re.ASCII)
_YEARS = range(1985, 2200)


@extractor(REGISTERED, EXPIRES, REGISTRAR, STATUS, reads=Registration)
def domain_registration(registration: Registration) -> Iterator[Fact]:
    """Facts of a registry's answer (RFC 9083, section 5.3).

    >>> events = [{"eventAction": "registration", "eventDate": "1997-09-15T04:00:00Z"}]
    >>> [fact.value for fact in domain_registration(Registration("acme.example", {"events": events}))]
    ['1997-09-15']
    """
    answer = registration.answer
    days: dict[str, list[str]] = {}
    for event in _objects(answer.get("events")):
        action, day = event.get("eventAction"), _day(event.get("eventDate"))
        if isinstance(action, str) and day:
            days.setdefault(action, []).append(day)
    if begun := days.get("registration"):
        yield Fact(REGISTERED.name, min(begun), 0.9)
    if ends := days.get("expiration"):
        yield Fact(EXPIRES.name, max(ends), 0.9)
    for entity in _objects(answer.get("entities")):
        if "registrar" in _texts(entity.get("roles")) and (name := _organization(entity.get("vcardArray"))):
            yield Fact(REGISTRAR.name, name, 0.9)
    for status in _texts(answer.get("status")):
        if _STATUS.fullmatch(status.lower()):
            yield Fact(STATUS.name, status.lower(), 0.9)


def _day(moment: Any) -> str:
    if not isinstance(moment, str):
        return ""
    try:
        read = datetime.fromisoformat(moment[:40].strip())
        day = (read.astimezone(UTC) if read.tzinfo else read).date()
    except (ValueError, OverflowError):
        return ""
    return day.isoformat() if day.year in _YEARS else ""


def _organization(card: Any) -> str:
    """Name of the organisation that a jCard is of (RFC 7095); none if it is a person's."""
    properties = card[1] if isinstance(card, list) and len(card) > 1 else []
    found: dict[str, str] = {}
    for item in _lists(properties):
        if len(item) > 3 and isinstance(item[0], str) and isinstance(item[3], str):
            found.setdefault(item[0].lower(), " ".join(item[3].split())[:_MAX_CHARACTERS])
    if found.get("kind", "org").lower() == "individual":
        return ""
    return found.get("fn") or found.get("org", "")


def _objects(value: Any) -> Iterable[dict[str, Any]]:
    return (item for item in _lists_of(value) if isinstance(item, dict))


def _lists(value: Any) -> Iterable[list[Any]]:
    return (item for item in _lists_of(value) if isinstance(item, list))


def _texts(value: Any) -> list[str]:
    return [item for item in _lists_of(value) if isinstance(item, str)]


def _lists_of(value: Any) -> list[Any]:
    return value[:_MAX_ITEMS] if isinstance(value, list) else []
