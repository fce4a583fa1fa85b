"""Facts, the fields they are about, and the states of not having one.

A fact is a value with its evidence. What is *not* known is said as precisely: :class:`State` keeps
"nothing there", "not looked", "refused", "blocked", "rate-limited" and "failed" apart, for a company and for
each of its fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from enrich.errors import SettingsError

Value = str | int | float | bool

#: Confidence from which a fact counts as said by the page; below it, as a lead worth a look.
CONFIDENT = 0.5
Dtype = Literal["str", "int", "float"]


class State(StrEnum):
    """Why a value is there, or is not."""

    FOUND = "found"
    ABSENT = "absent"  # looked, nothing there
    NOT_LOOKED = "not looked"
    REFUSED = "refused"  # by robots.txt, or not asked because the address is not a public website's
    BLOCKED = "blocked"  # by the server: 401, 403, 451
    RATE_LIMITED = "rate-limited"
    TIMED_OUT = "timed out"
    NO_SUCH_DOMAIN = "no such domain"
    PARKED = "parked"
    FAILED = "failed"


class Channel(StrEnum):
    """Where a company can be looked at; each has a state of its own."""

    WEBSITE = "web"  # fetched, or read from an archive
    DNS = "dns"
    TLS = "tls"
    RDAP = "rdap"


class Kind(StrEnum):
    """How many values a field has and how they merge into one cell."""

    ONE = "one"  # the best candidate by confidence, then by support
    MANY = "many"  # all, best first, joined by "; "
    FLAG = "flag"  # true if any page says so


@dataclass(frozen=True)
class Field:
    """A column that enrichment can fill.

    Attributes
    ----------
    name : str
        The column's name in the output table.
    group : str
        Part of the catalogue: identity, contact, social, stack, text, ...
    kind : Kind
        How candidates merge.
    doc : str
        One line for people.
    dtype : {"str", "int", "float"}
        Type of a :attr:`Kind.ONE` column, settled here so that it does not depend on what a run finds.
        Many values are always text, a flag is always a truth value.
    unique : bool
        Whether a company has one and the same everywhere, so that two surely stated values are a conflict.
        Of descriptions, or of the latest post, each page has its own.
    """

    name: str
    group: str
    kind: Kind
    doc: str
    dtype: Dtype = "str"
    unique: bool = False


@dataclass(frozen=True)
class Fact:
    """One value of one field, before it is known which company and page it belongs to.

    Attributes
    ----------
    field : str
        Name of a registered field.
    value : str, int, float or bool
        In the field's standard form: E.164 for phones, ISO 639-1 for languages, URLs in full.
    confidence : float
        From 0 to 1; compares candidates of one field.
    """

    field: str
    value: Value
    confidence: float = 0.5


@dataclass(frozen=True)
class Evidence:
    """A fact as the journal keeps it: who says so, where, when, how surely.

    Attributes
    ----------
    domain : str
        The company's registrable domain in ASCII.
    field, value, confidence
        As in :class:`Fact`.
    url : str
        The page the value stands on.
    extractor : str
        The extractor that read it.
    observed_at : str
        When the page was fetched, RFC 3339 in UTC.
    """

    domain: str
    field: str
    value: Value
    url: str
    extractor: str
    observed_at: str
    confidence: float


class Catalogue(Mapping[str, Field]):
    """The registered fields by name, in the order of registration, which is the column order."""

    def __init__(self) -> None:
        self._fields: dict[str, Field] = {}

    def add(self, field: Field) -> None:
        """Register a field; the same definition may be registered again.

        Raises
        ------
        SettingsError
            If another definition has the name already.
        """
        known = self._fields.setdefault(field.name, field)
        if known != field:
            raise SettingsError(
                f"field '{field.name}' is already defined as {known.kind} ({known.doc}); choose another name"
            )

    def arrange(self, names: Iterable[str]) -> None:
        """Put the named fields first, in that order."""
        self._fields = {name: self._fields[name] for name in dict.fromkeys([*names, *self._fields])}

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)
