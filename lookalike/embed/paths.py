"""What lies on the way from a tree's root to each of its leaves: features, and what each of them adds.

A node's value is the mean score that the past deals in it get from the tree. On the way down the value
changes at each split; the change is booked to the feature that is split on, so that root value + changes =
leaf value (Saabas 2014, "Interpreting random forests"; Palczewska et al. 2013, arXiv 1312.1121). Summed over
the trees this is the score, exactly, and it depends on the leaves alone: one sparse product gives it for
thousands of leads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lookalike.embed.base import Floats
from lookalike.embed.boosted import BoostedEmbedding
from lookalike.embed.boosters import LightGBMBooster, SklearnBooster
from lookalike.embed.forest import ForestEmbedding
from lookalike.embed.leaves import LeafEmbedding

Integers = NDArray[np.int64]

#: Trees walked at once, so that long paths of large forests need little room.
TREES_AT_ONCE = 32


@dataclass(frozen=True)
class Tree:
    """A binary tree as arrays over its nodes; node 0 is the root.

    Attributes
    ----------
    left, right : ndarray of int
        The children, −1 at a leaf.
    feature : ndarray of int
        What is split on; anything at a leaf.
    leaf : ndarray of int
        The number that the ensemble gives a leaf; −1 at other nodes.
    """

    left: Integers
    right: Integers
    feature: Integers
    leaf: Integers


@dataclass(frozen=True)
class LeafPaths:
    """The ways to all leaves of an ensemble.

    Attributes
    ----------
    base : float
        The mean score of the past deals: where every lead's sum over features starts.
    changes : csr_matrix of shape (n_leaves, n_features)
        What each feature adds on the way to each leaf; a feature that is not on the way is not stored.
    """

    base: float
    changes: sparse.csr_matrix

    @classmethod
    def of(cls, embedding: LeafEmbedding) -> LeafPaths:
        """Walk the trees of a fitted embedding."""
        values = embedding.leaf_values
        sizes = np.bincount(embedding.numbered(embedding.points_).ravel(), minlength=len(values))
        base, blocks = float(embedding.base_), []
        grown = list(trees(embedding))
        for start in range(0, len(grown), TREES_AT_ONCE):
            some = slice(start, min(start + TREES_AT_ONCE, len(grown)))
            roots, block = _walk(
                grown[some],
                embedding.first_leaf_[some.start : some.stop + 1],
                values,
                sizes,
                embedding.n_features_in_,
            )
            base += roots
            blocks.append(block)
        return cls(base, sparse.vstack(blocks, format="csr"))

    @property
    def on_the_way(self) -> sparse.csr_matrix:
        """Tell which features lie on the way to each leaf: 1 where one does."""
        found = self.changes
        ones = np.ones(found.nnz, dtype=np.float32)
        return sparse.csr_matrix((ones, found.indices, found.indptr), shape=found.shape)


def trees(embedding: LeafEmbedding) -> Iterator[Tree]:
    """Give the trees of an embedding, whatever library grew them."""
    if isinstance(embedding, ForestEmbedding):
        yield from (_from_sklearn(grown.tree_) for grown in embedding.forest_.estimators_)
    elif isinstance(embedding, BoostedEmbedding):
        booster = embedding.booster_
        if isinstance(booster, LightGBMBooster):
            yield from _from_lightgbm(booster.text)
        elif isinstance(booster, SklearnBooster):
            side_by_side = zip(*(model.estimators_[:, 0] for model in booster.models), strict=True)
            yield from (_from_sklearn(grown.tree_) for turn in side_by_side for grown in turn)
    else:
        raise TypeError(f"the trees of {type(embedding).__name__} are not known here; add them")


def _from_sklearn(tree: Any) -> Tree:
    left = tree.children_left.astype(np.int64)
    leaf = np.where(left < 0, np.arange(len(left)), -1)
    return Tree(left, tree.children_right.astype(np.int64), tree.feature.astype(np.int64), leaf)


def _from_lightgbm(text: str) -> Iterator[Tree]:
    """Read LightGBM's text format, where a child c below zero is the leaf −c − 1."""
    for part in text.split("end of trees")[0].split("\nTree=")[1:]:
        lines = dict(line.split("=", 1) for line in part.splitlines() if "=" in line)
        leaves = int(lines["num_leaves"])
        if leaves == 1:
            nothing = np.array([-1])
            yield Tree(nothing, nothing, nothing, np.array([0]))
            continue
        children = [np.array(lines[side].split(), dtype=np.int64) for side in ("left_child", "right_child")]
        inner, none = leaves - 1, np.full(leaves, -1)
        left, right = (np.concatenate([np.where(c < 0, inner - c - 1, c), none]) for c in children)
        feature = np.concatenate([np.array(lines["split_feature"].split(), dtype=np.int64), none])
        yield Tree(left, right, feature, np.concatenate([np.full(inner, -1), np.arange(leaves)]))


def _walk(
    grown: list[Tree], first_leaf: Integers, values: Floats, sizes: Integers, n_features: int
) -> tuple[float, sparse.csr_matrix]:
    """Give the sum of the roots' values, and the changes on the way to the leaves of some trees."""
    starts = np.concatenate([[0], np.cumsum([len(tree.left) for tree in grown])])
    roots = starts[:-1]
    left, right = (
        np.concatenate(
            [
                np.where(getattr(t, side) < 0, -1, getattr(t, side) + s)
                for t, s in zip(grown, roots, strict=True)
            ]
        )
        for side in ("left", "right")
    )
    feature = np.concatenate([tree.feature for tree in grown])
    # The last leaf of each tree is nobody's: leaves beyond those of the deals are one with it.
    nowhere = np.diff(first_leaf) - 1
    number = np.concatenate(
        [
            np.where(t.leaf < 0, -1, np.minimum(t.leaf, last) + first)
            for t, last, first in zip(grown, nowhere, first_leaf[:-1], strict=True)
        ]
    )
    empty = np.isin(number, nowhere + first_leaf[:-1])
    leaves = np.flatnonzero((number >= 0) & ~empty)

    size, total = np.zeros(len(left)), np.zeros(len(left))
    size[leaves], total[leaves] = sizes[number[leaves]], (sizes * values)[number[leaves]]
    parent = np.full(len(left), -1)
    levels, level = [], roots[left[roots] >= 0]
    while len(level):
        levels.append(level)
        children = np.concatenate([left[level], right[level]])
        parent[left[level]] = parent[right[level]] = level
        level = children[left[children] >= 0]
    for level in reversed(levels):
        size[level] = size[left[level]] + size[right[level]]
        total[level] = total[left[level]] + total[right[level]]
    value = np.divide(total, size, out=np.zeros_like(total), where=size > 0)
    # A leaf without deals adds nothing, whatever its neighbours are worth.
    value[leaves] = values[number[leaves]]

    split = roots[left[roots] >= 0]
    tree_of = np.repeat(np.arange(len(grown)), np.diff(starts))
    rows, columns = [(nowhere + first_leaf[:-1])[tree_of[split]]], [feature[split]]
    changes = [-value[split]]
    node, target = leaves, number[leaves]
    while len(node):
        below = parent[node] >= 0
        node, target = node[below], target[below]
        above = parent[node]
        rows.append(target)
        columns.append(feature[above])
        changes.append(value[node] - value[above])
        node = above
    shape = (int(first_leaf[-1] - first_leaf[0]), n_features)
    cells = (np.concatenate(rows) - first_leaf[0], np.concatenate(columns))
    return float(value[roots].sum()), sparse.coo_matrix((np.concatenate(changes), cells), shape=shape).tocsr()
