"""Grade leads that have their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ModelError
from lookalike.events import read_events
from lookalike.grades.rules import ENGAGEMENT, FIT, Floats, Grades, graded

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel
    from lookalike.placed import Placed


class Grading:
    """Adds grades to a score table.

    Parameters
    ----------
    model : LookalikeModel
    grades : Grades
        The rules to obey.
    """

    columns = ("fit_grade", "engagement_grade", "grade")

    def __init__(self, model: LookalikeModel, grades: Grades) -> None:
        self.model = model
        self.grades = grades

    def of(self, placed: Placed, log: pd.DataFrame | None) -> pd.DataFrame:
        """Grade leads: fit_grade, engagement_grade and both together, such as "A1"; blank with an error.

        Engagement is blank where no events are given, or the rules know none.
        """
        made = np.full((len(placed.ids), len(self.columns)), "", dtype=object)
        if not len(placed.good):
            return pd.DataFrame(made, columns=list(self.columns), dtype="str")
        fit = graded(fit_values(self.model, placed.points), self.grades.fit, FIT)
        done: NDArray[Any] = np.full(len(fit), "", dtype=object)
        if self.grades.engagement is not None and log is not None:
            ids = [placed.ids[row] for row in placed.good]
            sums = self.grades.engagement.sums(log, ids, self.model.schema.order(placed.rows))
            done = graded(sums, self.grades.engagement.starts, ENGAGEMENT)
        made[placed.good] = np.column_stack([fit, done, fit + done])
        return pd.DataFrame(made, columns=list(self.columns), dtype="str")


def grade(
    model: LookalikeModel,
    leads: pd.DataFrame,
    *,
    events: pd.DataFrame | None = None,
    grades: Grades | None = None,
) -> pd.DataFrame:
    """Grade leads: lead_id, fit_grade, engagement_grade and grade, in their order.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    events : DataFrame, optional
        Behaviour of the leads, as for ``score``; engagement is blank without.
    grades : Grades, optional
        The rules, such as :func:`~lookalike.grades.read_grades` gives them; the model's own if absent.

    Raises
    ------
    ModelError
        If the model has no rules, and none are given.
    """
    rules = grades or model.grades
    if rules is None:
        raise ModelError("the model has no grades; fit it again, on won and lost deals that can be held out")
    log = None if events is None else read_events(events)
    placed = model.place(leads, log)
    made = Grading(model, rules).of(placed, log)
    made.insert(0, "lead_id", pd.Series(placed.ids, dtype="str"))
    return made


def fit_values(model: LookalikeModel, points: NDArray[Any]) -> Floats:
    """Give what the columns about the company add to the scores of embedded leads, shape (n_leads,).

    With what behaviour adds it is the score; without behaviour it is the score itself.
    """
    company = is_company(model)
    if company.all():
        return model.embedding.score_points(points)
    parts = model.anatomy.feature_parts(points)
    return np.asarray(model.anatomy.column_base + parts[:, company].sum(axis=1))


def is_company(model: LookalikeModel) -> NDArray[np.bool_]:
    """Tell which features of a model come from the lead table and not from events, shape (n_features,)."""
    own = set(model.schema.features)
    return np.array(
        # Texts are one source, whose columns are joined by " + ".
        [column in own or column.split(" + ")[0] in own for column in model.vectorizer.column_of_feature_],
        dtype=bool,
    )
