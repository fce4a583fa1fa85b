"""What a backtest says to somebody who has to decide, and what to do about it.

Each line is said only where the figures carry it: an interval that leaves out chance, nought or the other
method. The size of a sample is no reason to be silent, so where nothing can be told apart that is said too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lookalike.backtest.baselines import MEANING, METHODS

if TYPE_CHECKING:
    from lookalike.backtest.result import Backtest

#: A fall or rise of the won rate from first to last test that is worth a line, as a factor.
MOVES = 1.5
#: A gap between random and time split worth a line, in AUC.
FLATTERS = 0.02
#: Mean probability off the won rate by so much of it is worth a line, and columns that are named.
OFF, NAMED = 0.2, 5
USEFUL_AUC = 0.55


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
    lines.flattery()
    lines.won_rate()
    lines.moving_columns()
    lines.methods()
    lines.calibration()
    lines.money()
    lines.sources()
    return Story(lines.headline, tuple(lines.says), tuple(lines.to_do))


class _Lines:
    def __init__(self, found: Backtest) -> None:
        self.found, self.says, self.to_do = found, list[str](), list[str]()
        self.auc, self.lift = found.figure("auc"), found.figure("lift_10")
        if np.isnan(self.lift["value"]):
            self.lift = found.figure(
                next(name for name in found.figures["figure"] if name.startswith("lift_"))
            )
        own = found.windows[found.windows["split"] == found.split]
        self.tests = own.reset_index(drop=True)
        self.signal_there = bool(self.auc["low"] > 0.5)
        self.headline = ""

    @property
    def later(self) -> str:
        return "later deals" if self.found.split == "time" else "deals held out at random"

    def signal(self) -> None:
        tested, n = int(self.tests["tested"].sum()), len(self.tests)
        auc, lift = _told(self.auc), _told(self.lift, 1)
        if not self.signal_there:
            self.headline = f"no usable signal: on {tested:,} {self.later} the model ranks no better than chance (AUC {auc})"
            self.to_do.append(
                "Do not work leads by this score. Add facts (enrichment, behaviour) or deals, and look again."
            )
            return
        weak = " - little use" if self.auc["value"] < USEFUL_AUC else ""
        self.headline = (
            f"on {tested:,} {self.later} in {n} tests the best tenth of each list held {self.lift['value']:.1f} "
            f"times the won deals chance would give (AUC {self.auc['value']:.3f}){weak}"
        )
        self.says.append(
            f"Ranking: AUC {auc}, lift in the best tenth {lift}, on deals the model had not seen."
        )

    def flattery(self) -> None:
        if self.found.split != "time" or self.found.figure("auc", split="random").isna().all():
            if self.found.split != "time":
                self.to_do.append(
                    "Name the column with the date of opening in --time: a random split often promises too much."
                )
            return
        random = self.found.figure("auc", split="random")
        gap = random["value"] - self.auc["value"]
        if gap >= FLATTERS and random["low"] > self.auc["high"]:
            self.says.append(
                f"A random split of the same size flatters: it promises AUC {random['value']:.2f} where later "
                f"deals gave {self.auc['value']:.2f} ({_span(self.auc)}). By luck of the shuffle it knows the "
                "future's won rate and prices."
            )
            self.to_do.append(
                f"Expect AUC {self.auc['value']:.2f}, not {random['value']:.2f}: judge every change with --time only."
            )
        else:
            self.says.append(
                f"A random split of the same size tells AUC {random['value']:.2f}, later deals "
                f"{self.auc['value']:.2f}: it hardly flatters here."
            )

    def won_rate(self) -> None:
        if self.found.split != "time":
            return
        before, last = self.tests["trained_won_rate"].iloc[0], self.tests["tested_won_rate"].iloc[-1]
        if max(before, last) >= MOVES * min(before, last):
            way = "rises" if last > before else "falls"
            self.says.append(
                f"The won rate {way}: {before:.1%} of the deals first learned from, {last:.1%} of those last tested."
            )

    def moving_columns(self) -> None:
        drift = self.found.drift
        moved = [] if drift is None else drift.loc[drift["moved_on"], "column"].tolist()
        if not moved:
            return
        named = ", ".join(moved[:NAMED]) + (f" and {len(moved) - NAMED} more" if len(moved) > NAMED else "")
        self.says.append(
            f"{len(moved)} columns move on with time ({named}): later deals have values earlier ones never had, "
            "so what was learned from them does not carry over."
        )
        options = " ".join(f"--drop '{column}'" for column in moved[:NAMED])
        self.to_do.append(
            f"Run this again without what moves on ({options}{' …' if len(moved) > NAMED else ''}) and keep what "
            "ranks better."
        )
        if self.found.window is None:
            size = max(500, round(float(self.tests["trained"].median()) / 3, -2))
            self.to_do.append(
                f"Refit often, on recent deals: compare with --window {size:.0f} --folds {4 * len(self.tests)}."
            )

    def methods(self) -> None:
        ahead, behind, even = [], [], []
        for method in dict.fromkeys(self.found.differences["method"]):
            apart = self.found.difference("auc", method)
            if method == "random" or apart.isna().any():
                continue
            side = behind if apart["high"] < 0 else ahead if apart["low"] > 0 else even
            side.append((method, -apart["difference"]))
        behind.sort(key=lambda pair: -pair[1])
        if behind:
            method, lead = behind[0]
            self.says.append(
                f"{method} ({MEANING.get(method, 'yours')}) ranks better than the model, by {lead:.3f} AUC beyond "
                f"chance{_more(behind)}."
            )
            self.to_do.append(self._instead(method))
        elif ahead and self.signal_there:
            names = ", ".join(method for method, _ in ahead)
            self.says.append(f"The model ranks better beyond chance than {names}.")
        if even:
            names = ", ".join(method for method, _ in even)
            self.says.append(f"Not to be told apart from the model on these deals: {names}.")

    def _instead(self, method: str) -> str:
        if method in ("logistic", "points", "naive Bayes") and self.found.embedding != "linear":
            return f"Compare with --embedding linear: a simple model ({method}) carries over better here."
        if method == "newest first":
            return "The latest deals win most whatever they are like: set --half-life, so that old deals count less."
        if method in METHODS:
            return f"Compare other embeddings (--embedding), as {method} shows that there is more to be had."
        return f"Score by '{method}' until a model beats it."

    def calibration(self) -> None:
        said = float(np.average(self.tests["mean_probability"], weights=self.tests["tested"]))
        became = float(np.average(self.tests["tested_won_rate"], weights=self.tests["tested"]))
        ece = self.found.figure("ece")
        if np.isnan(ece["value"]) or not self.signal_there:
            return
        if abs(said - became) > OFF * became and ece["low"] > 0.02:
            way = "low" if said < became else "high"
            self.says.append(
                f"Probabilities came out too {way}: {said:.1%} told, {became:.1%} won (calibration error {_told(ece)})."
            )
            self.to_do.append(
                "Use the order, not the percentages: work the top of each list up to capacity, and refit "
                "(which recalibrates) as outcomes come in."
            )
        else:
            self.says.append(
                f"Probabilities held: {said:.1%} told, {became:.1%} won (calibration error {_told(ece)})."
            )

    def money(self) -> None:
        costs = self.found.costs
        if costs.empty:
            return
        own = costs[costs["method"] == "model"].set_index("depth")
        best = own.drop(index=100.0)["cost_per_won"].idxmin()
        row, whole = own.loc[best], own.loc[100.0]
        self.says.append(
            f"A won deal costs {row['cost_per_won']:,.2f} ({row['low']:,.2f} to {row['high']:,.2f}) in the best "
            f"{best:g} % of each list, {whole['cost_per_won']:,.2f} when all are worked."
        )

    def sources(self) -> None:
        table = self.found.ablation
        if table is None:
            return
        order = table[table["what"] == "order"]
        carries = order[order["beyond_chance"]]
        if carries.empty:
            self.says.append("No source of facts adds anything beyond chance to what the CRM knows.")
            self.to_do.append("Do not pay for more facts on this evidence; more deals would sharpen it.")
            return
        gains = ", ".join(f"{row['source']} {row['auc_gain']:+.3f}" for row in carries.to_dict("records"))
        self.says.append(f"What sources add to the AUC, in the order to run them: {gains}.")
        idle = order.loc[~order["beyond_chance"], "source"].tolist()
        if idle:
            self.to_do.append(
                f"Nothing beyond chance comes from {', '.join(idle)}: run them last, or not at all."
            )


def _told(figure: pd.Series, digits: int = 3) -> str:
    return f"{figure['value']:.{digits}f} ({_span(figure, digits)})"


def _span(figure: pd.Series, digits: int = 2) -> str:
    return f"{figure['low']:.{digits}f} to {figure['high']:.{digits}f}"


def _more(behind: list[tuple[str, float]]) -> str:
    others = [method for method, _ in behind[1:]]
    return f"; so do {', '.join(others)}" if others else ""
