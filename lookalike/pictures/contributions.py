"""A lead's sum, part by part: where it starts, which deals speak for and against it, where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes

from lookalike.pictures.legible import shortened, width_of
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import (
    AGAINST,
    FOR,
    INK,
    LABEL,
    MUTED,
    OTHER,
    RULE,
    WIDTH,
    Sheet,
    drawn,
    ticks,
    write,
)
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.explain import Explanation
    from lookalike.scorecard.matched import PointsExplanation

#: Criteria of a scorecard that are drawn; the others are added up.
CRITERIA = 14
_ROW = 25.0


@dataclass(frozen=True)
class _Part:
    label: str
    beside: str
    amount: float
    colour: str


def waterfall(
    explanation: Explanation | PointsExplanation, *, language: str = "en", width: float = WIDTH
) -> Picture:
    """Draw a lead's score as the sum it is.

    Parameters
    ----------
    explanation : Explanation or PointsExplanation
        Of a model (base, named deals, all others by persona) or of a scorecard (start, criteria).
    language : {"en", "ru"}
    width : float
        In px.
    """
    from lookalike.explain import Explanation

    say = Wording(language)
    if isinstance(explanation, Explanation):
        parts, title, note = _of_model(explanation, say)
        digits = _digits([part.amount for part in parts])
    else:
        parts, title, note = _of_scorecard(explanation, say)
        digits = 0
    return _drawn(parts, explanation.total, title, note, say, width, digits)


def _of_model(found: Explanation, say: Wording) -> tuple[list[_Part], str, str]:
    parts = [_Part(say("base"), "", found.base, OTHER)]
    named = found.named.to_dict("records")
    for deal in named:
        word = say(f"outcome_{deal['outcome']}")
        like = say("alike", share=say.percent(float(deal["similarity"])))
        parts.append(_part(deal["name"], f"{word}, {like}", float(deal["contribution"])))
    for group in found.rest.to_dict("records"):
        others = say("others", n=say.number(group["deals"]))
        parts.append(_part(persona_words(group["persona"], say), others, float(group["contribution"])))
    told = np.isfinite(found.probability)
    title = say(
        "waterfall_title" if told else "waterfall_score",
        lead=found.lead_id,
        chance=say.percent(found.probability),
        score=say.score(found.score, sign=True),
        likeness=say.percent(found.likeness),
    )
    note = say("waterfall_note", n=len(named), coverage=say.percent(found.coverage))
    return parts, title, note


def _of_scorecard(found: PointsExplanation, say: Wording) -> tuple[list[_Part], str, str]:
    parts = [_Part(say("start"), "", float(found.start), OTHER)]
    rows = found.criteria.to_dict("records")
    told = [row for row in rows if row["points"]][:CRITERIA]
    parts += [_part(row["criterion"], "", float(row["points"])) for row in told]
    left = found.total - sum(part.amount for part in parts)
    if left:
        parts.append(_part(say("other_criteria"), "", left))
    silent = sum(not row["points"] for row in rows)
    if np.isfinite(found.probability):
        chance = say.percent(found.probability)
        title = say("points_title", lead=found.lead_id, points=say.number(found.total), chance=chance)
    else:
        title = say("points_only", lead=found.lead_id, points=say.number(found.total))
    return parts, title, say("points_note", n=silent) if silent else ""


def persona_words(persona: str, say: Wording) -> str:
    """Say a persona's name in the language."""
    outcome, like, name = str(persona).partition(" like ")
    if like and outcome in ("won", "lost", "unlabelled"):
        return say(f"persona_{outcome}", name=name)
    return str(persona)


def _part(label: object, beside: str, amount: float) -> _Part:
    return _Part(str(label), beside, amount, FOR if amount >= 0 else AGAINST)


def _digits(amounts: list[float]) -> int:
    largest = max((abs(amount) for amount in amounts), default=1.0)
    return 3 if largest < 0.5 else 2 if largest < 20 else 1


def _drawn(
    parts: list[_Part], total: float, title: str, note: str, say: Wording, width: float, digits: int
) -> Picture:
    ends = np.cumsum([part.amount for part in parts])
    starts = np.concatenate([[0.0], ends[:-1]])
    low, high = min(0.0, *starts, *ends), max(0.0, *starts, *ends)
    names, figures = min(0.45 * width, 290.0), 62.0
    with drawn():
        sheet = Sheet(title, note, width=width, height=_ROW * (len(parts) + 1) + 16)
        axes = sheet.axes(left=names + 12, right=figures, top=6, bottom=10)
        rows = np.arange(len(parts) + 1, dtype=float)
        axes.set(xlim=(low, high if high > low else low + 1), ylim=(rows[-1] + 0.6, -0.6))
        axes.spines["bottom"].set_visible(False)
        axes.axvline(0, color=RULE, linewidth=1)
        amounts = [part.amount for part in parts]
        axes.barh(
            rows[:-1], amounts, left=starts, height=0.62, color=[part.colour for part in parts], linewidth=0
        )
        axes.vlines(ends, rows[:-1] - 0.31, rows[:-1] + 1.31, color=MUTED, linewidth=0.8)
        axes.barh(rows[-1:], [total], height=0.62, color=INK, alpha=0.82, linewidth=0)
        for row, part in enumerate(parts):
            _label(axes, row, part.label, part.beside, names)
            amount = say.number(part.amount, digits, sign=True)
            write(axes, 1, row, amount, within="row", px=(figures - 4, 0), ha="right", size=LABEL)
        _label(axes, len(parts), say("total"), "", names, bold=True)
        amount = say.number(total, digits, sign=True)
        write(
            axes,
            1,
            len(parts),
            amount,
            within="row",
            px=(figures - 4, 0),
            ha="right",
            size=LABEL,
            weight="bold",
        )
        ticks(axes, "x")
        ticks(axes, "y")
        return Picture(sheet)


def _label(axes: Axes, row: int, label: str, beside: str, width: float, *, bold: bool = False) -> None:
    """Write what a bar is, and beside it in fainter ink what kind of deal, flush with the bars."""
    after = width_of(beside, 11) + 8 if beside else 0.0
    weight: Literal["normal", "bold"] = "bold" if bold else "normal"
    name = shortened(label, width - after, LABEL, weight)
    start = -(width + 12)
    write(axes, 0, row, name, within="row", px=(start, 0), size=LABEL, weight=weight, width=width)
    if beside:
        write(axes, 0, row, beside, within="row", px=(-10, 0), ha="right", colour=MUTED, width=width)
