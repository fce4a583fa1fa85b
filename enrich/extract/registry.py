"""The registry of extractors and of the fields they fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from enrich.errors import SettingsError
from enrich.facts import Catalogue, Channel, Dtype, Fact, Field, Kind, Value
from enrich.page import Page
from enrich.records import Certificate, DnsRecords, Registration

#: What an extractor can read.
Subject = Page | DnsRecords | Certificate | Registration
Function = Callable[[Any], Iterable[Fact | Value]]
F = TypeVar("F", bound=Function)

#: Every field that can become a column.
FIELDS = Catalogue()

EXTRACTORS: dict[str, Extractor] = {}


@dataclass(frozen=True)
class Extractor:
    """A registered extractor.

    Attributes
    ----------
    name : str
        As shown in evidence.
    fields : tuple of str
        The fields it may fill; a bare value is one of the first.
    function : callable
        From a page, or what else it reads, to facts.
    reads : type
        What it reads.
    """

    name: str
    fields: tuple[str, ...]
    function: Function
    reads: type[Subject] = Page

    def __call__(self, subject: Subject) -> Iterator[Fact]:
        """Yield the facts of `subject`; blank values are dropped."""
        for item in self.function(subject):
            fact = item if isinstance(item, Fact) else Fact(self.fields[0], item)
            if fact.field not in self.fields:
                raise SettingsError(
                    f"extractor '{self.name}' gave a fact for '{fact.field}'; declare it beside "
                    f"{', '.join(self.fields)}"
                )
            if fact.value != "":
                yield fact


def extractor(
    *fields: str | Field,
    doc: str = "",
    kind: Kind = Kind.MANY,
    group: str = "own",
    dtype: Dtype = "str",
    name: str = "",
    reads: type[Subject] = Page,
) -> Callable[[F], F]:
    """Register the decorated function as an extractor.

    Parameters
    ----------
    *fields : str or Field
        What it fills. A name alone defines a new field from `doc`, `kind`, `group` and `dtype`,
        unless a field of that name is registered already.
    doc : str
        One line on the new field.
    kind : Kind
        How the new field's candidates merge.
    group : str
        Where the catalogue lists the new field.
    dtype : {"str", "int", "float"}
        Type of the new field's column, where it holds one value.
    name : str
        The name shown in evidence; the function's own by default.
    reads : type
        What the function takes: a page, or :mod:`enrich.records` of name servers, TLS or the registry.

    Returns
    -------
    callable
        The decorator, which gives the function back unchanged.

    Raises
    ------
    SettingsError
        If no field is given, or a field's name is taken by another definition.
    """

    def register(function: F) -> F:
        label = name or function.__name__
        if not fields:
            raise SettingsError(f"extractor '{label}' names no field; write @extractor(\"company_...\")")
        for field in fields:
            if isinstance(field, Field):
                FIELDS.add(field)
            elif field not in FIELDS:
                FIELDS.add(Field(field, group, kind, doc, dtype))
        names = tuple(field.name if isinstance(field, Field) else field for field in fields)
        EXTRACTORS[label] = Extractor(label, names, function, reads)
        return function

    return register


def arrange(modules: Sequence[str]) -> None:
    """Put the extractors of some modules first, in that order, and the fields in that of the extractors.

    Columns and recipes thus do not depend on which module happened to be imported first.
    """
    place = {module: position for position, module in enumerate(modules)}
    ordered = sorted(EXTRACTORS.values(), key=lambda one: place.get(one.function.__module__, len(place)))
    EXTRACTORS.clear()
    EXTRACTORS.update((one.name, one) for one in ordered)
    FIELDS.arrange(name for one in ordered for name in one.fields)


def channels() -> dict[str, frozenset[Channel]]:
    """Where each registered field can be found."""
    found: dict[str, set[Channel]] = {}
    for one in EXTRACTORS.values():
        for name in one.fields:
            found.setdefault(name, set()).add(one.reads.channel)
    return {name: frozenset(ones) for name, ones in found.items()}
