"""A backtest as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.display.card import Card, Cell, Lines, Table, Tile, figure, number, sentence, text
from enrich.legible import plain

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest

#: Methods, and sentences, that are shown.
METHODS, SENTENCES = 10, 10


def backtest_card(found: Backtest) -> Card:
    """Show what a backtest says, what to do, and the model beside simple methods."""
    story = found.story
    own = found.windows[found.windows["split"] == found.split]
    auc, ece = found.figure("auc"), found.figure("ece")
    lift = found.figure("lift_10")
    which = "later deals" if found.split == "time" else "deals held out at random"
    tiles = [
        Tile("tested on", f"{int(own['tested'].sum()):,}", f"{which}, in {len(own)} tests"),
        Tile("AUC", figure(auc["value"], ".3f"), _span(auc, ".3f")),
        Tile("lift in the best 10 %", figure(lift["value"], ".1f"), _span(lift, ".1f")),
        Tile("calibration error", figure(ece["value"], ".3f"), _span(ece, ".3f")),
    ]
    parts: list[Table | Lines] = []
    if story.to_do:
        parts.append(Lines("What to do", [plain(line, 400) for line in story.to_do[:SENTENCES]]))
    if story.says:
        parts.append(Lines("What it says", [plain(line, 500) for line in story.says[:SENTENCES]]))
    parts.append(_methods(found))
    parts.append(_tests(found))
    signal = bool(auc["low"] > 0.5)
    foot = "lookalike.pictures: gain(backtest), reliability(backtest), windows(backtest)"
    return Card("Backtest", sentence(story.headline, 400), tiles, parts, foot, "good" if signal else "bad")


def _span(one: object, form: str) -> str:
    low, high = float(one["low"]), float(one["high"])  # type: ignore[index]
    return f"{figure(low, form)} to {figure(high, form)}" if low == low else ""


def _methods(found: Backtest) -> Table:
    table = found.figures[(found.figures["split"] == found.split) & (found.figures["fold"] == 0)]
    rows = []
    for method in list(dict.fromkeys(table["method"]))[:METHODS]:
        cells = [text(method, 40, tone="for" if method == "model" else "")]
        for name, form in (("auc", ".3f"), ("lift_10", ".1f"), ("ece", ".3f")):
            one = found.figure(name, str(method))
            cells.append(number(float(one["value"]), form, note=_span(one, form)))
        apart = found.difference("auc", str(method))
        cells.append(number(float(apart["difference"]), "+.3f", note=_span(apart, "+.3f")))
        rows.append(cells)
    columns = ("method", "AUC", "lift in the best 10 %", "calibration error", "model ahead by (AUC)")
    return Table("Beside simple methods", columns, rows)


def _tests(found: Backtest) -> Table:
    own = found.windows[found.windows["split"] == found.split]
    rows = []
    for row in own.head(METHODS).to_dict("records"):
        auc = found.figure("auc", fold=int(row["fold"]))
        cells: list[Cell] = [text(f"from {row['origin']}" if row["origin"] else f"test {row['fold']}", 40)]
        cells += [number(row["trained"]), number(row["tested"])]
        cells += [number(float(row["mean_probability"]), ".0%"), number(float(row["tested_won_rate"]), ".0%")]
        rows.append([*cells, number(float(auc["value"]), ".3f", note=_span(auc, ".3f"))])
    return Table("Test by test", ("", "learned from", "tested", "told", "won", "AUC"), rows)
