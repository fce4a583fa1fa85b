"""Companies: what is true of each, from which its website and its CRM rows are made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lookalike.demo.dice import Dice
from lookalike.demo.names import Person, company_name, load, person

# How the archive met a company's website. The chances add up to one.
REACH = {
    "up": 0.905,
    "absent": 0.04,
    "forbidden": 0.015,
    "limited": 0.01,
    "broken": 0.01,
    "gone": 0.01,
    "parked": 0.01,
}
MARKETS = ("DE", "FR", "NL", "GB", "ES", "IT", "PL", "AT", "BE", "DK", "SE", "US")
EASTERN_MARKETS = ("RU", "KZ", "BY", "AM", "KG", "UZ", "GE")
HIRING_TOOLS = frozenset({"Personio", "Greenhouse"})
RUSSIAN_TOOLS = frozenset({"amoCRM", "Bitrix24"})
WESTERN_TOOLS = HIRING_TOOLS | {
    "Calendly", "HubSpot", "Instagram", "Intercom", "Klarna", "Klaviyo", "PayPal", "Stripe", "Trustpilot"
}  # fmt: skip
ROLES = ("sales", "technology", "service")


@dataclass(frozen=True)
class Company:
    """A made-up company.

    Attributes
    ----------
    number : int
        From 0.
    segment : str
        A key of ``segments.toml``.
    name, legal_name, domain : str
        The domain is in Unicode and ends in ``.example``.
    language, country, city, in_city, street, postcode, phone : str
        `in_city` is the phrase for "in that city"; `phone` is as the company writes it.
    founded, employees : int
        Year and head count.
    people : tuple of Person
        Two contacts; the second is rarely met.
    platform : str
        What the website runs on.
    tools : tuple of str
        Further technologies in its markup.
    shop : bool
        Whether it sells online.
    parcels : int
        Parcels sent a day; 0 where nothing is sent.
    area : int
        Square metres of own warehouse; 0 for none.
    returns, fleet : bool
        Whether it handles returns itself, and drives its own vans.
    markets : tuple of str
        Countries served.
    hiring : tuple of str
        Families of open roles: logistics, sales, technology, service.
    reach : str
        How the archive met the site: a key of `REACH`.
    """

    number: int
    segment: str
    name: str
    legal_name: str
    domain: str
    language: str
    country: str
    city: str
    in_city: str
    street: str
    postcode: str
    phone: str
    founded: int
    employees: int
    people: tuple[Person, ...]
    platform: str
    tools: tuple[str, ...]
    shop: bool
    parcels: int
    area: int
    returns: bool
    fleet: bool
    markets: tuple[str, ...]
    hiring: tuple[str, ...]
    reach: str


def found_companies(seed: int, count: int) -> tuple[Company, ...]:
    """Make `count` companies with unique names and domains."""
    taken: set[str] = set()
    return tuple(_found(seed, number, taken) for number in range(count))


def _found(seed: int, number: int, taken: set[str]) -> Company:
    dice = Dice(seed, "company", number)
    places, segments = load("places.toml"), load("segments.toml")
    country = dice.weighted({code: place["weight"] for code, place in places.items()})
    place = places[country]
    language = place["language"]
    segment = dice.weighted(segments["mix"][language])
    traits = segments[segment]

    name = company_name(dice, country, segment)
    while name.label in taken or name.short in taken:
        name = company_name(dice, country, segment)
    taken.update((name.label, name.short))

    city = dice.pick(place["cities"])
    area_code, rest = dice.digits(city["phone"]).split(" ", 1)
    shop = dice.chance(traits["sells"])
    parcels = _parcels(dice, traits)
    hires_logistics, hires_others = traits["hires"]
    hiring = ["logistics"] if dice.chance(hires_logistics) else []
    hiring += dice.sample(ROLES, dice.between(1, 2)) if dice.chance(hires_others) else []
    home = EASTERN_MARKETS if language == "ru" else MARKETS
    abroad = dice.between(0, 6) if parcels else 0
    return Company(
        number=number,
        segment=segment,
        name=name.short,
        legal_name=name.legal,
        domain=f"{name.label}.example",
        language=language,
        country=country,
        city=city["name"],
        in_city=city["in"],
        street=dice.pick(place["streets"]).format(n=dice.between(1, 89)),
        postcode=dice.digits(city["postcode"]),
        phone=dice.pick(place["phone_formats"]).format(a=area_code, b=rest, d=rest.replace(" ", "-")),
        founded=dice.between(1958, 2021) if segment != "brand" else dice.between(2008, 2022),
        employees=_employees(dice, segment),
        people=(person(dice, language), person(dice, language)),
        platform=dice.weighted(segments["shops" if shop else "sites"][language]),
        tools=_tools(dice, traits["tools"] | segments["usual"][language], language, bool(hiring)),
        shop=shop,
        parcels=parcels,
        area=_area(dice, parcels),
        returns=parcels > 0 and dice.chance(0.55),
        fleet=parcels > 0 and dice.chance(0.25),
        markets=(country, *[m for m in dice.sample(home, abroad) if m != country]),
        hiring=tuple(hiring),
        reach=dice.weighted(REACH),
    )


def _parcels(dice: Dice, traits: dict[str, Any]) -> int:
    low, high = traits["parcels"]
    if not high:
        return 0
    exact = dice.spread(low, high)
    return int(round(exact, 1 - len(str(int(exact)))) if exact >= 10 else exact)


def _area(dice: Dice, parcels: int) -> int:
    if not parcels or not dice.chance(0.7):
        return 0
    return 50 * max(2, round(parcels * dice.spread(2, 12) / 50))


def _employees(dice: Dice, segment: str) -> int:
    """Head counts overlap widely between the segments, as they do in life."""
    if segment == "freelancer":
        return dice.between(1, 4)
    return max(2, round(math.exp(3.3 + 1.1 * dice.normal())))


def _tools(dice: Dice, wanted: dict[str, float], language: str, is_hiring: bool) -> tuple[str, ...]:
    foreign = WESTERN_TOOLS if language == "ru" else RUSSIAN_TOOLS
    unused = foreign if is_hiring else foreign | HIRING_TOOLS
    chances = {tool: chance for tool, chance in wanted.items() if tool not in unused}
    return tuple(tool for tool, chance in chances.items() if dice.chance(chance))
