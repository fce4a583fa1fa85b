"""What commands found, told in another language from the numbers that they kept; words in ``found.toml``.

A command writes its own sentence in English. Where its numbers are enough it is made anew; a sentence that
cannot be, as of free evidence or of somebody's reasons, is not half translated but shown as it was written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from lookalike.backtest.story import USEFUL_AUC, near_ten
from lookalike.evaluate.signal import NO_SIGNAL, SIGNAL
from lookalike.pictures.wording import Wording
from lookalike.reasons.phrasebook import NAME, Phrasebook, clean, filled

#: Columns that are named.
NAMED = 5


@cache
def _book() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("lookalike.report") / "found.toml").read_text(encoding="utf-8"))


def told_anew(language: str, command: str, result: Any) -> str | None:
    """Give what a command found, from its kept result; None where only its own sentence says it."""
    how = getattr(_Told, f"of_{command}", None)
    if language not in _book() or how is None:
        return None
    try:
        said = str(how(_Told(language), result))
    except (LookupError, TypeError, ValueError):  # kept by another version, or by hand
        return None
    return clean(f"{said[:1].upper()}{said[1:]}.")


class _Told:
    """Says the results of commands; each method takes one of them, as its schema describes it."""

    def __init__(self, language: str) -> None:
        self.say, self.book = Wording(language), Phrasebook(language)
        self._words = _book()[language]

    def of_fit(self, found: Mapping[str, Any]) -> str:
        counts = {name: self.say.number(found[name]) for name in ("deals", "won")}
        signal = found["signal"]
        said = self._put("fit", embedding=clean(str(found["embedding"]), NAME), **counts)
        return said if signal is None else said + self._put("fit_signal", signal=self._signal(signal))

    def of_audit(self, found: Mapping[str, Any]) -> str:
        said, with_them = self._signal(found["signal"]), found["signal_with_leaks"]
        grave = [one for one in found["findings"] if one["check"] == "leakage" and one["column"]]
        leaks, suspects = (
            [one["column"] for one in grave if one["severity"] == how] for how in ("leak", "suspect")
        )
        if leaks:
            said += self._put("audit_without", columns=self._columns(leaks))
            if with_them is not None and with_them["auc"] is not None:
                said += self._put("audit_with", auc=self.say.number(with_them["auc"], 3))
        if suspects:
            said += self._put("audit_suspects", columns=self._columns(suspects))
        return said

    def of_backtest(self, found: Mapping[str, Any]) -> str:
        split = found["split"]
        figures = {
            one["figure"]: one
            for one in found["figures"]
            if (one["split"], one["method"], one["fold"]) == (split, "model", 0)
        }
        auc, depth = figures["auc"], near_ten(figures)
        tested = sum(one["tested"] for one in found["folds"] if one["split"] == split)
        about = {"tested": self.say.number(tested), "which": self._put(split)}
        if not auc["low"] > 0.5:
            span = self.say.span(auc["low"], auc["high"], 3)
            return self._put("backtest_nothing", auc=self.say.number(auc["value"], 3), span=span, **about)
        about["auc"] = self.say.number(auc["value"], 2)
        if auc["value"] < USEFUL_AUC:
            return self._put("backtest_little", **about)
        lift = self.say.number(figures[f"lift_{depth:g}"]["value"], 1)
        return self._put("backtest", depth=f"{depth:g}", lift=lift, **about)

    def of_threshold(self, found: Mapping[str, Any]) -> str:
        rule, chosen = found["rule"], found["sure"] or found["cut"]
        shares = {"share": self.say.percent(rule["share"])} if "share" in rule else {}
        numbers = {name: self.say.number(rule[name]) for name in ("calls", "cost") if name in rule}
        aim = self.say(f"rule_{rule['kind']}", **shares, **numbers)
        status = self._put(found["status"].replace(" ", "_"))
        if chosen is None:
            return self._put("threshold_none", rule=aim, status=status)
        return self._put(
            "threshold",
            rule=aim,
            status=status,
            score=self._words.get(found["score"], clean(str(found["score"]), NAME)),
            cut=self.say.score(chosen["threshold"]),
            n=self.say.number(chosen["contacts"]),
            of=self.say.number(found["leads"]),
            precision=self.say.percent(chosen["precision"]),
        )

    def of_monitor(self, found: Mapping[str, Any]) -> str:
        leads, findings = self.say.number(found["leads"]), found["findings"]
        counts = {grade: sum(one["severity"] == grade for one in findings) for grade in ("alarm", "watch")}
        if not any(counts.values()):
            return self._put("monitor_ok", leads=leads, deals=self.say.number(found["deals"]))
        first = findings[0]
        what = self._put(f"monitor_{first['check']}")
        if first["column"]:
            what = self._put("monitor_column", column=self._columns([first["column"]]))
        numbers = {grade: self.say.number(count) for grade, count in counts.items()}
        return self._put("monitor", leads=leads, first=what, **numbers)

    def of_score(self, found: Mapping[str, Any]) -> str:
        scored = self.say.number(found["leads"] - found["errors"])
        said = self._put("score_all", scored=scored, leads=self.say.number(found["leads"]))
        grades = (found["grades"] or {}).items()
        return "; ".join([said, *(f"{clean(grade, NAME)} — {self.say.number(n)}" for grade, n in grades)])

    def of_scorecard(self, found: Mapping[str, Any]) -> str:
        n = self.say.number(len(found["criteria"]))
        if not found["criteria"]:
            return self._put("scorecard_none")
        if found["auc"] is None:
            return self._put("scorecard_unjudged", n=n)
        auc, deals = self.say.number(found["auc"], 3), self.say.number(found["deals"])
        return self._put("scorecard", n=n, auc=auc, deals=deals)

    def _signal(self, signal: Mapping[str, Any]) -> str:
        if signal["auc"] is None:
            return self._put("untold")
        name = {SIGNAL: "signal", NO_SIGNAL: "no_signal"}.get(signal["verdict"], "too_few")
        numbers = {"auc": self.say.number(signal["auc"], 3), "deals": self.say.number(signal["deals"])}
        return self._put(name, span=self.say.span(signal["low"], signal["high"], 3), **numbers)

    def _columns(self, columns: Sequence[str]) -> str:
        said = ", ".join(clean(self.book.name(str(one)), NAME) for one in columns[:NAMED])
        left = len(columns) - NAMED
        return self._put("more", names=said, n=self.say.number(left)) if left > 0 else said

    def _put(self, name: str, **parts: str) -> str:
        return filled(self._words[name], parts)
