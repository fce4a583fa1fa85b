"""Splits that keep the future out, metrics, and the choice of the simplest embedding that will do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from lookalike.embed import LinearEmbedding, PlainEmbedding
from lookalike.evaluate.choice import compare, held_out_scores
from lookalike.evaluate.metrics import auc, lift
from lookalike.evaluate.splits import rolling_origin, stratified

OUTCOMES = st.lists(st.booleans(), min_size=5, max_size=80).map(np.array)


# -- splits


@given(OUTCOMES, st.integers(0, 999))
def test_no_model_is_trained_on_what_came_after_its_test(won, seed):
    order = np.random.default_rng(seed).integers(0, 50, len(won)).astype(float)
    tested = []
    for past, later in rolling_origin(order, won):
        assert order[past].max() <= order[later].min()
        assert set(won[past]) == set(won[later]) == {False, True}
        tested += later.tolist()
    assert len(tested) == len(set(tested))


def test_every_block_but_the_first_is_tested_on_all_that_came_before():
    splits = rolling_origin(np.arange(10.0)[::-1], np.arange(10) % 2 == 0)
    assert [sorted(later) for _, later in splits] == [[6, 7], [4, 5], [2, 3], [0, 1]]
    assert [len(past) for past, _ in splits] == [2, 4, 6, 8]


def test_origins_with_one_outcome_are_left_out():
    assert rolling_origin(np.arange(10.0), np.arange(10) >= 5) == []


@given(OUTCOMES)
def test_at_random_every_deal_is_held_out_once(won):
    splits = stratified(won)
    if min(won.sum(), (~won).sum()) < 2:
        assert splits == []
        return
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(len(won)))
    for train, test in splits:
        assert not set(train) & set(test)
        assert set(won[train]) == {False, True}


# -- metrics


@given(OUTCOMES.filter(lambda won: 0 < won.sum() < len(won)), st.integers(0, 999))
def test_auc_is_that_of_scikit_learn(won, seed):
    scores = np.random.default_rng(seed).integers(0, 9, len(won))
    assert auc(won, scores) == roc_auc_score(won, scores)


def test_lift_by_hand():
    won = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    assert lift(won, -np.arange(10), share=0.1) == 5
    assert lift(won, -np.arange(10), share=0.4) == 2.5
    assert lift(won, np.arange(10), share=0.2) == 0


@given(OUTCOMES.filter(lambda won: won.any()), st.floats(0.01, 1), st.integers(0, 999))
def test_leads_that_tie_have_no_lift_by_their_order(won, share, seed):
    rng = np.random.default_rng(seed)
    scores, shuffled = rng.integers(0, 3, len(won)), rng.permutation(len(won))
    assert lift(won, np.zeros(len(won)), share) == pytest.approx(1)
    assert lift(won[shuffled], scores[shuffled], share) == pytest.approx(lift(won, scores, share))


# -- choice


@pytest.fixture(scope="module")
def signal():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    return X, X @ [2.0, -1.0, 0.0, 0.0] + rng.logistic(size=300) > 0


def test_the_simplest_of_equals_is_chosen(signal):
    X, won = signal
    same = {name: (LinearEmbedding(), X) for name in ("simple", "middle", "grand")}
    table, scores = compare(same, won, stratified(won))
    assert table["chosen"].tolist() == [True, False, False]
    assert table["behind"].tolist() == [0, 0, 0]
    assert scores.keys() == same.keys()


def test_the_simplest_gives_way_to_what_is_clearly_better(signal):
    X, won = signal
    noise = np.random.default_rng(1).normal(size=X.shape)
    table, _ = compare(
        {"noise": (PlainEmbedding(), noise), "signal": (LinearEmbedding(), X)}, won, stratified(won)
    )
    assert table["chosen"].tolist() == [False, True]
    assert table["behind"][0] > 2 * table["standard_error"][0] > 0
    assert table["auc"].tolist() == sorted(table["auc"])


def test_a_hair_behind_is_good_enough(signal):
    X, won = signal
    rounded = X.round(1)
    table, _ = compare(
        {"rounded": (LinearEmbedding(), rounded), "exact": (LinearEmbedding(), X)}, won, stratified(won)
    )
    assert table["chosen"].tolist() == [True, False]


def test_held_out_scores_come_from_models_that_had_not_seen_the_deal(signal):
    X, won = signal
    steps = []
    [(train, test)] = rolling_origin(np.arange(300.0), won, folds=2)
    scores = held_out_scores(LinearEmbedding(), X, won, [(train, test)], steps.append)
    assert np.isnan(scores[train]).all()
    expected = LinearEmbedding().fit(X[train], won[train]).decision_function(X[test])
    np.testing.assert_array_equal(scores[test], expected)
    assert steps == [1]
