"""How many of the won deals stand at the top of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lookalike.pictures.picture import Picture
from lookalike.pictures.style import (
    FOR,
    MUTED,
    OTHER,
    WIDTH,
    Sheet,
    axis_names,
    drawn,
    rules,
    ticks,
    write,
)
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest

#: Share of the list that the title tells.
TOP = 0.2


def gain(backtest: Backtest, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw the share of won deals by the share of each list that is worked, with its 95 % band.

    Beside it stand the best simple method and a random order.

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
    curves = curves[(curves["curve"] == "gain") & (curves["split"] == backtest.split)]
    own = curves[curves["method"] == "model"].sort_values("x")
    x, y, low, high = (own[name].to_numpy(dtype=float) for name in ("x", "y", "low", "high"))
    top = {
        name: float(np.interp(TOP, x, values)) for name, values in (("y", y), ("low", low), ("high", high))
    }
    tests = backtest.windows[backtest.windows["split"] == backtest.split]
    title = say(
        "gain_title" if top["low"] > TOP else "gain_nothing", top=say.percent(TOP), won=say.percent(top["y"])
    )
    note = say(
        "gain_note",
        deals=say.number(int(tests["tested"].sum())),
        which=say("later" if backtest.split == "time" else "at_random"),
        span=say.percent_span(top["low"], top["high"]),
        top=say.percent(TOP),
    )
    with drawn():
        sheet = Sheet(title, note, width=width, height=330)
        axes = sheet.axes(top=26, right=24)
        axes.plot([0, 1], [0, 1], color=OTHER, linewidth=1.2, dashes=(4, 3))
        write(axes, 0.68, 0.68, say("random_order"), px=(8, -10), colour=MUTED, va="top")
        rival = _best_rival(curves)
        if rival is not None:
            name, line = rival
            axes.plot(line["x"], line["y"], color=OTHER, linewidth=1.6)
            far = int(np.argmax(np.abs(np.interp(line["x"], x, y) - line["y"].to_numpy())))
            below = line["y"].iloc[far] <= np.interp(line["x"].iloc[far], x, y)
            write(
                axes,
                line["x"].iloc[far],
                line["y"].iloc[far],
                say.method(name),
                px=(8, -9) if below else (-8, 9),
                ha="left" if below else "right",
                colour=MUTED,
                width=width / 3,
            )
        axes.fill_between(x, low, high, color=FOR, alpha=0.22, linewidth=0)
        axes.plot(x, y, color=FOR, linewidth=2.4)
        axes.plot([TOP], [top["y"]], "o", color=FOR, markersize=7)
        axes.plot([TOP, TOP], [0, top["y"]], color=FOR, linewidth=0.8, dashes=(2, 2))
        write(axes, TOP, top["y"], say.percent(top["y"]), px=(-10, 8), ha="right", weight="bold", size=13)
        middle = int(np.searchsorted(x, 0.45))
        write(axes, x[middle], y[middle], say("this_model"), px=(-6, 16), ha="right", weight="bold")
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        places = [0, 0.2, 0.4, 0.6, 0.8, 1]
        ticks(axes, "x", places, say.percent)
        ticks(axes, "y", places, say.percent)
        rules(axes, "y")
        axis_names(axes, say("gain_x"), say("gain_y"))
        return Picture(sheet)


def _best_rival(curves: pd.DataFrame) -> tuple[str, pd.DataFrame] | None:
    """Give the method besides model and chance that has the largest area below its curve."""
    lines = {
        str(method): line.sort_values("x")
        for method, line in curves.groupby("method")
        if method not in ("model", "random")
    }
    if not lines:
        return None
    best = max(lines, key=lambda name: float(np.trapezoid(lines[name]["y"], lines[name]["x"])))
    return best, lines[best]
