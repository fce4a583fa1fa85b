"""Whether probabilities came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from lookalike.pictures.picture import Picture
from lookalike.pictures.style import FOR, MUTED, OTHER, WIDTH, Sheet, axis_names, drawn, rules, ticks, write
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest

#: Mean probability off the won rate by so much of it is told as too low or too high.
OFF = 0.2


def reliability(backtest: Backtest, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw the share that was won by the probability that was told, with 95 % intervals (Wilson 1927).

    Parameters
    ----------
    backtest : Backtest
        From :func:`lookalike.backtest.run.backtest`.
    language : {"en", "ru"}
    width : float
        In px.
    """
    say = Wording(language)
    curves = backtest.curves
    bins = curves[
        (curves["curve"] == "reliability")
        & (curves["method"] == "model")
        & (curves["split"] == backtest.split)
    ]
    bins = bins.rename(columns={"x": "probability", "y": "won_rate", "deals": "leads"})
    ece = backtest.figure("ece")
    note = say("reliability_note", ece=say.number(ece["value"], 3), span=say.span(ece["low"], ece["high"], 3))
    with drawn():
        sheet = Sheet(promised_title(bins, say), note, width=width, height=330)
        axes = sheet.axes(top=26, right=16)
        draw_reliability(axes, bins, say)
        return Picture(sheet)


def promised_title(bins: pd.DataFrame, say: Wording) -> str:
    """Say whether probabilities held on the whole."""
    if bins.empty:
        return say("reliability_none")
    told = float(np.average(bins["probability"], weights=bins["leads"]))
    became = float(np.average(bins["won_rate"], weights=bins["leads"]))
    off = abs(told - became) > OFF * max(became, 1e-9)
    name = "reliability_held" if not off else "reliability_low" if told < became else "reliability_high"
    return say(name, told=say.percent(told), won=say.percent(became))


def draw_reliability(axes: Axes, bins: pd.DataFrame, say: Wording) -> None:
    """Draw bins of probability, won_rate, low, high and leads beside the diagonal of promises kept."""
    x, y, low, high = (
        bins[name].to_numpy(dtype=float) for name in ("probability", "won_rate", "low", "high")
    )
    end = min(1.0, np.ceil(10 * max([0.3, *x, *np.minimum(high, 1.5 * y + 0.1)])) / 10)
    axes.plot([0, end], [0, end], color=OTHER, linewidth=1.2, dashes=(4, 3))
    write(axes, end, end, say("as_promised"), px=(-4, 2), ha="right", va="bottom", colour=MUTED)
    axes.vlines(x, low, np.minimum(high, end), color=FOR, linewidth=1.6, alpha=0.55)
    sizes = bins["leads"].to_numpy(dtype=float)
    areas = 30 + 170 * sizes / max(sizes.max(initial=1.0), 1.0)
    axes.scatter(x, y, s=areas, color=FOR, linewidth=0, zorder=3)
    axes.set(xlim=(0, end), ylim=(0, end))
    for place, (probability, rate, deals) in enumerate(zip(x, y, sizes, strict=True)):
        if place in {int(np.argmax(sizes)), len(x) - 1}:
            write(
                axes,
                probability,
                rate,
                say("bin_deals", n=say.number(deals)),
                px=(11, -7),
                colour=MUTED,
                va="top",
            )
    places = np.arange(0, end + 0.01, 0.1 if end <= 0.6 else 0.2).round(1).tolist()
    ticks(axes, "x", places, [say.percent(place) for place in places])
    ticks(axes, "y", places, [say.percent(place) for place in places])
    rules(axes, "y")
    axis_names(axes, say("reliability_x"), say("reliability_y"))
