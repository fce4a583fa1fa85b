"""A scorecard as a TOML file: made by :func:`~lookalike.scorecard.fit.fit_scorecard` or written by hand.

::

    [scorecard]
    start = 50                       # points every lead starts from

    [[criterion]]
    column = "employees"
    rules = [
      { from = 10, below = 50, points = 12 },
      { from = 50, points = 5 },
      { blank = true, points = -3 },
    ]

    [[criterion]]
    column = "technologies"
    rules = [{ has = ["HubSpot", "Salesforce"], points = 8 }]

The first rule of a criterion that holds gives its points; ``otherwise`` (0 by default) are the points where
none does. A rule asks for ``from`` and ``below`` (numbers), ``is`` (one of these), ``has`` (a list holds one
of these), ``contains`` (the text does) or ``blank``; several of them together must all hold. The columns of
events are ``events: recent``, ``events: minutes``, ``events: days since last``, ``events: active days`` and,
for each type with the section visited, such as ``events: visit /pricing``, their number; all but the days
count less with age (``[events] half_life_days``).
"""

from __future__ import annotations

import math
import re
import tomllib
import warnings
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from enrich.errors import ModelError, TableError
from lookalike.scorecard.behaviour import Behaviour, is_event
from lookalike.scorecard.card import Calibration, Scorecard
from lookalike.scorecard.rules import Criterion, Rule
from lookalike.toml_text import key, value

_CARD = ("name", "start", "id")
_CALIBRATION = ("intercept", "slope", "of")
_EVENTS = ("half_life_days", "time", "day_first")
_CRITERION = ("column", "name", "decimal", "otherwise", "rules")
_CONDITIONS = ("from", "below", "is", "has", "contains", "blank")
_TABLES = ("scorecard", "calibration", "events", "criterion")
#: Mistakes told at once.
TOLD = 5


def read_rules(path: str | Path) -> Scorecard:
    """Read a scorecard.

    Raises
    ------
    ModelError
        If the file cannot be read or is no scorecard: every mistake with its place and what would be right.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: is no valid TOML ({error}); put that place right") from error
    reader = _Reader(text)
    card = reader.card(given)
    if reader.mistakes:
        more = f" (and {len(reader.mistakes) - TOLD} more)" if len(reader.mistakes) > TOLD else ""
        raise ModelError(f"{path}: {'; '.join(reader.mistakes[:TOLD])}{more}")
    if card.edited:  # told, not refused: the points themselves are as their owners want them
        warnings.warn(
            f"{path}: rules were changed since probabilities were learned from past deals, so these are off; "
            "learn them again with: lookalike scorecard DEALS --rules FILE",
            stacklevel=2,
        )
    return card


class _Reader:
    """Reads a scorecard and notes every mistake."""

    def __init__(self, text: str) -> None:
        heads = [
            n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*criterion\s*\]\]", line)
        ]
        self._lines = dict(enumerate(heads, start=1))
        self.mistakes: list[str] = []

    def card(self, given: dict[str, Any]) -> Scorecard:
        self._keys("the file", given, _TABLES)
        about, events = (
            self._table(given, name, keys) for name, keys in (("scorecard", _CARD), ("events", _EVENTS))
        )
        listed = given.get("criterion")
        if not (isinstance(listed, list) and listed and all(isinstance(item, dict) for item in listed)):
            self.mistakes.append("there is no criterion; begin each with a line [[criterion]]")
            listed = []
        return Scorecard(
            criteria=tuple(self._criterion(n, item) for n, item in enumerate(listed, start=1)),
            start=self._typed("scorecard", about, "start", int, 0),
            name=self._typed("scorecard", about, "name", str, ""),
            id=self._typed("scorecard", about, "id", str, ""),
            calibration=self._calibration(given),
            behaviour=Behaviour(
                self._above_zero(self._typed("events", events, "half_life_days", float, 30.0)),
                self._typed("events", events, "time", str, ""),
                self._typed("events", events, "day_first", bool, True),
            ),
        )

    def _above_zero(self, days: float) -> float:
        if not days > 0:
            self.mistakes.append(f"events: half_life_days is {days:g}; it must be more than 0")
            return 1.0
        return days

    def _calibration(self, given: dict[str, Any]) -> Calibration | None:
        if "calibration" not in given:
            return None
        found = self._table(given, "calibration", _CALIBRATION)
        for name in ("intercept", "slope"):
            if name not in found:
                self.mistakes.append(f"calibration: '{name}' is missing; add it, or take the table out")
        return Calibration(
            self._typed("calibration", found, "intercept", float, 0.0),
            self._typed("calibration", found, "slope", float, 0.0),
            self._typed("calibration", found, "of", str, ""),
        )

    def _criterion(self, number: int, given: dict[str, Any]) -> Criterion:
        line = f", line {self._lines[number]}" if number in self._lines else ""
        column = given.get("column")
        named = f" ('{column}')" if isinstance(column, str) and column else ""
        place = f"criterion {number}{named}{line}"
        self._keys(place, given, _CRITERION)
        if not named:
            self.mistakes.append(f'{place}: no column is named; add a line such as: column = "employees"')
        decimal = self._typed(place, given, "decimal", str, ".")
        if decimal not in (".", ","):
            self.mistakes.append(f'{place}: decimal is \'{decimal}\'; it must be "." or ","')
        rules = given.get("rules")
        if not (isinstance(rules, list) and rules and all(isinstance(rule, dict) for rule in rules)):
            self.mistakes.append(f'{place}: it has no rules; add: rules = [{{ is = "…", points = 5 }}]')
            rules = []
        return Criterion(
            column=column if isinstance(column, str) else "",
            rules=tuple(self._rule(f"{place}, rule {n}", rule) for n, rule in enumerate(rules, start=1)),
            otherwise=self._typed(place, given, "otherwise", int, 0),
            name=self._typed(place, given, "name", str, ""),
            decimal=decimal,
        )

    def _rule(self, place: str, given: dict[str, Any]) -> Rule:
        self._keys(place, given, ("points", *_CONDITIONS))
        if "points" not in given:
            self.mistakes.append(f"{place}: it has no points; add: points = 5")
        if not set(given) & set(_CONDITIONS):
            self.mistakes.append(f"{place}: it has no condition; add one of {', '.join(_CONDITIONS)}")
        least, below = (self._typed(place, given, bound, float, None) for bound in ("from", "below"))
        if least is not None and below is not None and not least < below:
            self.mistakes.append(f"{place}: no number is from {least:g} and below {below:g}; turn them round")
        return Rule(
            points=self._typed(place, given, "points", int, 0),
            least=least,
            below=below,
            any_of=self._texts(place, given, "is"),
            has=self._texts(place, given, "has"),
            contains=self._texts(place, given, "contains"),
            blank=self._typed(place, given, "blank", bool, None),
        )

    def _texts(self, place: str, given: dict[str, Any], name: str) -> tuple[str, ...]:
        found = given.get(name, [])
        found = found if isinstance(found, list) else [found]
        texts = [str(item) if type(item) in (int, float) else item for item in found]
        if any(not isinstance(item, str) or not item.strip() for item in texts) or (
            name in given and not texts
        ):
            self.mistakes.append(f'{place}: {name} is {given[name]!r}; it must be texts, as ["a", "b"]')
            return ()
        return tuple(texts)

    def _table(self, given: dict[str, Any], name: str, known: tuple[str, ...]) -> dict[str, Any]:
        found = given.get(name, {})
        if not isinstance(found, dict):
            self.mistakes.append(f"'{name}' must be a table; begin it with a line [{name}]")
            return {}
        self._keys(name, found, known)
        return found

    def _keys(self, place: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
        for name in given:
            if name not in known:
                near = get_close_matches(name, known, n=1, cutoff=0.5)
                remedy = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                self.mistakes.append(f"{place}: '{name}' is unknown; {remedy}")

    def _typed(self, place: str, given: dict[str, Any], name: str, kind: type, default: Any) -> Any:
        if name not in given:
            return default
        found = given[name]
        if kind is float and type(found) in (int, float) and math.isfinite(found):
            return float(found)
        if kind is not float and type(found) is kind:
            return found
        words = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}[kind]
        self.mistakes.append(f"{place}: {name} is {found!r}; it must be {words}")
        return default


def write_rules(card: Scorecard, path: str | Path) -> None:
    """Write a scorecard, with what past deals say of each rule as comments.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    try:
        Path(path).write_text(rules_text(card), encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def rules_text(card: Scorecard) -> str:
    """Give a scorecard as the text of its file."""
    lines = [f"# {line}".rstrip() for line in card.about.splitlines()]
    lines += ["", "[scorecard]", *([f"name = {value(card.name)}"] if card.name else [])]
    lines += [f"start = {card.start}  # points every lead starts from"]
    lines += [f"id = {value(card.id)}"] if card.id else []
    if card.calibration is not None:
        lines += [
            "",
            "# log-odds of winning = intercept + slope * points; learned from past deals",
            "[calibration]",
        ]
        lines += [f"{name} = {value(getattr(card.calibration, name))}" for name in ("intercept", "slope")]
        lines += [f"of = {value(card.calibration.of)}  # these rules; once they change, a warning says so"]
    if any(is_event(criterion.column) for criterion in card.criteria):
        lines += ["", "[events]", f"half_life_days = {value(card.behaviour.half_life_days)}"]
        if card.behaviour.time:
            lines += [
                f"time = {value(card.behaviour.time)}",
                f"day_first = {value(card.behaviour.day_first)}",
            ]
    for criterion in card.criteria:
        lines += ["", "[[criterion]]", f"column = {value(criterion.column)}"]
        lines += [f"name = {value(criterion.name)}"] if criterion.name else []
        lines += [f"decimal = {value(criterion.decimal)}"] if criterion.decimal != "." else []
        lines += ["rules = [", *(f"  {_rule_text(rule)}" for rule in criterion.rules), "]"]
        lines += [f"otherwise = {criterion.otherwise}"] if criterion.otherwise else []
    return "\n".join(lines).lstrip("\n") + "\n"


def _rule_text(rule: Rule) -> str:
    given = (rule.least, rule.below, list(rule.any_of), list(rule.has), list(rule.contains), rule.blank)
    parts = [f"{key(n)} = {value(v)}" for n, v in zip(_CONDITIONS, given, strict=True) if v not in (None, [])]
    parts.append(f"points = {rule.points}")
    return f"{{ {', '.join(parts)} }}," + (f"  # {rule.seen}" if rule.seen else "")
