"""What the page says, in every language; the words stand in ``page/words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from lookalike.pictures.wording import Wording
from lookalike.reasons import LANGUAGES, Phrasebook
from lookalike.reasons.phrasebook import filled

#: What is said as a share, and with how many digits other numbers are.
_SHARES = ("share", "probability", "likeness", "win_rate")
_DIGITS = {"auc": 3, "low": 3, "high": 3, "lift": 2}


@cache
def words() -> dict[str, dict[str, str]]:
    """Give all words by language and name."""
    text = (files("lookalike.report") / "page" / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(language: str, name: str, parts: Mapping[str, Any] | None = None) -> str:
    """Say something in a language, with numbers as people there write them.

    >>> say("en", "verdict_untold", {"deals": 12})
    'Whether there is any signal cannot be told: too few past deals (12 could be held out).'
    """
    shown = {key: told(language, key, value) for key, value in (parts or {}).items()}
    return filled(words()[language][name], shown)


def told(language: str, name: str, value: Any) -> str:
    """Give a number as it is written in a language, a list of columns by their names; texts as they are.

    >>> told("en", "n", 12345), told("ru", "auc", 0.8421), told("en", "share", 0.051)
    ('12,345', '0,842', '5%')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(Phrasebook(language).name, value))
    say = Wording(language)
    return say.percent(value) if name in _SHARES else say.number(value, _DIGITS.get(name, 0))


def day(language: str, moment: date) -> str:
    """Give a date as it is written in a language.

    >>> day("ru", date(2026, 5, 4)), day("en", date(2026, 5, 4))
    ('04.05.2026', '4 May 2026')
    """
    return moment.strftime("%d.%m.%Y") if language == "ru" else f"{moment.day} {moment:%B %Y}"


__all__ = ["LANGUAGES", "day", "say", "told", "words"]
