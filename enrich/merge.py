"""From all evidence on a company to one value per field, and a state where there is none.

Equal evidence gives equal records whatever order it was found in: candidates are ranked by confidence, then
by the number of pages that support them, then by the earliest observation, then by the text itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enrich.facts import CONFIDENT, Channel, Evidence, Field, Kind, State, Value
from enrich.states import Outcomes, company_state, missing_state

SEPARATOR = "; "

# Values within this of the surest one's confidence rival it.
_RIVAL = 0.15


@dataclass(frozen=True)
class Record:
    """What is known of one company.

    Attributes
    ----------
    state : State
        See :func:`enrich.states.company_state`.
    pages : int
        Pages of its website that were read.
    values : mapping of str to Value
        One value a field, for the fields that have one.
    why : mapping of str to State
        Why the other fields have none.
    conflicts : tuple of str
        Fields for which another value has nearly as much to say for it as the one chosen.
    """

    state: State
    pages: int
    values: Mapping[str, Value]
    why: Mapping[str, State]
    conflicts: tuple[str, ...] = ()


def merge(
    evidence: Iterable[Evidence],
    outcomes: Outcomes,
    fields: Mapping[str, Field],
    channels: Mapping[str, frozenset[Channel]],
    *,
    min_confidence: float = 0.0,
    max_values: int = 20,
) -> Record:
    """Merge what the journal has on one company.

    Parameters
    ----------
    evidence : iterable of Evidence
        Of that company; evidence for fields not in `fields` is left out.
    outcomes : mapping of Channel to sequence of State
        Its looks.
    fields : mapping of str to Field
        The catalogue.
    channels : mapping of str to frozenset of Channel
        Where each field can be found.
    min_confidence : float
        Evidence below it is left out.
    max_values : int
        Values joined for a field that has many.
    """
    by_field: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        if item.field in fields and item.confidence >= min_confidence:
            by_field[item.field].append(item)
    values = {}
    for name, items in by_field.items():
        value = _value(fields[name], items, max_values)
        if value is not None:
            values[name] = value
    reasons = {where: missing_state(outcomes, where) for where in {*channels.values(), frozenset()}}
    why = {name: reasons[channels.get(name, frozenset())] for name in fields if name not in values}
    pages = sum(states.count(State.FOUND) for states in outcomes.get(Channel.WEBSITE, ()))
    rivals = tuple(
        name
        for name, field in fields.items()
        if name in values and field.unique and in_conflict(by_field[name])
    )
    return Record(company_state(outcomes), pages, values, why, rivals)


def in_conflict(items: Sequence[Evidence]) -> bool:
    """Tell whether a value that differs from the best in more than form has nearly as much to say for it."""
    surest = max(item.confidence for item in items)
    likely = [item for item in items if item.confidence >= max(CONFIDENT, surest - _RIVAL)]
    best, *others = [_letters(value) for value in rank(likely)] or [""]
    return any(one not in best and best not in one for one in others)


def _letters(value: Value) -> str:
    return "".join(filter(str.isalnum, str(value).casefold()))


def chosen(field: Field, items: Sequence[Evidence], max_values: int) -> list[Value]:
    """Return the values of a field's evidence that get into the table, the best first."""
    if field.kind is Kind.FLAG:
        return [True] if any(item.value for item in items) else []
    if field.kind is Kind.MANY:
        # Unsure values stand in only where there is no surer one.
        ranked = rank([item for item in items if item.confidence >= CONFIDENT] or items)
        by_text: dict[str, Value] = {}
        for value in ranked:
            by_text.setdefault(_joinable(value), value)
        return list(by_text.values())[:max_values]
    return [value for value in rank(items) if _typed(field, value) is not None][:1]


def _value(field: Field, items: Sequence[Evidence], max_values: int) -> Value | None:
    values = chosen(field, items, max_values)
    if not values:
        return None
    if field.kind is Kind.MANY:
        return SEPARATOR.join(map(_joinable, values))
    return True if field.kind is Kind.FLAG else _typed(field, values[0])


def rank(items: Sequence[Evidence]) -> list[Value]:
    """Distinct values of one field, the best first."""
    by_value: dict[tuple[str, Value], list[Evidence]] = defaultdict(list)
    for item in items:
        by_value[type(item.value).__name__, item.value].append(item)

    def order(entry: tuple[tuple[str, Value], list[Evidence]]) -> tuple[Any, ...]:
        (_, value), support = entry
        return (
            -max(item.confidence for item in support),
            -len({item.url for item in support}),
            min(item.observed_at for item in support),
            str(value),
        )

    return [value for (_, value), _ in sorted(by_value.items(), key=order)]


def _typed(field: Field, value: Value) -> Value | None:
    """Put a value into its column's type; None where it does not fit."""
    try:
        if field.dtype == "int":
            return int(value)
        return float(value) if field.dtype == "float" else _text(value)
    except (ValueError, OverflowError):
        return None


def _joinable(value: Value) -> str:
    return _text(value).replace(";", ",")


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
