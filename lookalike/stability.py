"""How many groups a cloud of points has: as many as come back when half of the points are drawn anew.

Two things are asked of a number of groups, so that one blob stays one group:

- *stable*: k-means on either half of the points, drawn at random many times, makes the same groups of all
  points; their mean adjusted Rand index (Hubert and Arabie 1985) is .8 or more, which counts as good agreement
  (Steinley 2004). Choosing by agreement under resampling follows Ben-Hur, Elisseeff and Guyon 2002; halves that
  share no point, as in Tibshirani and Walther 2005, cannot agree because they are the same points.
- *parted*: stability alone cuts a long blob in two, always at the same place (Ben-David, von Luxburg and Pál
  2006). So between the centres of any two groups there must be a valley: fewer points in the middle than at
  either end, which no single-peaked density has (one-sided binomial tests at 1%).

The largest number of groups that is both is taken, and one where none is.
"""

from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score

from lookalike.embed.base import Floats

MOST_GROUPS = 6
#: Points that a group needs on average, and points that are looked at.
POINTS_PER_GROUP = 10
SAMPLE = 1_000
#: How often the points are halved.
HALVINGS = 15
#: The least mean adjusted Rand index, and the level of a valley's tests.
STABLE = 0.8
VALLEY_LEVEL = 0.01
# Ends and middle of the way between two centres, as shares of it; all three are equally wide.
_END = 0.15
_MIDDLE = (0.35, 0.65)


def groups(vectors: Floats, random_state: int = 0) -> tuple[KMeans, pd.DataFrame]:
    """Choose a number of groups and make them.

    Parameters
    ----------
    vectors : ndarray of shape (n_points, n_dimensions)
    random_state : int
        Seed.

    Returns
    -------
    KMeans
        Fitted on at most 1,000 of the points.
    DataFrame
        The numbers compared: groups, ari (mean adjusted Rand index, 1 the same every time), parted (whether
        there is a valley between all groups), chosen.
    """
    rng = np.random.default_rng(random_state)
    points = np.ascontiguousarray(vectors[rng.permutation(len(vectors))[:SAMPLE]])
    best = _means(points, 1, random_state)
    tried: list[dict[str, object]] = [{"groups": 1, "ari": 1.0, "parted": True}]
    chosen = 1
    for k in range(2, min(MOST_GROUPS, len(points) // POINTS_PER_GROUP) + 1):
        model = _means(points, k, random_state, starts=10)
        if len(set(model.labels_)) < k:  # fewer different points than groups
            break
        ari, parted = agreement(points, k, rng), valleys(points, model)
        tried.append({"groups": k, "ari": ari, "parted": parted})
        if ari >= STABLE and parted:
            best, chosen = model, k
    table = pd.DataFrame(tried)
    return best, table.assign(chosen=table["groups"] == chosen)


def agreement(points: Floats, k: int, rng: np.random.Generator) -> float:
    """Give the mean adjusted Rand index of the groups that disjoint halves of the points make of all."""
    found = []
    for _ in range(HALVINGS):
        order = rng.permutation(len(points))
        halves = np.array_split(order, 2)
        seed = int(rng.integers(2**31))
        one, other = (_means(points[half], k, seed, starts=3).predict(points) for half in halves)
        found.append(adjusted_rand_score(one, other))
    return float(np.mean(found))


def valleys(points: Floats, model: KMeans) -> bool:
    """Tell whether fewer points lie in the middle between any two centres than at either of them."""
    for a, b in combinations(range(model.n_clusters), 2):
        way = model.cluster_centers_[b] - model.cluster_centers_[a]
        pair = points[np.isin(model.labels_, (a, b))]
        place = (pair - model.cluster_centers_[a]) @ way / (way @ way)
        middle = int(((place > _MIDDLE[0]) & (place < _MIDDLE[1])).sum())
        ends = min(int((np.abs(place - end) < _END).sum()) for end in (0.0, 1.0))
        if binom.cdf(middle, middle + ends, 0.5) > VALLEY_LEVEL:
            return False
    return True


def _means(points: Floats, k: int, seed: int, starts: int = 1) -> KMeans:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different points than groups
        return KMeans(k, n_init=starts, random_state=seed).fit(points)


def nearest(vectors: Floats, model: KMeans) -> tuple[NDArray[np.int64], Floats]:
    """Give the nearest group of each point and how far its centre is, each of shape (n_points,)."""
    distances = model.transform(vectors)
    found = np.argmin(distances, axis=1)
    return found.astype(np.int64), distances[np.arange(len(vectors)), found]
