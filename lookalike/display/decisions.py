"""A decision as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from enrich.display.card import Card, Cell, Lines, Table, Tile, Tone, figure, number, sentence
from enrich.legible import plain
from enrich.numerals import percent

if TYPE_CHECKING:
    from lookalike.decide.decision import Cut, Decision

_TONES: dict[str, Tone] = {"reached": "good", "only by luck": "watch", "not reached": "bad"}


def decision_card(found: Decision) -> Card:
    """Show the cut-off, what it brings, and how sure that is."""
    tone = _TONES[found.status]
    tiles = [
        Tile("aim", found.status, str(found.rule), tone),
        Tile("leads with known outcomes", f"{found.leads:,}", f"{found.won:,} won"),
    ]
    chosen = found.sure or found.cut
    if chosen is not None:
        span = ""
        if np.isfinite(found.threshold_low):
            span = f"on other leads {found.threshold_low:.3g} to {found.threshold_high:.3g}"
        tiles.append(Tile("contact from a score of", f"{chosen.threshold:.3g}", span))
    if np.isfinite(found.profit_corrected):
        note = f"{figure(found.profit_low)} to {figure(found.profit_high)}, of as many other leads"
        tiles.append(Tile("profit to expect", figure(found.profit_corrected), note))
    cuts = [("chosen on these leads", found.cut), ("to count on it", found.sure)]
    rows = [_row(name, cut) for name, cut in cuts if cut is not None]
    parts: list[Table | Lines] = [Lines("", [plain(found.why, 300)])] if found.why else []
    if rows:
        columns = (
            "cut-off",
            "from",
            "contacts",
            "won",
            "of the contacted won",
            "of the won contacted",
            "profit",
        )
        parts.append(Table("", columns, rows))
    foot = "lookalike.pictures: decision(found)"
    return Card("Threshold", sentence(found.headline, 400), tiles, parts, foot, tone)


def _row(name: str, cut: Cut) -> list[Cell]:
    return [
        Cell(name),
        number(cut.threshold, ".4g"),
        number(cut.contacts),
        number(cut.won),
        number(cut.precision, ".0%", note=f"{percent(cut.precision_low)} to {percent(cut.precision_high)}"),
        number(cut.recall, ".0%", note=f"{percent(cut.recall_low)} to {percent(cut.recall_high)}"),
        number(cut.profit),
    ]
