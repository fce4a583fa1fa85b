"""What monitoring found as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from enrich.display.card import Card, Table, Tile, Tone, figure, sentence, text

if TYPE_CHECKING:
    from lookalike.monitor.run import Monitored

#: Findings that are shown.
FINDINGS = 14
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
        promised = kept.expected / max(kept.leads, 1)
        note = f"{kept.won_rate_low:.0%} to {kept.won_rate_high:.0%}; {promised:.0%} promised"
        tiles.append(Tile(f"won of {kept.leads:,} matured", figure(kept.won_rate, ".0%"), note))
        if np.isfinite(kept.auc):
            before = "" if kept.auc_promised is None else f"; {kept.auc_promised:.3f} promised"
            tiles.append(
                Tile("AUC", figure(kept.auc, ".3f"), f"{kept.auc_low:.3f} to {kept.auc_high:.3f}{before}")
            )
    rows = [
        [
            text(one.severity, 12, tone=_TONES[str(one.severity)]),
            text(one.column or one.check, 60),
            text(one.evidence, 320),
            text(one.remedy, 200),
        ]
        for one in found.findings[:FINDINGS]
    ]
    left = len(found.findings) - len(rows)
    more = f"and {left} more in .findings" if left > 0 else ""
    parts = [Table("Findings", ("", "about", "what was seen", "what to do"), rows, more)] if rows else []
    foot = "lookalike.pictures: drift(found), monitored(found)"
    return Card(
        "Monitoring of new leads", sentence(found.headline, 400), tiles, parts, foot, _TONES[severity]
    )
