"""How many groups a cloud of points has: as many as come back when points are drawn anew.

Two things are asked of a number of groups, so that one blob stays one group:

- *stable*: k-means on 80% of the points, drawn anew many times, makes the same groups of all points (Ben-Hur,
  Elisseeff and Guyon 2002): the mean adjusted Rand index of two such groupings (Hubert and Arabie 1985) is .8
  or more, which counts as good agreement (Steinley 2004).
- *parted*: stability alone cuts a long blob in two, always at the same place (Ben-David, von Luxburg and Pál
  2006). So between the centres of any two groups there must be a valley: fewer points in the middle than at
  either end, which no single-peaked density has (one-sided binomial tests at 5%).

The largest number of groups that is both is taken, and one where none is. k groups are sought in the first
k − 1 principal components, which is where the best k groups lie if no group is confined to small corners
(Ding and He 2004, "K-means clustering via principal component analysis"); columns without groups would only
blur them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score

from lookalike.embed.base import Floats

MOST_GROUPS = 6
#: Points that a group needs on average, and points that are looked at.
POINTS_PER_GROUP = 10
SAMPLE = 1_000
#: Pairs of draws, and the share of the points in each.
DRAWS = 8
DRAWN = 0.8
#: The least mean adjusted Rand index, and the level of a valley's tests.
STABLE = 0.8
VALLEY_LEVEL = 0.05
# Ends and middle of the way between two centres, as shares of it; all three are equally wide.
_END = 0.2
_MIDDLE = (0.3, 0.7)


@dataclass(frozen=True)
class Groups:
    """Groups of points.

    Attributes
    ----------
    components : PCA
        The directions in which the groups differ.
    means : KMeans
        The groups' centres along these.
    tried : DataFrame
        The numbers compared: groups, ari (mean adjusted Rand index, 1 the same every time), parted (whether
        there is a valley between all groups), chosen.
    """

    components: PCA
    means: KMeans
    tried: pd.DataFrame

    def nearest(self, vectors: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Give the nearest group of each point and how far its centre is, each of shape (n_points,)."""
        distances = self.means.transform(self.components.transform(vectors))
        found = np.argmin(distances, axis=1)
        return found.astype(np.int64), distances[np.arange(len(vectors)), found]


def groups(vectors: Floats, random_state: int = 0) -> Groups:
    """Choose a number of groups and make them.

    Parameters
    ----------
    vectors : ndarray of shape (n_points, n_dimensions)
        Of many points 1,000 are looked at.
    random_state : int
        Seed.
    """
    rng = np.random.default_rng(random_state)
    sample = vectors[rng.permutation(len(vectors))[:SAMPLE]]
    most = min(MOST_GROUPS, len(sample) // POINTS_PER_GROUP)
    axes = _components(sample, max(1, min(most - 1, *sample.shape)), random_state)
    points = axes.transform(sample)
    best, chosen = _means(points, 1, random_state), 1
    tried: list[dict[str, object]] = [{"groups": 1, "ari": 1.0, "parted": True}]
    for k in range(2, most + 1):
        seen = np.ascontiguousarray(points[:, : k - 1])
        model = _means(seen, k, random_state, starts=5)
        if len(set(model.labels_)) < k:  # fewer different points than groups
            break
        ari, parted = agreement(seen, k, rng), valleys(points, model.labels_)
        tried.append({"groups": k, "ari": ari, "parted": parted})
        if ari >= STABLE and parted:
            best, chosen = model, k
    table = pd.DataFrame(tried)
    if best.cluster_centers_.shape[1] < points.shape[1]:
        axes = _components(sample, best.cluster_centers_.shape[1], random_state)
    return Groups(axes, best, table.assign(chosen=table["groups"] == chosen))


def agreement(points: Floats, k: int, rng: np.random.Generator) -> float:
    """Give the mean adjusted Rand index of the groups that pairs of draws make of all points."""
    found = []
    for _ in range(DRAWS):
        draws = [rng.permutation(len(points))[: int(DRAWN * len(points))] for _ in range(2)]
        seed = int(rng.integers(2**31))
        one, other = (_means(points[drawn], k, seed, starts=2).predict(points) for drawn in draws)
        found.append(adjusted_rand_score(one, other))
    return float(np.mean(found))


def valleys(points: Floats, labels: NDArray[np.int64]) -> bool:
    """Tell whether fewer points lie in the middle between any two groups' centres than at either of them."""
    for a, b in combinations(np.unique(labels), 2):
        start = points[labels == a].mean(axis=0)
        way = points[labels == b].mean(axis=0) - start
        place = (points[(labels == a) | (labels == b)] - start) @ way / (way @ way)
        middle = int(((place > _MIDDLE[0]) & (place < _MIDDLE[1])).sum())
        ends = min(int((np.abs(place - end) < _END).sum()) for end in (0.0, 1.0))
        if binom.cdf(middle, middle + ends, 0.5) > VALLEY_LEVEL:
            return False
    return True


def _means(points: Floats, k: int, seed: int, starts: int = 1) -> KMeans:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different points than groups
        return KMeans(k, n_init=starts, random_state=seed).fit(points)


def _components(points: Floats, size: int, seed: int) -> PCA:
    with np.errstate(divide="ignore", invalid="ignore"):  # points that are all the same
        return PCA(size, svd_solver="full", random_state=seed).fit(points)
