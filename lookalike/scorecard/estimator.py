"""A points scorecard as a classifier: bins weighed together, then rounded to whole points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from enrich.errors import ColumnError
from lookalike.non_negative import non_negative_logistic
from lookalike.roles import Kind, role
from lookalike.schema import with_text_names
from lookalike.scorecard.draft import Draft, Limits, drafts
from lookalike.scorecard.evidence import Floats
from lookalike.scorecard.rules import Criterion, Rule

#: Criteria that are weighed together at most.
WEIGHED = 60
_SIGNS = {"+": 1, "-": -1}


class ScorecardClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Turn columns into criteria with points, the first of `classes_` being lost and the other won.

    Each column is cut into the bins that tell most (:mod:`lookalike.scorecard.binning`) and coded by their
    weight of evidence; a logistic regression with weights of zero or more weighs the columns together; weight
    times evidence, in units of points and rounded, is what a rule gives.

    Parameters
    ----------
    max_bins : int
        Bins of a criterion at most, blank cells apart.
    min_share : float
        Share of the deals in each bin at least.
    monotone : bool
        Whether points of numbers may only rise or only fall.
    signs : mapping of str to {"+", "-"}, optional
        Columns of which more must never cost points, or never give any: numbers, list values, presence.
    max_criteria : int
        Criteria kept, those with the most to say.
    points_to_double_odds : float
        Points that double the odds of winning.
    base_points : float
        Points of a lead whose odds are those of the deals as a whole.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
    criteria_ : tuple of Criterion
    start_ : int
        Points every lead starts from.
    prior_ : float
        Share of deals won.
    """

    def __init__(
        self,
        max_bins: int = 5,
        min_share: float = 0.05,
        monotone: bool = False,
        signs: Mapping[str, str] | None = None,
        max_criteria: int = 12,
        points_to_double_odds: float = 10.0,
        base_points: float = 50.0,
    ) -> None:
        self.max_bins = max_bins
        self.min_share = min_share
        self.monotone = monotone
        self.signs = signs
        self.max_criteria = max_criteria
        self.points_to_double_odds = points_to_double_odds
        self.base_points = base_points

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any) -> Self:
        """Learn criteria and points.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_deals, n_columns)
        y : array-like of shape (n_deals,)
            Two values, won the greater.

        Raises
        ------
        ColumnError
            If a sign names no column, or one that has no order.
        """
        frame, y = self._frame(X, reset=True), column_or_1d(y, warn=True)
        check_consistent_length(frame, y)
        check_classification_targets(y)
        self.classes_, place = np.unique(y, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(
                f"Classifier can't train when only one class is present: {self.classes_.tolist()}"
                if len(self.classes_) < 2
                else f"Only binary classification is supported. y holds {len(self.classes_)} classes."
            )
        won = place == 1
        found = sorted(self._drafts(frame, won), key=lambda draft: -draft.value)[:WEIGHED]
        evidence = np.column_stack([_coded(d, frame) for d in found]) if found else np.empty((len(won), 0))
        self.prior_ = float(won.mean())
        while True:
            weights, intercept = non_negative_logistic(evidence, won)
            told = weights * (evidence.std(axis=0) if len(won) else 0)
            keep = np.argsort(-told, kind="stable")[: self.max_criteria]
            keep = np.sort(keep[told[keep] > 0])
            if len(keep) == len(found):
                break
            found, evidence = [found[i] for i in keep], evidence[:, keep]
        unit = self.points_to_double_odds / np.log(2)
        made = [_pointed(draft, weight * unit) for draft, weight in zip(found, weights, strict=True)]
        self.criteria_ = tuple(criterion for criterion in made if criterion.spread > 0)
        self.start_ = round(self.base_points + unit * (intercept - float(logit(self.prior_))))
        return self

    def decision_function(self, X: Any) -> Floats:
        """Give the log-odds that the points stand for, shape (n_leads,)."""
        check_is_fitted(self)
        doublings = (self.points(X) - self.base_points) / self.points_to_double_odds
        return np.asarray(float(logit(self.prior_)) + doublings * np.log(2))

    def points(self, X: Any) -> NDArray[np.int64]:
        """Give the points of leads, shape (n_leads,)."""
        check_is_fitted(self)
        frame = self._frame(X, reset=False)
        total = np.full(len(frame), self.start_, dtype=np.int64)
        for criterion in self.criteria_:
            total += criterion.points(criterion.matched(frame[criterion.column]))
        return total

    def predict_proba(self, X: Any) -> Floats:
        """Give the probabilities of lost and won that the points stand for, shape (n_leads, 2)."""
        won = expit(self.decision_function(X))
        return np.column_stack([1 - won, won])

    def predict(self, X: Any) -> NDArray[Any]:
        """Give the more probable class of each lead, shape (n_leads,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])

    def _frame(self, X: Any, *, reset: bool) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True, reset=reset)
            return with_text_names(X).reset_index(drop=True)
        X = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", reset=reset)
        return pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])]).infer_objects()

    def _drafts(self, frame: pd.DataFrame, won: NDArray[np.bool_]) -> list[Draft]:
        limits = Limits(self.max_bins, self.min_share, self.monotone)
        signs = dict(self.signs or {})
        for column, sign in signs.items():
            if column not in frame:
                raise ColumnError(
                    f"--sign names '{column}', which is no column to learn from; check its name"
                )
            if sign not in _SIGNS:
                raise ColumnError(f"--sign {column}={sign}: the sign must be + or -")
        names = {str(column) for column in frame}
        found = []
        for column in map(str, frame):
            kind = role(frame[column])
            if column in signs and kind.kind == Kind.CATEGORY:
                raise ColumnError(
                    f"--sign names '{column}', whose values have no order; signs are for numbers and lists"
                )
            # Enrichment's columns that say why another is blank would be a second word on the same blank.
            if not (column.endswith("_why") and column.removesuffix("_why") in names):
                found += drafts(frame[column], kind, won, limits, _SIGNS.get(signs.get(column, ""), 0))
        return found


def _coded(draft: Draft, frame: pd.DataFrame) -> Floats:
    return np.asarray(draft.weights[draft.criterion.matched(frame[draft.criterion.column])])


def _pointed(draft: Draft, unit: float) -> Criterion:
    given = [round(float(weight) * unit) for weight in draft.weights]
    rules: list[Rule] = [
        replace(rule, points=points) for rule, points in zip(draft.criterion.rules, given, strict=False)
    ]
    return replace(draft.criterion, rules=tuple(rules), otherwise=given[-1])
