"""An experiment as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.display.card import Card, Cell, Lines, Table, Tile, Tone, number, sentence, text
from enrich.legible import plain
from lookalike.experiment.telling import p_cell

if TYPE_CHECKING:
    from lookalike.experiment.analysis import Analysis
    from lookalike.experiment.comparison import Comparison

#: Comparisons and notes that are shown.
COMPARISONS, NOTES = 12, 8


def analysis_card(found: Analysis) -> Card:
    """Show the split, each difference with its interval, and what casts doubt."""
    doubt = bool(found.warnings)
    first = found.comparisons[0].measure if found.comparisons else ""
    sure = any(one.beyond_chance for one in found.comparisons if one.measure == first)
    tone: Tone = "bad" if found.split.alarm else "watch" if doubt else "good" if sure else ""
    sizes = ", ".join(
        f"{plain(name, 30)} {count:,}" for name, count in list(found.split.observed.items())[:6]
    )
    left = int(found.left_out["rows"].sum()) if len(found.left_out) else 0
    tiles = [
        Tile(
            "split",
            "not as planned" if found.split.alarm else "as planned",
            sizes,
            "bad" if found.split.alarm else "good",
        ),
        Tile("rows", f"{found.rows:,}", f"{left:,} left out" if left else ""),
    ]
    parts: list[Table | Lines] = []
    if doubt:
        parts.append(Lines("What casts doubt", [plain(one, 400) for one in found.warnings[:NOTES]]))
    rows = [_row(one) for one in found.comparisons[:COMPARISONS]]
    columns = ("measure", "arms", "treatment", "control", "difference", "p", "p under peeking")
    parts.append(Table("Differences, with 95 % intervals", columns, rows))
    if found.notes:
        parts.append(Lines("To know", [plain(one, 400) for one in found.notes[:NOTES]]))
    foot = "lookalike.pictures: effects(analysis)"
    return Card("Experiment", sentence(found.headline, 900), tiles, parts, foot, tone)


def _row(one: Comparison) -> list[Cell]:
    conversion = one.measure == "conversion"
    scale, form = (100.0, ".1%") if conversion else (1.0, ",.1f")
    told = one.told
    unit = " points" if conversion else ""
    low, high = (f"{scale * end:+.1f}".replace("-", "−") for end in (told.low, told.high))
    tone: Tone = "" if not one.beyond_chance else "for" if told.difference > 0 else "against"
    return [
        text(one.measure, 20),
        text(f"{plain(one.treatment, 40)} against {plain(one.control, 40)}", 100, tone=tone),
        number(one.mean, form, note=f"{one.leads:,} leads"),
        number(one.control_mean, form, note=f"{one.control_leads:,} leads"),
        number(scale * told.difference, "+.1f", note=f"{low} to {high}{unit}"),
        Cell(p_cell(one.holm_p), number=True),
        Cell(p_cell(one.anytime.p_value), number=True),
    ]
