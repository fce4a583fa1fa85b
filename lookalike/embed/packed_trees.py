"""Trees as a few plain arrays, which are written and read many times as fast as an object for each tree.

Arrays from a file may say anything, so a tree is only made of those that describe one: every child comes
after its parent, every feature is one of the model's, every number is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree._tree import Tree

Packed = dict[str, NDArray[Any]]


def pack(trees: Sequence[DecisionTreeClassifier]) -> Packed:
    """Pack fitted trees of two classes.

    Returns
    -------
    dict of str to ndarray
        ``nodes``, ``depths`` and ``seeds`` have an entry a tree; ``left`` and ``right`` (how many nodes on a
        child is, 0 in leaves), ``feature``, ``threshold``, ``missing`` (whether gaps go left) and ``share``
        (of the second class) one a node, tree after tree.
    """
    states = [tree.tree_.__getstate__() for tree in trees]
    nodes = np.concatenate([state["nodes"] for state in states])
    counts = np.array([state["node_count"] for state in states], dtype=np.int64)
    own = np.concatenate([np.arange(count) for count in counts])
    inner = nodes["left_child"] >= 0
    return {
        "nodes": counts,
        "depths": np.array([state["max_depth"] for state in states], dtype=np.int64),
        "seeds": np.array([tree.random_state for tree in trees], dtype=np.int64),
        "left": np.where(inner, nodes["left_child"] - own, 0).astype(np.int32),
        "right": np.where(inner, nodes["right_child"] - own, 0).astype(np.int32),
        "feature": np.where(inner, nodes["feature"], 0).astype(np.int32),
        "threshold": np.where(inner, nodes["threshold"], 0.0),
        "missing": (inner & (nodes["missing_go_to_left"] > 0)).astype(np.uint8),
        "share": np.where(inner, 0.0, np.concatenate([state["values"][:, 0, 1] for state in states])),
    }


def unpack(packed: Packed, forest: RandomForestClassifier) -> list[DecisionTreeClassifier]:
    """Make the trees of a forest again; what only describes inner nodes (impurity, samples) is nought.

    Raises
    ------
    ValueError
        If the arrays describe no trees.
    """
    _check(packed, forest.n_features_in_)
    ends = np.cumsum(packed["nodes"])
    trees = []
    for tree, (start, end) in enumerate(zip(ends - packed["nodes"], ends, strict=True)):
        made = DecisionTreeClassifier(random_state=int(packed["seeds"][tree]))
        made.n_features_in_, made.n_outputs_ = forest.n_features_in_, 1
        made.classes_, made.n_classes_ = np.array([0.0, 1.0]), 2
        made.tree_ = _tree(packed, slice(start, end), int(packed["depths"][tree]), forest.n_features_in_)
        trees.append(made)
    return trees


def _tree(packed: Packed, part: slice, depth: int, n_features: int) -> Tree:
    made = Tree(n_features, np.array([2], dtype=np.intp), 1)
    left, right = packed["left"][part].astype(np.int64), packed["right"][part].astype(np.int64)
    own, inner = np.arange(len(left)), left > 0
    nodes = np.zeros(len(left), dtype=made.__getstate__()["nodes"].dtype)
    nodes["left_child"], nodes["right_child"] = (np.where(inner, own + child, -1) for child in (left, right))
    nodes["feature"] = np.where(inner, packed["feature"][part], -2)
    nodes["threshold"] = np.where(inner, packed["threshold"][part], -2.0)
    nodes["missing_go_to_left"] = packed["missing"][part]
    share = packed["share"][part]
    values = np.ascontiguousarray(np.column_stack([1.0 - share, share])[:, None, :])
    made.__setstate__({"max_depth": depth, "node_count": len(nodes), "nodes": nodes, "values": values})
    return made


def _check(packed: Packed, n_features: int) -> None:
    arrays = {name: np.asarray(packed[name]) for name in packed}
    per_node = ("left", "right", "feature", "threshold", "missing", "share")
    counts = arrays["nodes"]
    fine = (
        all(array.ndim == 1 for array in arrays.values())
        and all(arrays[name].dtype.kind in "iu" for name in ("nodes", "depths", "seeds", *per_node[:3]))
        and all(arrays[name].dtype == np.float64 for name in ("threshold", "share"))
        and arrays["missing"].dtype == np.uint8
        and len(counts) == len(arrays["depths"]) == len(arrays["seeds"]) > 0
        and bool((counts > 0).all())
        and all(len(arrays[name]) == counts.sum() for name in per_node)
    )
    if fine:
        own = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        room = np.repeat(counts, counts) - own
        left, right = arrays["left"], arrays["right"]
        children = ((left == 0) & (right == 0)) | ((left > 0) & (right > 0) & (left < room) & (right < room))
        fine = bool(
            children.all()
            and ((arrays["feature"] >= 0) & (arrays["feature"] < n_features)).all()
            and not np.isnan(arrays["threshold"]).any()
            and ((arrays["share"] >= 0) & (arrays["share"] <= 1)).all()
            and (arrays["seeds"] >= 0).all()
            and (arrays["depths"] >= 0).all()
        )
    if not fine:
        raise ValueError("the arrays describe no trees")
