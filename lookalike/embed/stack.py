"""A sum of embeddings: log-odds as a weighted sum of their scores, no weight below zero.

``score(lead) = intercept + Σₘ vₘ scoreₘ(lead)``, with the weights v ≥ 0 of a logistic regression on scores of
deals that the parts had not seen (stacked generalization, Wolpert 1992; non-negative as in Breiman 1996,
"Stacked regressions"). Each part is a sum over past deals, so their sum is one too: a deal contributes
``Σₘ vₘ contributionₘ(lead, deal)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold

from lookalike.embed.base import AdditiveEmbedding, Floats, Positions
from lookalike.embed.boosted import BoostedEmbedding
from lookalike.embed.forest import ForestEmbedding
from lookalike.embed.linear import LinearEmbedding
from lookalike.non_negative import non_negative_logistic

# Parts whose scores would move the log-odds by a smaller standard deviation than this are left out.
_NEXT_TO_NOTHING = 1e-3
# How strongly weights are drawn to each other, in deals: equal weights are hard to beat where there are few
# (the "forecast combination puzzle"; Stock and Watson 2004).
_PENALTY = 10.0


class StackEmbedding(AdditiveEmbedding):
    """Embed by several embeddings at once.

    Parameters
    ----------
    estimators : list of (str, AdditiveEmbedding), optional
        The parts by name; *linear*, *forest* and *boosted* by default.
    features : mapping of str to sequence of int, optional
        Columns that a part uses; all for those that are not named.
    weights : mapping of str to float, optional
        Weights of the parts, with the intercept as ``""``; found on held-out deals by default.
    folds : int
        Folds in which deals are held out to find the weights.
    random_state : int
        Seed of the folds.

    Attributes
    ----------
    parts_ : dict of str to AdditiveEmbedding
        The fitted parts that have a weight.
    weights_ : dict of str to float
        Their weights.
    shares_ : dict of str to float
        What share of the likeness a part decides: its weight times the standard deviation of its scores.
    """

    metric = "parts"
    link = "logit"

    def __init__(
        self,
        estimators: list[tuple[str, AdditiveEmbedding]] | None = None,
        features: Mapping[str, Sequence[int]] | None = None,
        weights: Mapping[str, float] | None = None,
        folds: int = 3,
        random_state: int = 0,
    ) -> None:
        self.estimators = estimators
        self.features = features
        self.weights = weights
        self.folds = folds
        self.random_state = random_state

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        named = dict(self.estimators or _usual_parts())
        weights = self.weights
        if weights is None:
            weights = non_negative_weights(self._held_out(named, X, won, weight), won, weight)
        self.__dict__.pop("points_", None)
        self.parts_, self.weights_, spread = {}, {}, {}
        for name, part in named.items():
            if weights[name] > 0:
                fitted = clone(part).fit(X[:, self.columns_of(name)], won, weight)
                self.parts_[name], self.weights_[name] = fitted, float(weights[name])
                spread[name] = float(weights[name] * fitted.score_points(fitted.points_).std())
        total = sum(spread.values())
        self.shares_ = {n: s / total if total > 0 else 1 / len(spread) for n, s in spread.items()}
        self.base_ = float(weights[""] + sum(self.weights_[n] * p.base_ for n, p in self.parts_.items()))

    def _held_out(
        self, named: Mapping[str, AdditiveEmbedding], X: Floats, won: NDArray[np.bool_], weight: Floats
    ) -> dict[str, Floats]:
        """Score each deal by parts that have not seen it; if an outcome occurs once, by parts that have."""
        folds = min(self.folds, int(won.sum()), int((~won).sum()))
        everything = np.arange(len(won))
        splits = [(everything, everything)]
        if folds > 1:
            splitter = StratifiedKFold(folds, shuffle=True, random_state=self.random_state)
            splits = list(splitter.split(X, won))
        scores = {name: np.empty(len(won)) for name in named}
        for train, test in splits:
            for name, part in named.items():
                columns = X[:, self.columns_of(name)]
                model = clone(part).fit(columns[train], won[train], weight[train])
                scores[name][test] = model.decision_function(columns[test])
        return scores

    def columns_of(self, name: str) -> slice | list[int]:
        """Say which columns a part uses, as an index of columns."""
        chosen = (self.features or {}).get(name)
        return slice(None) if chosen is None else list(chosen)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be worked out again."""
        return {name: value for name, value in super().__getstate__().items() if name != "points_"}

    @cached_property
    def points_(self) -> NDArray[Any]:  # type: ignore[override]
        """The past deals as points of all parts, side by side."""
        return np.hstack([part.points_.astype(np.float64) for part in self.parts_.values()])

    def _embed(self, X: Floats) -> NDArray[Any]:
        points = [part.transform(X[:, self.columns_of(name)]) for name, part in self.parts_.items()]
        return np.hstack([part.astype(np.float64) for part in points])

    def split(self, points: NDArray[Any]) -> Iterator[tuple[str, AdditiveEmbedding, NDArray[Any]]]:
        """Give name, embedding and points of each part, from points of the stack."""
        start = 0
        for name, part in self.parts_.items():
            end = start + part.points_.shape[1]
            yield name, part, points[:, start:end].astype(part.points_.dtype)
            start = end

    def contributions(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:  # noqa: D102
        return np.sum(
            [self.weights_[name] * part.contributions(own, deals) for name, part, own in self.split(points)],
            axis=0,
        )

    def similarity(self, points: NDArray[Any], deals: Positions | None = None) -> Floats:
        """Give the mean of the parts' similarities, each counting by its share."""
        return np.sum(
            [self.shares_[name] * part.similarity(own, deals) for name, part, own in self.split(points)],
            axis=0,
        )

    def totals(self, points: NDArray[Any]) -> tuple[Floats, Floats]:
        """Sum what speaks for and what against, part by part; a deal may speak on both sides."""
        gains, losses = np.zeros(len(points)), np.zeros(len(points))
        for name, part, own in self.split(points):
            for_, against = part.totals(own)
            gains += self.weights_[name] * for_
            losses += self.weights_[name] * against
        return gains, losses

    def score_points(self, points: NDArray[Any]) -> Floats:
        """Score embedded leads: the parts' scores, weighted."""
        scores = np.full(len(points), self.base_)
        for name, part, own in self.split(points):
            scores += self.weights_[name] * (part.score_points(own) - part.base_)
        return scores

    def model_score(self, X: Any) -> Floats:
        """Give the weighted sum of the parts' own predictions, shape (n_leads,)."""
        X = np.asarray(X, dtype=np.float64)
        own = sum(self.weights_[n] * p.model_score(X[:, self.columns_of(n)]) for n, p in self.parts_.items())
        parts_base = sum(self.weights_[name] * part.base_ for name, part in self.parts_.items())
        return np.asarray(self.base_ - parts_base + own)


def non_negative_weights(
    scores: Mapping[str, Floats], won: NDArray[np.bool_], weight: Floats | None = None
) -> dict[str, float]:
    """Fit log-odds as a sum of scores with weights of zero or more.

    Parameters
    ----------
    scores : mapping of str to ndarray of shape (n_deals,)
        Held-out scores by part.
    won : ndarray of bool, shape (n_deals,)
    weight : ndarray of shape (n_deals,), optional

    Returns
    -------
    dict of str to float
        Weight of each part, and of ``""`` the intercept; at least one part has a weight.
    """
    columns = np.column_stack(list(scores.values()))
    found, intercept = non_negative_logistic(columns, won, weight, penalty=_PENALTY, alike=True)
    v = np.where(found * columns.std(axis=0) > _NEXT_TO_NOTHING, found, 0.0)
    if not v.any():  # nothing told won from lost; the first part stands in, next to nothing
        v[0] = _NEXT_TO_NOTHING
    intercept += float((found - v) @ columns.mean(axis=0))
    return {**dict(zip(scores, v.tolist(), strict=True)), "": intercept}


def _usual_parts() -> list[tuple[str, AdditiveEmbedding]]:
    return [("linear", LinearEmbedding()), ("forest", ForestEmbedding()), ("boosted", BoostedEmbedding())]
