"""Public methods for the same task, at the settings under which their records were measured."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, normalize

Floats = NDArray[np.float64]
#: Fewer deals than this are fitted on one thread: many waiting for each other are slower.
_SMALL = 5_000
#: Past deals, which were won, and leads → scores of the leads, the higher the better.
Method = Callable[[pd.DataFrame, NDArray[np.bool_], pd.DataFrame], Floats]


def one_hot(deals: pd.DataFrame) -> ColumnTransformer:
    """Encode numbers in deviations and categories as indicators."""
    numbers, categories = _columns(deals)
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers),
            ("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), categories),
        ]
    )


def logistic(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """Logistic regression, C = 0.1, on one-hot columns."""
    encoder = one_hot(deals).fit(_text(deals))
    model = LogisticRegression(C=0.1, max_iter=2_000).fit(encoder.transform(_text(deals)), won)
    return np.asarray(model.predict_proba(encoder.transform(_text(leads)))[:, 1])


def centroid(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """Cosine to the mean of the won deals, on one-hot columns."""
    encoder = one_hot(deals).fit(_text(deals))
    centre = normalize(encoder.transform(_text(deals)))[won].mean(axis=0)
    return np.asarray(normalize(encoder.transform(_text(leads))) @ (centre / np.linalg.norm(centre)))


def knn(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """Share of won deals among the 200 nearest by cosine, on one-hot columns."""
    encoder = one_hot(deals).fit(_text(deals))
    nearest = NearestNeighbors(n_neighbors=min(200, len(deals)))
    nearest.fit(normalize(encoder.transform(_text(deals))))  # at unit length, distance and cosine agree
    found = nearest.kneighbors(normalize(encoder.transform(_text(leads))), return_distance=False)
    return np.asarray(won[found].mean(axis=1))


def naive_bayes(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """Counts of won and lost by value + 0.1, numbers in fifths, unseen values left out; as Odoo counts."""
    past, new = _text(deals), _text(leads)
    log_odds = np.full(len(leads), np.log((won.sum() + 0.1) / ((~won).sum() + 0.1)))
    numbers, _ = _columns(deals)
    for column in past:
        if column in numbers:
            edges = np.unique(np.nanquantile(past[column], [0.2, 0.4, 0.6, 0.8]))
            past[column], new[column] = np.digitize(past[column], edges), np.digitize(new[column], edges)
        counts = pd.DataFrame({"won": won, "lost": ~won}).groupby(past[column].to_numpy()).sum() + 0.1
        odds = np.log(counts["won"] / counts["won"].sum()) - np.log(counts["lost"] / counts["lost"].sum())
        log_odds += new[column].map(odds).fillna(0.0).to_numpy()
    return np.asarray(expit(log_odds))


def lightgbm(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """LightGBM: 200 trees, rate .03, 15 leaves, 50 deals a leaf, half of the columns; its own categories."""
    model = import_module("lightgbm").LGBMClassifier(
        n_estimators=200,
        learning_rate=0.03,
        num_leaves=15,
        min_child_samples=50,
        colsample_bytree=0.5,
        random_state=0,
        verbosity=-1,
        n_jobs=1 if len(deals) < _SMALL else None,
    )
    kinds = {column: pd.CategoricalDtype(sorted(set(_text(deals)[column]))) for column in _columns(deals)[1]}
    model.fit(_text(deals).astype(kinds), won)
    return np.asarray(model.predict_proba(_text(leads).astype(kinds))[:, 1])


def catboost(deals: pd.DataFrame, won: NDArray[np.bool_], leads: pd.DataFrame) -> Floats:
    """CatBoost: 500 trees of depth 6, rate .03, its own categories."""
    model = import_module("catboost").CatBoostClassifier(
        iterations=500,
        depth=6,
        learning_rate=0.03,
        cat_features=_columns(deals)[1],
        random_seed=0,
        verbose=False,
        allow_writing_files=False,
    )
    return np.asarray(model.fit(_text(deals), won).predict_proba(_text(leads))[:, 1])


#: Whether a score is a probability.
PROBABILISTIC = {"logistic", "knn", "naive_bayes", "lightgbm", "catboost"}


def peers() -> dict[str, Method]:
    """Give the methods that are installed, by name."""
    found: dict[str, Method] = {
        "logistic": logistic,
        "centroid": centroid,
        "knn": knn,
        "naive_bayes": naive_bayes,
        "lightgbm": lightgbm,
        "catboost": catboost,
    }
    return {name: method for name, method in found.items() if name not in _OTHERS or find_spec(name)}


_OTHERS = ("lightgbm", "catboost")


def _columns(deals: pd.DataFrame) -> tuple[list[str], list[str]]:
    numbers = [column for column in deals.columns if pd.api.types.is_numeric_dtype(deals[column])]
    return numbers, [column for column in deals.columns if column not in numbers]


def _text(table: pd.DataFrame) -> pd.DataFrame:
    """Give categories as texts, a blank being one of its own."""
    _, categories = _columns(table)
    return table.assign(
        **{column: table[column].astype(object).fillna("").astype(str) for column in categories}
    )
