"""What became of deals, group against group, as a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from enrich.display.card import Card, Cell, Lines, Table, Tile, Tone, figure, more, number, sentence, text
from enrich.legible import plain
from lookalike.display.experiments import NOTES
from lookalike.experiment.estimate import ALPHA
from lookalike.experiment.telling import MEASURES, p_cell

if TYPE_CHECKING:
    from lookalike.experiment.outcomes import Outcomes

#: Groups, and differences, that are shown.
GROUPS, DIFFERENCES = 8, 16


def outcomes_card(found: Outcomes) -> Card:
    """Show each group within the horizon, the differences with their intervals, and what casts doubt."""
    first = found.comparisons[found.comparisons["measure"] == "won_share"]
    sure = bool((first["p_value"] < ALPHA).any())
    tone: Tone = "watch" if found.warnings else "good" if sure else ""
    left = int(found.left_out["rows"].sum()) if len(found.left_out) else 0
    tiles = [
        Tile("as of", found.as_of),
        Tile("everything within", f"{figure(found.horizon)} days", "of opening"),
        Tile("rows", f"{found.rows:,}", f"{left:,} left out" if left else ""),
        Tile("p that all are decided alike", p_cell(found.logrank_p), "logrank test"),
    ]
    parts: list[Table | Lines] = []
    if found.warnings:
        parts.append(Lines("What casts doubt", [plain(one, 400) for one in found.warnings[:NOTES]]))
    parts += [_groups(found), _differences(found)]
    if found.notes:
        parts.append(Lines("To know", [plain(one, 400) for one in found.notes[:NOTES]]))
    return Card("Outcomes of deals", sentence(found.headline, 900), tiles, parts, "", tone)


def _groups(found: Outcomes) -> Table:
    measures = [name for name in MEASURES if (found.comparisons["measure"] == name).any()]
    counts = ("deals", "won", "lost", "open")
    rows = [
        [
            text(row["group"], 60),
            *(number(row[name]) for name in counts),
            *(_measure(row, name) for name in measures),
        ]
        for row in found.groups.head(GROUPS).to_dict("records")
    ]
    columns = ("group", *counts, *(MEASURES[name][0].format(horizon=found.horizon) for name in measures))
    return Table("Groups, with 95 % intervals", columns, rows, more(len(found.groups), GROUPS, "groups"))


def _measure(row: Mapping[Any, Any], name: str) -> Cell:
    _, factor, form = MEASURES[name]
    return number(factor * row[name], form, note=_span(row, f"{name}_low", f"{name}_high", factor, form))


def _differences(found: Outcomes) -> Table:
    rows = []
    for row in found.comparisons.head(DIFFERENCES).to_dict("records"):
        name, factor, form = MEASURES[str(row["measure"])]
        sign = f"+{form}"
        rows.append(
            [
                Cell(name.format(horizon=found.horizon)),
                text(f"{plain(row['group'], 40)} against {plain(row['base'], 40)}", 100),
                number(factor * row["difference"], sign, note=_span(row, "low", "high", factor, sign)),
                Cell(p_cell(row["p_value"]), number=True),
            ]
        )
    left = more(len(found.comparisons), DIFFERENCES, "in .comparisons")
    return Table("Differences, with 95 % intervals", ("measure", "groups", "difference", "p"), rows, left)


def _span(row: Mapping[Any, Any], low: str, high: str, factor: float, form: str) -> str:
    ends = [factor * float(row[end]) for end in (low, high)]
    return "" if any(end != end for end in ends) else " to ".join(figure(end, form) for end in ends)
