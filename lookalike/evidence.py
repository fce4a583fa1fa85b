"""The deals that speak most for and against each lead, as a tidy table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lookalike.model import LookalikeModel

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
]

# Leads × deals compared at once: 128 MB a table.
BLOCK_CELLS = 16_000_000


def evidence(
    model: LookalikeModel, leads: pd.DataFrame, ids: Sequence[str], log: pd.DataFrame | None, a_side: int
) -> pd.DataFrame:
    """Name the deals that contribute most to each lead's score.

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
        (0 to 1), contribution (unit of the score), share (of all that speaks for or against, 0 to 1).
    """
    parts = [_nothing()] if not len(leads) else []
    rows = max(1, BLOCK_CELLS // len(model.deals))
    for start in range(0, len(leads), rows):
        block = slice(start, start + rows)
        parts.append(_block(model, leads.iloc[block], np.asarray(ids, dtype=object)[block], log, a_side))
    return pd.concat(parts, ignore_index=True)


def _nothing() -> pd.DataFrame:
    """Give a table without rows in the types that rows have, as a first batch settles a file's types."""
    kinds = {"place": "int64", "similarity": "float64", "contribution": "float64", "share": "float64"}
    return pd.DataFrame({column: pd.Series(dtype=kinds.get(column, "str")) for column in EVIDENCE_COLUMNS})


def _block(
    model: LookalikeModel, leads: pd.DataFrame, ids: np.ndarray, log: pd.DataFrame | None, a_side: int
) -> pd.DataFrame:
    points = model.embed(leads, log)
    parts = model.embedding.contributions(points)
    weight = np.abs(parts).sum(axis=1, keepdims=True)
    sides = []
    for side, signed in (("for", parts), ("against", -parts)):
        deals = np.argsort(-signed, axis=1, kind="stable")[:, :a_side]
        contribution = np.take_along_axis(parts, deals, axis=1)
        speaks = np.take_along_axis(signed, deals, axis=1) > 0
        lead, place = np.nonzero(speaks)
        chosen = deals[speaks]
        sides.append(
            pd.DataFrame(
                {
                    "lead": lead,
                    "lead_id": ids[lead],
                    "side": side,
                    "place": place + 1,
                    "deal_id": model.deals["deal_id"].to_numpy()[chosen],
                    "name": model.deals["name"].to_numpy()[chosen],
                    "outcome": model.outcomes()[chosen],
                    "similarity": model.embedding.similarity(points, deals)[speaks],
                    "contribution": contribution[speaks],
                    "share": (np.abs(contribution) / np.where(weight > 0, weight, 1.0))[speaks],
                }
            )
        )
    return pd.concat(sides).sort_values("lead", kind="stable")[EVIDENCE_COLUMNS]
