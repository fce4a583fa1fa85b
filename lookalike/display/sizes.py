"""What an experiment needs, as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from enrich.display.card import Card, Cell, Lines, Table, Tile, figure, number, sentence
from enrich.legible import plain
from enrich.numerals import percent
from lookalike.display.experiments import NOTES

if TYPE_CHECKING:
    from lookalike.experiment.sizing import Size

#: Other numbers of leads, and arms, that are shown.
SIZES, ARMS = 12, 6


def size_card(found: Size) -> Card:
    """Show how many leads and weeks, and what other numbers of leads would show."""
    arms = ", ".join(f"{plain(name, 30)} {n:,}" for name, n in list(found.arms.items())[:ARMS])
    tiles = [
        Tile("leads", f"{found.leads:,}", arms),
        Tile("power", percent(found.power), f"with an error of {percent(found.alpha)} allowed"),
        Tile("stopping at any look", f"{found.leads_when_peeking:,}", "leads at most"),
    ]
    if found.weeks is not None:
        tiles.insert(1, Tile("weeks", figure(found.weeks, ",.1f")))
    if found.leads_with_covariate is not None:
        tiles.append(Tile("with the covariate", f"{found.leads_with_covariate:,}", "leads, by CUPED"))
    weeks = ("weeks",) if found.weeks is not None else ()
    points = ", points" if found.kind == "conversion" else ""
    columns = ("leads", *weeks, f"difference{points}", f"new {found.kind}")
    rows = [_row(found, row) for row in found.curve.head(SIZES).to_dict("records")]
    parts: list[Table | Lines] = [Table("The least difference that is found as surely", columns, rows)]
    if found.notes:
        parts.append(Lines("To know", [plain(one, 400) for one in found.notes[:NOTES]]))
    return Card("Size of an experiment", sentence(found.headline, 500), tiles, parts)


def _row(found: Size, row: dict[Any, Any]) -> list[Cell]:
    gap = number((100 if found.kind == "conversion" else 1) * row["difference"], ",.2f")
    new = found.baseline + row["difference"]
    weeks = [number(row["weeks"], ",.1f")] if found.weeks is not None else []
    return [number(row["leads"]), *weeks, gap, Cell("" if pd.isna(new) else found.told(new), number=True)]
