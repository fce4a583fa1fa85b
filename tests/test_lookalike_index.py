"""The index of past deals, against brute force."""

import numpy as np
import pytest

from lookalike.embed import BoostedEmbedding, ForestEmbedding, LinearEmbedding, PlainEmbedding
from lookalike.index import DealIndex


def data(n, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6))
    return X, X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=n) > 0


def brute_force(embedding, points, deals, k):
    """The k most similar deals by the exact measure; the earlier deal first among equals."""
    everyone = np.tile(deals, (len(points), 1))
    similarity = embedding.similarity(points, everyone)
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :k]
    return deals[nearest], np.take_along_axis(similarity, nearest, axis=1)


@pytest.fixture(scope="module", params=[LinearEmbedding, PlainEmbedding], ids=lambda kind: kind.__name__)
def dense(request):
    X, y = data(1_500)
    X[700:720] = X[10]  # twins: the earlier deal comes first
    return request.param().fit(X, y)


@pytest.mark.parametrize("k", [1, 5, 17])
def test_vectors_are_found_exactly(dense, k):
    points = dense.transform(np.vstack([data(200, seed=1)[0], data(1_500)[0][10:11]]))
    deals = np.flatnonzero(dense.won_)
    found, similarity = DealIndex(dense, deals).search(points, k)
    expected, expected_similarity = brute_force(dense, points, deals, k)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(similarity, expected_similarity)


def leaf_embedding(kind, n):
    X, y = data(n)
    small = {"n_estimators": 120} | ({"n_jobs": 1} if kind is ForestEmbedding else {})
    return kind(**small).fit(X, y)


@pytest.mark.parametrize("n", [60, 400, 2_500])
@pytest.mark.parametrize("kind", [BoostedEmbedding, ForestEmbedding])
def test_leaves_are_found_nearly_always(kind, n):
    embedding = leaf_embedding(kind, n)
    points = embedding.transform(data(150, seed=1)[0])
    deals = np.arange(n)
    found, similarity = DealIndex(embedding, deals).search(points, 5)
    _, best = brute_force(embedding, points, deals, 5)
    recall = (similarity >= best[:, -1:] - 1e-12).mean()
    assert recall >= 0.95
    assert similarity.mean() == pytest.approx(best.mean(), abs=0.003)
    np.testing.assert_array_equal(similarity, embedding.similarity(points, found))


@pytest.fixture(scope="module")
def forest():
    return leaf_embedding(ForestEmbedding, 300)


def test_a_deal_finds_itself(forest):
    found, similarity = DealIndex(forest, np.arange(300)).search(forest.points_[:50], 1)
    np.testing.assert_array_equal(similarity, 1.0)
    same = forest.points_[found[:, 0]] == forest.points_[:50]
    assert same.all()


def test_only_the_deals_asked_for_are_found(forest):
    few = np.array([3, 140, 7, 299])
    found, _ = DealIndex(forest, few).search(forest.points_, 2)
    assert set(found.ravel()) == set(few)


def test_asking_for_more_deals_than_there_are_gives_them_all(forest):
    few = np.array([3, 140, 7])
    found, similarity = DealIndex(forest, few).search(forest.points_[:20], 50)
    assert found.shape == similarity.shape == (20, 3)
    assert (np.sort(found, axis=1) == [3, 7, 140]).all()
    assert (np.diff(similarity, axis=1) <= 0).all()


def test_no_leads_no_neighbours(forest):
    found, similarity = DealIndex(forest, np.arange(300)).search(forest.points_[:0], 5)
    assert found.shape == similarity.shape == (0, 5)


def test_a_lead_in_unknown_leaves_is_like_nobody(forest):
    nowhere = forest.nowhere[None, :]
    _, similarity = DealIndex(forest, np.arange(300)).search(nowhere, 5)
    assert not similarity.any()


@pytest.mark.parametrize("cells", [1, 100_000])
def test_blocks_of_leads_find_the_same(forest, monkeypatch, cells):
    index = DealIndex(forest, np.arange(300))
    whole = index.search(forest.points_, 5)
    monkeypatch.setattr("lookalike.index.BLOCK_CELLS", cells)
    for part, expected in zip(index.search(forest.points_, 5), whole, strict=True):
        np.testing.assert_array_equal(part, expected)
