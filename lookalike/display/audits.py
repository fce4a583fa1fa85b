"""An audit as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.display.card import Card, Tile, Tone, sentence
from lookalike.display.findings import finding_tables
from lookalike.display.signals import TONES, auc_tile

if TYPE_CHECKING:
    from lookalike.audit.findings import Audit

_TONES: dict[str, Tone] = {"leak": "bad", "suspect": "watch", "warning": "watch", "note": "faint"}


def audit_card(found: Audit) -> Card:
    """Show the verdict and every finding with its remedy, the gravest first."""
    tone: Tone = TONES.get(found.verdict, "watch")
    tiles = [
        Tile("deals", f"{found.deals:,}", f"{found.won:,} won"),
        Tile("signal", found.verdict, tone=tone),
        auc_tile(found.signal),
        Tile("columns that know the outcome", str(len(found.leaks)), tone="bad" if found.leaks else ""),
    ]
    parts = finding_tables(found.findings, _TONES)
    foot = "lookalike.pictures: won_rate(audit), drift(audit)"
    return Card("Audit of past deals", sentence(found.headline, 500), tiles, parts, foot, tone)
