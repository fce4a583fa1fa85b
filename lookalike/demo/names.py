"""Company and person names, and the domains and addresses made of them."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lookalike.demo.dice import Dice

HINT_CHANCE = 0.12

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_LATIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ş": "s", "ı": "i"}
_LETTERS = str.maketrans(_CYRILLIC | _LATIN)


@cache
def load(name: str) -> dict[str, Any]:
    """Read one of the generator's TOML files."""
    return tomllib.loads((files("lookalike.demo") / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Person:
    """Somebody at a company; `mailbox` is the local part of the address."""

    name: str
    mailbox: str


@dataclass(frozen=True)
class CompanyName:
    """A name as used, as registered, and as a domain label (Unicode)."""

    short: str
    legal: str
    label: str


def slug(text: str, separator: str = "-") -> str:
    """Plain ASCII letters and digits of `text`.

    >>> slug("Mühlberger & Söhne"), slug("Янтарный Компас")
    ('muehlberger-soehne', 'yantarnyy-kompas')
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return separator.join("".join(c if c.isalnum() else " " for c in plain).split())


def company_name(dice: Dice, country: str, segment: str) -> CompanyName:
    """Make up a name; the caller sees to it that names are unique."""
    place = load("places.toml")[country]
    language = place["language"]
    bank = load("names.toml")[language]
    root = bank["joint"].join((dice.pick(bank["first"]), dice.pick(bank["second"])))
    hints = bank["hints"].get(segment, [])
    ending = dice.pick(hints) if hints and dice.chance(HINT_CHANCE) else dice.pick(bank["endings"])
    short = f"{root} {ending}".strip()
    form = dice.pick(place["legal"])
    legal = f"{form} «{short}»" if language == "ru" else f"{short} {form}"
    return CompanyName(short, legal, _label(dice, short))


def _label(dice: Dice, short: str) -> str:
    """A domain label: ASCII for most, with umlauts or in Cyrillic for some."""
    if dice.chance(0.12):
        own = "-".join("".join(c if c.isalnum() else " " for c in short.lower()).split())
        return unicodedata.normalize("NFC", own)
    return slug(short, dice.pick(["-", "-", ""]))


def person(dice: Dice, language: str) -> Person:
    """Make up somebody and the address style of the house."""
    bank = load("names.toml")[language]
    given, family = dice.pick(bank["given"]), dice.pick(bank["family"])
    first, last = slug(given, ""), slug(family, "")
    return Person(
        f"{given} {family}", dice.pick([f"{first}.{last}", f"{first[0]}.{last}", first, f"{first[0]}{last}"])
    )
