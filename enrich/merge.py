"""From all evidence on a company to one value per field, and a state where there is none.

Equal evidence gives equal records whatever order it was found in: candidates are ranked by confidence, then
by the number of pages that support them, then by the earliest observation, then by the text itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enrich.facts import CONFIDENT, Evidence, Field, Kind, State, Value

SEPARATOR = "; "

# Why a company of which no page was read has none, the most telling outcome first.
_NO_PAGE = (
    State.PARKED,
    State.REFUSED,
    State.BLOCKED,
    State.RATE_LIMITED,
    State.TIMED_OUT,
    State.FAILED,
    State.NO_SUCH_DOMAIN,
    State.ABSENT,
)


@dataclass(frozen=True)
class Record:
    """What is known of one company.

    Attributes
    ----------
    state : State
        ``FOUND`` if pages of it were read; otherwise why none was.
    pages : int
        Pages read.
    values : mapping of str to Value
        One value a field, for the fields that have one.
    why : State
        Why the other fields have none.
    """

    state: State
    pages: int
    values: Mapping[str, Value]
    why: State


#: A row that names no company, or one that no source was asked about.
UNKNOWN = Record(State.NOT_LOOKED, 0, {}, State.NOT_LOOKED)


def merge(
    evidence: Iterable[Evidence],
    outcomes: Mapping[State, int],
    fields: Mapping[str, Field],
    *,
    min_confidence: float = 0.0,
    max_values: int = 20,
) -> Record:
    """Merge what the journal has on one company.

    Parameters
    ----------
    evidence : iterable of Evidence
        Of that company; evidence for fields not in `fields` is left out.
    outcomes : mapping of State to int
        Its pages by state.
    fields : mapping of str to Field
        The catalogue.
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
    state = company_state(outcomes)
    return Record(
        state, outcomes.get(State.FOUND, 0), values, State.ABSENT if state is State.FOUND else state
    )


def company_state(outcomes: Mapping[State, int]) -> State:
    """State of a company by its pages' states.

    >>> company_state({State.FOUND: 1, State.REFUSED: 9}), company_state({State.ABSENT: 3, State.REFUSED: 1})
    (<State.FOUND: 'found'>, <State.REFUSED: 'refused'>)
    >>> company_state({})
    <State.NOT_LOOKED: 'not looked'>
    """
    if outcomes.get(State.FOUND):
        return State.FOUND
    return next((state for state in _NO_PAGE if outcomes.get(state)), State.NOT_LOOKED)


def _value(field: Field, items: Sequence[Evidence], max_values: int) -> Value | None:
    if field.kind is Kind.FLAG:
        return True if any(item.value for item in items) else None
    if field.kind is Kind.MANY:
        # Unsure values stand in only where there is no surer one.
        ranked = rank([item for item in items if item.confidence >= CONFIDENT] or items)
        texts = [_text(value).replace(";", ",") for value in ranked]
        return SEPARATOR.join(list(dict.fromkeys(texts))[:max_values])
    return next((typed for value in rank(items) if (typed := _typed(field, value)) is not None), None)


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


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
