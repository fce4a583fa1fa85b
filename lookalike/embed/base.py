"""The contract of every embedding: a score is a sum over past deals.

``score(lead) = base + Σᵢ contribution(lead, dealᵢ)``, exactly. An embedding is a scikit-learn classifier and
transformer at once: :meth:`~AdditiveEmbedding.transform` puts leads where their neighbours are meaningful,
:meth:`~AdditiveEmbedding.similarity` and :meth:`~AdditiveEmbedding.contributions` compare points of that
space with the past deals, and :meth:`~AdditiveEmbedding.decision_function` adds the contributions up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
#: What a score is: "logit" is the log-odds of "won", "vote" is P(won) − P(lost).
Link = Literal["logit", "vote"]


class AdditiveEmbedding(ClassifierMixin, TransformerMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """Base class of the embeddings.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The outcomes; the second is "won".
    won_ : ndarray of bool, shape (n_deals,)
        Outcome of each past deal.
    points_ : ndarray of shape (n_deals, n_dimensions)
        The past deals in the space.
    base_ : float
        What every lead's score starts from.
    """

    #: How the index compares points: "leaves" (equal entries), "cosine", or each of its "parts" for itself.
    metric: Literal["leaves", "cosine", "parts"]

    #: What turns scores into the model's own P(won), if anything does.
    link: Link | None = None

    classes_: NDArray[Any]
    won_: NDArray[np.bool_]
    points_: NDArray[Any]
    base_: float

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn the space and the contributions from past deals.

        Parameters
        ----------
        X : array-like of shape (n_deals, n_features)
            Vectorized deals; NaN means missing.
        y : array-like of shape (n_deals,)
            Two outcomes; the one that sorts last means won.
        sample_weight : array-like of shape (n_deals,), optional
            How much each deal counts; a deal of weight 2 speaks like two. All alike if absent.

        Returns
        -------
        self
        """
        X, won, weight = self._checked(X, y, sample_weight)
        self.won_ = won
        self._fit(X, won, weight)
        return self

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """Validate deals and give their features, which were won, and their weights."""
        X, y = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2
        )
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. The outcome has {len(self.classes_)} values; "
                "name the one that means won and let the rest be lost."
            )
        if len(self.classes_) < 2:
            raise ValueError(
                f"Classifier can't train when only one class is present: every deal is {self.classes_[0]!r}; "
                "add deals with the other outcome."
            )
        won = codes == 1
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if not all(weight[won == outcome].any() for outcome in (True, False)):
            raise ValueError(
                "only one class has a positive sample_weight: every deal of the other outcome weighs 0; give "
                "one of them more"
            )
        return X, won, weight

    def transform(self, X: Any) -> NDArray[Any]:
        """Embed leads.

        Parameters
        ----------
        X : array-like of shape (n_leads, n_features)

        Returns
        -------
        ndarray of shape (n_leads, n_dimensions)
            Points that the other methods and the index take.
        """
        check_is_fitted(self)
        return self._embed(
            validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        )

    def decision_function(self, X: Any) -> Floats:
        """Score leads: ``base_`` plus the sum of all contributions.

        Parameters
        ----------
        X : array-like of shape (n_leads, n_features)

        Returns
        -------
        ndarray of shape (n_leads,)
            Positive where "won" is predicted.
        """
        return self.score_points(self.transform(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the outcome that the sign of the score stands for."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int)]

    def score_points(self, points: NDArray[Any]) -> Floats:
        """Score embedded leads; see :meth:`decision_function`."""
        gains, losses = self.totals(points)
        return self.base_ + gains + losses

    def tunings(self) -> list[dict[str, Any]]:
        """Give the parameters that held-out deals should choose from; the usual ones first."""
        return [{}]

    def scores_by_tuning(self, X: Any, y: Any, X_new: Any, sample_weight: Any = None) -> list[Floats]:
        """Fit with each of :meth:`tunings` and score other deals.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.
        X_new : array-like of shape (n_leads, n_features)

        Returns
        -------
        list of ndarray of shape (n_leads,)
            Scores by each tuning.
        """
        tuned = (clone(self).set_params(**tuning) for tuning in self.tunings())
        return [model._fit_and_score(X, y, X_new, sample_weight) for model in tuned]

    def _fit_and_score(self, X: Any, y: Any, X_new: Any, sample_weight: Any) -> Floats:
        """Fit and score other deals; nothing else is asked of the embedding afterwards."""
        return self.fit(X, y, sample_weight).decision_function(X_new)

    @abstractmethod
    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        """Set ``points_``, ``base_`` and what contributions need."""

    @abstractmethod
    def _embed(self, X: Floats) -> NDArray[Any]:
        """Embed validated leads."""

    @abstractmethod
    def contributions(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:
        """Give what past deals add to the score of embedded leads.

        Parameters
        ----------
        points : ndarray of shape (n_leads, n_dimensions)
            From :meth:`transform`.
        deals : ndarray of int, shape (n_leads, k), optional
            Positions of the deals asked about, for each lead; all deals if absent.

        Returns
        -------
        ndarray of shape (n_leads, n_deals) or (n_leads, k)
            In the unit of the score.
        """

    @abstractmethod
    def similarity(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:
        """Give how much embedded leads look like past deals, from 0 to 1; shapes as in contributions."""

    @abstractmethod
    def totals(self, points: NDArray[Any]) -> tuple[Floats, Floats]:
        """Sum the contributions above zero and those below, each of shape (n_leads,)."""
