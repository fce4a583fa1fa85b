"""Groups of past deals that are alike: the personas of customers, and of those who never became one.

Never one centre of everything: won and lost deals are clustered apart (k-means in the embedding, the number
of groups by silhouette; Rousseeuw 1987), and each group is named after a real deal, its medoid.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score

from lookalike.embed.base import AdditiveEmbedding, Floats
from lookalike.embed.leaves import LeafEmbedding
from lookalike.embed.stack import StackEmbedding

MOST_GROUPS = 6
#: Deals that a group needs on average, and deals that clustering looks at.
DEALS_PER_GROUP = 10
SAMPLE = 2_000


def personas(embedding: AdditiveEmbedding, names: Sequence[str], random_state: int = 0) -> pd.DataFrame:
    """Group past deals.

    Parameters
    ----------
    embedding : AdditiveEmbedding
        Fitted.
    names : sequence of str, length n_deals
    random_state : int
        Seed.

    Returns
    -------
    DataFrame of n_deals rows
        group (number, 0 the largest won one, won ones before lost ones) and persona (its name).
    """
    vectors = _vectors(embedding, random_state)
    groups = np.empty(len(vectors), dtype=np.int64)
    labels = np.empty(len(vectors), dtype=object)
    taken = 0
    for won, word in ((True, "won like"), (False, "lost like")):
        deals = np.flatnonzero(embedding.won_ == won)
        found, medoids = _cluster(vectors[deals], random_state)
        for group, medoid in enumerate(medoids):
            members = deals[found == group]
            groups[members] = taken + group
            labels[members] = f"{word} {names[deals[medoid]]}"
        taken += len(medoids)
    return pd.DataFrame({"group": groups, "persona": labels})


def _vectors(embedding: AdditiveEmbedding, random_state: int) -> Floats:
    """Give deals as unit vectors whose products follow the embedding's likeness."""
    if isinstance(embedding, StackEmbedding):
        shares = embedding.shares_.items()
        parts = [np.sqrt(share) * _vectors(embedding.parts_[name], random_state) for name, share in shares]
        return np.hstack(parts)
    points: Any = embedding.points_
    if isinstance(embedding, LeafEmbedding):
        points = _reduced(embedding.one_hot(points), random_state)
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(lengths > 0, lengths, 1.0))


def _reduced(one_hot: sparse.csr_matrix, random_state: int) -> Floats:
    size = min(16, min(one_hot.shape) - 1)
    if size < 1:  # so few deals that the trees have one leaf
        return np.asarray(one_hot.toarray())
    sample = np.random.default_rng(random_state).permutation(one_hot.shape[0])[:SAMPLE]
    with np.errstate(divide="ignore", invalid="ignore"):  # shares of a variance that may be nought
        svd = TruncatedSVD(size, n_iter=2, random_state=random_state).fit(one_hot[sample])
    return np.asarray(svd.transform(one_hot))


def _cluster(vectors: Floats, random_state: int) -> tuple[NDArray[np.int64], list[int]]:
    """Give each deal's group, the largest first, and the position of each group's medoid."""
    sample = np.random.default_rng(random_state).permutation(len(vectors))[:SAMPLE]
    best, best_score = KMeans(1, n_init=1, random_state=random_state).fit(vectors[sample]), 0.0
    for k in range(2, min(MOST_GROUPS, len(sample) // DEALS_PER_GROUP) + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different deals than groups
            model = KMeans(k, n_init=2, random_state=random_state).fit(vectors[sample])
        if len(set(model.labels_)) < k:
            break
        score = silhouette_score(vectors[sample], model.labels_)
        if score > best_score:
            best, best_score = model, score
    found = best.predict(vectors)
    distance = best.transform(vectors)[np.arange(len(vectors)), found]
    by_size = [group for group in np.argsort(-np.bincount(found), kind="stable") if (found == group).any()]
    members = [np.flatnonzero(found == group) for group in by_size]
    medoids = [int(deals[np.argmin(distance[deals])]) for deals in members]
    position = np.empty(int(found.max()) + 1, dtype=np.int64)
    position[by_size] = np.arange(len(by_size))
    return position[found], medoids
