"""Whether there is any signal, as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.display.card import Card, Table, Tile, Tone, figure, number, sentence, text
from lookalike.evaluate.signal import NO_SIGNAL, SIGNAL

if TYPE_CHECKING:
    from lookalike.evaluate.signal import Signal

#: Blocks that are shown.
BLOCKS = 12
#: How good a verdict is; any other is one to watch.
TONES: dict[str, Tone] = {SIGNAL: "good", NO_SIGNAL: "bad"}


def signal_card(found: Signal) -> Card:
    """Show the verdict, the AUC with its interval, and block by block."""
    tone = TONES.get(found.verdict, "watch")
    tiles = [Tile("deals held out", f"{found.deals:,}", f"{found.won:,} won")]
    if found.auc is not None:
        tiles.append(auc_tile(found))
    if found.blocks_low is not None:
        tiles.append(Tile("the next block may bring", _span(found.blocks_low, found.blocks_high)))
    rows = [
        [
            text(str(place), 10),
            number(block["deals"]),
            number(block["won"]),
            number(block["auc"], ".3f", note=_span(block["low"], block["high"])),
        ]
        for place, block in enumerate(found.blocks[:BLOCKS], start=1)
    ]
    title = "Block by block, each judged by the deals before it" if found.in_time else "Block by block"
    tables = [Table(title, ("block", "deals", "won", "AUC"), rows)] if rows else []
    return Card("Signal", sentence(f"{found.verdict}: {found}"), tiles, tables, "", tone)


def auc_tile(signal: Signal) -> Tile:
    """Show the AUC of held-out deals with its interval, a dash where nothing could be held out."""
    note = "" if signal.low is None else f"{_span(signal.low, signal.high)}, chance is .500"
    return Tile("AUC on deals not seen", "–" if signal.auc is None else figure(signal.auc, ".3f"), note)


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.3f} to {high:.3f}"
