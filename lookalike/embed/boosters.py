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
from itertools import islice
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.ensemble import GradientBoostingClassifier

from enrich.errors import ModelError
from lookalike.embed.base import Floats

try:
    lightgbm: Any = import_module("lightgbm")
except OSError:  # libgomp is missing
    lightgbm = None

# Differences between a leaf and the sum over its deals up to this stay; hundreds of them add up to nothing.
_SETTLED = 1e-9


@dataclass(frozen=True)
class Growth:
    """How an ensemble grows; the parameters of ``BoostedEmbedding`` under their own names."""

    n_estimators: int
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
    """

    penalty: float

    def leaves(self, X: Floats) -> NDArray[Any]:
        """Give the leaf of each row in each tree, shape (n_rows, n_trees), numbered from 0."""

    def raw_score(self, X: Floats, trees: int | None = None) -> Floats:
        """Give the log-odds by the first `trees` or by all, shape (n_rows,)."""


class LightGBMBooster:
    """A LightGBM ensemble, kept as its own text format so that it can be stored without pickle."""

    def __init__(self, text: str, penalty: float) -> None:
        self.text = text
        self.penalty = penalty

    @classmethod
    def grow(cls, X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> LightGBMBooster:
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
        data = lightgbm.Dataset(X, won.astype(np.float64), weight=weight, params=parameters)
        booster = lightgbm.train(parameters, data, num_boost_round=growth.n_estimators)
        _settle_leaves(booster, X, won, weight, growth)
        return cls(booster.model_to_string(), growth.reg_lambda)

    def __getstate__(self) -> dict[str, Any]:
        return {"text": self.text, "penalty": self.penalty}

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

    def raw_score(self, X: Floats, trees: int | None = None) -> Floats:  # noqa: D102
        return np.asarray(self._booster.predict(X, raw_score=True, num_iteration=trees), dtype=np.float64)


def newton_steps(hessian: NDArray[Any], learning_rate: float, penalty: float) -> Floats:
    """Give the step that leaves take for each unit of residual in them, η / (H + λ); 0 where H + λ is 0."""
    curvature = hessian + penalty
    return np.divide(learning_rate, curvature, out=np.zeros(len(curvature)), where=curvature > 0)


def _settle_leaves(booster: Any, X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> None:
    """Give every leaf the value of the deals that a look-up finds in it.

    In columns of few numbers and gaps, LightGBM 4.7 may train a leaf on deals that it later looks up in
    another. Such leaves would break the sum over deals; all others have their value already.
    """
    log_odds = base = np.full(len(won), logit(np.average(won, weights=weight)))
    found = np.asarray(booster.predict(X, pred_leaf=True)).reshape(len(X), -1)
    for tree, described in enumerate(booster.dump_model()["tree_info"]):
        leaf, count = found[:, tree].astype(np.int64), described["num_leaves"]
        p = expit(log_odds)
        residuals = np.bincount(leaf, weight * (won - p), minlength=count)
        hessian = np.bincount(leaf, weight * p * (1 - p), minlength=count)
        values = residuals * newton_steps(hessian, growth.learning_rate, growth.reg_lambda)
        log_odds = log_odds + values[leaf]
        if tree == 0:  # which has the base in its leaves
            values = values + base[0]
        for position, value in enumerate(values):
            if abs(booster.get_leaf_output(tree, position) - value) > _SETTLED:
                booster.set_leaf_output(tree, position, value)


class SklearnBooster:
    """A scikit-learn ensemble; a missing number counts as smaller than all that were seen."""

    penalty = 0.0

    def __init__(self, model: GradientBoostingClassifier, missing: Floats) -> None:
        self.model = model
        self.missing = missing

    @classmethod
    def grow(cls, X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> SklearnBooster:
        """Grow an ensemble on past deals."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a column without any number
            smallest = np.nanmin(X, axis=0)
        missing = np.where(np.isfinite(smallest), smallest, 0.0) - 1.0
        filled = np.where(np.isnan(X), missing, X)
        model = GradientBoostingClassifier(
            n_estimators=growth.n_estimators,
            learning_rate=growth.learning_rate,
            max_leaf_nodes=growth.num_leaves,
            max_depth=None,
            min_samples_leaf=growth.min_child_samples,
            max_features=growth.colsample,
            random_state=growth.random_state,
        )
        return cls(model.fit(filled, won, weight), missing)

    def _filled(self, X: Floats) -> Floats:
        return np.where(np.isnan(X), self.missing, X)

    def leaves(self, X: Floats) -> NDArray[Any]:  # noqa: D102
        return self.model.apply(self._filled(X))[:, :, 0].astype(np.int64)

    def raw_score(self, X: Floats, trees: int | None = None) -> Floats:  # noqa: D102
        staged = self.model.staged_decision_function(self._filled(X))
        return np.asarray(next(islice(staged, (trees or self.model.n_estimators) - 1, None))).ravel()


def grow(X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> Booster:
    """Grow an ensemble with LightGBM, or with scikit-learn where LightGBM cannot be loaded."""
    if lightgbm is None:
        warnings.warn(
            "LightGBM cannot be loaded (is libgomp1 installed?); boosting with scikit-learn, which is slower",
            stacklevel=2,
        )
        return SklearnBooster.grow(X, won, weight, growth)
    return LightGBMBooster.grow(X, won, weight, growth)
