"""What a backtest says to somebody who has to decide, and what to do about it.

Each line is said only where the figures carry it: an interval that leaves out chance, nought or the other
method. The size of a sample is no reason to be silent, so where nothing can be told apart that is said too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from enrich.numerals import percent
from lookalike.backtest.baselines import MEANING, METHODS

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest

#: Factor between the won rates of the first and the last test that is worth a line.
MOVES = 1.5
#: AUC by which a random split is above the time split, worth a line.
FLATTERS = 0.02
#: Mean probability off the won rate by so much of it is worth a line.
OFF = 0.2
#: Columns that are named.
NAMED = 5
#: A mean AUC below this is of little use, however many deals say so.
USEFUL_AUC = 0.55
#: Spread of the tests' AUC that is worth a line.
SPREAD = 0.1
#: Share of a list that is told what it held.
TOP = 0.2
NEWEST = "newest first"


@dataclass(frozen=True)
class Story:
    """What it says.

    Attributes
    ----------
    headline : str
    says : tuple of str
        What was found, the most important first.
    to_do : tuple of str
        What follows from it.
    """

    headline: str
    says: tuple[str, ...]
    to_do: tuple[str, ...]


def story(found: Backtest) -> Story:
    """Tell what a backtest found."""
    lines = _Lines(found)
    lines.signal()
    if found.split == "time":
        lines.flattery()
        lines.won_rate()
        lines.moving_columns()
    else:
        lines.no_time()
    lines.methods()
    lines.calibration()
    lines.money()
    lines.sources()
    return Story(lines.headline, tuple(lines.says), tuple(lines.to_do))


class _Lines:
    def __init__(self, found: Backtest) -> None:
        self.found = found
        self.headline = ""
        self.says: list[str] = []
        self.to_do: list[str] = []
        self.auc = found.figure("auc")
        self.depth = near_ten(dict.fromkeys(found.figures["figure"]))
        self.lift = found.figure(f"lift_{self.depth:g}")
        own = found.windows[found.windows["split"] == found.split]
        self.tests = own.reset_index(drop=True)
        self.signal_there = bool(self.auc["low"] > 0.5)
        self.later = "later deals" if found.split == "time" else "deals held out at random"

    def signal(self) -> None:
        tested, n = int(self.tests["tested"].sum()), len(self.tests)
        if not self.signal_there:
            self.headline = (
                f"no usable signal: on {tested:,} {self.later} the model ranks no better than chance "
                f"(AUC {_told(self.auc)})"
            )
            self.to_do.append(
                "Do not work leads by this score. Add facts (enrichment, behaviour) or deals, and look again."
            )
            return
        if self.auc["value"] < USEFUL_AUC:
            self.headline = (
                f"little use: on {tested:,} {self.later} the model hardly ranks better than chance"
            )
            self.to_do.append("Do not change how leads are worked for so little; add facts or deals first.")
        else:
            self.headline = (
                f"on {tested:,} {self.later} the best {self.depth:g} % of the list hold "
                f"{self.lift['value']:.1f} times the won deals that chance would give"
            )
            self.to_do.append(self._from_the_top())
        by_test = [float(self.found.figure("auc", fold=fold)["value"]) for fold in self.tests["fold"]]
        self.headline += f" (AUC {self.auc['value']:.2f})"
        line = (
            f"Ranking, on deals the model had not seen: AUC {_told(self.auc)}, lift in the best "
            f"{self.depth:g} % {_told(self.lift, 1)}"
        )
        if n > 1 and max(by_test) - min(by_test) >= SPREAD:
            line += f"; test by test AUC {', '.join(f'{value:.2f}' for value in by_test)}"
            weak = sum(value < USEFUL_AUC for value in by_test)
            if weak:
                self.to_do.append(
                    f"Trust it little: in {weak} of {n} tests it would have been of no use. Watch it from "
                    "month to month, and go back to your own order when it stops ranking."
                )
        self.says.append(f"{line}.")

    def _from_the_top(self) -> str:
        curves = self.found.curves
        gain = curves[
            (curves["curve"] == "gain")
            & (curves["method"] == "model")
            & (curves["split"] == self.found.split)
            & np.isclose(curves["x"], TOP)
        ]
        held = percent(gain["y"].iloc[0])
        return f"Work each list from the top: its best {percent(TOP)} held {held} of the won deals."

    def no_time(self) -> None:
        self.to_do.append(
            "Name the column with the date of opening in --time: a random split often promises too much."
        )

    def flattery(self) -> None:
        random = self.found.figure("auc", split="random")
        if np.isnan(random["value"]):
            return
        told, true = f"{random['value']:.2f}", f"{self.auc['value']:.2f}"
        if random["value"] - self.auc["value"] < FLATTERS or random["low"] <= self.auc["high"]:
            self.says.append(
                f"A random split of the same size hardly flatters: AUC {told}, later deals {true}."
            )
            return
        self.says.append(
            f"A random split of the same size flatters: it promises AUC {told}, later deals gave {true} "
            f"({_span(self.auc)}). It learns from deals of the same weeks as those it is tested on, and "
            "nobody has next month's deals."
        )
        self.to_do.append(f"Expect AUC {true}, not {told}, and judge every change by --time.")

    def won_rate(self) -> None:
        before, last = self.tests["trained_won_rate"].iloc[0], self.tests["tested_won_rate"].iloc[-1]
        if max(before, last) >= MOVES * min(before, last):
            self.says.append(
                f"The won rate {'rises' if last > before else 'falls'}: {percent(before, 1)} of the deals "
                f"first learned from, {percent(last, 1)} of those tested last."
            )

    def moving_columns(self) -> None:
        drift = self.found.drift
        moved = [] if drift is None else drift.loc[drift["moved_on"], "column"].tolist()
        if not moved:
            return
        some = f" and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
        self.says.append(
            f"{len(moved)} {'columns move' if len(moved) > 1 else 'column moves'} on with time "
            f"({', '.join(moved[:NAMED])}{some}): later deals have values that earlier ones seldom or never "
            "had, so what is learned from them does not carry over."
        )
        drop = " ".join(f"--drop {_quoted(column)}" for column in moved)
        self.to_do.append(f"Try without what moves on, and keep what ranks better: {drop}")
        size = max(500, round(float(self.tests["trained"].mean()) / 2, -2))
        if self.found.window is None and 2 * size <= self.tests["trained"].max():
            # The same tests as here: over more and shorter ones the AUC is lower, as less moves within each.
            self.to_do.append(f"Try recent deals alone, on the same tests: --window {size:.0f}")

    def methods(self) -> None:
        sides: dict[str, list[tuple[str, float]]] = {"ahead": [], "behind": [], "even": []}
        for method in dict.fromkeys(self.found.differences["method"]):
            apart = self.found.difference("auc", method)
            if method != "random" and not np.isnan(apart["difference"]):
                side = "behind" if apart["high"] < 0 else "ahead" if apart["low"] > 0 else "even"
                sides[side].append((method, -float(apart["difference"])))
        behind = sorted(sides["behind"], key=lambda pair: -pair[1])
        if behind:
            method, lead = behind[0]
            others = f"; so do {_listed(behind[1:])}" if len(behind) > 1 else ""
            self.says.append(
                f"{method} ({MEANING.get(method, 'yours')}) ranks better than the model beyond chance, by "
                f"{lead:.3f} AUC{others}."
            )
            self.to_do.append(self._instead(method))
        if sides["ahead"] and self.signal_there:
            self.says.append(f"The model ranks better, beyond chance, than {_listed(sides['ahead'])}.")
        if any(method == NEWEST for method, _ in sides["even"]):
            self.says.append(
                "Working the newest deals first, whatever they are like, ranks as well as the model: much of "
                "the ranking is the won rate changing within a test."
            )
        rest = [pair for pair in sides["even"] if pair[0] != NEWEST]
        if rest:
            self.says.append(f"As good as the model, as far as these deals can tell: {_listed(rest)}.")

    def _instead(self, method: str) -> str:
        if method in ("logistic", "points", "naive Bayes") and self.found.embedding != "linear":
            return f"Try --embedding linear: a simple model ({method}) carries over better here."
        if method == NEWEST:
            return (
                "The latest deals win most, whatever they are like: try --half-life, so that old deals fade."
            )
        if method in METHODS:
            return f"Try other embeddings (--embedding): {method} shows that there is more to be had."
        return f"Score by '{method}' until a model beats it."

    def calibration(self) -> None:
        weights = self.tests["tested"]
        said = float(np.average(self.tests["mean_probability"], weights=weights))
        became = float(np.average(self.tests["tested_won_rate"], weights=weights))
        ece = self.found.figure("ece")
        if np.isnan(ece["value"]) or not self.signal_there:
            return
        sums = f"{percent(said, 1)} told, {percent(became, 1)} won; calibration error {_told(ece)}"
        if abs(said - became) <= OFF * became:
            self.says.append(f"Probabilities held on the whole: {sums}.")
            return
        self.says.append(f"Probabilities came out too {'low' if said < became else 'high'}: {sums}.")
        self.to_do.append(
            "Use the order, not the percentages: work the top of each list up to capacity, and refit as "
            "outcomes come in."
        )

    def money(self) -> None:
        costs = self.found.costs
        own = costs[(costs["method"] == "model") & costs["cost_per_won"].notna()]
        best, whole = own[own["depth"] < 100].nsmallest(1, "cost_per_won"), own[own["depth"] == 100]
        if best.empty or whole.empty:
            return
        row = best.iloc[0]
        self.says.append(
            f"A won deal costs {row['cost_per_won']:,.2f} ({row['low']:,.2f} to {row['high']:,.2f}) in the "
            f"best {row['depth']:g} % of each list, {whole['cost_per_won'].iloc[0]:,.2f} when all are worked."
        )

    def sources(self) -> None:
        table = self.found.ablation
        if table is None:
            return
        order = table[table["what"] == "order"]
        carries, idle = order[order["beyond_chance"]], order[~order["beyond_chance"]]
        if carries.empty:
            self.says.append("No source of facts adds anything beyond chance to what is there anyway.")
            self.to_do.append("Do not pay for more facts on this evidence; more deals would sharpen it.")
            return
        gains = ", ".join(f"{row['source']} {row['auc_gain']:+.3f}" for row in carries.to_dict("records"))
        self.says.append(
            f"Sources that add to the ranking beyond chance, in the order to run them: {gains} AUC."
        )
        if len(idle):
            self.to_do.append(
                f"Run {', '.join(idle['source'])} last or not at all: after the others nothing they add is "
                "beyond chance."
            )


def near_ten(figures: Iterable[str]) -> float:
    """Give the depth nearest to a tenth that lift was told for, by the names of all figures.

    >>> near_ten(["auc", "lift_20", "lift_5"])
    5.0
    """
    lifts = [float(name.removeprefix("lift_")) for name in figures if name.startswith("lift_")]
    return min(lifts, key=lambda depth: abs(depth - 10))


def _told(figure: pd.Series, digits: int = 3) -> str:
    return f"{figure['value']:.{digits}f} ({_span(figure, digits)})"


def _span(figure: pd.Series, digits: int = 2) -> str:
    return f"{figure['low']:.{digits}f} to {figure['high']:.{digits}f}"


def _listed(methods: list[tuple[str, float]]) -> str:
    return ", ".join(method for method, _ in methods)


def _quoted(column: str) -> str:
    return column if column.replace("_", "").replace(".", "").isalnum() else f"'{column}'"
