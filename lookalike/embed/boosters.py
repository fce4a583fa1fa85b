"""The two libraries that can grow boosted trees, behind one small face.

LightGBM is the faster one and needs the system's libgomp, which slim images lack; scikit-learn's
``GradientBoostingClassifier`` needs nothing. Both make Newton leaves, which is what the sum over deals
rests on; LightGBM takes an L2 penalty and scikit-learn none.

Several ensembles may grow side by side, each with residuals of its own and other columns for each tree; the
score is their mean. Trees are numbered in turn: tree t belongs to ensemble t modulo the number of ensembles.
"""

from __future__ import annotations

import re
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
    n_ensembles: int
    learning_rate: float
    num_leaves: int
    min_child_samples: int
    colsample: float
    reg_lambda: float
    random_state: int


class Booster(Protocol):
    """Ensembles grown side by side.

    Attributes
    ----------
    penalty : float
        L2 penalty λ in the leaf values.
    """

    penalty: float

    def leaves(self, X: Floats) -> NDArray[Any]:
        """Give the leaf of each row in each tree, shape (n_rows, n_trees), numbered from 0."""

    def raw_score(self, X: Floats, trees: int | None = None) -> Floats:
        """Give the mean log-odds by the first `trees` of each ensemble or by all, shape (n_rows,)."""


class LightGBMBooster:
    """LightGBM ensembles, kept as its own text format so that they can be stored without pickle.

    To LightGBM they are the classes of an objective of ours, all with the same outcome, so that one booster
    holds them and grows and asks them in one go.
    """

    def __init__(self, text: str, penalty: float, base: float) -> None:
        self.text = text
        self.penalty = penalty
        self.base = base

    @classmethod
    def grow(cls, X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> LightGBMBooster:
        """Grow ensembles on past deals; no row is left out, or the sum over deals would not hold."""
        base = float(logit(np.average(won, weights=weight)))
        outcome = won.astype(np.float64)

        def log_loss(scores: Floats, _: object) -> tuple[Floats, Floats]:
            p = expit(base + scores.reshape(len(won), growth.n_ensembles))
            slope, curvature = weight[:, None] * (p - outcome[:, None]), weight[:, None] * p * (1 - p)
            return slope.reshape(scores.shape), curvature.reshape(scores.shape)

        parameters: dict[str, Any] = {
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
        data = lightgbm.Dataset(X, outcome, params=parameters).construct()
        if not any(data.feature_num_bin(column) > 1 for column in range(X.shape[1])):
            # LightGBM 4.7 takes no objective of ours where nothing can be split: then nothing may be.
            rows = np.broadcast_to(np.arange(len(won), dtype=np.float64)[:, None], X.shape)
            parameters |= {"min_data_in_bin": 1, "min_data_in_leaf": len(won) + 1}
            data = lightgbm.Dataset(rows, outcome, params=parameters)
        parameters |= {"objective": log_loss, "num_class": growth.n_ensembles}
        booster = lightgbm.train(parameters, data, num_boost_round=growth.n_estimators)
        _settle_leaves(booster, X, won, weight, base, growth)
        return cls(booster.model_to_string(), growth.reg_lambda, base)

    def __getstate__(self) -> dict[str, Any]:
        return {"text": self.text, "penalty": self.penalty, "base": self.base}

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
        scores = np.asarray(self._booster.predict(X, raw_score=True, num_iteration=trees), dtype=np.float64)
        return self.base + scores.reshape(len(X), -1).mean(axis=1)


def newton_steps(hessian: NDArray[Any], learning_rate: float, penalty: float) -> Floats:
    """Give the step that leaves take for each unit of residual in them, η / (H + λ); 0 where H + λ is 0."""
    curvature = hessian + penalty
    return np.divide(learning_rate, curvature, out=np.zeros(len(curvature)), where=curvature > 0)


def _settle_leaves(
    booster: Any, X: Floats, won: NDArray[np.bool_], weight: Floats, base: float, growth: Growth
) -> None:
    """Give every leaf the value of the deals that a look-up finds in it.

    In columns of few numbers and gaps, LightGBM 4.7 may train a leaf on deals that it later looks up in
    another. Such leaves would break the sum over deals; all others have their value already.
    """
    log_odds = np.full((growth.n_ensembles, len(won)), base)
    found = np.asarray(booster.predict(X, pred_leaf=True)).reshape(len(X), -1)
    counts = re.findall(r"^num_leaves=(\d+)$", booster.model_to_string(), re.MULTILINE)
    for tree, count in enumerate(map(int, counts)):
        leaf = found[:, tree].astype(np.int64)
        own = log_odds[tree % growth.n_ensembles]
        p = expit(own)
        residuals = np.bincount(leaf, weight * (won - p), minlength=count)
        hessian = np.bincount(leaf, weight * p * (1 - p), minlength=count)
        values = residuals * newton_steps(hessian, growth.learning_rate, growth.reg_lambda)
        own += values[leaf]
        for position, value in enumerate(values):
            if abs(booster.get_leaf_output(tree, position) - value) > _SETTLED:
                booster.set_leaf_output(tree, position, value)


class SklearnBooster:
    """scikit-learn ensembles; a missing number counts as smaller than all that were seen."""

    penalty = 0.0

    def __init__(self, models: list[GradientBoostingClassifier], missing: Floats) -> None:
        self.models = models
        self.missing = missing

    @classmethod
    def grow(cls, X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> SklearnBooster:
        """Grow ensembles on past deals."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a column without any number
            smallest = np.nanmin(X, axis=0)
        missing = np.where(np.isfinite(smallest), smallest, 0.0) - 1.0
        filled = np.where(np.isnan(X), missing, X)
        models = [
            GradientBoostingClassifier(
                n_estimators=growth.n_estimators,
                learning_rate=growth.learning_rate,
                max_leaf_nodes=growth.num_leaves,
                max_depth=None,
                min_samples_leaf=growth.min_child_samples,
                max_features=growth.colsample,
                random_state=growth.random_state + ensemble,
            ).fit(filled, won, weight)
            for ensemble in range(growth.n_ensembles)
        ]
        return cls(models, missing)

    def _filled(self, X: Floats) -> Floats:
        return np.where(np.isnan(X), self.missing, X)

    def leaves(self, X: Floats) -> NDArray[Any]:  # noqa: D102
        found = np.stack([model.apply(self._filled(X))[:, :, 0] for model in self.models], axis=2)
        return found.reshape(len(X), -1).astype(np.int64)

    def raw_score(self, X: Floats, trees: int | None = None) -> Floats:  # noqa: D102
        filled, scores = self._filled(X), np.zeros(len(X))
        for model in self.models:
            staged = model.staged_decision_function(filled)
            scores += np.ravel(next(islice(staged, (trees or model.n_estimators) - 1, None)))
        return scores / len(self.models)


def grow(X: Floats, won: NDArray[np.bool_], weight: Floats, growth: Growth) -> Booster:
    """Grow ensembles with LightGBM, or with scikit-learn where LightGBM cannot be loaded."""
    if lightgbm is None:
        warnings.warn(
            "LightGBM cannot be loaded (is libgomp1 installed?); boosting with scikit-learn, which is slower",
            stacklevel=2,
        )
        return SklearnBooster.grow(X, won, weight, growth)
    return LightGBMBooster.grow(X, won, weight, growth)
