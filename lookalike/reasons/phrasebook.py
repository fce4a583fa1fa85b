"""What is said of columns, their values and chances; the words stand in ``phrases.toml``, ``values.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from enrich.errors import SettingsError
from enrich.legible import cut, one_line
from enrich.numerals import number, percent, rewritten
from lookalike.traits import text_label

LANGUAGES = ("en", "ru")
#: Values of a list that are said, and characters of one.
VALUES = 3
CHARACTERS = 40
#: Characters of a name that are said.
NAME = 90
#: Behaviour below it has faded; days without any from which nobody is active of late.
FADED = 0.05
LATE_DAYS = 14.0


@cache
def _book(name: str = "phrases.toml") -> dict[str, Any]:
    return tomllib.loads((files("lookalike.reasons") / name).read_text(encoding="utf-8"))


class Phrasebook:
    """Says things in a language.

    Parameters
    ----------
    language : {"en", "ru"}

    Raises
    ------
    SettingsError
        If it is another.

    >>> english, russian = Phrasebook("en"), Phrasebook("ru")
    >>> english.fact("company_technologies", ["HubSpot"]), russian.fact("employees", ["42"])
    ('uses HubSpot', '42 человека')
    >>> english.also("country", ["Germany"], exact=True), russian.also("country", ["Germany"], exact=True)
    ('also from Germany', 'та же страна (Germany)')
    >>> english.chance(0.31, 0.2)
    'About 3 in 10 such leads become customers; of all past deals 2 in 10 were won.'
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise SettingsError(f"'{language}' is no language of reasons; choose {' or '.join(LANGUAGES)}")
        self.language = language
        self._words: dict[str, Any] = _book()[language]

    def fact(self, column: str, values: list[str], *, against: bool = False) -> str:
        """Say what a column holds; nothing where that cannot be said, or not on that side."""
        found = self._phrase(column)
        if found is None:
            return self._filled(self._words["plain"], column, values)
        done = self.language
        if column.startswith("events: "):
            if _of_late(column, values) == against:
                return ""  # too little of what was done counts against; it cannot be said in so many words
            done += "_not" if against else ""
        return self._filled(found[0].get(done, ""), column, values, found[1])

    def also(self, column: str, values: list[str], *, exact: bool) -> str:
        """Say that lead and deal share what a column holds, exactly or nearly; or nothing."""
        values = values if exact else [self._range(value) for value in values]
        found = self._phrase(column)
        if found is None:
            return self._filled(self._words["same" if exact else "close"], column, values)
        if column.startswith("events: ") and not _of_late(column, values):
            return ""
        own = found[0].get(f"{self.language}_also")
        if own is None and (fact := found[0].get(self.language)):
            own = self._words["also"].replace("{fact}", fact)
        return self._filled(own or "", column, values, found[1])

    def name(self, column: str) -> str:
        """Give what a column is called: its own name where the language has no other.

        >>> Phrasebook("ru").name("company_price_from"), Phrasebook("ru").name("Reifen"), Phrasebook(
        ...     "ru"
        ... ).name("events: visit /pricing")
        ('цена от', 'Reifen', 'посещение /pricing')
        """
        parts = column.split(" + ")
        if len(parts) > 1:
            return " + ".join(map(self.name, parts))
        if column.endswith("_why") and (about := self.name(column[:-4])) != column[:-4]:
            return self._say("why", label=about)
        labels = _book()["labels"].get(self.language, {})
        if found := labels.get(column) or labels.get(label(column)):
            return str(found)
        kind = re.fullmatch(r"events: (\w+)(.*)", column)
        done = kind and _book()["words"].get(self.language, {}).get(kind[1])
        return f"{done}{kind[2]}" if kind and done else column

    def values_of(self, column: str) -> dict[str, str]:
        """Give what the values of a column are called; nothing where they have no other name.

        >>> Phrasebook("ru").values_of("mailbox")["free"], Phrasebook("ru").values_of("country")
        ('бесплатный', {})
        """
        words: dict[str, dict[str, str]] = _book("values.toml").get(self.language, {})
        return words.get("company_state" if column.endswith("_why") else column, {})

    def value(self, column: str, cell: str) -> str:
        """Give what a cell says, one value or several with "; " between.

        >>> Phrasebook("ru").value("company_offers", "careers; cart; spa")
        'вакансии; корзина; spa'
        """
        words = self.values_of(column)
        return "; ".join(words.get(one, one) for one in cell.split("; "))

    def trait(self, column: str, rest: str) -> str:
        r"""Say a trait as :mod:`lookalike.traits` names it: a column, and what stands behind its name there.

        >>> russian = Phrasebook("ru")
        >>> russian.trait("country", ": DE"), russian.trait("company_founded", " known")
        ('страна: DE', 'год основания: есть')
        >>> russian.trait("company_role_families", ": sales"), russian.trait("mailbox", ": company")
        ('кого ищут: продажи', 'почтовый ящик: корпоративный')
        >>> russian.trait("employees", " 1.5–12,000"), russian.trait("growth", " −3 to −1")
        ('число сотрудников: 1,5–12\xa0000', 'growth: от −3 до −1')
        """
        found = re.fullmatch(rf"(?: ({'|'.join(self._words['parts'])}))?(: .*| [−\d].*)?", rest, re.DOTALL)
        if found is None:
            return column + rest
        part = self._words["parts"][found[1]] if found[1] else ""
        value = found[2] or ""
        if value.startswith(" "):
            value = self._say("number", value=self._range(value[1:]))
        elif value:
            value = f": {self.value(column, value[2:])}"
        return f"{self.name(column)}{part}{value}"

    def apart(self, row: Mapping[str, Any]) -> str:
        r"""Say what sets a group apart, by a row of :func:`lookalike.apart.what_sets_apart`.

        >>> row = {"column": "country", "trait": "country: DE", "share": 0.62, "share_others": 0.18}
        >>> Phrasebook("en").apart({**row, "ratio": 3.444})
        'country: DE (62%, others 18%; 3.4× as often)'
        >>> Phrasebook("ru").apart({**row, "ratio": 3.444})
        'страна: DE (62\xa0%, у других 18\xa0%; в 3,4 раза чаще)'
        """
        ratio, trait, column = float(row["ratio"]), str(row["trait"]), str(row["column"])
        if not trait.startswith(column):
            column = text_label(column)
        often = self._say("often", ratio=number(ratio, 1, self.language)) if 2 <= ratio < 100 else ""
        share, others = (percent(row[name], language=self.language) for name in ("share", "share_others"))
        told = self.trait(column, trait.removeprefix(column))
        return self._say("apart", trait=told, share=share, others=others, often=often)

    def _say(self, name: str, **parts: str) -> str:
        return filled(str(self._words[name]), parts)

    def _range(self, said: str) -> str:
        low, between, high = rewritten(said, self.language).partition(" to ")
        return self._say("span", low=low, high=high) if between else low

    def like(self, outcome: str, names: list[str]) -> str:
        """Say which deals a lead is like; `outcome` is won, lost or unlabelled."""
        opening, closing = self._words["quotes"]
        said = [
            name if re.search('[«»"“”„]', name) else f"{opening}{name}{closing}"
            for name in (clean(name, NAME) for name in names)
        ]
        forms = self._words[f"like_{outcome}"]
        form = forms if isinstance(forms, str) else forms[min(len(said), 2) - 1]
        last = f" {self._words['and']} ".join(said[-2:])
        return str(form).replace("{names}", ", ".join([*said[:-2], last]))

    def side(self, which: str, facts: list[str]) -> str:
        """Say what speaks "for" or "against" a lead."""
        return str(self._words[which]).replace("{facts}", "; ".join(facts))

    def chance(self, probability: float, base: float | None) -> str:
        """Say a probability as so many in ten (Gigerenzer and Hoffrage 1995), beside that of all deals."""
        share = self._share(probability)
        if share[0].isdigit():
            share = str(self._words["about"]).replace("{share}", share)
        told = str(self._words["chance_alone" if base is None else "chance"]).replace("{share}", share)
        return told if base is None else told.replace("{base}", self._share(base).casefold())

    def _share(self, share: float) -> str:
        if share < 0.005:
            return str(self._words["rare"])
        if share >= 0.95:
            return str(self._words["sure"])
        which, n = ("in_ten", round(10 * share)) if share >= 0.095 else ("in_hundred", round(100 * share))
        return str(self._words[which]).replace("{n}", str(n))

    def _phrase(self, column: str) -> tuple[dict[str, str], str] | None:
        name = label(column)
        for phrase in _book()["phrase"]:
            if found := re.fullmatch(phrase["match"], name):
                return phrase, next(iter(found.groups()), "") or ""
        return None

    def _filled(self, words: str, column: str, values: list[str], what: str = "") -> str:
        called = (clean(self.value(column, one), CHARACTERS) for one in values)
        shown = [value for value in called if value][:VALUES]
        if not words or (not shown and "{value}" in words):
            return ""
        said = ", ".join(shown)
        what = _book()["words"].get(self.language, {}).get(what, what)
        named = self.name(column)
        named = label(column) if named == column else named
        return filled(words, {"value": said, "label": named, "what": what, "people": _people(said)})


def label(column: str) -> str:
    """Give a column's name as it is said.

    >>> label("company_mail_provider"), label("Job Title")
    ('mail provider', 'job title')
    """
    name = column.casefold()
    if name.startswith("events: ") or name.endswith("_why"):
        return name
    return name.removeprefix("company_").replace("_", " ")


def filled(words: str, parts: Mapping[str, str]) -> str:
    """Put parts into words; what looks like a place in a part is none, whoever wrote it.

    >>> filled("{deal} was won", {"deal": "{score}"})
    '{score} was won'
    """
    return re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], words)


def clean(text: str, characters: int | None = None) -> str:
    r"""Give a text from a page or a CRM, or its beginning, on one line of letters that can be seen.

    >>> clean("Acme\x1b[31m\nGmbH\u202e"), clean("Acme Holding", 6)
    ('Acme [31m GmbH', 'Acme…')
    """
    line = one_line(text)
    return line if characters is None else cut(line, characters)


def _of_late(column: str, values: list[str]) -> bool:
    """Tell whether behaviour is still worth saying, by its number or the lower end of a range."""
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", (values or [""])[0].replace(",", ""))]
    if not numbers:
        return False
    if column == "events: days since last":
        return max(numbers) <= LATE_DAYS
    return min(numbers) >= FADED


def _people(said: str) -> str:
    """Give the Russian for people after a number, the last of a range.

    >>> _people("11–50"), _people("2"), _people("12"), _people("1.5")
    ('человек', 'человека', 'человек', 'человека')
    """
    numbers = re.findall(r"\d+(?:[.,]\d+)?", said)
    if not numbers:
        return "человек"
    if re.search(r"[.,]\d{1,2}$", numbers[-1]):
        return "человека"
    n = int(re.sub(r"\D", "", numbers[-1]))
    return "человека" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "человек"
