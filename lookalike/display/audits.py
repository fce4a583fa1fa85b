"""An audit as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.display.card import Card, Table, Tile, Tone, figure, sentence, text
from lookalike.evaluate.signal import NO_SIGNAL, SIGNAL

if TYPE_CHECKING:
    from lookalike.audit.findings import Audit

#: Findings that are shown.
FINDINGS = 12
_TONES: dict[str, Tone] = {"leak": "bad", "suspect": "watch", "warning": "watch", "note": ""}


def audit_card(found: Audit) -> Card:
    """Show the verdict and every finding with its remedy, the gravest first."""
    signal = found.signal
    tone: Tone = "good" if found.verdict == SIGNAL else "bad" if found.verdict == NO_SIGNAL else "watch"
    note = ""
    if signal.low is not None and signal.high is not None:
        note = f"{signal.low:.3f} to {signal.high:.3f}, chance is .500"
    tiles = [
        Tile("deals", f"{found.deals:,}", f"{found.won:,} won"),
        Tile("signal", found.verdict, tone=tone),
        Tile("AUC on deals not seen", "–" if signal.auc is None else figure(signal.auc, ".3f"), note),
        Tile("columns that know the outcome", str(len(found.leaks)), tone="bad" if found.leaks else ""),
    ]
    rows = [
        [
            text(one.severity, 20, tone=_TONES[one.severity] or "faint"),
            text(one.column or one.check, 60),
            text(one.evidence, 320),
            text(one.remedy, 200),
        ]
        for one in found.findings[:FINDINGS]
    ]
    left = len(found.findings) - len(rows)
    more = f"and {left} more in .findings" if left > 0 else ""
    parts = [Table("Findings", ("", "about", "what was seen", "what to do"), rows, more)] if rows else []
    foot = "lookalike.pictures: won_rate(audit), drift(audit)"
    return Card("Audit of past deals", sentence(found.headline, 500), tiles, parts, foot, tone)
