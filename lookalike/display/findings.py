"""Findings as a table of a card: how grave, about what, what was seen, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from enrich.display.card import Table, Tone, more, text

#: Findings that are shown.
SHOWN = 14


class Finding(Protocol):
    """What an audit or monitoring found."""

    @property
    def severity(self) -> str:
        """How grave it is, in a word."""

    @property
    def check(self) -> str:
        """What was looked at."""

    @property
    def column(self) -> str:
        """The column that it is about, or nothing."""

    @property
    def evidence(self) -> str:
        """What was seen."""

    @property
    def remedy(self) -> str:
        """What to do."""


def finding_tables(findings: Sequence[Finding], tones: Mapping[str, Tone]) -> list[Table]:
    """Show findings in the order given; no table where there is none."""
    rows = [
        [
            text(one.severity, 20, tone=tones[str(one.severity)]),
            text(one.column or one.check, 60),
            text(one.evidence, 320),
            text(one.remedy, 200),
        ]
        for one in findings[:SHOWN]
    ]
    left = more(len(findings), SHOWN, "in .findings")
    return [Table("Findings", ("", "about", "what was seen", "what to do"), rows, left)] if rows else []
