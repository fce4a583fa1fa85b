"""A lead's score, taken apart, as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from enrich.display.card import Card, Cell, Table, Tile, figure, number, text

if TYPE_CHECKING:
    from lookalike.explain import Explanation
    from lookalike.scorecard.matched import PointsExplanation

#: Columns and criteria that are shown.
COLUMNS, CRITERIA = 8, 20


def explanation_card(found: Explanation) -> Card:
    """Name the deals that speak for and against a lead; with the others by persona they give the score."""
    parts = [*found.named["contribution"], *found.rest["contribution"], found.base]
    largest = max((abs(float(part)) for part in parts), default=1.0) or 1.0
    named = [_deal(row, largest) for row in found.named.to_dict("records")]
    rest = [
        [
            text(row["persona"], 80),
            number(row["deals"]),
            *_amount(float(row["contribution"]), largest),
        ]
        for row in found.rest.to_dict("records")
    ]
    columns = [_column(row) for row in _scaled(found.columns.head(COLUMNS))]
    tables = [
        Table("Because of these deals", ("deal", "likeness", "", "adds", "what both have"), named),
        Table("All other deals, by persona", ("", "deals", "", "adds"), rest, _sum(found)),
        Table("The same score by column", ("column", "value", "", "adds"), columns),
    ]
    told = np.isfinite(found.probability)
    chance = figure(found.probability, ".0%")
    tiles = [
        *([Tile("chance", chance, "as such scores meant on deals held out")] if told else []),
        Tile("likeness", figure(found.likeness, ".0%"), "to the won deals nearest to it"),
        Tile("score", figure(found.score, "+.3f")),
        Tile("named deals carry", figure(found.coverage, ".0%"), "of all that speaks for or against"),
    ]
    headline = f"Lead {text(found.lead_id, 60).text}: "
    headline += f"{chance} chance" if told else f"score {figure(found.score, '+.3f')}"
    return Card("Why a lead has its score", headline, tiles, [one for one in tables if one.rows])


def _deal(row: dict[Any, Any], largest: float) -> list[Cell]:
    tone = "for" if row["contribution"] >= 0 else "against"
    return [
        text(row["name"], 60, note=str(row["outcome"]), tone=tone),
        number(float(row["similarity"]), ".0%"),
        *_amount(float(row["contribution"]), largest),
        text(row["shared"], 200),
    ]


def _amount(value: float, largest: float, form: str = "+.3f") -> list[Cell]:
    return [Cell("", bar=value / largest), number(value, form)]


def _scaled(table: pd.DataFrame) -> list[dict[Any, Any]]:
    largest = float(table["contribution"].abs().max()) if len(table) else 1.0
    return [{**row, "largest": largest or 1.0} for row in table.to_dict("records")]


def _column(row: dict[Any, Any]) -> list[Cell]:
    value = "" if row["value"] is None or row["value"] is pd.NA else row["value"]
    return [text(row["column"], 60), text(value, 120), *_amount(float(row["contribution"]), row["largest"])]


def _sum(found: Explanation) -> str:
    named, rest = (float(table["contribution"].sum()) for table in (found.named, found.rest))
    parts = " ".join(figure(part, "+.3f") for part in (found.base, named, rest))
    return f"base, named deals and all others: {parts} = {figure(found.total, '+.3f')}"


def points_card(found: PointsExplanation) -> Card:
    """Show the criteria that gave a lead its points."""
    table = found.criteria[found.criteria["points"] != 0]
    largest = float(table["points"].abs().max()) if len(table) else 1.0
    rows = [
        [
            text(row["criterion"], 120),
            text(row["value"], 80),
            *_amount(float(row["points"]), largest, "+.0f"),
        ]
        for row in table.head(CRITERIA).to_dict("records")
    ]
    silent = len(found.criteria) - len(table)
    more = f"{silent} criteria give nothing" if silent else ""
    tiles = [Tile("points", figure(found.score, ".0f"), f"{found.start} to start from")]
    if np.isfinite(found.probability):
        tiles.append(Tile("chance", figure(found.probability, ".0%")))
    headline = f"Lead {text(found.lead_id, 60).text}: {figure(found.score, '.0f')} points"
    parts = [Table("", ("criterion", "the lead's", "", "points"), rows, more)]
    return Card("Points of a lead", headline, tiles, parts)
