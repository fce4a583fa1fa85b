"""Why a lead has its score: named deals for and against, the rest by persona, and the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from enrich.errors import ColumnError
from lookalike.columns import column_parts, shown_values
from lookalike.events import read_events
from lookalike.finding import row_of
from lookalike.schema import with_text_names

if TYPE_CHECKING:
    from lookalike.features import Seen
    from lookalike.model import LookalikeModel


@dataclass(frozen=True)
class Explanation:
    """A lead's score, taken apart.

    Attributes
    ----------
    lead_id : str
    score, probability, likeness : float
    base : float
        What every lead starts from.
    named : DataFrame
        The strongest deals for and against: deal_id, name, outcome, similarity (0 to 1), contribution, shared
        (traits that lead and deal have in common).
    rest : DataFrame
        All other deals by persona: persona, deals, contribution.
    personas : DataFrame
        All deals by persona, the named ones included: persona, deals, contribution. Base and contributions
        add up to the score.
    columns : DataFrame
        The lead's columns: column, value, contribution, the strongest first.
    column_base : float
        Where the sum over columns starts; with the columns' contributions it gives the score too.
    """

    lead_id: str
    score: float
    probability: float
    likeness: float
    base: float
    named: pd.DataFrame
    rest: pd.DataFrame
    personas: pd.DataFrame
    columns: pd.DataFrame
    column_base: float

    @property
    def total(self) -> float:
        """The base and all contributions added up; equals ``score``."""
        return float(self.base + self.named["contribution"].sum() + self.rest["contribution"].sum())

    @property
    def coverage(self) -> float:
        """Share of all that speaks for or against which the named deals carry, 0 to 1."""
        named = self.named["contribution"].abs().sum()
        everything = named + self.rest["weight"].sum()
        return float(named / everything) if everything > 0 else 0.0

    def _repr_html_(self) -> str:
        from lookalike.display import explanation_card

        return explanation_card(self).html()


def explain(
    model: LookalikeModel,
    leads: pd.DataFrame,
    id: str,
    *,
    events: pd.DataFrame | None = None,
    top: int = 5,
    errors: Sequence[str] | None = None,
) -> Explanation:
    """Explain the score of the lead with an id.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    id : str
        As in the ``lead_id`` column of the scores.
    events : DataFrame, optional
        Behaviour, as in :func:`lookalike.fit`.
    top : int
        Deals named on each side at most.
    errors : sequence of str, length n_leads, optional
        What is wrong with each row, as a table reader found it.

    Raises
    ------
    ColumnError
        If no lead has the id, or the lead cannot be scored. Where several have it, the first is explained and
        a warning names their rows.
    """
    from lookalike.model import lead_ids

    leads = with_text_names(leads)
    row = row_of(lead_ids(model.schema, leads), str(id))
    log = None if events is None else read_events(events)
    return explain_row(model, leads, row, log, top=top, error="" if errors is None else errors[row])


def explain_row(
    model: LookalikeModel,
    leads: pd.DataFrame,
    row: int,
    log: pd.DataFrame | None = None,
    *,
    top: int = 5,
    error: str = "",
) -> Explanation:
    """Explain the score of the lead at a position; parameters as in :func:`explain`.

    `log` holds events in :func:`~lookalike.events.read_events` form, `error` what is wrong with the row.
    """
    placed = model.place(leads.iloc[row : row + 1], log, [error], first=row)
    scored = model.score_placed(placed).iloc[0]
    if scored["error"]:
        raise ColumnError(f"lead '{scored['lead_id']}' has no score: {scored['error']}")
    seen = placed.seen
    parts = pd.DataFrame(
        {
            "deal_id": model.deals["deal_id"],
            "name": model.deals["name"],
            "outcome": np.asarray(model.outcome_words)[model.embedding.won_.astype(int)],
            "similarity": model.embedding.similarity(seen.points)[0],
            "contribution": model.embedding.contributions(seen.points)[0],
        }
    )
    side_for = parts[parts["contribution"] > 0].nlargest(top, "contribution")
    against = parts[parts["contribution"] < 0].nsmallest(top, "contribution")
    named = pd.concat([side_for, against])
    shared = model.traits.with_deals(
        seen, np.zeros(len(named), dtype=np.int64), named.index.to_numpy(), model.embedding.points_
    )
    return Explanation(
        lead_id=str(scored["lead_id"]),
        score=float(scored["score"]),
        probability=float(scored["probability"]),
        likeness=float(scored["likeness"]),
        base=model.embedding.base_,
        named=named.assign(shared=pd.Series(shared, index=named.index, dtype="str")).reset_index(drop=True),
        rest=_by_persona(model, parts.drop(index=named.index)),
        personas=_by_persona(model, parts).drop(columns="weight"),
        **_by_column(model, seen),
    )


def _by_persona(model: LookalikeModel, deals: pd.DataFrame) -> pd.DataFrame:
    deals = deals.assign(
        weight=deals["contribution"].abs(), group=model.deals["group"], persona=model.deals["persona"]
    )
    grouped = deals.groupby(["group", "persona"], as_index=False).agg(
        deals=("deal_id", "size"), contribution=("contribution", "sum"), weight=("weight", "sum")
    )
    return grouped.drop(columns="group")


def _by_column(model: LookalikeModel, seen: Seen) -> dict[str, Any]:
    base, columns, parts = column_parts(model, seen.points)
    every = np.arange(len(columns))
    table = pd.DataFrame(
        {
            "column": columns,
            "value": shown_values(model, seen, np.zeros_like(every), every, columns),
            "contribution": parts[0],
        }
    )
    order = np.argsort(-np.abs(parts[0]), kind="stable")
    return {"columns": table.iloc[order].reset_index(drop=True), "column_base": base}
