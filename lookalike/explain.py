"""Why a lead has its score: named deals for and against, the rest by persona, and the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from enrich.errors import ColumnError
from enrich.numerals import percent
from lookalike.columns import column_parts, shown_values
from lookalike.events import read_events
from lookalike.finding import row_of
from lookalike.own_deals import own_background
from lookalike.schema import with_text_names

if TYPE_CHECKING:
    from lookalike.embed.base import Floats, Positions
    from lookalike.features import Seen
    from lookalike.model import LookalikeModel
    from lookalike.placed import Placed


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
        (traits that lead and deal have in common). Where favourites are told from a background that the lead
        itself is in, it is left to the rest.
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
    def headline(self) -> str:
        """One sentence for people."""
        return (
            f"lead {self.lead_id}: score {self.score:.3f}, probability {percent(self.probability)}, "
            f"likeness {percent(self.likeness)}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything; the weights that coverage rests on are left out."""
        whole = {**vars(self), "rest": self.rest.drop(columns="weight")}
        return {**whole, "total": self.total, "coverage": self.coverage}

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
    leads = with_text_names(leads)
    row = row_of(model.schema.lead_ids(leads), str(id))
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
    if placed.errors[0]:
        raise ColumnError(f"lead '{placed.ids[0]}' has no score: {placed.errors[0]}")
    return explain_placed(model, placed, top=top)[0]


def explain_placed(model: LookalikeModel, placed: Placed, *, top: int = 5) -> list[Explanation]:
    """Explain the scores of leads that have their place, in their order; parameters as in :func:`explain`."""
    if not len(placed.good):
        return []
    seen = placed.seen
    scored = model.score_placed(placed).iloc[placed.good]
    deals = pd.DataFrame(
        {
            "deal_id": model.deals["deal_id"],
            "name": model.deals["name"],
            "outcome": np.asarray(model.outcome_words)[model.embedding.won_.astype(int)],
        }
    )
    deals_at = model.embedding.points_
    similarity = model.embedding.similarity(seen.points)
    contribution = model.embedding.contributions(seen.points)
    itself = own_background(model, placed.rows, np.arange(len(deals)))
    named = [_strongest(row, top) for row in np.where(itself, 0.0, contribution)]
    ends = np.cumsum([len(own) for own in named])
    shared = model.traits.with_deals(
        seen, np.repeat(np.arange(len(named)), np.diff(ends, prepend=0)), np.concatenate(named), deals_at
    )
    columns = _by_column(model, seen)
    found = []
    for i, row in enumerate(scored.to_dict("records")):
        parts = deals.assign(similarity=similarity[i], contribution=contribution[i])
        own = parts.iloc[named[i]]
        traits = pd.Series(shared[ends[i] - len(own) : ends[i]], index=own.index, dtype="str")
        found.append(
            Explanation(
                lead_id=str(row["lead_id"]),
                score=float(row["score"]),
                probability=float(row["probability"]),
                likeness=float(row["likeness"]),
                base=model.embedding.base_,
                named=own.assign(shared=traits).reset_index(drop=True),
                rest=_by_persona(model, parts.drop(index=own.index)),
                personas=_by_persona(model, parts).drop(columns="weight"),
                columns=columns[i],
                column_base=model.anatomy.column_base,
            )
        )
    return found


def _strongest(contribution: Floats, top: int) -> Positions:
    """Give the deals that speak most for a lead, then those that speak most against it."""
    order = np.argsort(-contribution, kind="stable")
    side_for = [deal for deal in order[:top] if contribution[deal] > 0]
    against = [deal for deal in np.argsort(contribution, kind="stable")[:top] if contribution[deal] < 0]
    return np.array([*side_for, *against], dtype=np.int64)


def _by_persona(model: LookalikeModel, deals: pd.DataFrame) -> pd.DataFrame:
    """Add up what some of the past deals say, by the persona that they belong to."""
    own = model.deals[["group", "persona"]].iloc[deals.index]
    _, first, group = np.unique(own["group"], return_index=True, return_inverse=True)
    contribution = deals["contribution"].to_numpy()
    return pd.DataFrame(
        {
            "persona": own["persona"].iloc[first].tolist(),
            "deals": np.bincount(group),
            "contribution": np.bincount(group, contribution),
            "weight": np.bincount(group, np.abs(contribution)),
        }
    )


def _by_column(model: LookalikeModel, seen: Seen) -> list[pd.DataFrame]:
    """Give what each column adds to the score of each lead, the strongest first."""
    _, columns, parts = column_parts(model, seen.points)
    rows, every = np.indices(parts.shape)
    values = shown_values(seen, rows.ravel(), every.ravel(), columns)
    found = []
    for lead, own in enumerate(parts):
        table = pd.DataFrame(
            {
                "column": columns,
                "value": values[lead * len(columns) : (lead + 1) * len(columns)],
                "contribution": own,
            }
        )
        found.append(table.iloc[np.argsort(-np.abs(own), kind="stable")].reset_index(drop=True))
    return found
