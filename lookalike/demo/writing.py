"""The words on a site, put together from the phrase bank of its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lookalike.demo.company import Company
from lookalike.demo.dice import Dice
from lookalike.demo.names import load


@dataclass(frozen=True)
class Section:
    """A heading, its paragraphs, and perhaps a list."""

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()


class Writer:
    """Writes for one company; no sentence is used twice on its site.

    Parameters
    ----------
    company : Company
        Who speaks.
    dice : Dice
        What chooses among phrases.
    """

    def __init__(self, company: Company, dice: Dice) -> None:
        self.company = company
        self.dice = dice
        self.bank: dict[str, Any] = load(f"phrases/{company.language}.toml")
        self.labels: dict[str, str] = self.bank["labels"]
        self.voice: dict[str, list[str]] = self.bank["segment"][company.segment]
        self.goods = dice.sample(self.voice["goods"], 5)
        introduction, *others = self.voice["what"]
        self._what = [introduction, *dice.sample(others, len(others))]
        self._values = dice.sample(self.bank["facts"]["values"], len(self.bank["facts"]["values"]))
        self._slots = self._fill()

    def _fill(self) -> dict[str, str]:
        company = self.company
        nations = self.bank["nations"]
        return {
            "name": company.name,
            "in_city": company.in_city,
            "year": str(company.founded),
            "employees": str(company.employees),
            "parcels": self._number(company.parcels),
            "area": self._number(company.area),
            "markets": ", ".join(nations[market] for market in company.markets if market in nations),
            "person": company.people[0].name,
            "good": self.goods[0],
            "other": self.goods[1],
        }

    def _number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.labels["thousands"])

    def fill(self, phrase: str) -> str:
        """Fill the slots of a phrase and begin it with a capital."""
        text = phrase.format(**self._slots)
        return text[:1].upper() + text[1:]

    def fact(self, topic: str) -> str:
        """Say one of the facts of the phrase bank in one of its ways."""
        return self.fill(self.dice.pick(self.bank["facts"][topic]))

    def tagline(self) -> str:
        """The line under the logo."""
        return self.fill(self.dice.pick(self.voice["tagline"]))

    def offer(self, count: int) -> list[str]:
        """Sentences on what the company does, not used before."""
        taken, self._what = self._what[:count], self._what[count:]
        return [self.fill(phrase) for phrase in taken]

    def small_talk(self, count: int) -> list[str]:
        """Sentences any company might write, not used before."""
        taken, self._values = self._values[:count], self._values[count:]
        return [self.fill(phrase) for phrase in taken]

    @property
    def trade(self) -> str:
        """What the menu calls the things on offer."""
        return self.labels["products" if self.company.parcels or self.company.shop else "services"]

    def price(self, amount: float) -> str:
        """An amount in the money of the country, written as there."""
        whole, cents = divmod(round(amount * 100), 100)
        if self.company.language == "ru":
            return f"{self._number(whole * 90)} {'₸' if self.company.country == 'KZ' else '₽'}"
        if self.company.language == "en":
            return f"{'$' if self.company.country == 'US' else '£'}{whole}.{cents:02}"
        currency = "CHF" if self.company.country == "CH" else "€"
        return f"{whole},{cents:02} {currency}"

    def operations(self) -> list[str]:
        """What can be known of shop, warehouse, dispatch and markets; true, though not always complete."""
        company = self.company
        topics = {
            "shop": company.shop,
            "parcels": company.parcels > 0 and self.dice.chance(0.85),
            "area": company.area > 0,
            "returns": company.returns,
            "fleet": company.fleet,
            "markets": len(company.markets) > 1,
        }
        return [self.fact(topic) for topic, holds in topics.items() if holds]

    def roles(self) -> tuple[str, ...]:
        """Titles of the open positions."""
        titles: list[str] = []
        for family in self.company.hiring:
            titles += self.dice.sample(self.bank["roles"][family], 2 if family == "logistics" else 1)
        return tuple(titles)

    def home(self) -> list[Section]:
        """The front page."""
        goods = tuple(self.fill(good) for good in self.goods[1:])
        operations = self.operations()
        middle = operations[:3] + self.small_talk(1)
        return [
            Section(self.tagline(), tuple(self.offer(3))),
            Section(
                self.labels["products" if self.company.parcels else "services"], tuple(self.offer(2)), goods
            ),
            Section(self.company.name, tuple(middle + operations[3:])),
        ]

    def about(self) -> list[Section]:
        """Who they are."""
        story = [self.fact("founded"), *self.offer(1), self.fact("team")]
        return [
            Section(self.labels["about"], tuple(story)),
            Section(self.company.legal_name, tuple(self.small_talk(3) + self.offer(1))),
        ]

    def careers(self) -> list[Section]:
        """Open positions, or none."""
        roles = self.roles()
        intro = self.fact("hiring") if roles else self.fact("quiet")
        return [Section(self.labels["careers"], (intro, self.fact("team"), *self.small_talk(1)), roles)]

    def contact(self) -> list[Section]:
        """How to reach them; the template adds address, phone and mail."""
        return [Section(self.labels["contact"], (self.fact("contact"),))]

    def catalogue(self) -> list[Section]:
        """Products or services with a few words each."""
        goods = tuple(self.fill(good) for good in self.goods)
        return [Section(self.trade, tuple(self.offer(1) + self.small_talk(1)), goods)]
