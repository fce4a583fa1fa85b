"""What pictures say, in English or Russian; the words stand in ``words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from enrich import numerals
from enrich.errors import SettingsError

LANGUAGES = ("en", "ru")


@cache
def _book() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("lookalike.pictures") / "words.toml").read_text(encoding="utf-8"))


class Wording:
    r"""Says things in a language.

    Parameters
    ----------
    language : {"en", "ru"}

    Raises
    ------
    SettingsError
        If it is another.

    >>> english, russian = Wording("en"), Wording("ru")
    >>> english.percent(0.517), russian.percent(0.517), russian.number(-1234.5, 1)
    ('52%', '52\xa0%', '−1\xa0234,5')
    """

    def __init__(self, language: str = "en") -> None:
        if language not in LANGUAGES:
            raise SettingsError(f"'{language}' is no language of pictures; choose {' or '.join(LANGUAGES)}")
        self.language = language
        self._words = _book()[language]

    def __call__(self, name: str, /, **values: object) -> str:
        """Say something; values are put in as they are."""
        return self._words[name].format(**values)

    def method(self, name: str) -> str:
        """Give what a method of a backtest is called; one that somebody named keeps its name."""
        return self._words.get(f"method_{name.casefold().replace(' ', '_')}", name)

    def number(self, value: float, digits: int = 0, *, sign: bool = False) -> str:
        """Give a number as the language writes it."""
        return numerals.number(value, digits, self.language, sign=sign)

    def percent(self, share: float, digits: int = 0) -> str:
        """Give a share in per cent."""
        return numerals.percent(share, digits, self.language)

    def span(self, low: float, high: float, digits: int = 2) -> str:
        """Give an interval."""
        return self("span", low=self.number(low, digits), high=self.number(high, digits))

    def percent_span(self, low: float, high: float) -> str:
        """Give an interval of shares."""
        return self("span", low=self.number(100 * low), high=self.percent(high))

    def deals(self, count: float) -> str:
        """Give a number of deals."""
        return self("one_deal" if count == 1 else "bin_deals", n=self.number(count))

    def score(self, value: float, *, sign: bool = False) -> str:
        """Give a score with as many digits as tell it from others."""
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
        return self.number(value, digits, sign=sign)
