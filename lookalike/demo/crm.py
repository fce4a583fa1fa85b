"""The vendor's CRM: what salespeople typed in, with the dirt that real exports have."""

from __future__ import annotations

import idna

from lookalike.demo.company import Company
from lookalike.demo.dice import Dice
from lookalike.demo.names import Person, load, slug
from lookalike.demo.world import Opportunity, World

LEAD_COLUMNS = (
    "id",
    "company",
    "contact",
    "email",
    "job_title",
    "phone",
    "website",
    "country",
    "city",
    "industry",
    "employees",
    "lead_source",
    "owner",
    "created_at",
    "note",
)
DEAL_COLUMNS = (*LEAD_COLUMNS, "closed_at", "value", "outcome")
SIZES = ((10, "1-10"), (50, "11-50"), (200, "51-200"), (500, "201-500"), (10**9, "500+"))

Row = dict[str, str]


def lead_rows(world: World) -> list[Row]:
    """The leads as the CRM has them: no outcome yet."""
    return [_row(world.seed, lead) for lead in world.leads]


def outcome_rows(world: World) -> list[Row]:
    """What became of the leads, to be kept apart from them."""
    return [{"lead_id": lead.id, "outcome": _outcome(lead)} for lead in world.leads]


def deal_rows(world: World) -> list[Row]:
    """The past deals: the columns of leads, and how they ended."""
    rows = []
    for deal in world.deals:
        dice = Dice(world.seed, "ending", deal.id)
        value = "" if not deal.won and dice.chance(0.3) else str(deal.value)
        ending = {"closed_at": f"{deal.closed:%Y-%m-%d}", "value": value, "outcome": _outcome(deal)}
        rows.append(_row(world.seed, deal) | ending)
    return rows


def _outcome(opportunity: Opportunity) -> str:
    return "won" if opportunity.won else "lost"


def _row(seed: int, opportunity: Opportunity) -> Row:
    company = opportunity.company
    dice = Dice(seed, "crm", opportunity.id)
    bank = load("crm.toml")
    contact = company.people[opportunity.contact]
    place = load("places.toml")[company.country]
    language = company.language
    email, is_private = _email(dice, company, contact)
    return {
        "id": opportunity.id,
        "company": _typed(dice, company.legal_name if dice.chance(0.4) else company.name),
        "contact": contact.name if dice.chance(0.95) else "",
        "email": email,
        "job_title": _typed(dice, dice.pick(bank["titles"][language])) if dice.chance(0.8) else "",
        "phone": company.phone if dice.chance(0.7) else "",
        "website": _website(dice, company) if dice.chance(0.6 if is_private else 0.4) else "",
        "country": dice.pick(place["names"]) if dice.chance(0.92) else "",
        "city": company.city if dice.chance(0.6) else "",
        "industry": _industry(dice, company, bank["industries"]),
        "employees": _size(dice, company.employees),
        "lead_source": dice.weighted(_sources(bank["sources"], opportunity.intent)),
        "owner": dice.pick(bank["owners"]),
        "created_at": f"{opportunity.opened:%Y-%m-%d %H:%M}",
        "note": dice.pick(bank["notes"].get(language, bank["notes"]["en"])) if dice.chance(0.4) else "",
    }


def _typed(dice: Dice, text: str) -> str:
    """The text as somebody in a hurry types it."""
    habit = dice.weighted({"clean": 86, "upper": 4, "lower": 4, "spaces": 4, "double": 2})
    if habit == "upper":
        return text.upper()
    if habit == "lower":
        return text.lower()
    if habit == "spaces":
        return f" {text} "
    return text.replace(" ", "  ") if habit == "double" else text


def _email(dice: Dice, company: Company, contact: Person) -> tuple[str, bool]:
    """An address, and whether it says nothing of the company.

    Private addresses are of a form their providers do not allow, so that they are nobody's.
    """
    kind = dice.weighted(
        {"company": 845, "role": 45, "private": 80, "disposable": 6, "wrong": 14, "blank": 10}
    )
    domain = company.domain
    if not domain.isascii() and dice.chance(0.4):
        domain = idna.encode(domain, uts46=True).decode("ascii")
    if kind == "private":
        return _private_address(dice, company, contact), True
    if kind == "disposable":
        return f"{contact.mailbox}@mailinator.com", True
    if kind == "wrong":
        return dice.pick(
            [f"{contact.mailbox}@", f"{contact.mailbox}{domain}", "n/a", f"{contact.name}@@{domain}"]
        ), True
    if kind == "blank":
        return "", True
    mailbox = dice.pick(["info", "sales", "office"]) if kind == "role" else contact.mailbox
    address = f"{mailbox}@{domain}"
    return (address.title() if dice.chance(0.04) else address), False


def _private_address(dice: Dice, company: Company, contact: Person) -> str:
    bank = load("crm.toml")
    provider = dice.pick(bank["free_mail_ru" if company.language == "ru" else "free_mail"])
    if provider == "gmail.com":  # has no hyphens in addresses
        return f"{slug(contact.name)}@{provider}"
    # longer than the 31 and 30 characters these two allow
    return (
        f"{contact.mailbox}.{slug(company.name, '.')}.otdel.zakupok.{company.founded}"[:40].rstrip(".")
        + f"@{provider}"
    )


def _website(dice: Dice, company: Company) -> str:
    return dice.pick(["https://www.{}/", "{}", "www.{}", "http://{}", "https://{}/"]).format(company.domain)


def _industry(dice: Dice, company: Company, industries: list[str]) -> str:
    care = dice.weighted({"right": 44, "wrong": 20, "blank": 18, "Select": 10, "Other": 8})
    if care == "right":
        return _typed(dice, dice.weighted(load("segments.toml")[company.segment]["industries"]))
    if care == "wrong":
        return dice.pick(industries)
    return "" if care == "blank" else care


def _size(dice: Dice, employees: int) -> str:
    if dice.chance(0.2):
        return ""
    guess = employees * dice.spread(0.6, 1.7)
    label = next(name for limit, name in SIZES if guess <= limit)
    return label.replace("-", " – ") if dice.chance(0.05) else label


def _sources(weights: dict[str, float], intent: float) -> dict[str, float]:
    """Those who want to buy come by themselves a little more often."""
    return {
        source: weight * (1.5 if source in ("Website", "Referral") and intent > 0.5 else 1)
        for source, weight in weights.items()
    }
