"""Why a lead has its score: named deals for and against, the rest by persona, and the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from enrich.errors import ColumnError
from lookalike.events import read_events
from lookalike.schema import with_text_names

if TYPE_CHECKING:
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
        The strongest deals for and against: deal_id, name, outcome, similarity (0 to 1), contribution.
    rest : DataFrame
        All other deals by persona: persona, deals, contribution.
    """

    lead_id: str
    score: float
    probability: float
    likeness: float
    base: float
    named: pd.DataFrame
    rest: pd.DataFrame

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
        If no lead has the id, or the lead cannot be scored.
    """
    from lookalike.model import lead_ids

    leads = with_text_names(leads)
    ids = lead_ids(model.schema, leads)
    if str(id) not in ids:
        known = f"the first ids are {', '.join(ids[:5])}" if ids else "the table has no rows"
        raise ColumnError(f"no lead has the id '{id}'; {known}")
    row = ids.index(str(id))
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
    lead = leads.iloc[row : row + 1]
    scored = model.score_batch(lead, log, [error], first=row).iloc[0]
    if scored["error"]:
        raise ColumnError(f"lead '{scored['lead_id']}' has no score: {scored['error']}")
    points = model.embed(lead, log)
    parts = pd.DataFrame(
        {
            "deal_id": model.deals["deal_id"],
            "name": model.deals["name"],
            "outcome": model.outcomes(),
            "similarity": model.embedding.similarity(points)[0],
            "contribution": model.embedding.contributions(points)[0],
        }
    )
    side_for = parts[parts["contribution"] > 0].nlargest(top, "contribution")
    against = parts[parts["contribution"] < 0].nsmallest(top, "contribution")
    named = pd.concat([side_for, against])
    others = parts.drop(index=named.index)
    others = others.assign(
        weight=others["contribution"].abs(), group=model.deals["group"], persona=model.deals["persona"]
    )
    rest = others.groupby(["group", "persona"], as_index=False).agg(
        deals=("deal_id", "size"), contribution=("contribution", "sum"), weight=("weight", "sum")
    )
    return Explanation(
        lead_id=str(scored["lead_id"]),
        score=float(scored["score"]),
        probability=float(scored["probability"]),
        likeness=float(scored["likeness"]),
        base=model.embedding.base_,
        named=named.reset_index(drop=True),
        rest=rest.drop(columns="group"),
    )
