"""Personas: groups of won and of lost deals, each named after a real deal."""

import warnings

import numpy as np
import pandas as pd
import pytest

from lookalike.embed import BoostedEmbedding, ForestEmbedding, LinearEmbedding
from lookalike.personas import personas


@pytest.fixture(scope="module")
def three_kinds_of_customer():
    """60, 40 and 20 won deals around three points; 80 lost ones around a fourth."""
    rng = np.random.default_rng(0)
    centres = np.repeat([[9, 0, 0], [0, 9, 0], [0, 0, 9], [-9, -9, -9]], [60, 40, 20, 80], axis=0)
    X = centres + rng.normal(size=(200, 3))
    return LinearEmbedding().fit(X, np.arange(200) < 120)


def test_each_kind_of_customer_is_a_group_the_largest_first(three_kinds_of_customer):
    found = personas(three_kinds_of_customer, [f"Firm {i}" for i in range(200)])
    assert found["group"].tolist()[:120] == [0] * 60 + [1] * 40 + [2] * 20
    assert found["group"][120:].min() == 3


def test_a_group_is_named_after_one_of_its_own_deals(three_kinds_of_customer):
    names = [f"Firm {i}" for i in range(200)]
    found = personas(three_kinds_of_customer, names)
    for persona, group in found.groupby("persona"):
        side, name = persona.split(" like ")
        assert names.index(name) in group.index
        assert set(three_kinds_of_customer.won_[group.index]) == {side == "won"}


def test_the_same_deals_give_the_same_groups(three_kinds_of_customer):
    names = [str(i) for i in range(200)]
    pd.testing.assert_frame_equal(*(personas(three_kinds_of_customer, names) for _ in range(2)))


@pytest.mark.parametrize("n", [2, 5, 12])
@pytest.mark.parametrize("kind", [BoostedEmbedding, ForestEmbedding, LinearEmbedding])
def test_few_deals_are_grouped_in_silence(kind, n):
    X = np.random.default_rng(0).normal(size=(n, 2))
    embedding = kind(**({} if kind is LinearEmbedding else {"n_estimators": 5})).fit(X, np.arange(n) == 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = personas(embedding, [str(i) for i in range(n)])
    assert found["group"].tolist() == [0] + [1] * (n - 1)


def test_deals_that_are_all_the_same_are_one_group():
    embedding = LinearEmbedding().fit(np.repeat([[1.0, 0.0], [0.0, 1.0]], 40, axis=0), np.arange(80) < 40)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert personas(embedding, [str(i) for i in range(80)])["group"].nunique() == 2


@pytest.mark.parametrize("seed", range(3))
def test_one_odd_deal_among_thousands_stops_nothing(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(loc=(1.0, 0.0), scale=1e-3, size=(4_200, 2))
    X[5] = [-5.0, 5.0]
    embedding = LinearEmbedding().fit(X, np.arange(4_200) < 2_100)
    found = personas(embedding, [str(i) for i in range(4_200)], random_state=seed)
    assert found.notna().all(axis=None)
