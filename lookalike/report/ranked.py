"""All leads, the best first: score, grade and the persona each is most like; quick, as without evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.evenly import evenly
from lookalike.events import read_events
from lookalike.grades import Grading
from lookalike.model import BATCH_ROWS, LookalikeModel
from lookalike.own_deals import own_customers
from lookalike.placed import Placed
from lookalike.ranks import ranks
from lookalike.schema import with_text_names

#: Deals of a persona that leads are compared with to tell whose persona is theirs.
DEALS_COMPARED = 10
GRADES = ["fit_grade", "engagement_grade", "grade"]


@dataclass(frozen=True)
class Ranked:
    """Leads by rank.

    Attributes
    ----------
    table : DataFrame of n_scored rows
        row (in the lead table), lead_id, company, score, probability, rank, persona (number of the won
        group), fit_grade, engagement_grade and grade; blank where the model has no grades.
    leads : DataFrame
        The lead table, with names of columns as text.
    log : DataFrame, optional
        Events in :func:`~lookalike.events.read_events` form.
    errors : list of str
        What is wrong with the rows that have no score.
    customers : int
        Leads that are the model's favourites themselves and so are left out.
    """

    table: pd.DataFrame
    leads: pd.DataFrame
    log: pd.DataFrame | None
    errors: list[str]
    customers: int

    def best(self, model: LookalikeModel, n: int) -> Placed:
        """Put the first `n` leads among the past deals, in the order of their rank."""
        best = self.table.head(n)
        placed = model.place(self.leads.iloc[best["row"]], self.log)
        return replace(placed, ids=best["lead_id"].tolist())


def ranked(
    model: LookalikeModel,
    leads: pd.DataFrame,
    scores: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> Ranked:
    """Rank leads.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    scores : DataFrame of n_leads rows, optional
        From :meth:`LookalikeModel.score <lookalike.model.LookalikeModel.score>`; worked out if absent.
    events : DataFrame, optional
        Behaviour of the leads.
    """
    leads = with_text_names(leads).reset_index(drop=True)
    log = None if events is None else read_events(events)
    grading = None if model.grades is None else Grading(model, model.grades)
    groups = _persona_points(model)
    parts = []
    for start in range(0, max(len(leads), 1), BATCH_ROWS):
        placed = model.place(leads.iloc[start : start + BATCH_ROWS], log, first=start)
        if scores is None:
            part = model.score_placed(placed, because=False)
        else:
            part = scores.iloc[start : start + BATCH_ROWS].reset_index(drop=True)
        part = part[["lead_id", "score", "probability", "error"]].copy()
        part[GRADES] = "" if grading is None else grading.of(placed, log)
        part["persona"] = -1
        part.loc[placed.good, "persona"] = _nearest(model, placed, groups)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    customers = own_customers(model, leads)
    table["rank"] = ranks(table["score"].mask(customers))
    names = model.schema.labels(leads, model.schema.name) if model.schema.name in leads else table["lead_id"]
    table.insert(0, "company", list(names))
    table.insert(0, "row", np.arange(len(table)))
    good = table["rank"].notna()
    best = table[good].sort_values("rank", kind="stable").drop(columns="error").reset_index(drop=True)
    errors = table.loc[~good & ~customers, "error"].tolist()
    return Ranked(best, leads, log, errors, int(customers.sum()))


def _persona_points(model: LookalikeModel) -> list[tuple[int, NDArray[np.int64]]]:
    won = model.deals[model.deals["won"]]
    found = []
    for number, members in won.groupby("group"):
        places = evenly(len(members), DEALS_COMPARED)
        found.append((int(str(number)), members.index.to_numpy()[places]))
    return found


def _nearest(
    model: LookalikeModel, placed: Placed, groups: list[tuple[int, NDArray[np.int64]]]
) -> NDArray[np.int64]:
    if not len(placed.good):
        return np.empty(0, dtype=np.int64)
    points = model.embedding.points_
    likeness = [model.anatomy.likeness(placed.points, points[deals]).mean(axis=1) for _, deals in groups]
    numbers = np.array([number for number, _ in groups], dtype=np.int64)
    return np.asarray(numbers[np.argmax(np.column_stack(likeness), axis=1)])
