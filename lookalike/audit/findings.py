"""What an audit found: findings with evidence and remedy, figures, and a verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import pandas as pd

from lookalike.evaluate.signal import NO_SIGNAL, SIGNAL, Signal

Severity = Literal["leak", "suspect", "warning", "note"]
#: The gravest first. "leak": the column knows the outcome; "suspect": it may, ask whoever fills it in;
#: "warning": weakens what can be concluded or done; "note": good to know.
SEVERITIES: tuple[Severity, ...] = ("leak", "suspect", "warning", "note")

Check = Literal["signal", "leakage", "duplicates", "sufficiency", "stability"]


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes
    ----------
    check : {"signal", "leakage", "duplicates", "sufficiency", "stability"}
    column : str
        Empty if it is not about one column.
    severity : {"leak", "suspect", "warning", "note"}
    evidence : str
        What was seen, with numbers.
    remedy : str
        What to do.
    """

    check: Check
    column: str
    severity: Severity
    evidence: str
    remedy: str


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    findings : list of Finding
        The gravest first.
    signal : Signal
        Of all columns but those that know the outcome.
    signal_with_leaks : Signal, optional
        Of all columns, where some know the outcome.
    signal_shuffled : Signal, optional
        Of the columns of `signal`, deals held out at random though they have a time.
    deals, won : int
        Past deals with an outcome.
    columns : DataFrame
        A row a column: what it can do alone; see :func:`lookalike.audit.leakage.leakage`.
    learning_curve : DataFrame
        See :func:`lookalike.audit.sufficiency.learning_curve`.
    needed : DataFrame
        See :func:`lookalike.audit.sufficiency.won_deals_needed`.
    drift : DataFrame
        See :func:`lookalike.evaluate.drift.drift`; empty without time.
    won_rate : DataFrame
        See :func:`lookalike.audit.stability.won_rate_over_time`; of the order of rows without time.
    dated : bool
        Whether the periods of `won_rate` are days since 1970.
    """

    command: ClassVar[str] = "audit"

    findings: list[Finding]
    signal: Signal
    signal_with_leaks: Signal | None
    signal_shuffled: Signal | None
    deals: int
    won: int
    columns: pd.DataFrame
    learning_curve: pd.DataFrame
    needed: pd.DataFrame
    drift: pd.DataFrame
    won_rate: pd.DataFrame
    dated: bool = False

    @property
    def verdict(self) -> str:
        """Whether there is any signal: "signal", "no usable signal" or "cannot be told"."""
        return self.signal.verdict

    @property
    def leaks(self) -> list[str]:
        """Columns that know the outcome."""
        return [found.column for found in self.of("leakage") if found.severity == "leak" and found.column]

    @property
    def text(self) -> str:
        """The headline and every finding, a line each."""
        lines = []
        for found in self.findings:
            about = f"{found.column}: " if found.column else ""
            lines.append(f"{found.severity:8}{found.check:13}{about}{found.evidence} → {found.remedy}")
        return "\n".join([self.headline, *lines])

    def is_grave(self, what: str) -> bool:
        """Tell whether a "leak", at least a "suspect", or "no-signal" was found."""
        if what == "no-signal":
            return self.verdict == NO_SIGNAL
        grave = SEVERITIES[: SEVERITIES.index(what) + 1]
        return any(found.severity in grave for found in self.findings)

    def of(self, check: Check) -> list[Finding]:
        """Give the findings of a check."""
        return [found for found in self.findings if found.check == check]

    @property
    def headline(self) -> str:
        """The verdict, and what it leaves out, in one sentence."""
        signal, leaks, with_them = self.signal, self.leaks, self.signal_with_leaks
        if signal.auc is None:
            said = f"It cannot be told whether there is any signal: {signal}"
        elif signal.verdict == SIGNAL:
            said = f"There is signal: {_auc(signal)}"
        elif signal.verdict == NO_SIGNAL:
            said = f"There is no usable signal: {_auc(signal)}, and chance is .500"
        else:
            said = f"{self.won:,} won deals are too few to tell whether there is signal: {_auc(signal)}"
        if leaks:
            said += f", without {_named(leaks)}, which {'knows' if len(leaks) == 1 else 'know'} the outcome"
            if with_them is not None and with_them.auc is not None:
                said += f" (AUC {with_them.auc:.3f} with)"
        suspects = [found.column for found in self.of("leakage") if found.severity == "suspect"]
        if suspects:
            said += f"; {_named(suspects)} may know {'it too' if leaks else 'the outcome'}"
        return f"{said}."

    def to_dict(self) -> dict[str, Any]:
        """Give everything found."""
        return {
            "verdict": self.verdict,
            "deals": self.deals,
            "won": self.won,
            "findings": [asdict(found) for found in self.findings],
            "signal": asdict(self.signal),
            "signal_with_leaks": None if self.signal_with_leaks is None else asdict(self.signal_with_leaks),
            "signal_shuffled": None if self.signal_shuffled is None else asdict(self.signal_shuffled),
            "columns": self.columns,
            "learning_curve": self.learning_curve,
            "needed": self.needed,
            "drift": self.drift,
            "won_rate": self.won_rate,
        }


def _auc(signal: Signal) -> str:
    return f"AUC {signal.auc:.3f} ({signal.low:.3f} to {signal.high:.3f}) on deals not seen"


def _named(columns: list[str], at_most: int = 5) -> str:
    more = f" and {len(columns) - at_most} more" if len(columns) > at_most else ""
    return ", ".join(f"'{name}'" for name in columns[:at_most]) + more


def by_severity(findings: list[Finding]) -> list[Finding]:
    """Sort findings, the gravest first, otherwise as they are."""
    return sorted(findings, key=lambda found: SEVERITIES.index(found.severity))
