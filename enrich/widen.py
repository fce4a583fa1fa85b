"""Widening a batch of leads: the input columns untouched, then what is known of each row's company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from enrich.company import Company
from enrich.facts import Field, Kind, Value
from enrich.merge import Record

_DTYPES = {"str": "str", "int": "Int64", "float": "Float64"}


class Widener:
    """Adds the enrichment columns; their names and types depend on the input's header and the fields alone.

    Parameters
    ----------
    header : sequence of str
        Columns of the input.
    fields : mapping of str to Field
        The catalogue, in column order.
    record : callable
        From a domain to what is known of it; the empty domain is that of a row that names no company.

    Attributes
    ----------
    names : dict of str to str
        Name in the output of every added column; one that the input has already gets ``_enriched``.
    """

    def __init__(
        self, header: Sequence[str], fields: Mapping[str, Field], record: Callable[[str], Record]
    ) -> None:
        self.fields = fields
        self.record = record
        self.names = _free_names(header, ["company_domain", "mailbox", "company_state", "company_pages"])
        added = [column for name in fields for column in (name, f"{name}_why")]
        self.names |= _free_names([*header, *self.names.values()], [*added, "conflicts", "error"])

    def widen(self, frame: pd.DataFrame, companies: Sequence[Company]) -> pd.DataFrame:
        """Return `frame` with the added columns, one row for each row, in its order and under its index."""
        known = {one.domain: self.record(one.domain) for one in companies}
        records = [known[one.domain] for one in companies]
        columns: dict[str, Any] = {
            "company_domain": _texts(one.domain for one in companies),
            "mailbox": _texts(one.mailbox for one in companies),
            "company_state": _texts(record.state for record in records),
            "company_pages": pd.array([record.pages for record in records], dtype="int64"),
        }
        for name, field in self.fields.items():
            values = [record.values.get(name) for record in records]
            columns[name] = pd.array(values, dtype=_dtype(field))
            columns[f"{name}_why"] = _texts(
                record.why[name] if value is None else None
                for record, value in zip(records, values, strict=True)
            )
        columns["conflicts"] = _texts("; ".join(record.conflicts) for record in records)
        columns["error"] = _texts(one.error for one in companies)
        added = pd.DataFrame(columns, index=frame.index).rename(columns=self.names)
        return pd.concat([frame, added], axis=1)


def _free_names(taken: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    used = set(taken)
    names = {}
    for name in wanted:
        free = name
        while free in used:
            free += "_enriched"
        used.add(free)
        names[name] = free
    return names


def _texts(values: Iterable[Value | None]) -> Any:
    return pd.array([str(value) if value else None for value in values], dtype="str")


def _dtype(field: Field) -> Any:
    if field.kind is Kind.FLAG:
        return "boolean"
    return _DTYPES[field.dtype] if field.kind is Kind.ONE else "str"
