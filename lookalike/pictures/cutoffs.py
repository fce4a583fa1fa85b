"""What every cut-off would bring, and the one that was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from lookalike.decide.rules import Precision, Profit, Recall
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import (
    AGAINST,
    FOR,
    INK,
    MUTED,
    OTHER,
    THIRD,
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
    from lookalike.decide.decision import Cut, Decision


def decision(decision: Decision, *, language: str = "en", width: float = WIDTH) -> Picture:
    """Draw what the rule looks at (profit, precision or recall) by the leads contacted, and the cut chosen.

    The cut's own value has its 95 % interval; shaded is where it may lie on other leads like these.

    Parameters
    ----------
    decision : Decision
        From :func:`lookalike.decide.decide`.
    language : {"en", "ru"}
    width : float
        In px.
    """
    say = Wording(language)
    what = (
        "profit"
        if isinstance(decision.rule, Profit)
        else "recall"
        if isinstance(decision.rule, Recall)
        else "precision"
    )
    with drawn():
        sheet = Sheet(_title(decision, say), _note(decision, say), width=width, height=320)
        axes = sheet.axes(left=62 if what == "profit" else 44, right=24, top=26)
        curve = decision.curve
        x, y = curve["contacts"].to_numpy(dtype=float), curve[what].to_numpy(dtype=float)
        if what != "precision":
            x, y = np.r_[0.0, x], np.r_[0.0, y]
        _between(axes, decision)
        _references(axes, decision, what, say)
        axes.plot(x, y, color=FOR, linewidth=2.2)
        axes.set_xlim(0, decision.leads)
        if what == "profit":
            ends = [0.0, *y[np.isfinite(y)], *_profits(decision)]
            axes.set_ylim(min(ends), max(ends) * 1.12 or 1.0)
        else:
            axes.set_ylim(0, 1.02)
        if decision.cut is not None:
            _mark(axes, decision, decision.cut, what, say)
        _labels(axes, what, say, decision.leads)
        rules(axes, "y")
        axis_names(axes, say("decision_x"), say(f"{what}_y"))
        return Picture(sheet)


def _title(found: Decision, say: Wording) -> str:
    if found.cut is None:
        return say("decision_none", rule=_rule(found, say))
    chosen = found.sure or found.cut
    luck = say("by_luck") if found.status == "only by luck" else ""
    if isinstance(found.rule, Profit) and luck:
        return say("decision_no_profit", cost=say.number(found.rule.cost))
    if isinstance(found.rule, Profit):
        return say(
            "decision_profit",
            n=say.number(chosen.contacts),
            of=say.number(found.leads),
            profit=say.number(found.profit_corrected),
        )
    return say(
        "decision_share",
        n=say.number(chosen.contacts),
        of=say.number(found.leads),
        precision=say.percent(chosen.precision),
        recall=say.percent(chosen.recall),
        luck=luck,
    )


def _rule(found: Decision, say: Wording) -> str:
    rule = found.rule
    if isinstance(rule, Profit):
        return say("rule_profit", cost=say.number(rule.cost))
    if isinstance(rule, Precision):
        return say("rule_precision", share=say.percent(rule.share))
    if isinstance(rule, Recall):
        return say("rule_recall", share=say.percent(rule.share))
    return say("rule_capacity", calls=say.number(rule.calls))


def _note(found: Decision, say: Wording) -> str:
    if found.cut is None:
        return _rule(found, say)
    said = say("decision_note", rule=_rule(found, say), cut=say.score((found.sure or found.cut).threshold))
    if np.isfinite(found.threshold_low):
        low, high = (say.score(value) for value in (found.threshold_low, found.threshold_high))
        said += f" ({say('span', low=low, high=high)})"
    return said


def _contacts_at(found: Decision, threshold: float) -> float:
    """Give how many leads have a score or more, as far as the told cuts say."""
    scores = found.curve["threshold"].to_numpy(dtype=float)[::-1]
    contacts = found.curve["contacts"].to_numpy(dtype=float)[::-1]
    return float(np.interp(threshold, scores, contacts))


def _between(axes: Axes, found: Decision) -> None:
    if found.cut is not None and np.isfinite(found.threshold_low):
        ends = sorted(_contacts_at(found, end) for end in (found.threshold_low, found.threshold_high))
        axes.axvspan(*ends, color=OTHER, alpha=0.18, linewidth=0)


def _references(axes: Axes, found: Decision, what: str, say: Wording) -> None:
    dashed: dict[str, Any] = {"color": OTHER, "linewidth": 1.2, "dashes": (4, 3)}
    if what == "profit":
        everybody = float(found.curve["profit"].iloc[-1])
        axes.plot([0, found.leads], [0, everybody], **dashed)
        write(axes, 0.5 * found.leads, everybody / 2, say("random_order"), px=(6, -12), colour=MUTED)
        return
    base = found.won / max(found.leads, 1)
    if what == "recall":
        axes.plot([0, found.leads], [0, 1], **dashed)
        write(axes, 0.72 * found.leads, 0.72, say("random_order"), px=(8, -12), colour=MUTED)
    else:
        axes.axhline(base, **dashed)
        text = say("as_they_come", share=say.percent(base))
        write(axes, 1, base, text, within="row", px=(-2, -10), ha="right", colour=MUTED)
    share = getattr(found.rule, "share", None)
    if share is not None:
        axes.axhline(share, color=AGAINST, linewidth=1.2)
        text = say("target", share=say.percent(share))
        write(axes, 0, share, text, within="row", px=(6, -9), colour=INK)


def _profits(found: Decision) -> list[float]:
    ends = [found.profit_low, found.profit_high, found.profit_corrected]
    return [end for end in ends if np.isfinite(end)]


def _mark(axes: Axes, found: Decision, cut: Cut, what: str, say: Wording) -> None:
    y = float(getattr(cut, what))
    late = cut.contacts > (0.25 if what == "recall" else 0.6) * found.leads
    side = "right" if late else "left"
    if what == "profit":
        low, high, height = found.profit_low, found.profit_high, found.profit_corrected
        if np.isfinite(low):
            axes.vlines([cut.contacts], [low], [high], color=THIRD, linewidth=2.4)
            axes.plot([cut.contacts], [height], "D", color=THIRD, markersize=7)
            write(axes, cut.contacts, height, say("of_others"), px=(-10 if late else 10, -12), ha=side)
    else:
        low, high = (float(getattr(cut, f"{what}_{end}")) for end in ("low", "high"))
        axes.vlines([cut.contacts], [low], [high], color=FOR, linewidth=2, alpha=0.6)
    axes.axvline(cut.contacts, color=FOR, linewidth=0.8, dashes=(2, 2))
    axes.plot([cut.contacts], [y], "o", color=FOR, markersize=9)
    shown = say.number(y) if what == "profit" else say.percent(y)
    text = say("chosen", n=say.number(cut.contacts), y=shown)
    write(axes, cut.contacts, y, text, weight="bold", px=(-12 if late else 12, 13), ha=side)
    if found.sure is not None and found.sure.contacts != cut.contacts:
        place, value = found.sure.contacts, float(getattr(found.sure, what))
        axes.plot([place], [value], "D", color=THIRD, markersize=8)
        late = place > (0.25 if what == "recall" else 0.6) * found.leads
        text = say("sure", n=say.number(place), y=say.percent(value))
        write(
            axes,
            place,
            value,
            text,
            weight="bold",
            px=(-12 if late else 12, 13),
            ha="right" if late else "left",
        )


def _labels(axes: Axes, what: str, say: Wording, leads: int) -> None:
    steps = [0, 0.25, 0.5, 0.75, 1]
    counts = [round(leads * step) for step in steps]
    ticks(axes, "x", counts, say.number)
    if what == "profit":
        places = [float(place) for place in axes.yaxis.get_major_locator()() if place <= axes.get_ylim()[1]]
        ticks(axes, "y", places, say.number)
    else:
        places = [0, 0.2, 0.4, 0.6, 0.8, 1]
        ticks(axes, "y", places, say.percent)
