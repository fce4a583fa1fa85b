"""The two libraries that can grow boosted trees, behind one small face.

LightGBM is the faster one and needs the system's libgomp, which slim images lack; scikit-learn's
``GradientBoostingClassifier`` needs nothing. Both make Newton leaves, which is what the sum over deals
rests on; LightGBM takes an L2 penalty and scikit-learn none.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split

from enrich.errors import ModelError
from lookalike.embed.base import Floats

try:
    lightgbm: Any = import_module("lightgbm")
except OSError:  # libgomp is missing
    lightgbm = None

#: Boosting stops when the log-loss has not fallen for so many trees.
PATIENCE = 30

# Differences between a leaf and the sum over its deals up to this stay; hundreds of them add up to nothing.
_SETTLED = 1e-9


@dataclass(frozen=True)
class Growth:
    """How an ensemble grows; the parameters of ``BoostedEmbedding`` under their own names."""

    n_estimators: int | None
    max_estimators: int
    learning_rate: float
    num_leaves: int
    min_child_samples: int
    colsample: float
    reg_lambda: float
    random_state: int


class Booster(Protocol):
    """A grown ensemble.

    Attributes
    ----------
    penalty : float
        L2 penalty λ in its leaf values.
    held_out : ndarray of shape (n_deals,), optional
        Log-odds of the deals by ensembles that had not seen them, where the search for the number of trees
        made some.
    """

    penalty: float
    held_out: Floats | None

    def leaves(self, X: Floats) -> NDArray[Any]:
        """Give the leaf of each row in each tree, shape (n_rows, n_trees), numbered from 0."""

    def raw_score(self, X: Floats) -> Floats:
        """Give the log-odds, shape (n_rows,)."""


class LightGBMBooster:
    """A LightGBM ensemble, kept as its own text format so that it can be stored without pickle."""

    def __init__(self, text: str, penalty: float, held_out: Floats | None = None) -> None:
        self.text = text
        self.penalty = penalty
        self.held_out = held_out

    @classmethod
    def grow(cls, X: Floats, won: NDArray[np.bool_], growth: Growth) -> LightGBMBooster:
        """Grow an ensemble on past deals; no row is left out, or the sum over deals would not hold."""
        parameters = {
            "objective": "binary",
            "learning_rate": growth.learning_rate,
            "num_leaves": growth.num_leaves,
            "min_data_in_leaf": growth.min_child_samples,
            "feature_fraction": growth.colsample,
            "lambda_l2": growth.reg_lambda,
            "seed": growth.random_state,
            "deterministic": True,
            "force_row_wise": True,
            "feature_pre_filter": False,
            "verbosity": -1,
        }
        count, held_out = growth.n_estimators, None
        folds = min(3, int(won.sum()), int((~won).sum()))
        if count is None and folds < 2:
            count = PATIENCE
        elif count is None:
            splits = StratifiedKFold(folds, shuffle=True, random_state=growth.random_state).split(X, won)
            count, held_out = cls._best_count(X, won, list(splits), growth.max_estimators, parameters)
        data = lightgbm.Dataset(X, won.astype(np.float64), params=parameters)
        booster = lightgbm.train(parameters, data, num_boost_round=count)
        _settle_leaves(booster, X, won, growth)
        return cls(booster.model_to_string(), growth.reg_lambda, held_out)

    @staticmethod
    def _best_count(
        X: Floats, won: NDArray[np.bool_], splits: list[Any], most: int, parameters: dict[str, Any]
    ) -> tuple[int, Floats]:
        log = lightgbm.cv(
            parameters,
            lightgbm.Dataset(X, won.astype(np.float64), params=parameters),
            num_boost_round=most,
            folds=splits,
            metrics="binary_logloss",
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
            return_cvbooster=True,
        )
        count = len(log["valid binary_logloss-mean"])
        held_out = np.empty(len(X))
        for (_, rows), booster in zip(splits, log["cvbooster"].boosters, strict=True):
            held_out[rows] = booster.predict(X[rows], raw_score=True, num_iteration=count)
        return count, held_out

    def __getstate__(self) -> dict[str, Any]:
        return {"text": self.text, "penalty": self.penalty, "held_out": None}

    @cached_property
    def _booster(self) -> Any:
        if lightgbm is None:
            raise ModelError(
                "the model was grown with LightGBM, which cannot be loaded here; install libgomp1, or fit "
                "the model again"
            )
        return lightgbm.Booster(model_str=self.text)

    def leaves(self, X: Floats) -> NDArray[Any]:  # noqa: D102
        leaves = self._booster.predict(X, pred_leaf=True)
        return np.asarray(leaves).reshape(len(X), -1).astype(np.int64)

    def raw_score(self, X: Floats) -> Floats:  # noqa: D102
        return np.asarray(self._booster.predict(X, raw_score=True), dtype=np.float64)


def _settle_leaves(booster: Any, X: Floats, won: NDArray[np.bool_], growth: Growth) -> None:
    """Give every leaf the value of the deals that a look-up finds in it.

    In columns of few numbers and gaps, LightGBM 4.7 may train a leaf on deals that it later looks up in
    another. Such leaves would break the sum over deals; all others have their value already.
    """
    log_odds = base = np.full(len(won), logit(won.mean()))
    found = np.asarray(booster.predict(X, pred_leaf=True)).reshape(len(X), -1)
    for tree, described in enumerate(booster.dump_model()["tree_info"]):
        leaf, count = found[:, tree].astype(np.int64), described["num_leaves"]
        p = expit(log_odds)
        residuals = np.bincount(leaf, won - p, minlength=count)
        values = (
            growth.learning_rate
            * residuals
            / (np.bincount(leaf, p * (1 - p), minlength=count) + growth.reg_lambda)
        )
        log_odds = log_odds + values[leaf]
        if tree == 0:  # which has the base in its leaves
            values = values + base[0]
        for position, value in enumerate(values):
            if abs(booster.get_leaf_output(tree, position) - value) > _SETTLED:
                booster.set_leaf_output(tree, position, value)


class SklearnBooster:
    """A scikit-learn ensemble; a missing number counts as smaller than all that were seen."""

    penalty = 0.0
    held_out: Floats | None = None

    def __init__(self, model: GradientBoostingClassifier, missing: Floats) -> None:
        self.model = model
        self.missing = missing

    @classmethod
    def grow(cls, X: Floats, won: NDArray[np.bool_], growth: Growth) -> SklearnBooster:
        """Grow an ensemble on past deals; the number of trees is chosen on a fifth held out."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a column without any number
            smallest = np.nanmin(X, axis=0)
        missing = np.where(np.isfinite(smallest), smallest, 0.0) - 1.0
        filled = np.where(np.isnan(X), missing, X)
        count = growth.n_estimators or cls._best_count(filled, won, growth)
        return cls(cls._model(growth, count).fit(filled, won), missing)

    @staticmethod
    def _model(growth: Growth, count: int) -> GradientBoostingClassifier:
        return GradientBoostingClassifier(
            n_estimators=count,
            learning_rate=growth.learning_rate,
            max_leaf_nodes=growth.num_leaves,
            max_depth=None,
            min_samples_leaf=growth.min_child_samples,
            max_features=growth.colsample,
            random_state=growth.random_state,
        )

    @classmethod
    def _best_count(cls, X: Floats, won: NDArray[np.bool_], growth: Growth) -> int:
        if min(won.sum(), (~won).sum()) < 5:
            return PATIENCE
        X_in, X_out, won_in, won_out = train_test_split(
            X, won, test_size=0.2, stratify=won, random_state=growth.random_state
        )
        model = cls._model(growth, growth.max_estimators).fit(X_in, won_in)
        losses = [log_loss(won_out, p, labels=[False, True]) for p in model.staged_predict_proba(X_out)]
        return int(np.argmin(losses)) + 1

    def _filled(self, X: Floats) -> Floats:
        return np.where(np.isnan(X), self.missing, X)

    def leaves(self, X: Floats) -> NDArray[Any]:  # noqa: D102
        return self.model.apply(self._filled(X))[:, :, 0].astype(np.int64)

    def raw_score(self, X: Floats) -> Floats:  # noqa: D102
        return np.asarray(self.model.decision_function(self._filled(X)), dtype=np.float64)


def grow(X: Floats, won: NDArray[np.bool_], growth: Growth) -> Booster:
    """Grow an ensemble with LightGBM, or with scikit-learn where LightGBM cannot be loaded."""
    if lightgbm is None:
        warnings.warn(
            "LightGBM cannot be loaded (is libgomp1 installed?); boosting with scikit-learn, which is slower",
            stacklevel=2,
        )
        return SklearnBooster.grow(X, won, growth)
    return LightGBMBooster.grow(X, won, growth)
