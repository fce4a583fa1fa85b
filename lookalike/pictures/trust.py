"""Whether probabilities came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from statsmodels.stats.proportion import proportion_confint

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
        axes = sheet.axes(top=26, right=24)
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
    said = say(name, told=say.percent(told), won=say.percent(became))
    return said if off else said + _but(bins, told, say)


def _but(bins: pd.DataFrame, middle: float, say: Wording) -> str:
    """Say that high probabilities came out otherwise, where that is beyond chance."""
    upper = bins[bins["probability"] > middle]
    deals = float(upper["leads"].sum())
    if not deals:
        return ""
    told, became = (
        float(np.average(upper[name], weights=upper["leads"])) for name in ("probability", "won_rate")
    )
    low, high = proportion_confint(round(became * deals), round(deals), method="wilson")
    return say("but_low") if told < low else say("but_high") if told > high else ""


def draw_reliability(axes: Axes, bins: pd.DataFrame, say: Wording) -> None:
    """Draw bins of probability, won_rate, low, high and leads beside the diagonal of promises kept."""
    x, y, low, high = (
        bins[name].to_numpy(dtype=float) for name in ("probability", "won_rate", "low", "high")
    )
    end = min(1.0, np.ceil(10 * max([0.3, *x, *np.minimum(high, 1.5 * y + 0.1)])) / 10)
    axes.plot([0, end], [0, end], color=OTHER, linewidth=1.2, dashes=(4, 3))
    write(axes, end, end, say("as_promised"), px=(-4, 2), ha="right", va="bottom", colour=MUTED)
    axes.vlines(x, low, np.minimum(high, end), color=FOR, linewidth=1.6, alpha=0.7)
    sizes = bins["leads"].to_numpy(dtype=float)
    areas = 30 + 170 * sizes / max(sizes.max(initial=1.0), 1.0)
    axes.scatter(x, y, s=areas, color=FOR, linewidth=0, zorder=3, clip_on=False)
    axes.set(xlim=(0, end), ylim=(0, end))
    for place, (probability, rate, deals) in enumerate(zip(x, y, sizes, strict=True)):
        if sizes.max() > 1.5 * sizes.min() and place in {int(np.argmax(sizes)), len(x) - 1}:
            write(
                axes,
                probability,
                rate,
                say.deals(deals),
                px=(11, -9 if rate > 0.05 * end else 11),
                colour=MUTED,
            )
    places = np.arange(0, end + 0.01, 0.1 if end <= 0.6 else 0.2).round(1).tolist()
    ticks(axes, "x", places, say.percent)
    ticks(axes, "y", places, say.percent)
    rules(axes, "y")
    axis_names(axes, say("reliability_x"), say("reliability_y"))
