"""What monitoring says: how bad, where, by what evidence, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    OK = "ok"
    WATCH = "watch"
    ALARM = "alarm"

    @property
    def weight(self) -> int:
        """0, 1 or 2: what to sort by."""
        return list(Severity).index(self)


#: What is looked at; of equal severity, what is first here is told first.
CHECKS = ("rows", "missing", "enrichment", "outcomes", "scores", "coverage", "columns")


@dataclass(frozen=True)
class Finding:
    """Something found, or found to be well.

    Attributes
    ----------
    severity : Severity
    check : str
        What was looked at, one of :data:`CHECKS`.
    column : str
        The column concerned; empty if it is not one column.
    evidence : str
        What was measured.
    remedy : str
        What to do; empty where all is well.
    """

    severity: Severity
    check: str
    column: str
    evidence: str
    remedy: str = ""


def worst(findings: Sequence[Finding]) -> Severity:
    """Give the worst severity of findings.

    >>> worst([Finding(Severity.OK, "rows", "", "all read"), Finding(Severity.WATCH, "rows", "", "some not")])
    <Severity.WATCH: 'watch'>
    """
    return max((found.severity for found in findings), key=lambda found: found.weight, default=Severity.OK)


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Give findings in the order to read them: the worst first, and of these what may be why others are."""
    return sorted(findings, key=lambda found: (-found.severity.weight, CHECKS.index(found.check)))


def graded(amount: float, watch: float, alarm: float) -> Severity:
    """Grade an amount by the two thresholds it may reach.

    >>> graded(0.12, watch=0.1, alarm=0.25)
    <Severity.WATCH: 'watch'>
    """
    return Severity.ALARM if amount >= alarm else Severity.WATCH if amount >= watch else Severity.OK
