"""Set the rules of grades by past deals: quarters of them, and events weighed by what they told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from statsmodels.stats.proportion import proportion_confint

from lookalike.anatomy import anatomy
from lookalike.evaluate.choice import Candidate
from lookalike.evaluate.splits import Split
from lookalike.events import EventFeatures
from lookalike.grades.rules import ENGAGEMENT, FIT, Engagement, Floats, Grades, graded
from lookalike.non_negative import non_negative_logistic

#: What the heaviest event weighs.
HEAVIEST = 10


def held_out_fit(
    candidate: Candidate,
    X: Floats,
    won: NDArray[np.bool_],
    splits: list[Split],
    weight: Floats,
    company: NDArray[np.bool_],
) -> Floats:
    """Give what company features add to the scores of deals, by models that had not seen them.

    Parameters
    ----------
    candidate : Candidate
        What the model is made of.
    X : ndarray of shape (n_deals, n_features)
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
    weight : ndarray of shape (n_deals,)
    company : ndarray of bool, shape (n_used,)
        Which of the candidate's features are no behaviour.

    Returns
    -------
    ndarray of shape (n_deals,)
        NaN where no split tests the deal.
    """
    found, own = np.full(len(won), np.nan), X[:, candidate.features]
    for train, test in splits:
        embedding = clone(candidate.embedding).fit(own[train], won[train], weight[train])
        taken_apart = anatomy(embedding)
        parts = taken_apart.feature_parts(embedding.transform(own[test]))
        found[test] = taken_apart.column_base + parts[:, company].sum(axis=1)
    return found


def settle(
    fit_values: Floats,
    won: NDArray[np.bool_],
    behaviour: EventFeatures | None = None,
    log: pd.DataFrame | None = None,
    ids: Sequence[str] = (),
    as_of: Floats | None = None,
) -> Grades | None:
    """Set grades so that each has a quarter of the past deals.

    Parameters
    ----------
    fit_values : ndarray of shape (n_deals,)
        Of deals held out; NaN for the others.
    won : ndarray of bool, shape (n_deals,)
    behaviour : EventFeatures, optional
    log : DataFrame, optional
        Events in :func:`~lookalike.events.read_events` form.
    ids : sequence of str, length n_deals
    as_of : ndarray of shape (n_deals,), optional
        When each deal was opened.

    Returns
    -------
    Grades, optional
        Nothing where no deal was held out, or all are alike.
    """
    tested = ~np.isnan(fit_values)
    if not tested.any() or np.ptp(fit_values[tested]) == 0:
        return None
    starts = _starts(fit_values[tested])
    engagement = None
    if behaviour is not None and log is not None and as_of is not None:
        engagement = _engagement(behaviour, log, ids, as_of, won)
    notes = _notes(graded(fit_values[tested], starts, FIT), FIT, won[tested])
    return Grades(starts, engagement, notes, int(tested.sum()))


def _engagement(
    behaviour: EventFeatures, log: pd.DataFrame, ids: Sequence[str], as_of: Floats, won: NDArray[np.bool_]
) -> Engagement | None:
    counts = behaviour.table(log, ids, as_of)
    counted = counts[[f"events: {kind}" for kind in behaviour.kinds]].to_numpy(dtype=float)
    if not counted.any():
        return None
    told, _ = non_negative_logistic(counted, won)
    weighed = np.round(told / told.max() * HEAVIEST) if told.max() > 0 else np.ones(len(told))
    weights = dict(zip(behaviour.kinds, weighed.tolist(), strict=True))
    values = counted @ weighed
    some = values[values > 0]
    # Where more than a quarter did nothing that counts, that is grade 1, and the others share 2 to 4.
    starts = _starts(values) if (values <= 0).mean() < 0.25 else _starts(some, (2 / 3, 1 / 3, 0))
    notes = _notes(graded(values, starts, ENGAGEMENT), ENGAGEMENT, won)
    return Engagement(starts, weights, behaviour.half_life_days, notes)


def _starts(values: Floats, shares: tuple[float, ...] = (0.75, 0.5, 0.25)) -> tuple[float, ...]:
    """Give lower ends of grades, rounded to what matters: three figures of the values' spread."""
    spread = float(np.ptp(values)) or 1.0
    digits = max(0, 3 - int(np.floor(np.log10(spread))))
    lowest = float(np.min(values))
    found = [round(float(edge), digits) for edge in np.quantile(values, shares)]
    return tuple(min(edge, lowest) if share == 0 else edge for edge, share in zip(found, shares, strict=True))


def _notes(grades: NDArray[np.object_], names: Sequence[str], won: NDArray[np.bool_]) -> tuple[str, ...]:
    told = []
    for name in names:
        here = won[grades == name]
        low, high = proportion_confint(here.sum(), len(here), method="beta") if len(here) else (0.0, 1.0)
        rate = f", {here.mean():.0%} won ({low:.0%} to {high:.0%})" if len(here) else ""
        told.append(f"{len(here)} past deals{rate}")
    return tuple(told)
