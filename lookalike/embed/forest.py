"""A random forest as a vote of the deals it was trained on.

RF-GAP proximities (Rhodes, Cutler and Moon 2023, "Geometry- and Accuracy-Preserving Random Forest
Proximities", arXiv 2201.12682) weigh a deal by how often it was drawn for a tree, over the size of the
leaf it shares with the lead:

    ``score(lead) = Σᵢ (±1)ᵢ · (1/T) Σₜ [same leaf in tree t] · cᵢ(t) / |leaf(t)|``

with ``cᵢ(t)`` the number of times deal i is in the bootstrap sample of tree t and ``|leaf(t)|`` the size of
that sample within the leaf. The sum equals the forest's own prediction, ``2 P(won) − 1``, exactly. A deal's
weight is its odds of being drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from lookalike.embed.base import Floats
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.packed_trees import pack, unpack


class ForestEmbedding(LeafEmbedding):
    """Embed by the leaves of a random forest.

    Parameters
    ----------
    n_estimators : int
        Number of trees.
    min_samples_leaf : int
        Drawn deals in a leaf at least.
    max_features : float, int or {"sqrt", "log2"}
        Features tried at a split, as in scikit-learn.
    random_state : int
        Seed.
    n_jobs : int, optional
        Processes, as in scikit-learn; the result does not depend on it.
    """

    link = "vote"

    def __init__(
        self,
        n_estimators: int = 300,
        min_samples_leaf: int = 6,
        max_features: float | int | str = "sqrt",
        random_state: int = 0,
        n_jobs: int | None = -1,
    ) -> None:
        self.n_estimators = n_estimators
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _fit(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> None:
        self.forest_ = self._grown(X, won, weight)
        self.base_ = 0.0
        # Node numbers count inner nodes too: deals fall into the leaves only, the rest stays without deals.
        self._place(self.forest_.apply(X))

    def _grown(self, X: Floats, won: NDArray[np.bool_], weight: Floats) -> RandomForestClassifier:
        # Deals are drawn in proportion to their weights, so these are in the numbers of draws already.
        return RandomForestClassifier(**self.get_params()).fit(X, won, weight)

    def _fit_and_score(self, X: Any, y: Any, X_new: Any, sample_weight: Any) -> Floats:
        # The forest's own prediction needs no deals in leaves.
        self.forest_ = self._grown(*self._checked(X, y, sample_weight))
        return self.model_score(X_new)

    def _shares(self, leaves: NDArray[Any]) -> Floats:
        signs = np.where(self.won_, 1.0, -1.0)
        shares = np.empty(leaves.shape)
        for tree, sample in enumerate(self.forest_.estimators_samples_):
            drawn = np.bincount(sample, minlength=len(leaves))
            size = np.bincount(leaves[:, tree], drawn)[leaves[:, tree]]
            shares[:, tree] = signs * np.divide(drawn, size, out=np.zeros(len(leaves)), where=size > 0)
        return shares / self.n_estimators

    def __getstate__(self) -> dict[str, Any]:
        """Pack the trees."""
        state = super().__getstate__()
        if "forest_" in state:
            forest = vars(state.pop("forest_"))
            bare = RandomForestClassifier.__new__(RandomForestClassifier)
            vars(bare).update({name: value for name, value in forest.items() if name != "estimators_"})
            state |= {"bare_forest": bare, "packed_trees": pack(forest["estimators_"])}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "bare_forest" in state:
            state = dict(state)
            forest, packed = state.pop("bare_forest"), state.pop("packed_trees")
            forest.estimators_ = unpack(packed, forest)
            state["forest_"] = forest
        super().__setstate__(state)

    def _embed(self, X: Floats) -> NDArray[Any]:
        return self._number(self.forest_.apply(X))

    def model_score(self, X: Any) -> Floats:
        """Give the forest's own ``2 P(won) − 1``, shape (n_leads,)."""
        return np.asarray(2 * self.forest_.predict_proba(np.asarray(X, dtype=np.float64))[:, 1] - 1)
