"""The won rate over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from lookalike.audit.stability import LEVEL, p_steady
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import FOR, MUTED, OTHER, WIDTH, Sheet, axis_names, drawn, rules, ticks, write
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.audit.findings import Audit


def won_rate(audit: Audit, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw the won rate by tenths of the deals, with 95 % intervals (Wilson 1927).

    Parameters
    ----------
    audit : Audit
        From :func:`lookalike.audit.audit`.
    language : {"en", "ru"}
    width : float
        In px.
    """
    say = Wording(language)
    rates = audit.won_rate
    first, last = (say.percent(float(rates["rate"].iloc[end])) for end in (0, -1))
    name = (
        "rate_steady"
        if p_steady(rates) >= LEVEL
        else "rate_rises"
        if rates["rate"].iloc[-1] > rates["rate"].iloc[0]
        else "rate_falls"
    )
    title = say(name, first=first, last=last, all=say.percent(audit.won / max(audit.deals, 1)))
    note = say("rate_note", deals=say.number(audit.deals), won=say.number(audit.won))
    with drawn():
        sheet = Sheet(title, note, width=width, height=250)
        axes = sheet.axes(top=26, right=70)
        draw_rates(axes, rates, say, dated=audit.dated, width=sheet.inner_width(axes))
        return Picture(sheet)


def draw_rates(axes: Axes, rates: pd.DataFrame, say: Wording, *, dated: bool, width: float) -> None:
    """Draw rate, low and high of each period over its middle, beside the rate of all deals."""
    x = np.arange(len(rates), dtype=float)
    rate, low, high = (rates[name].to_numpy(dtype=float) for name in ("rate", "low", "high"))
    whole = float(rates["won"].sum() / max(rates["deals"].sum(), 1))
    end = min(1.0, float(np.ceil(10 * high.max()) / 10))
    axes.axhline(whole, color=OTHER, linewidth=1.2, dashes=(4, 3))
    write(axes, 1, whole, say("all_deals", share=say.percent(whole)), within="row", px=(8, 0), colour=MUTED)
    axes.vlines(x, low, high, color=FOR, linewidth=1.6, alpha=0.7)
    axes.plot(x, rate, color=FOR, linewidth=1.2, alpha=0.6)
    axes.plot(x, rate, "o", color=FOR, markersize=7)
    for place in (0, len(x) - 1):
        write(
            axes,
            x[place],
            rate[place],
            say.percent(rate[place]),
            px=(9, 9 if rate[place] >= whole else -9),
            weight="bold",
        )
    axes.set(xlim=(-0.5, len(x) - 0.5), ylim=(0, end))
    every = max(1, int(np.ceil(58 * len(x) / max(width, 1.0))))
    shown = x[::every]
    ticks(axes, "x", shown.tolist(), lambda place: _when(rates["first"].iloc[int(place)], dated=dated))
    step = 0.1 if end <= 0.3 else 0.2
    places = np.arange(0, end + 0.01, step).round(1).tolist()
    ticks(axes, "y", places, say.percent)
    rules(axes, "y")
    axis_names(axes, say("rate_x" if dated else "rate_x_undated"), say("rate_y"))


def _when(moment: float, *, dated: bool) -> str:
    return str(pd.Timestamp(moment, unit="D").date())[:7] if dated else f"{moment:g}"
