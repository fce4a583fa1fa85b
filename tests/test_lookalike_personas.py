"""Personas: groups of won and of lost deals, each named after a real deal, and none where there are none."""

import warnings

import numpy as np
import pandas as pd
import pytest

from lookalike.embed import BoostedEmbedding, ForestEmbedding, LinearEmbedding
from lookalike.personas import personas
from lookalike.stability import STABLE, groups

NAMES = [f"Firm {i}" for i in range(200)]


def grouped(embedding, X, names):
    return personas(embedding, X, names).deals


@pytest.fixture(scope="module")
def three_kinds_of_customer():
    """60, 40 and 20 won deals around three points; 80 lost ones around a fourth."""
    rng = np.random.default_rng(0)
    centres = np.repeat([[9, 0, 0], [0, 9, 0], [0, 0, 9], [-9, -9, -9]], [60, 40, 20, 80], axis=0)
    X = centres + rng.normal(size=(200, 3))
    return X, np.arange(200) < 120


@pytest.fixture(scope="module", params=[LinearEmbedding, BoostedEmbedding])
def fitted_on_them(request, three_kinds_of_customer):
    X, won = three_kinds_of_customer
    return request.param().fit(X, won), X


def test_each_kind_of_customer_is_a_group_the_largest_first(three_kinds_of_customer):
    X, won = three_kinds_of_customer
    found = personas(LinearEmbedding().fit(X, won), X, NAMES)
    assert found.deals["group"].tolist() == [0] * 60 + [1] * 40 + [2] * 20 + [3] * 80
    chosen = found.tried[found.tried["chosen"]].set_index("outcome")
    assert chosen["groups"].to_dict() == {"won": 3, "lost": 1}
    assert chosen.loc["won", "ari"] > 0.95


def test_a_group_is_named_after_one_of_its_own_deals(fitted_on_them):
    embedding, X = fitted_on_them
    found = grouped(embedding, X, NAMES)
    for persona, group in found.groupby("persona"):
        side, name = persona.split(" like ")
        assert group.index[group["medoid"]].tolist() == [NAMES.index(name)]
        assert set(embedding.won_[group.index]) == {side == "won"}


def test_every_deal_has_a_nearest_persona_of_either_side(three_kinds_of_customer):
    X, won = three_kinds_of_customer
    found = grouped(LinearEmbedding().fit(X, won), X, NAMES)
    assert (found["near_won"][won] == found["group"][won]).all()
    assert (found["near_lost"][~won] == found["group"][~won]).all()
    assert set(found["near_won"]) <= set(found["group"][won])


def test_the_same_deals_give_the_same_groups(fitted_on_them):
    embedding, X = fitted_on_them
    pd.testing.assert_frame_equal(*(grouped(embedding, X, NAMES) for _ in range(2)))


@pytest.mark.parametrize("n", [2, 5, 12])
@pytest.mark.parametrize("kind", [BoostedEmbedding, ForestEmbedding, LinearEmbedding])
def test_few_deals_are_grouped_in_silence(kind, n):
    X = np.random.default_rng(0).normal(size=(n, 2))
    embedding = kind(**({} if kind is LinearEmbedding else {"n_estimators": 5})).fit(X, np.arange(n) == 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = grouped(embedding, X, [str(i) for i in range(n)])
    assert found["group"].tolist() == [0] + [1] * (n - 1)


def test_deals_that_are_all_the_same_are_one_group():
    X = np.repeat([[1.0, 0.0], [0.0, 1.0]], 40, axis=0)
    embedding = LinearEmbedding().fit(X, np.arange(80) < 40)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grouped(embedding, X, [str(i) for i in range(80)])["group"].nunique() == 2


@pytest.mark.parametrize("seed", range(3))
def test_one_odd_deal_among_thousands_stops_nothing(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(loc=(1.0, 0.0), scale=1e-3, size=(4_200, 2))
    X[5] = [-5.0, 5.0]
    embedding = LinearEmbedding().fit(X, np.arange(4_200) < 2_100)
    found = personas(embedding, X, [str(i) for i in range(4_200)], random_state=seed).deals
    assert found.notna().all(axis=None)


# -- how many


CLOUDS = {
    "one blob": lambda rng: rng.normal(size=(200, 4)),
    "one blob in a line": lambda rng: rng.normal(size=(200, 1)),
    "a long blob": lambda rng: rng.normal(size=(200, 3)) * [6, 1, 1],
    "even noise": lambda rng: rng.uniform(size=(200, 3)),
    "skewed noise": lambda rng: rng.exponential(size=(200, 3)),
}


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("seed", range(2))
def test_where_there_are_no_groups_one_is_found(cloud, seed):
    assert groups(CLOUDS[cloud](np.random.default_rng(seed)), seed).means.n_clusters == 1


@pytest.mark.parametrize("kinds", [2, 3, 5])
def test_blobs_that_lie_apart_are_counted(kinds):
    rng = np.random.default_rng(kinds)
    belongs = np.arange(40 * kinds) % kinds
    cloud = 7 * np.eye(5)[belongs] + rng.normal(size=(40 * kinds, 5))
    found = groups(cloud)
    assert found.means.n_clusters == kinds
    assert pd.crosstab(belongs, found.nearest(cloud)[0]).max(axis=1).min() >= 39


def test_a_blob_cut_the_same_way_every_time_is_stable_but_not_parted():
    tried = groups(np.random.default_rng(0).normal(size=(400, 2)) * [8, 1]).tried
    halves = tried[tried["groups"] == 2].iloc[0]
    assert halves["ari"] > STABLE
    assert not halves["parted"]


@pytest.mark.parametrize("kind", [LinearEmbedding, ForestEmbedding, BoostedEmbedding])
def test_trees_make_no_groups_of_one_blob(kind):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    won = X[:, 0] + rng.normal(size=300) > 0
    embedding = kind(**({} if kind is LinearEmbedding else {"n_estimators": 40})).fit(X, won)
    assert grouped(embedding, X, [str(i) for i in range(300)])["group"].tolist() == [int(not w) for w in won]
