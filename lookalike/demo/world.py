"""The made-up world and its truth: who the companies are, and how likely each of them was to buy.

The vendor is *Parcelwright*, software for warehouses that send parcels. Whether a company is a good
customer (its **fit**) follows from what its website shows, mostly from combinations; whether it wants to
buy now (its **intent**) shows in behaviour. The two are independent, and the CRM has hardly a trace of
either. :func:`build` gives the truth to researchers, who can hold a model's explanations against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from lookalike.demo.company import Company, found_companies
from lookalike.demo.dice import Dice
from lookalike.demo.names import load

SEED = 2026
COMPANIES = 860
DEALS = 600
LEADS = 300
DEAL_COMPANIES = 570

FIRST_DEAL = datetime(2024, 1, 8)
LAST_DEAL = datetime(2026, 3, 27)
FIRST_LEAD = datetime(2026, 4, 1)
LAST_LEAD = datetime(2026, 6, 26)
EXPORTED = datetime(2026, 6, 30)  # all deals are decided by then, and later events are not known

# log-odds of winning = BASE + FIT * fit + INTENT * intent + DRIFT * years since the first deal
BASE = -1.95
FIT = 2.6
INTENT = 3.6
DRIFT = 0.5


@dataclass(frozen=True)
class Opportunity:
    """A deal (with an end) or a lead (still open), and what was true of it.

    Attributes
    ----------
    id : str
        ``D-0001`` for deals, ``L-0001`` for leads, in order of opening.
    company : Company
        Whose it is; some companies have two.
    contact : int
        Which of the company's people.
    opened : datetime
        When it entered the CRM.
    closed : datetime
        When it was decided. Nobody knows a lead's yet.
    fit, intent : float
        The two causes.
    won_probability : float
        What the causes make of it.
    won : bool
        What happened.
    value : int
        Its price in euros a year.
    """

    id: str
    company: Company
    contact: int
    opened: datetime
    closed: datetime
    fit: float
    intent: float
    won_probability: float
    won: bool
    value: int


@dataclass(frozen=True)
class World:
    """Everything there is.

    Attributes
    ----------
    seed : int
        What it was made from.
    companies : tuple of Company
        All companies.
    deals, leads : tuple of Opportunity
        In order of opening.
    """

    seed: int
    companies: tuple[Company, ...]
    deals: tuple[Opportunity, ...]
    leads: tuple[Opportunity, ...]


def fit(company: Company) -> float:
    """How good a customer the company would be: about -2.5 to 2.5.

    Each clause can be read off the company's website; most of them need two things at once.
    """
    score = float(load("segments.toml")[company.segment]["fit"])
    if company.parcels == 0:
        return score  # tools and open roles mean nothing where nothing is sent
    score += 0.3 * (math.log10(company.parcels) - 2.0)
    logistics_roles = "logistics" in company.hiring
    if company.shop and logistics_roles:
        score += 0.9
    if company.platform == "Shopify" and "Klaviyo" in company.tools:
        score += 0.9
    if company.platform == "Shopware" and company.area:
        score += 0.9
    if company.platform == "1C-Bitrix" and {"amoCRM", "Bitrix24"} & set(company.tools):
        score += 0.9
    if company.platform == "PrestaShop" and company.returns:
        score += 0.9
    if company.segment == "logistics":
        score += 0.6 * logistics_roles + 0.5 * (len(company.markets) >= 4)
    elif not company.shop:
        score -= 0.9  # sends goods, but by the pallet and on order
    return score


def build(seed: int = SEED) -> World:
    """Make the world of a seed.

    Returns
    -------
    World
        The same for the same seed, on every machine.
    """
    companies = found_companies(seed, COMPANIES)
    deals = _opportunities(seed, "D", _deal_companies(seed, companies), FIRST_DEAL, LAST_DEAL)
    leads = _opportunities(seed, "L", _lead_companies(seed, companies), FIRST_LEAD, LAST_LEAD)
    return World(seed, companies, deals, leads)


def _deal_companies(seed: int, companies: tuple[Company, ...]) -> list[Company]:
    """The companies behind the deals; some came back for a second one."""
    dice = Dice(seed, "second deals")
    first = list(companies[:DEAL_COMPANIES])
    return first + dice.sample(first, DEALS - DEAL_COMPANIES)


def _lead_companies(seed: int, companies: tuple[Company, ...]) -> list[Company]:
    """The companies behind the leads: new ones, two people of one company, and old acquaintances."""
    dice = Dice(seed, "second leads")
    new = list(companies[DEAL_COMPANIES:])
    again = LEADS - len(new)
    acquaintances = dice.sample(companies[:DEAL_COMPANIES], again // 3)
    return new + dice.sample(new, again - len(acquaintances)) + acquaintances


def _opportunities(
    seed: int, prefix: str, companies: list[Company], first: datetime, last: datetime
) -> tuple[Opportunity, ...]:
    dice = Dice(seed, "order", prefix)
    minutes = int((last - first).total_seconds() // 60)
    moments = sorted(_office(first + timedelta(minutes=dice.between(0, minutes))) for _ in companies)
    seen: set[int] = set()
    made = []
    for number, company in enumerate(dice.sample(companies, len(companies)), start=1):
        contact = int(company.number in seen)
        seen.add(company.number)
        made.append(_opportunity(seed, f"{prefix}-{number:04}", company, contact, moments[number - 1]))
    return tuple(made)


def _office(moment: datetime) -> datetime:
    """Office hours of the same day, or of the Friday before."""
    weekday = moment - timedelta(days=max(0, moment.weekday() - 4))
    return weekday.replace(hour=8 + moment.hour * 10 // 24, second=0)


def _opportunity(seed: int, id_: str, company: Company, contact: int, opened: datetime) -> Opportunity:
    dice = Dice(seed, "opportunity", id_)
    suits, intent = fit(company), dice.normal()
    years = (opened - FIRST_DEAL).days / 365.25
    log_odds = BASE + FIT * suits + INTENT * intent + DRIFT * years
    probability = 1 / (1 + math.exp(-log_odds))
    won = dice.chance(probability)
    days = dice.between(14, 90) if won else dice.between(5, 90)
    typical = load("segments.toml")[company.segment]["value"]
    size = max(company.parcels, 20) ** 0.25 / 3.5
    value = int(round(typical * size * math.exp(0.35 * dice.normal()), -2))
    return Opportunity(
        id_, company, contact, opened, opened + timedelta(days=days), suits, intent, probability, won, value
    )
