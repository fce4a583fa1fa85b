"""The deals that speak most for and against each lead, as a tidy table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions
from lookalike.model import LookalikeModel
from lookalike.own_deals import own_background
from lookalike.placed import Placed

#: Columns of an evidence table, in order.
EVIDENCE_COLUMNS = [
    "lead_id",
    "side",
    "place",
    "deal_id",
    "name",
    "outcome",
    "similarity",
    "contribution",
    "share",
    "shared",
]


def evidence(
    model: LookalikeModel, leads: pd.DataFrame, ids: Sequence[str], log: pd.DataFrame | None, a_side: int
) -> pd.DataFrame:
    """Name the deals that contribute most to each lead's score.

    The contributions are exact, the deals the strongest that :class:`~lookalike.strongest.StrongestDeals`
    finds. A lead that is itself in the background of favourites is not named as evidence on itself.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of n_leads rows
        Leads that can be scored.
    ids : sequence of str, length n_leads
    log : DataFrame, optional
        Events in :func:`~lookalike.events.read_events` form.
    a_side : int
        Deals for and deals against each lead at most.

    Returns
    -------
    DataFrame
        lead_id, side ("for" or "against"), place (1 the strongest), deal_id, name, outcome, similarity
        (0 to 1), contribution (unit of the score), share (of all that speaks for or against, 0 to 1), shared
        (traits of both, by :mod:`lookalike.traits`).
    """
    placed = model.place(leads, log)
    return evidence_of_placed(model, replace(placed, ids=list(ids)), a_side)


def evidence_of_placed(model: LookalikeModel, placed: Placed, a_side: int) -> pd.DataFrame:
    """Name the deals that contribute most to leads that have their place; see :func:`evidence`."""
    if not len(placed.good):
        return _nothing()
    points, weight = placed.points, np.where(placed.weight > 0, placed.weight, 1.0)
    ids = pd.array(placed.ids, dtype="str").take(placed.good)
    wanted = a_side if model.hidden is None else a_side + 1  # one of them may be the lead itself
    parts = []
    for sign, (deals, contributions) in zip((1.0, -1.0), model.strongest.search(points, wanted), strict=True):
        speaks = (sign * contributions > 0) & ~own_background(model, placed.rows, deals)
        speaks &= np.cumsum(speaks, axis=1) <= a_side
        parts.append(_side(model.embedding, points, weight, sign, deals, contributions, speaks))
    lead, side, place, deal, similarity, contribution, share = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(lead, kind="stable")
    lead, side, deal = lead[order], side[order], deal[order]
    won = model.embedding.won_[deal].astype(int)
    shared = model.traits.with_deals(placed.seen, lead, deal, model.embedding.points_)
    return pd.DataFrame(
        {
            "lead_id": ids.take(lead),
            "side": pd.array(["for", "against"], dtype="str").take(side),
            "place": place[order],
            "deal_id": model.deals["deal_id"].array.take(deal),
            "name": model.deals["name"].array.take(deal),
            "outcome": pd.array(model.outcome_words, dtype="str").take(won),
            "similarity": similarity[order],
            "contribution": contribution[order],
            "share": share[order],
            "shared": pd.array(shared, dtype="str"),
        }
    )


def _nothing() -> pd.DataFrame:
    """Give a table without rows in the types that rows have, as a first batch settles a file's types."""
    kinds = {"place": "int64", "similarity": "float64", "contribution": "float64", "share": "float64"}
    return pd.DataFrame({column: pd.Series(dtype=kinds.get(column, "str")) for column in EVIDENCE_COLUMNS})


def _side(
    embedding: AdditiveEmbedding,
    points: NDArray[Any],
    weight: Floats,
    sign: float,
    deals: Positions,
    contributions: Floats,
    speaks: NDArray[np.bool_],
) -> tuple[NDArray[Any], ...]:
    lead = np.nonzero(speaks)[0]
    return (
        lead,
        np.full(len(lead), 0 if sign > 0 else 1),
        np.cumsum(speaks, axis=1)[speaks],
        deals[speaks],
        embedding.similarity(points, deals)[speaks],
        contributions[speaks],
        (np.abs(contributions) / weight[:, None])[speaks],
    )
