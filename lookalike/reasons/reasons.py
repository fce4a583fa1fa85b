"""Reasons for a score as short sentences that can be said aloud, made from its evidence.

First the deals that speak most for the lead (or, where its chance is below that of all deals, against it),
with what both have in common; then the columns that add and take most; then the chance, as so many in ten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lookalike.columns import column_table
from lookalike.evidence import evidence_of_placed
from lookalike.reasons.phrasebook import Phrasebook

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel
    from lookalike.placed import Placed

#: Deals and columns on each side from which reasons are made, and how many of each are said.
LOOKED_AT = 5
DEALS, SHARED, FACTS = 2, 3, 2


@dataclass(frozen=True)
class Shared:
    """What a lead and a deal share of one column.

    Attributes
    ----------
    column : str
    values : tuple of str
    exact : bool
        Whether both have the same; otherwise the value is a range of numbers.
    """

    column: str
    values: tuple[str, ...]
    exact: bool


class Reasons:
    """Adds reasons to a score table.

    Parameters
    ----------
    model : LookalikeModel
    language : {"en", "ru"}
    """

    columns = ("reasons",)

    def __init__(self, model: LookalikeModel, language: str = "en") -> None:
        self.model = model
        self.book = Phrasebook(language)
        self._known = columns_of(model)
        self._base = model.win_rate if np.isfinite(model.win_rate) else None

    def of(self, placed: Placed, log: pd.DataFrame | None = None) -> pd.DataFrame:
        """Give the reasons of leads in one text each; blank with an error."""
        made = np.full(len(placed.ids), "", dtype=object)
        made[placed.good] = [" ".join(told) for told in self.sentences(placed)]
        return pd.DataFrame({"reasons": pd.array(made, dtype="str")})

    def sentences(self, placed: Placed) -> list[list[str]]:
        """Give the reasons of the leads that have a place, a list of sentences each."""
        n = len(placed.good)
        if not n:
            return []
        # Numbered, as several leads may have one id.
        numbers = [str(row) for row in range(len(placed.ids))]
        evidence = _by_lead(evidence_of_placed(self.model, replace(placed, ids=numbers), LOOKED_AT))
        rows = [numbers[row] for row in placed.good]
        by_column = _by_lead(column_table(self.model, placed.seen, rows, LOOKED_AT))
        scores = self.model.score_placed(placed, because=False)["probability"].to_numpy()[placed.good]
        return [
            self._told(float(chance), evidence.get(row, []), by_column.get(row, []))
            for row, chance in zip(rows, scores, strict=True)
        ]

    def _told(self, chance: float, deals: list[dict[str, Any]], columns: list[dict[str, Any]]) -> list[str]:
        side = "for" if self._base is None or chance >= self._base else "against"
        told, said = self._alike([deal for deal in deals if deal["side"] == side])
        for which in ("for", "against") if side == "for" else ("against", "for"):
            facts = [
                self.book.fact(row["column"], _values(row["value"]), against=which == "against")
                for row in columns
                if row["side"] == which and row["column"] not in said and " + " not in row["column"]
            ]
            facts = list(dict.fromkeys(filter(None, facts)))[:FACTS]
            if facts:
                told.append(self.book.side(which, facts))
        return [*told, self.book.chance(chance, self._base)] if self.model.too_few is None else told

    def _alike(self, deals: list[dict[str, Any]]) -> tuple[list[str], set[str]]:
        """Name one or two deals with what they share with the lead, and give the columns that were said."""
        shared = [(deal, self._sayable(deal["shared"])) for deal in deals]
        first = next(((deal, found) for deal, found in shared if found), None)
        if first is None:
            return ([f"{self.book.like(deals[0]['outcome'], [deals[0]['name']])}."] if deals else []), set()
        names, outcome, common = [first[0]["name"]], first[0]["outcome"], first[1]
        for deal, found in shared:
            both = [trait for trait in common if trait in found]
            if both and deal["name"] not in names and deal["outcome"] == outcome and len(names) < DEALS:
                names, common = [*names, deal["name"]], both
        facts = [
            self.book.also(trait.column, list(trait.values), exact=trait.exact) for trait in common[:SHARED]
        ]
        return (
            [f"{self.book.like(outcome, names)}: {'; '.join(dict.fromkeys(facts))}."],
            {trait.column for trait in common[:SHARED]},
        )

    def _sayable(self, shared: str) -> list[Shared]:
        found = traits_of(shared, self._known)
        return [t for t in found if self.book.also(t.column, list(t.values), exact=t.exact)]


def columns_of(model: LookalikeModel) -> list[str]:
    """Give the names that traits of a model's deals may begin with, the longest first."""
    return sorted({*model.features.columns, model.features.text, "texts"} - {""}, key=len, reverse=True)


def traits_in(shared: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """Part traits that :mod:`lookalike.traits` named into the column and what stands behind its name.

    >>> traits_in("tools: SAP; Oracle; size 35–42", ["tools", "size"])
    [('tools', ': SAP; Oracle'), ('size', ' 35–42')]
    """
    parts: list[tuple[str, str]] = []
    for segment in shared.split("; ") if shared else ():
        column = next((c for c in columns if segment.startswith((f"{c}: ", f"{c} "))), None)
        if column is not None:
            parts.append((column, segment[len(column) :]))
        elif parts:  # a value that has the mark in it
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}; {segment}")
        else:
            parts.append(("", segment))
    return parts


def traits_of(shared: str, columns: Sequence[str]) -> list[Shared]:
    """Read traits that :mod:`lookalike.traits` named, those of one column together.

    Parameters
    ----------
    shared : str
    columns : sequence of str
        Names that may occur, the longest first.

    >>> for trait in traits_of("tools: HubSpot; tools: SAP; size 35–42", ["tools", "size"]):
    ...     print(trait)
    Shared(column='tools', values=('HubSpot', 'SAP'), exact=True)
    Shared(column='size', values=('35–42',), exact=False)
    """
    together: dict[str, Shared] = {}
    for column, rest in traits_in(shared, columns):
        if column and rest.startswith(": "):
            values = tuple(rest[2:].split(", ")) if column == "texts" or " + " in column else (rest[2:],)
            before = together[column].values if column in together else ()
            together[column] = Shared(column, (*before, *values), True)
        elif re.match(r" [−\d]", rest):  # not that something is known, nor the part of a date
            together[column] = Shared(column, (rest[1:],), not re.search(r"\d–|\d to ", rest))
    return list(together.values())


def _by_lead(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        found.setdefault(str(row["lead_id"]), []).append({str(key): cell for key, cell in row.items()})
    return found


def _values(cell: str) -> list[str]:
    return [value.strip() for value in cell.split(";") if value.strip()]
