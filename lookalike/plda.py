"""What vectors of one group have in common, apart from how they differ: linear discriminants for cosines.

Probabilistic linear discriminant analysis (Ioffe 2006; Prince and Elder 2007, "Probabilistic linear
discriminant analysis for inferences about identity") takes a vector for its group's own, drawn with
covariance B, plus noise of covariance W. In coordinates where W is the identity and B diagonal, λ, the part
of a vector that is expected to be its group's own is λ / (λ + noise) of it: directions that tell groups apart
stay, those that only tell a group's vectors apart go. That part then gets unit length (Garcia-Romero and
Espy-Wilson 2011, "Analysis of i-vector length normalization in speaker recognition systems").
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]


class LinearDiscriminants(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Reduce vectors to what tells their groups apart.

    Parameters
    ----------
    n_components : int
        Dimensions at most.
    shrinkage : float
        Added to W in every direction, in units of its mean variance; what makes W sure where vectors are few.
    noise : float
        Variance of the noise in what is transformed, in units of that of the vectors learned from.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    directions_ : ndarray of shape (n_features, n_directions)
    between_ : ndarray of shape (n_directions,)
        λ of each direction, the largest first.
    """

    def __init__(self, n_components: int = 256, shrinkage: float = 3.0, noise: float = 0.2) -> None:
        self.n_components = n_components
        self.shrinkage = shrinkage
        self.noise = noise

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def fit(self, X: Any, y: Any, mean: Floats | None = None) -> Self:
        """Learn from vectors and whose they are.

        Parameters
        ----------
        X : array-like of shape (n_vectors, n_features)
        y : array-like of shape (n_vectors,)
            The group of each.
        mean : ndarray of shape (n_features,), optional
            Of the vectors that will be transformed, if it is not that of `X`.

        Raises
        ------
        ValueError
            If there is one group only, or none has two vectors.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        _, group, sizes = np.unique(y, return_inverse=True, return_counts=True)
        rows, groups = len(X), len(sizes)
        if not 1 < groups < rows:
            raise ValueError(
                f"n_samples={rows} in {groups} groups: give two groups at least, one of them of two vectors"
            )
        # Covariances by analysis of variance (Searle, Casella and McCulloch 1992, "Variance components").
        member = sparse.csr_matrix((np.ones(rows), (group, np.arange(rows))), shape=(groups, rows))
        means = (member @ X) / sizes[:, None]
        apart = X - means[group]
        within = apart.T @ apart / (rows - groups)
        centre = X.mean(axis=0)
        around = (means - centre) * np.sqrt(sizes)[:, None]
        usual_size = (rows - (sizes**2).sum() / rows) / (groups - 1)
        between = (around.T @ around / (groups - 1) - within) / usual_size
        self.mean_ = centre if mean is None else np.asarray(mean, dtype=np.float64)
        self._find_directions(within, between)
        return self

    def _find_directions(self, within: Floats, between: Floats) -> None:
        noise, axes = np.linalg.eigh(within)
        rounded = np.maximum(noise, 0.0) + self.shrinkage * noise.mean()
        whitened = axes / np.sqrt(np.maximum(rounded, np.finfo(float).tiny))
        found, turned = np.linalg.eigh(whitened.T @ between @ whitened)
        kept = np.argsort(-found)[: self.n_components]
        self.between_ = np.maximum(found[kept], 0.0)
        share = np.divide(
            self.between_,
            self.between_ + self.noise,
            out=np.zeros_like(self.between_),
            where=self.between_ > 0,
        )
        self.directions_ = whitened @ turned[:, kept] * share

    def transform(self, X: Any) -> Floats:
        """Give vectors of unit length, shape (n_vectors, n_directions)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        return np.asarray(normalize((X - self.mean_) @ self.directions_))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Name the directions by number."""
        return np.array([f"direction {i}" for i in range(1, len(self.between_) + 1)], dtype=object)
