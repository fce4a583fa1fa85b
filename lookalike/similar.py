"""More like this: the leads, or the past deals, that most resemble one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.events import read_events
from lookalike.features import Seen
from lookalike.finding import row_of
from lookalike.schema import with_text_names

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel


def scored_leads(
    model: LookalikeModel, leads: pd.DataFrame, events: pd.DataFrame | None
) -> tuple[pd.DataFrame, Seen]:
    """Put all leads that can be scored among the past deals, batch by batch.

    Returns
    -------
    DataFrame
        row (from 0), name, and the columns of
        :meth:`LookalikeModel.score <lookalike.model.LookalikeModel.score>` but the rank.
    Seen
        Their points, values and words.
    """
    from lookalike.model import BATCH_ROWS

    leads = with_text_names(leads).reset_index(drop=True)
    log = None if events is None else read_events(events)
    starts = range(0, max(len(leads), 1), BATCH_ROWS)
    parts = [model.place(leads.iloc[start : start + BATCH_ROWS], log, first=start) for start in starts]
    scores = pd.concat([model.score_placed(part) for part in parts], ignore_index=True)
    names = model.schema.labels(leads, model.schema.name) if model.schema.name else scores["lead_id"]
    table = scores.assign(row=np.arange(len(leads)), name=list(names))[scores["error"].eq("")]
    seen = Seen(
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.seen.values for part in parts]),
        [word for part in parts for word in part.seen.words],
    )
    return table.reset_index(drop=True), seen


def past_deals(model: LookalikeModel) -> Seen:
    """Give the past deals as a model sees them."""
    return Seen(model.embedding.points_, model.features.values, model.features.words)


def similar(
    model: LookalikeModel,
    leads: pd.DataFrame,
    to: str,
    *,
    top: int = 10,
    deals: bool = False,
    events: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find what is most like one lead or past deal.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    to : str
        The id of a lead or, failing that, of a past deal.
    top : int
        How many to name.
    deals : bool
        Look among the past deals, not among the leads.
    events : DataFrame, optional
        Behaviour of the leads, as in :func:`lookalike.fit`.

    Returns
    -------
    DataFrame
        place (1 the most alike), lead_id (or deal_id and outcome), name, likeness (0 to 1), shared (traits of
        both), and for leads score and probability. ``attrs["to"]`` says what it was compared with.

    Raises
    ------
    ColumnError
        If neither a lead nor a past deal has the id, or the lead cannot be scored.
    """
    to = str(to)
    ids = model.schema.lead_ids(with_text_names(leads))
    deal_ids = model.deals["deal_id"].tolist()
    table, seen = scored_leads(model, leads, events)
    if to in ids or to not in deal_ids:
        row = row_of(ids, to, "lead or past deal" if to not in ids else "lead")
        if row not in set(table["row"]):
            raise ColumnError(f"lead '{to}' cannot be compared: it has no cell that the model uses")
        position = int(np.flatnonzero(table["row"] == row)[0])
        target, what = _one(seen, position), f"lead {to} ({table['name'].iloc[position]})"
        itself = None if deals else position
    else:
        position = row_of(deal_ids, to, "past deal")
        target, what = (
            _one(past_deals(model), position),
            f"past deal {to} ({model.deals['name'].iloc[position]})",
        )
        itself = position if deals else None
    among = past_deals(model) if deals else seen
    likeness = model.anatomy.likeness(among.points, target.points)[:, 0]
    order = np.argsort(-likeness, kind="stable")
    order = order[order != itself][:top] if itself is not None else order[:top]
    shared = model.traits.between(among, order, target, np.zeros_like(order))
    found: dict[str, Any] = {"place": np.arange(1, len(order) + 1)}
    if deals:
        chosen = model.deals.iloc[order]
        found |= {"deal_id": chosen["deal_id"], "name": chosen["name"]}
        found |= {"outcome": np.asarray(model.outcome_words)[chosen["won"].astype(int)]}
    else:
        chosen = table.iloc[order]
        found |= {column: chosen[column] for column in ("lead_id", "name")}
    found |= {"likeness": likeness[order], "shared": shared}
    if not deals:
        found |= {column: chosen[column] for column in ("score", "probability")}
    made = pd.DataFrame({name: np.asarray(values) for name, values in found.items()})
    made.attrs["to"] = what
    return made


def _one(seen: Seen, position: int) -> Seen:
    some: NDArray[Any] = np.array([position])
    return Seen(seen.points[some], seen.values[some], [seen.words[position]])
