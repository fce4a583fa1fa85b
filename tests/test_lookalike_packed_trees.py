"""A forest as plain arrays: unpacked it is the same forest; arrays that describe none are refused."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from lookalike.embed.packed_trees import pack, unpack


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    X[rng.random(X.shape) < 0.2] = np.nan
    return X, np.nan_to_num(X[:, 0]) + np.isnan(X[:, 2]) > 0.3


@pytest.fixture(scope="module")
def forest(data):
    return RandomForestClassifier(8, random_state=0, n_jobs=1).fit(*data)


@pytest.fixture
def packed(forest):
    return {name: array.copy() for name, array in pack(forest.estimators_).items()}


def test_unpacked_trees_find_the_same_leaves_and_shares(forest, packed, data):
    again = RandomForestClassifier.__new__(RandomForestClassifier)
    vars(again).update(vars(forest) | {"estimators_": unpack(packed, forest)})
    leads = np.vstack([data[0], np.random.default_rng(1).normal(size=(100, 4)) * 9])
    np.testing.assert_array_equal(again.apply(leads), forest.apply(leads))
    np.testing.assert_allclose(again.predict_proba(leads), forest.predict_proba(leads), atol=1e-12)
    for sample, expected in zip(again.estimators_samples_, forest.estimators_samples_, strict=True):
        np.testing.assert_array_equal(sample, expected)


def test_packed_trees_are_plain_arrays(packed):
    assert all(array.dtype.kind in "iuf" and array.ndim == 1 for array in packed.values())


def inner(packed):
    return int(np.flatnonzero(packed["left"])[0])


def leaf(packed):
    return int(np.flatnonzero(packed["left"] == 0)[0])


HOSTILE = {
    "a child far outside": lambda p: p["right"].__setitem__(inner(p), 2**31 - 1),
    "a child in the next tree": lambda p: p["left"].__setitem__(inner(p), p["nodes"][0]),
    "a child before its parent": lambda p: p["left"].__setitem__(inner(p), -1),
    "one child only": lambda p: p["left"].__setitem__(inner(p), 0),
    "a feature too many": lambda p: p["feature"].__setitem__(inner(p), 4),
    "a negative feature": lambda p: p["feature"].__setitem__(inner(p), -3),
    "a threshold that is no number": lambda p: p["threshold"].__setitem__(inner(p), np.nan),
    "a share above one": lambda p: p["share"].__setitem__(leaf(p), 1.5),
    "a tree without nodes": lambda p: p["nodes"].__setitem__(0, 0),
    "more nodes than there are": lambda p: p["nodes"].__setitem__(0, p["nodes"][0] + 1),
    "nodes below nought": lambda p: p["nodes"].__setitem__(slice(2), [-5, p["nodes"][:2].sum() + 5]),
    "a seed below nought": lambda p: p["seeds"].__setitem__(0, -1),
    "an array too short": lambda p: p.update(threshold=p["threshold"][:-1]),
    "texts": lambda p: p.update(left=p["left"].astype("U3")),
    "a table": lambda p: p.update(left=p["left"][:, None]),
    "no trees": lambda p: p.update({name: array[:0] for name, array in p.items()}),
}


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_arrays_that_describe_no_trees_are_refused(forest, packed, spoil):
    spoil(packed)
    with pytest.raises(ValueError, match="describe no trees"):
        unpack(packed, forest)
