"""How well the model ranks at each moment of the past, beside what a random split promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lookalike.pictures.picture import Picture
from lookalike.pictures.style import FOR, MUTED, OTHER, WIDTH, Sheet, axis_names, drawn, rules, ticks, write
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest

#: AUC by which a random split is above later deals, worth a title.
FLATTERS = 0.02


def windows(backtest: Backtest, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw the AUC at each test with its 95 % interval, and that of a random split of the same size.

    Parameters
    ----------
    backtest : Backtest
        From :func:`lookalike.backtest.run.backtest`.
    language : {"en", "ru"}
    width : float
        In px.
    """
    say = Wording(language)
    tests = backtest.windows[backtest.windows["split"] == backtest.split].reset_index(drop=True)
    found = [backtest.figure("auc", fold=int(fold)) for fold in tests["fold"]]
    value, low, high = (
        np.array([one[name] for one in found], dtype=float) for name in ("value", "low", "high")
    )
    own, random = backtest.figure("auc"), backtest.figure("auc", split="random")
    in_time = backtest.split == "time"
    note = say("windows_note", auc=say.number(own["value"], 2), span=say.span(own["low"], own["high"]))
    with drawn():
        sheet = Sheet(_title(say, own, random, in_time=in_time), note, width=width, height=280)
        axes = sheet.axes(top=26, right=138, left=44, bottom=52)
        x = np.arange(len(tests), dtype=float)
        lowest = min([0.45, *(low[np.isfinite(low)] - 0.03)])
        axes.axhline(0.5, color=OTHER, linewidth=1.2, dashes=(4, 3))
        write(axes, 1, 0.5, say("chance"), within="row", px=(8, 0), colour=MUTED)
        names = [(float(own["value"]), say("later_all" if in_time else "held_out_all"), "bold")]
        if in_time and np.isfinite(random["value"]):
            axes.axhspan(random["low"], random["high"], color=OTHER, alpha=0.18, linewidth=0)
            axes.axhline(random["value"], color=OTHER, linewidth=1.6)
            names.append((float(random["value"]), say("random_split"), "normal"))
        axes.axhline(own["value"], color=FOR, linewidth=1, alpha=0.6)
        gap = 0.5 * abs(names[0][0] - names[-1][0]) if len(names) > 1 else 1.0
        apart = 0 if gap * 200 > 13 else 13
        for place, (height, name, weight) in enumerate(sorted(names)):
            shift = (-apart, apart)[place] / 1.6 if len(names) > 1 else 0.0
            write(
                axes,
                1,
                height,
                f"{name} {say.number(height, 2)}",
                within="row",
                px=(8, shift),
                weight="bold" if weight == "bold" else "normal",
                width=130,
            )
        axes.vlines(x, low, high, color=FOR, linewidth=2, alpha=0.7)
        axes.plot(x, value, "o", color=FOR, markersize=9)
        room = sheet.inner_width(axes) / max(len(x), 1)
        for place, auc in enumerate(value):
            write(axes, x[place], auc, say.number(auc, 2), px=(9, 8), weight="bold")
        axes.set(xlim=(-0.5, len(x) - 0.5), ylim=(lowest, 1.0))
        ticks(axes, "x")
        for place, row in enumerate(tests.to_dict("records")):
            when = (
                say("from_on", date=row["origin"])
                if in_time and row["origin"]
                else say("test", n=row["fold"])
            )
            write(axes, place, lowest, when, px=(0, -14), ha="center", width=room - 6)
            deals = say.deals(row["tested"])
            write(axes, place, lowest, deals, px=(0, -29), ha="center", width=room - 6, colour=MUTED)
        places = [step / 10 for step in range(int(np.ceil(lowest * 10)), 11)]
        ticks(axes, "y", places, lambda place: say.number(place, 1))
        rules(axes, "y")
        axis_names(axes, "", say("auc_y"))
        return Picture(sheet)


def _title(say: Wording, own: object, random: object, *, in_time: bool) -> str:
    auc, low, high = (float(own[name]) for name in ("value", "low", "high"))  # type: ignore[index]
    other, other_low = float(random["value"]), float(random["low"])  # type: ignore[index]
    if not low > 0.5:
        return say("windows_nothing", auc=say.number(auc, 2))
    if not in_time or not np.isfinite(other):
        return say("windows_only", auc=say.number(auc, 2))
    flatters = other - auc >= FLATTERS and other_low > high
    return say(
        "windows_flatters" if flatters else "windows_holds",
        auc=say.number(auc, 2),
        random=say.number(other, 2),
    )
