"""The past deals on a map: the space in which personas are sought, seen from where it is widest.

The vectors of :meth:`lookalike.anatomy.Anatomy.deal_vectors` are laid out by their first two principal
components. A map of so many dimensions keeps little of them; how much is told with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.decomposition import PCA

from lookalike.embed.base import Floats
from lookalike.evenly import evenly

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel
    from lookalike.placed import Placed

#: Neighbours whose outcome is counted.
NEIGHBOURS = 10
#: Deals that neighbours are counted of at most, spread evenly over all.
COUNTED = 2_000


@dataclass(frozen=True)
class Landscape:
    """Past deals on a map, and leads among them.

    Attributes
    ----------
    deals : ndarray of shape (n_deals, 2)
    leads : ndarray of shape (n_leads, 2)
        Those that can be placed; empty where none are given.
    kept : float
        Share of the deals' differences (variance) that the map keeps, 0 to 1.
    won_beside_won : float
        Share won among the ten deals nearest to a won deal, in all dimensions; NaN where there are too few.
    won_rate : float
        Share won of all deals.
    """

    deals: Floats
    leads: Floats
    kept: float
    won_beside_won: float
    won_rate: float


def landscape(model: LookalikeModel, leads: Placed | None = None) -> Landscape:
    """Lay past deals out on a map.

    Texts that trees split on are left out, as a model does not keep them.

    Parameters
    ----------
    model : LookalikeModel
    leads : Placed, optional
        New leads to put over it, from ``model.place``.
    """
    known = _kept_features(model)
    X = _as_fitted(model, model.features.values, known)
    vectors = model.anatomy.deal_vectors(X)
    room = min(2, *vectors.shape)
    pca = PCA(room, svd_solver="randomized" if min(vectors.shape) > 50 else "full", random_state=0)
    deals = pca.fit_transform(vectors)
    placed = np.empty((0, room))
    if leads is not None and len(leads.good):
        own = _as_fitted(model, leads.seen.values, known)
        placed = pca.transform(model.anatomy.lead_vectors(X, own, leads.points))
    won = model.deals["won"].to_numpy(dtype=bool)
    return Landscape(
        _two(deals),
        _two(placed),
        float(np.nan_to_num(pca.explained_variance_ratio_).sum()),
        _won_beside_won(vectors, won),
        float(won.mean()),
    )


def _kept_features(model: LookalikeModel) -> np.ndarray:
    """Give the named features that the embedding was fitted on."""
    return np.flatnonzero(np.asarray(model.features.positions, dtype=np.int64) >= 0)


def _as_fitted(model: LookalikeModel, values: np.ndarray, known: np.ndarray) -> Floats:
    """Give named features where the embedding has them; NaN in place of those of texts."""
    X = np.full((len(values), model.embedding.n_features_in_), np.nan)
    X[:, np.asarray(model.features.positions, dtype=np.int64)[known]] = values[:, known]
    return X


def _two(points: Floats) -> Floats:
    """Give two dimensions where there is but one."""
    return np.hstack([points, np.zeros((len(points), 2 - points.shape[1]))])


def _won_beside_won(vectors: Floats, won: np.ndarray) -> float:
    centres = np.flatnonzero(won)
    if len(won) <= NEIGHBOURS or not len(centres) or won.all():
        return float("nan")
    centres = centres[evenly(len(centres), COUNTED)]
    lengths = (vectors**2).sum(axis=1)
    shares = []
    for part in np.array_split(centres, max(1, len(centres) // 200)):
        apart = lengths[None, :] - 2 * vectors[part] @ vectors.T
        apart[np.arange(len(part)), part] = np.inf
        nearest = np.argpartition(apart, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        shares.append(won[nearest].mean(axis=1))
    return float(np.concatenate(shares).mean())
