"""Gradient-boosted trees as a sum over the deals they were trained on.

With residual ``rᵢ(t) = yᵢ − pᵢ(t−1)`` and hessian ``hᵢ(t) = p(1−p)`` of deal i before tree t, learning
rate η and L2 penalty λ, a Newton leaf has the value ``η Σ r / (Σ h + λ)`` over the deals in it. Hence

    ``log-odds(lead) = base + Σᵢ Σₜ [same leaf in tree t] · η rᵢ(t) / (H_leaf(t) + λ)``

exactly, both r and h times the deal's weight; a won deal's residual is never negative and a lost deal's
never positive.
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
TREES = (25, 50, 100, 200, 400)


class BoostedEmbedding(LeafEmbedding):
    """Embed by the leaves of a gradient-boosted ensemble.

    LightGBM grows the trees. Where its OpenMP library is missing, scikit-learn's
    ``GradientBoostingClassifier`` takes over with a warning; the same identity holds, training is slower.

    Parameters
    ----------
    n_estimators : int
        Number of trees.
    learning_rate : float
        Shrinkage η.
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

    References
    ----------
    Ke et al. 2017, LightGBM: A Highly Efficient Gradient Boosting Decision Tree. Friedman 2001, Greedy
    function approximation: a gradient boosting machine.
    """

    link = "logit"

    def __init__(
        self,
        n_estimators: int = 100,
        learning_rate: float = 0.05,
        num_leaves: int = 15,
        min_child_samples: int = 20,
        colsample: float = 0.5,
        reg_lambda: float = 1.0,
        random_state: int = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples
        self.colsample = colsample
        self.reg_lambda = reg_lambda
        self.random_state = random_state

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        self.booster_ = grow(X, won, weight, Growth(**self.get_params()))
        self.weight_ = weight
        self.base_ = float(logit(np.average(won, weights=weight)))
        self._place(self.booster_.leaves(X))

    def tunings(self) -> list[dict[str, Any]]:
        """Give sizes and numbers of trees, the nearest to the usual ones first."""
        sizes = [{"num_leaves": leaves, "n_estimators": trees} for leaves in LEAVES for trees in TREES]
        usual = BoostedEmbedding().get_params()
        return sorted(sizes, key=lambda size: sum(abs(log2(size[name] / usual[name])) for name in size))

    def scores_by_tuning(self, X: Any, y: Any, X_new: Any, sample_weight: Any = None) -> list[Floats]:
        """Grow one ensemble for each size of trees and score by its first trees; see the base class."""
        X, won, weight = clone(self)._checked(X, y, sample_weight)
        scores: dict[tuple[int, int], Floats] = {}
        for leaves in LEAVES:
            most = {**self.get_params(), "num_leaves": leaves, "n_estimators": max(TREES)}
            grown = grow(X, won, weight, Growth(**most))
            scores |= {(leaves, trees): grown.raw_score(X_new, trees) for trees in TREES}
        return [scores[tuning["num_leaves"], tuning["n_estimators"]] for tuning in self.tunings()]

    def _shares(self, leaves: NDArray[Any]) -> Floats:
        """Replay the boosting: residuals before each tree, shared out by the leaf's hessian."""
        log_odds = np.full(len(leaves), self.base_)
        shares = np.empty(leaves.shape)
        for tree, leaf in enumerate(leaves.T):
            p = expit(log_odds)
            hessian = np.bincount(leaf, self.weight_ * p * (1 - p))
            residual = self.weight_ * (self.won_ - p)
            shares[:, tree] = (
                residual * newton_steps(hessian, self.learning_rate, self.booster_.penalty)[leaf]
            )
            log_odds += np.bincount(leaf, shares[:, tree])[leaf]
        return shares

    def _embed(self, X: Floats) -> NDArray[Any]:
        return self._number(self.booster_.leaves(X))

    def model_score(self, X: Any) -> Floats:
        """Give the ensemble's own log-odds of "won", shape (n_leads,)."""
        return self.booster_.raw_score(np.asarray(X, dtype=np.float64))
