"""Make a scorecard from past deals, judged on deals that it was not made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from enrich.progress import progress
from lookalike.evaluate.splits import held_out
from lookalike.events import EventFeatures, read_events
from lookalike.schema import Schema, with_text_names
from lookalike.scorecard.behaviour import Behaviour
from lookalike.scorecard.card import Scorecard
from lookalike.scorecard.estimator import ScorecardClassifier
from lookalike.scorecard.evidence import Floats
from lookalike.scorecard.judged import JudgedScorecard, calibrated, judged


def fit_scorecard(deals: pd.DataFrame, *, outcome: str, won: object, **options: Any) -> Scorecard:
    """Make a scorecard from past deals; options as of :func:`judged_scorecard`."""
    return judged_scorecard(deals, outcome=outcome, won=won, **options).card


def judged_scorecard(
    deals: pd.DataFrame,
    *,
    outcome: str,
    won: object,
    time: str | None = None,
    id: str | None = None,
    name: str | None = None,
    value: str | None = None,
    closed: str | None = None,
    events: pd.DataFrame | None = None,
    drop: Iterable[str] = (),
    signs: Mapping[str, str] | None = None,
    monotone: bool = False,
    max_bins: int = 5,
    max_criteria: int = 12,
    points_to_double_odds: float = 10.0,
    base_points: float = 50.0,
    random_state: int = 0,
    quiet: bool = False,
) -> JudgedScorecard:
    """Make a scorecard from past deals, judged on deals held out.

    Parameters
    ----------
    deals : DataFrame of shape (n_deals, n_columns)
    outcome, won, time, id, name, value, closed, events, drop
        As in :func:`lookalike.fit`.
    signs, monotone, max_bins, max_criteria, points_to_double_odds, base_points
        As in :class:`~lookalike.scorecard.estimator.ScorecardClassifier`.
    random_state : int
        Seed of the folds where deals have no time.
    quiet : bool
        Show no progress.

    Raises
    ------
    ColumnError
        If a column is missing, only one outcome occurs, or nothing is left to learn from.
    """
    deals = with_text_names(deals)
    schema = Schema.of(
        deals, outcome=outcome, won=won, time=time, id=id, name=name, value=value, closed=closed, drop=drop
    )
    is_won, known = schema.won_deals(deals)
    deals, is_won = deals[known].reset_index(drop=True), is_won[known]
    estimator = ScorecardClassifier(
        max_bins=max_bins,
        monotone=monotone,
        signs=signs,
        max_criteria=max_criteria,
        points_to_double_odds=points_to_double_odds,
        base_points=base_points,
    )
    order = schema.order(deals)
    schema.check_order(order, with_events=events is not None)
    table, behaviour = _with_events(schema, deals, order, events)
    splits, later = held_out(order, is_won, random_state=random_state)
    scores = np.full(len(table), np.nan)
    with progress("Making a scorecard", len(splits) + 1, quiet=quiet) as done:
        for train, test in splits:
            scores[test] = clone(estimator).fit(table.iloc[train], is_won[train]).points(table.iloc[test])
            done(1)
        estimator.fit(table, is_won)
        done(1)
    card = Scorecard(criteria=estimator.criteria_, start=estimator.start_, id=schema.id, behaviour=behaviour)
    tested = ~np.isnan(scores)
    found = judged(card, scores, is_won, [test for _, test in splits], later=later, fitted=True)
    card = replace(card, calibration=calibrated(card, scores[tested], is_won[tested]))
    return replace(found, card=replace(card, about=_about(found, schema, points_to_double_odds, base_points)))


def _with_events(
    schema: Schema, deals: pd.DataFrame, order: Floats, events: pd.DataFrame | None
) -> tuple[pd.DataFrame, Behaviour]:
    table = deals.loc[:, list(schema.features)]
    if events is None:
        return table, Behaviour()
    log = read_events(events)
    made = EventFeatures.of(log)
    counted = made.table(log, schema.labels(deals, schema.id), order)
    behaviour = Behaviour(made.half_life_days, schema.time, schema.time_dayfirst)
    return table.join(counted[[name for name in counted if name not in table]]), behaviour


def _about(found: JudgedScorecard, schema: Schema, double: float, base: float) -> str:
    return (
        f"Points scorecard: {found.headline}.\n"
        f"Made from {found.deals} past deals, {found.won} of them won ({schema.outcome} = {schema.won}).\n"
        f"{base:g} points: as likely to be won as the average deal; {double:g} points more double the odds.\n"
        "\n"
        "This file is yours: change points and conditions, add and remove criteria. The first rule of a\n"
        "criterion that holds gives its points, otherwise = … those where none does. After a change, learn\n"
        "the probabilities again:\n"
        "  lookalike scorecard DEALS --rules THIS_FILE -o NEW_FILE --outcome … --won …"
    )
