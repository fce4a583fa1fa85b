"""What monitoring found as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from enrich.display.card import Card, Tile, Tone, figure, sentence
from enrich.numerals import percent
from lookalike.display.findings import finding_tables

if TYPE_CHECKING:
    from lookalike.monitor.run import Monitored

_TONES: dict[str, Tone] = {"ok": "good", "watch": "watch", "alarm": "bad"}


def monitored_card(found: Monitored) -> Card:
    """Show how bad it is, and every finding with its remedy, the worst first."""
    severity = str(found.severity)
    tiles = [
        Tile("severity", severity, tone=_TONES[severity]),
        Tile(
            "leads",
            f"{found.leads:,}",
            f"{found.errors:,} cannot be scored" if found.errors else "all can be scored",
        ),
        Tile("compared with", f"{found.deals:,}", "rows the model knows"),
    ]
    kept = found.kept
    if kept is not None:
        note = f"{percent(kept.won_rate_low)} to {percent(kept.won_rate_high)}"
        if np.isfinite(kept.expected):
            note += f"; {percent(kept.expected / max(kept.leads, 1))} promised"
        tiles.append(Tile(f"won of {kept.leads:,} matured", figure(kept.won_rate, ".0%"), note))
        if np.isfinite(kept.auc):
            before = "" if kept.auc_promised is None else f"; {kept.auc_promised:.3f} promised"
            tiles.append(
                Tile("AUC", figure(kept.auc, ".3f"), f"{kept.auc_low:.3f} to {kept.auc_high:.3f}{before}")
            )
    parts = finding_tables(found.findings, _TONES)
    foot = "lookalike.pictures: drift(found), monitored(found)"
    return Card(
        "Monitoring of new leads", sentence(found.headline, 400), tiles, parts, foot, _TONES[severity]
    )
