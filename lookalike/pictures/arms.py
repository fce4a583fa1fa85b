"""What each treatment of an experiment changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from lookalike.pictures.picture import Picture
from lookalike.pictures.style import (
    AGAINST,
    FOR,
    LABEL,
    MUTED,
    OTHER,
    WIDTH,
    Sheet,
    axis_names,
    drawn,
    ticks,
    write,
)
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.experiment.analysis import Analysis
    from lookalike.experiment.comparison import Comparison

_ROW = 46.0


def effects(analysis: Analysis, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw how far each treatment is from the control, with 95 % intervals; fainter, what was observed.

    Parameters
    ----------
    analysis : Analysis
        From :func:`lookalike.experiment.analyze`.
    language : {"en", "ru"}
    width : float
        In px.
    """
    say = Wording(language)
    measures = list(dict.fromkeys(one.measure for one in analysis.comparisons))
    groups = [[one for one in analysis.comparisons if one.measure == measure] for measure in measures]
    height = sum(_ROW * len(group) + 78 for group in groups)
    note = say("effects_doubt") if analysis.warnings else say("effects_note")
    with drawn():
        sheet = Sheet(_title(analysis, say), note, width=width, height=height)
        names = min(0.32 * width, 200.0)
        bottom = height
        for group in groups:
            room = _ROW * len(group) + 78
            bottom -= room
            top = height - bottom - room + 26
            axes = sheet.axes(left=names + 12, right=min(0.24 * width, 140), top=top, bottom=bottom + 42)
            _draw_group(axes, group, say, names)
        return Picture(sheet)


def _title(found: Analysis, say: Wording) -> str:
    if found.split.alarm:
        return say("effects_split")
    first = [one for one in found.comparisons if one.measure == found.comparisons[0].measure]
    sure = [one for one in first if one.beyond_chance]
    best = max(sure or first, key=lambda one: abs(one.told.difference))
    values = {
        "treatment": best.treatment,
        "control": best.control,
        "gap": _gap(best, abs(best.told.difference), say),
        "measure": say(f"measure_{best.measure}"),
    }
    if not sure:
        return say("effects_none", **values)
    return say("effects_more" if best.told.difference > 0 else "effects_less", **values)


def _draw_group(axes: Axes, group: list[Comparison], say: Wording, names: float) -> None:
    scale = 100.0 if group[0].measure == "conversion" else 1.0
    ends = [scale * end for one in group for end in (one.told.low, one.told.high, 0.0) if np.isfinite(end)]
    reach = 0.08 * (max(ends) - min(ends) or 1.0)
    axes.set(xlim=(min(ends) - reach, max(ends) + reach), ylim=(len(group) - 0.5, -0.5))
    axes.axvline(0, color=OTHER, linewidth=1.2, dashes=(4, 3))
    write(axes, 0, -0.5, say("no_difference"), px=(0, 9), ha="center", colour=MUTED)
    for row, one in enumerate(group):
        told = one.told
        colour = OTHER if not one.beyond_chance else FOR if told.difference > 0 else AGAINST
        if one.adjusted is not None:
            seen = one.observed
            axes.hlines(
                [row + 0.26], [scale * seen.low], [scale * seen.high], color=colour, linewidth=1.2, alpha=0.6
            )
            axes.plot([scale * seen.difference], [row + 0.26], "o", color=colour, markersize=4, alpha=0.7)
        axes.hlines([row], [scale * told.low], [scale * told.high], color=colour, linewidth=3, alpha=0.6)
        axes.plot([scale * told.difference], [row], "o", color=colour, markersize=9)
        name, against = one.treatment, say("against", control=one.control)
        start = -(names + 12)
        write(axes, 0, row, name, within="row", px=(start, 7), size=LABEL, weight="bold", width=names)
        write(axes, 0, row, against, within="row", px=(start, -8), colour=MUTED, width=names)
        write(
            axes,
            1,
            row,
            _gap(one, told.difference, say, sign=True),
            within="row",
            px=(10, 7),
            weight="bold",
            size=LABEL,
        )
        span = say("span", low=_figure(one, told.low, say), high=_figure(one, told.high, say))
        write(axes, 1, row, span, within="row", px=(10, -8), colour=MUTED, width=130)
    places = [
        float(place)
        for place in axes.xaxis.get_major_locator()()
        if axes.get_xlim()[0] <= place <= axes.get_xlim()[1]
    ]
    digits = next((digits for digits in (0, 1, 2) if np.allclose(np.round(places, digits), places)), 3)
    ticks(axes, "x", places, lambda place: say.number(place, digits, sign=True) if place else "0")
    ticks(axes, "y")
    axis_names(axes, say(f"effects_x_{group[0].measure}"))


def _gap(one: Comparison, value: float, say: Wording, *, sign: bool = False) -> str:
    number = _figure(one, value, say, sign=sign)
    return say("points", n=number) if one.measure == "conversion" else number


def _figure(one: Comparison, value: float, say: Wording, *, sign: bool = False) -> str:
    return say.number(100 * value if one.measure == "conversion" else value, 1, sign=sign)
