"""What a model has to beat: methods that anybody has, on the same deals.

They get the columns as a public library would: numbers and dates as numbers, categories as they are, an
indicator for each frequent value of a list, the number of words of a text, and of addresses and names whether
there is one. What a column is, is settled on the deals trained on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.benchmark.peers import PROBABILISTIC, knn, lightgbm, logistic, naive_bayes
from lookalike.cells import as_dates, as_days, as_lists, as_numbers, as_text, blank
from lookalike.frequent import frequent
from lookalike.roles import Kind, Role, role
from lookalike.scorecard.estimator import ScorecardClassifier

Floats = NDArray[np.float64]
#: Deals trained on, which were won, and deals to score → scores, the higher the better.
Method = Callable[[pd.DataFrame, NDArray[np.bool_], pd.DataFrame], Floats]

#: Values of a list, and categories of a column, that are told apart at most.
MOST_LIST_VALUES, MOST_CATEGORIES = 20, 50
#: Categories rarer than this are one.
RARE = 5


def points(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """Points scorecard as `lookalike scorecard` makes it; none has points where no column tells anything."""
    return np.asarray(ScorecardClassifier().fit(deals, won).points(leads), dtype=np.float64)


#: By name, in the order they are told in.
METHODS: dict[str, Method] = {
    "naive Bayes": naive_bayes,
    "points": points,
    "logistic": logistic,
    "LightGBM": lightgbm,
    "kNN": knn,
}
#: What each is, for people.
MEANING = {
    "naive Bayes": "counts of won and lost by value, as Odoo's predictive scoring",
    "points": "a points scorecard by weight of evidence",
    "logistic": "logistic regression on one-hot columns",
    "LightGBM": "boosted trees, 200 of 15 leaves",
    "kNN": "share of won deals among the 200 nearest",
    "random": "chance",
    "newest first": "the latest deal first",
}
_PROBABILISTIC = {name for name, method in METHODS.items() if method.__name__ in PROBABILISTIC}


def scored_by(
    methods: dict[str, Method],
    table: pd.DataFrame,
    won: NDArray[np.bool_],
    order: Floats,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    random_state: int = 0,
) -> dict[str, tuple[Floats, Floats | None]]:
    """Score the deals of a test by simple methods.

    Parameters
    ----------
    methods : dict of str to callable
        :data:`METHODS`, or more of the kind.
    table : DataFrame of n_deals rows
        The columns that are learned from.
    won : ndarray of bool, shape (n_deals,)
    order : ndarray of shape (n_deals,)
        When each was opened; all NaN if there is no time.
    train, test : ndarray of int
        Positions.
    random_state : int
        Of the random order.

    Returns
    -------
    dict of str to (scores, probabilities)
        Probabilities only where a method has them; "random" and "newest first" know the won rate of the past.
    """
    past, later = baseline_tables(table.iloc[train], table.iloc[test])
    found: dict[str, tuple[Floats, Floats | None]] = {}
    for name, method in methods.items():
        if method is lightgbm and not find_spec("lightgbm"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as bins of no width
            scores = method(past, won[train], later) if len(past.columns) else np.zeros(len(test))
        found[name] = scores, scores if name in _PROBABILISTIC else None
    known = np.full(len(test), won[train].mean())
    found["random"] = np.random.default_rng([random_state, len(train)]).random(len(test)), known
    if not np.isnan(order).all():
        found["newest first"] = order[test], known
    return found


def baseline_tables(past: pd.DataFrame, later: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the columns of deals as simple methods take them: numbers, or texts; nothing without a value."""
    made: dict[str, tuple[pd.Series, pd.Series]] = {}
    for column in past:
        found = role(past[column])
        cells = pd.concat([past[column], later[column]], ignore_index=True)
        for part in _parts(cells, found, len(past)):
            before, after = part.iloc[: len(past)], part.iloc[len(past) :].reset_index(drop=True)
            if before.nunique(dropna=False) > 1 and before.notna().any():
                made[f"c{len(made)}"] = before, after  # LightGBM takes no odd names
    tables = [pd.DataFrame({name: pair[side] for name, pair in made.items()}) for side in (0, 1)]
    return tables[0], tables[1]


def _parts(cells: pd.Series, found: Role, n_past: int) -> list[pd.Series]:
    if found.kind == Kind.NOTHING:
        return []
    if found.kind == Kind.NUMBER:
        return [pd.Series(as_numbers(cells, found.decimal))]
    if found.kind == Kind.DATE:
        return [pd.Series(as_days(as_dates(cells, found.dayfirst)))]
    if found.kind == Kind.TEXT:
        return [pd.Series([float(len(text.split())) for text in as_text(cells).fillna("")])]
    if found.kind == Kind.PRESENCE:
        return [(~blank(cells)).astype(np.float64)]
    if found.kind == Kind.LIST:
        lists = [set(values) for values in as_lists(cells)]
        known = frequent(lists[:n_past], MOST_LIST_VALUES, RARE)
        return [pd.Series([float(value in values) for values in lists]) for value in known]
    texts = as_text(cells)
    counts = texts.iloc[:n_past].value_counts()
    common = counts[counts >= RARE].index[:MOST_CATEGORIES]
    # A value not seen before is no value; one that is rare stands with the other rare ones.
    other = texts.isin(counts.index).map({True: "other", False: None}).astype(object)
    return [texts.astype(object).where(texts.isin(common), other)]
