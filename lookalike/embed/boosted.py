"""Gradient-boosted trees as a sum over the deals they were trained on.

With residual ``rᵢ(t) = yᵢ − pᵢ(t−1)`` and hessian ``hᵢ(t) = p(1−p)`` of deal i before tree t, learning
rate η and L2 penalty λ, a Newton leaf has the value ``η Σ r / (Σ h + λ)`` over the deals in it. Hence

    ``log-odds(lead) = base + Σᵢ Σₜ [same leaf in tree t] · η rᵢ(t) / (H_leaf(t) + λ)``

exactly, both r and h times the deal's weight; a won deal's residual is never negative and a lost deal's
never positive. The mean of several such ensembles, grown with other columns for each tree, is less at the
mercy of that draw (Breiman 1996, "Bagging predictors") and a sum over the same deals.
"""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.base import clone

from lookalike.embed.base import Floats
from lookalike.embed.boosters import Growth, grow, newton_steps
from lookalike.embed.leaves import LeafEmbedding

#: Sizes of a tree and numbers of trees that held-out deals choose from.
LEAVES = (7, 15, 31)
TREES = (25, 35, 50, 70, 100, 140, 200, 280, 400)
#: From so many deals on one ensemble of longer steps will do: their number steadies it, and evidence takes a
#: time in proportion to the number of trees.
MANY = 20_000


class BoostedEmbedding(LeafEmbedding):
    """Embed by the leaves of gradient-boosted ensembles.

    LightGBM grows the trees. Where its OpenMP library is missing, scikit-learn's
    ``GradientBoostingClassifier`` takes over with a warning; the same identity holds, training is slower.

    Parameters
    ----------
    n_estimators : int
        Number of trees of an ensemble.
    n_ensembles : int, optional
        Number of ensembles, whose mean is the score. If absent, two, and one from 20,000 deals on.
    learning_rate : float, optional
        Shrinkage η. If absent, .05, and .1 from 20,000 deals on.
    num_leaves : int
        Leaves of a tree.
    min_child_samples : int
        Deals in a leaf at least.
    colsample : float
        Share of the features that a tree may use.
    reg_lambda : float
        L2 penalty λ on leaf values.
    random_state : int
        Seed.

    Attributes
    ----------
    n_ensembles_, learning_rate_ : int, float
        What was taken.

    References
    ----------
    Ke et al. 2017, LightGBM: A Highly Efficient Gradient Boosting Decision Tree. Friedman 2001, Greedy
    function approximation: a gradient boosting machine.
    """

    link = "logit"

    def __init__(
        self,
        n_estimators: int = 100,
        n_ensembles: int | None = None,
        learning_rate: float | None = None,
        num_leaves: int = 15,
        min_child_samples: int = 20,
        colsample: float = 0.5,
        reg_lambda: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.n_ensembles = n_ensembles
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples
        self.colsample = colsample
        self.reg_lambda = reg_lambda
        self.random_state = random_state

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        growth = self._growth(len(X))
        self.n_ensembles_, self.learning_rate_ = growth.n_ensembles, growth.learning_rate
        self.booster_ = grow(X, won, weight, growth)
        self.weight_ = weight
        self.base_ = float(logit(np.average(won, weights=weight)))
        self._place(self.booster_.leaves(X))

    def _growth(self, n_deals: int, **changed: int) -> Growth:
        ensembles, rate = (2, 0.05) if n_deals < MANY else (1, 0.1)
        usual = {
            "n_ensembles": self.n_ensembles or ensembles,
            "learning_rate": self.learning_rate or rate,
        }
        return Growth(**{**self.get_params(), **usual, **changed})

    def tunings(self) -> list[dict[str, Any]]:
        """Give sizes and numbers of trees, the nearest to the usual ones first."""
        sizes = [{"num_leaves": leaves, "n_estimators": trees} for leaves in LEAVES for trees in TREES]
        usual = BoostedEmbedding().get_params()
        return sorted(sizes, key=lambda size: sum(abs(log2(size[name] / usual[name])) for name in size))

    def scores_by_tuning(self, X: Any, y: Any, X_new: Any, sample_weight: Any = None) -> list[Floats]:
        """Grow once for each size of trees and score by the first trees; see the base class."""
        X, won, weight = clone(self)._checked(X, y, sample_weight)
        scores: dict[tuple[int, int], Floats] = {}
        for leaves in LEAVES:
            grown = grow(X, won, weight, self._growth(len(X), num_leaves=leaves, n_estimators=max(TREES)))
            scores |= {(leaves, trees): grown.raw_score(X_new, trees) for trees in TREES}
        return [scores[tuning["num_leaves"], tuning["n_estimators"]] for tuning in self.tunings()]

    def _shares(self, leaves: NDArray[Any]) -> Floats:
        """Replay the boosting: residuals before each tree, shared out by the leaf's hessian."""
        log_odds = np.full((self.n_ensembles_, len(leaves)), self.base_)
        shares = np.empty(leaves.shape)
        for tree, leaf in enumerate(leaves.T):
            own = log_odds[tree % self.n_ensembles_]
            p = expit(own)
            hessian = np.bincount(leaf, self.weight_ * p * (1 - p))
            residual = self.weight_ * (self.won_ - p)
            shares[:, tree] = (
                residual * newton_steps(hessian, self.learning_rate_, self.booster_.penalty)[leaf]
            )
            own += np.bincount(leaf, shares[:, tree])[leaf]
        return shares / self.n_ensembles_

    def _embed(self, X: Floats) -> NDArray[Any]:
        return self._number(self.booster_.leaves(X))

    def model_score(self, X: Any) -> Floats:
        """Give the ensembles' own log-odds of "won", shape (n_leads,)."""
        return self.booster_.raw_score(np.asarray(X, dtype=np.float64))
