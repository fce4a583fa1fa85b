"""What the model promised, and what became of the leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from lookalike.pictures.columns import drift
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import FOR, MUTED, OTHER, WIDTH, Sheet, drawn, ticks, write
from lookalike.pictures.trust import draw_reliability, promised_title
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.monitor.promised import Kept
    from lookalike.monitor.run import Monitored

#: Narrower than this, measures stand below, not beside.
_NARROW = 520.0
_MEASURE = 84.0
#: Value, low, high and what was promised.
_Measured = tuple[float, float, float, float | None]


def monitored(monitored: Monitored, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw how promises were kept: probabilities, won rate and ranking, with 95 % intervals.

    Where no outcomes are known, how far columns moved is drawn instead; see
    :func:`lookalike.pictures.drift`.

    Parameters
    ----------
    monitored : Monitored
        From :func:`lookalike.monitor.monitor`.
    language : {"en", "ru"}
    width : float
        In px.
    """
    kept = monitored.kept
    if kept is None:
        return drift(monitored, language=language, width=width)
    say = Wording(language)
    title = promised_title(kept.reliability, say)
    if kept.ranks_worse and kept.auc_promised is not None:
        title = say("ranks_worse", auc=say.number(kept.auc, 2), promised=say.number(kept.auc_promised, 2))
    note = say(
        "monitored_note" if np.isfinite(kept.expected) else "monitored_untold",
        leads=say.number(kept.leads),
        won=say.number(kept.won),
        expected=say.number(kept.expected),
    )
    beside = width >= _NARROW
    with drawn():
        sheet = Sheet(title, note, width=width, height=330 if beside else 560)
        aside = 0.36 * width
        left = sheet.axes(top=26, right=aside + 20 if beside else 16, bottom=40 if beside else 270)
        draw_reliability(left, kept.reliability, say)
        top = 22.0 if beside else sheet.room - 240
        start = width - aside + 14 if beside else 12
        _draw_measures(sheet, kept, say, left=start, top=top)
        return Picture(sheet)


def _draw_measures(sheet: Sheet, kept: Kept, say: Wording, *, left: float, top: float) -> None:
    """Draw each measure on a scale of its own: what was found with its interval, and what was promised."""
    rate = (kept.won_rate, kept.won_rate_low, kept.won_rate_high, kept.expected / max(kept.leads, 1))
    rows: list[tuple[str, _Measured, float, float | None]] = [(say("measure_rate"), rate, 0.0, None)]
    if np.isfinite(kept.auc):
        rows.append(
            (say("measure_auc"), (kept.auc, kept.auc_low, kept.auc_high, kept.auc_promised), 0.5, 0.5)
        )
        rows.append(
            (say("measure_lift"), (kept.lift, kept.lift_low, kept.lift_high, kept.lift_promised), 0.0, 1.0)
        )
    for place, (name, (value, low, high, promised), least, chance) in enumerate(rows):
        start = top + _MEASURE * place + 24
        axes = sheet.axes(left=left, right=16, top=start, bottom=sheet.room - start - 22)
        as_share = place == 0
        _draw_measure(axes, name, value, low, high, promised, least, chance, say, as_share=as_share)


def _draw_measure(
    axes: Axes,
    name: str,
    value: float,
    low: float,
    high: float,
    promised: float | None,
    least: float,
    chance: float | None,
    say: Wording,
    *,
    as_share: bool,
) -> None:
    known = [one for one in (value, low, high, promised) if one is not None and np.isfinite(one)]
    least = min([least, *known])
    most = max(known)
    axes.set(xlim=(least - 0.02 * (most - least), most + 0.1 * (most - least) + 1e-9), ylim=(-1, 1))
    if chance is not None:
        axes.axvline(chance, color=OTHER, linewidth=1.2, dashes=(3, 2))
    axes.hlines([0], [low], [high], color=FOR, linewidth=3, alpha=0.5)
    axes.plot([value], [0], "o", color=FOR, markersize=9)

    def told(one: float) -> str:
        return say.percent(one) if as_share else say.number(one, 2)

    write(axes, 0, 1, name, within="axes", px=(0, 12), size=12)
    write(axes, 1, 1, told(value), within="axes", px=(0, 12), ha="right", weight="bold", size=12)
    if promised is not None and np.isfinite(promised):
        axes.plot([promised, promised], [-0.9, 0.9], color=MUTED, linewidth=2)
        text = say("promised", value=told(promised))
        write(
            axes,
            promised,
            -1,
            text,
            px=(0, -7),
            ha="right" if promised > (least + most) / 2 else "left",
            colour=MUTED,
        )
    ticks(axes, "x")
    ticks(axes, "y")
    axes.spines["bottom"].set_visible(False)
