"""A fitted model and its personas as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from enrich.display.card import Card, Cell, Lines, Table, Tile, Tone, figure, more, number, text
from enrich.legible import plain
from enrich.numerals import percent
from lookalike.display.signals import TONES
from lookalike.evaluate.signal import NO_SIGNAL
from lookalike.hidden import ENOUGH

if TYPE_CHECKING:
    from lookalike.evaluate.signal import Signal
    from lookalike.model import LookalikeModel
    from lookalike.profile import Profile

#: What embeddings are, in a few words.
EMBEDDINGS = {
    "boosted": "boosted trees, additive over deals",
    "forest": "a forest's votes, additive over deals",
    "linear": "logistic regression, in its dual form",
    "plain": "distance alone",
    "stack": "several embeddings, weighed against each other",
    "text": "what the texts say",
}
#: What each side of a profile is called.
SIDES = {
    "won": "Who buys",
    "lost": "Who does not: the anti-profile",
    "unlabelled": "The universe that they are told from",
}
#: Personas, and words of each, that are shown.
PERSONAS, WORDS = 8, 3


def model_card(model: LookalikeModel) -> Card:
    """Say what a model learned from, how far to trust it, and who its customers are."""
    if not hasattr(model, "embedding"):
        return Card("Look-alike model", "Not fitted yet: lookalike.fit(deals, outcome=…, won=…) makes one")
    deals = model.deals
    won = int(deals["won"].sum())
    if model.hidden is None:
        learned = f"Learned from {len(deals):,} past deals, {won:,} of them won"
    else:
        learned = f"Learned from {won:,} won deals among {len(deals) - won:,} companies nobody labelled"
    columns = len(model.schema.features)
    tiles = [
        Tile(
            "embedding",
            plain(model.embedding_name, 40),
            EMBEDDINGS.get(model.embedding_name, "an embedding of your own"),
        ),
        *_trust(model),
        Tile("columns", str(columns), "and behaviour" if model.behaviour is not None else ""),
    ]
    parts: list[Table | Lines] = []
    if "group" in deals:
        parts.append(_personas(model))
    if cautions := _cautions(model):
        parts.append(Lines("Know before you trust it", cautions))
    tone: Tone = TONES.get(model.signal.verdict, "watch") if model.signal is not None else ""
    foot = "model.score(leads) · model.explain(leads, id) · model.profile() · model.rows(leads)"
    return Card("Look-alike model", learned, tiles, parts, foot, tone)


def _trust(model: LookalikeModel) -> list[Tile]:
    tiles = []
    if model.signal is not None:
        tone = TONES.get(model.signal.verdict, "watch")
        tiles.append(Tile("signal", model.signal.verdict, _auc(model.signal), tone))
    held_out = None if model.reference is None else model.reference.held_out
    if held_out is not None:
        note = f"± {held_out.auc_error:.3f} on {held_out.deals:,} deals held out; lift {held_out.lift:.1f}"
        tiles.append(Tile("ranks with AUC", figure(held_out.auc, ".3f"), note))
    if model.ece is not None:
        note = "points on average, on deals held out"
        tiles.append(Tile("probabilities are off by", figure(100 * model.ece, ".1f"), note))
    if model.hidden is not None:
        told = model.hidden.reliable
        share = figure(model.hidden.share, ".1%") if told else "cannot be told"
        note = "" if told else f"from {model.hidden.favourites} won deals; at least {ENOUGH} are needed"
        tiles.append(Tile("look-alikes hidden in the universe", share, note))
    return tiles


def _auc(signal: Signal) -> str:
    if signal.auc is None or signal.low is None or signal.high is None:
        return "no deal could be held out"
    which = "later deals" if signal.in_time else "deals held out"
    return f"AUC {signal.auc:.3f} ({signal.low:.3f} to {signal.high:.3f}) on {which}"


def _personas(model: LookalikeModel) -> Table:
    won = model.deals[model.deals["won"].to_numpy(dtype=bool)]
    rows = []
    for group, members in won.groupby("group"):
        medoid = members[members["medoid"]]
        name = medoid["name"].iloc[0] if len(medoid) else members["name"].iloc[0]
        rows.append(
            [
                text(name, 60, tone="for"),
                number(len(members)),
                number(model.win_rate_of(model.deals[model.deals["near_won"] == group]), ".0%"),
                number(_median(members["value"])),
                number(_median(members["days"])),
            ]
        )
    columns = ("customers like", "won deals", "win rate near it", "value (median)", "days to close (median)")
    return Table("Personas of customers", columns, rows[:PERSONAS], more(len(rows), PERSONAS, "personas"))


def _cautions(model: LookalikeModel) -> list[str]:
    said = []
    if model.signal is not None and model.signal.verdict == NO_SIGNAL:
        said.append("The deals' columns say nothing usable of how deals end; scores would be a lottery.")
    if model.drift is not None:
        there = model.drift["moved_on"].astype(bool)
        moved = [plain(column, 40) for column in model.drift.loc[there, "column"]]
        if moved:
            others = f" and {len(moved) - 5} more" if len(moved) > 5 else ""
            said.append(f"Columns that move on with time: {', '.join(moved[:5])}{others}.")
    if not model.schema.time:
        said.append("Deals have no time, so it was judged on deals held out at random, which flatters.")
    return said


def profile_card(profile: Profile) -> Card:
    """Show personas side by side: who, how many, how often won, worth, and what sets them apart."""
    table = profile.personas
    customers = int((table["outcome"] == "won").sum())
    headline = f"{customers} {'kind' if customers == 1 else 'kinds'} of customers, "
    headline += f"{len(table) - customers} of "
    if np.isfinite(profile.win_rate):
        headline += f"those who did not buy; {percent(profile.win_rate)} of all past deals were won"
    else:
        headline += "the companies of the universe that they are told from"
    parts = []
    for word, title in SIDES.items():
        side = table[table["outcome"] == word]
        if side.empty:
            continue
        rows = [_persona_row(profile, row, word) for row in side.head(PERSONAS).to_dict("records")]
        deals = "companies" if word == "unlabelled" else f"{word} deals"
        columns = ("like", deals, "win rate near it", "value", "days", "what sets them apart")
        parts.append(Table(title, columns, rows, more(len(side), PERSONAS, "personas")))
    return Card("Profile of past deals", headline, (), parts)


def _persona_row(profile: Profile, row: dict[object, object], word: str) -> list[Cell]:
    found = {str(key): value for key, value in row.items()}
    apart = [plain(one, 110) for one in profile.words(str(found["persona"]))[:WORDS]]
    return [
        text(found["name"], 60, tone="for" if word == "won" else "against"),
        number(_number(found["deals"]), note=percent(_number(found["share"]))),
        number(_number(found["win_rate"]), ".0%"),
        number(_number(found["value"])),
        number(_number(found["cycle_days"])),
        Cell("; ".join(apart)),
    ]


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float, np.number)) else float("nan")


def _median(values: pd.Series) -> float:
    known = values.dropna()
    return float(known.median()) if len(known) else float("nan")
