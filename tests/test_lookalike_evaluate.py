"""Splits that keep the future out, metrics, and the choice of the simplest embedding that will do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from lookalike.embed import BoostedEmbedding, LinearEmbedding, PlainEmbedding
from lookalike.embed.stack import non_negative_weights
from lookalike.evaluate.choice import HEDGED, Candidate, Judged, compare, hedged, judge, stacked
from lookalike.evaluate.drift import drift
from lookalike.evaluate.metrics import auc, lift
from lookalike.evaluate.splits import rolling_origin, stratified
from lookalike.roles import role

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


def judged(won, splits, **candidates):
    """Judge embeddings, each of its own columns of one matrix."""
    X = np.hstack([matrix for _, matrix in candidates.values()])
    ends = np.cumsum([matrix.shape[1] for _, matrix in candidates.values()])
    found = {}
    for (name, (embedding, matrix)), end in zip(candidates.items(), ends, strict=True):
        candidate = Candidate(embedding, np.arange(end - matrix.shape[1], end))
        found[name, "all"] = judge(candidate, X, won, splits)
    return found


def chosen(won, splits, **candidates):
    return compare(judged(won, splits, **candidates), won, splits)


def test_the_simplest_of_equals_is_chosen(signal):
    X, won = signal
    table = chosen(won, stratified(won), **{n: (LinearEmbedding(), X) for n in ("simple", "middle", "grand")})
    assert table["chosen"].tolist() == [True, False, False]
    assert table["behind"].tolist() == [0, 0, 0]


def test_the_simplest_gives_way_to_what_is_clearly_better(signal):
    X, won = signal
    noise = np.random.default_rng(1).normal(size=X.shape)
    table = chosen(won, stratified(won), noise=(PlainEmbedding(), noise), signal=(LinearEmbedding(), X))
    assert table["chosen"].tolist() == [False, True]
    assert table["behind"][0] > 2 * table["standard_error"][0] > 0
    assert table["auc"].tolist() == sorted(table["auc"])


def test_a_hair_behind_is_good_enough(signal):
    X, won = signal
    table = chosen(
        won, stratified(won), rounded=(LinearEmbedding(), X.round(2)), exact=(LinearEmbedding(), X)
    )
    assert table["chosen"].tolist() == [True, False]


def test_where_nothing_beats_chance_the_robust_one_is_taken():
    rng = np.random.default_rng(0)
    X, won = rng.normal(size=(400, 3)), rng.random(400) < 0.4
    splits = stratified(won)
    table = chosen(won, splits, plain=(PlainEmbedding(), X), linear=(LinearEmbedding(), X))
    assert table.loc[table["chosen"], "embedding"].tolist() == ["linear"]
    assert "chance" in table.loc[table["chosen"], "because"].iloc[0]


def four_periods(lead):
    """Deals of four periods; `lead` is how much better the second of two candidates is in each."""
    rng = np.random.default_rng(0)
    won = rng.random(800) < 0.4
    splits = [(np.arange(start), np.arange(start, start + 200)) for start in range(0, 800, 200)]
    parts = []
    for better in (np.zeros(4), np.asarray(lead)):
        scores = rng.normal(size=800) + np.repeat(1 + better, 200) * won
        candidate = Candidate(PlainEmbedding(), np.arange(1))
        losses = np.repeat(0.6 - better, 200) + rng.normal(scale=0.01, size=800)
        parts.append(Judged(candidate, {}, scores, losses))
    return won, splits, parts


@pytest.mark.parametrize(
    ("lead", "taken"),
    [
        pytest.param([0.3, -0.1, 0.2, -0.2], HEDGED, id="better in some periods, worse in others"),
        pytest.param([0.1, 0.12, 0.09, 0.11], "all", id="better in every period"),
    ],
)
def test_a_hedge_is_kept_unless_a_candidate_is_better_period_after_period(lead, taken):
    won, splits, (hedge, other) = four_periods(lead)
    table = compare({("boosted", "all"): other, ("stack", HEDGED): hedge}, won, splits)
    assert table.loc[table["chosen"], "columns"].tolist() == [taken]


def test_a_hedge_is_the_mean_of_its_parts_log_odds(signal):
    X, won = signal
    splits = rolling_origin(np.arange(300.0), won)
    linear = judge(Candidate(LinearEmbedding(), np.array([0, 1]), "steady"), X, won, splits)
    trees = judge(Candidate(BoostedEmbedding(), np.arange(4)), X, won, splits)
    found = hedged(linear, trees, won, splits)
    tested = np.concatenate([test for _, test in splits])
    np.testing.assert_allclose(found.scores[tested], (linear.scores + trees.scores)[tested] / 2)
    stack = found.candidate.embedding.fit(X[:, found.candidate.features], won)
    parts = [part.candidate.embedding.fit(X[:, part.candidate.features], won) for part in (linear, trees)]
    by_hand = parts[0].decision_function(X[:, :2]) / 2 + parts[1].decision_function(X) / 2
    np.testing.assert_allclose(stack.decision_function(X), by_hand, atol=1e-9)


def test_an_auc_of_no_use_counts_as_chance_however_many_deals_there_are():
    rng = np.random.default_rng(0)
    won = rng.random(40_000) < 0.4
    X = rng.normal(size=(40_000, 1)) + 0.1 * won[:, None]
    table = chosen(won, stratified(won), plain=(PlainEmbedding(), X), linear=(LinearEmbedding(), X))
    assert 0.51 < table["auc"].max() < 0.55
    assert table.loc[table["chosen"], "embedding"].tolist() == ["linear"]
    assert "chance" in table.loc[table["chosen"], "because"].iloc[0]


def test_held_out_scores_come_from_models_that_had_not_seen_the_deal(signal):
    X, won = signal
    steps = []
    [(train, test)] = rolling_origin(np.arange(300.0), won, folds=2)
    found = judge(Candidate(PlainEmbedding(), np.arange(4)), X, won, [(train, test)], done=steps.append)
    assert np.isnan(found.scores[train]).all()
    expected = PlainEmbedding().fit(X[train], won[train]).decision_function(X[test])
    np.testing.assert_array_equal(found.scores[test], expected)
    assert steps == [1]


def test_settings_give_way_to_what_held_out_deals_clearly_prefer(signal):
    X, won = signal
    noisy = np.hstack([X, np.random.default_rng(2).normal(size=(300, 60))])
    splits = stratified(won)
    best = judge(Candidate(LinearEmbedding(), np.arange(64)), noisy, won, splits)
    single = {}
    for tuning in LinearEmbedding().tunings():
        scores = np.empty(300)
        for train, test in splits:
            scores[test] = (
                LinearEmbedding(**tuning).fit(noisy[train], won[train]).decision_function(noisy[test])
            )
        single[tuning["C"]] = auc(won, scores)
    assert best.candidate.embedding.C == best.settings["C"] < max(single)  # noise calls for a strong penalty
    assert single[best.settings["C"]] > single[max(single)]


def test_a_stack_is_judged_with_weights_from_other_splits(signal):
    X, won = signal
    splits = stratified(won)
    noise = np.random.default_rng(1).normal(size=X.shape)
    parts = {
        name: found
        for (name, _), found in judged(
            won, splits, linear=(LinearEmbedding(), X), plain=(PlainEmbedding(), noise)
        ).items()
    }
    found = stacked(parts, won, splits)
    _, test = splits[0]
    others = np.concatenate([later for _, later in splits[1:]])
    weights = non_negative_weights({n: p.scores[others] for n, p in parts.items()}, won[others])
    by_hand = sum(weights[name] * part.scores[test] for name, part in parts.items())
    np.testing.assert_allclose(found.scores[test] - by_hand, (found.scores[test] - by_hand)[0])
    assert found.settings["linear"] > 0
    stack = found.candidate.embedding.fit(np.hstack([X, noise])[:, found.candidate.features], won)
    assert auc(won, stack.decision_function(np.hstack([X, noise]))) > 0.8


# -- drift


def test_few_values_that_change_places_move_on_though_none_is_new():
    month = np.repeat(np.arange(10) % 5, 100)  # each month comes back, one at a time
    table = pd.DataFrame({"rate": 1.4 - month / 10, "month": [f"m{m}" for m in month]})
    table["team"] = np.random.default_rng(0).choice(list("abc"), 1_000)
    splits = [(np.arange(500), np.arange(500, 600)), (np.arange(600), np.arange(600, 700))]
    found = drift(table, {column: role(table[column]) for column in table}, splits).set_index("column")
    assert found["unseen"].max() == 0
    assert found["moved_on"].to_dict() == {"rate": True, "month": True, "team": False}


def test_ten_deals_are_too_few_to_say_that_known_values_changed_places():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({f"c{n}": rng.choice(list("abcd"), 50) for n in range(60)})
    splits = rolling_origin(np.arange(50.0), np.arange(50) % 2 == 0)[:1]
    found = drift(table, {column: role(table[column]) for column in table}, splits)
    known = found[found["unseen"] < 0.25]
    assert known["psi"].max() > 1
    assert not known["moved_on"].any()


def test_rare_categories_do_not_add_up_to_a_shift():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"city": [f"city {int(n)}" for n in rng.zipf(1.3, 2_000) % 500]})
    splits = [(np.arange(1_000), np.arange(1_000, 2_000))]
    found = drift(table, {"city": role(table["city"])}, splits)
    assert found["psi"][0] < 0.1
    assert not found["moved_on"][0]


def test_a_calendar_in_disguise_moves_on_and_a_season_does_not():
    rng = np.random.default_rng(0)
    day = np.arange(1_000.0)
    table = pd.DataFrame(
        {
            "price index": 100 + day / 10,
            "opened": pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D"),
            "campaign": [f"campaign {int(d) // 100}" for d in day],
            "season": [("winter", "summer")[int(d) // 50 % 2] for d in day],
            "size": rng.normal(size=1_000),
            "more and more": np.where(rng.random(1_000) < day / 1_000, "yes", "no"),
        }
    )
    splits = rolling_origin(day, rng.random(1_000) < 0.5)
    found = drift(table, {column: role(table[column]) for column in table}, splits).set_index("column")
    assert set(found.index[found["moved_on"]]) == {"price index", "opened", "campaign"}
    assert found.loc["price index", "unseen"] == 1
    assert found.loc["season", "unseen"] == 0
    assert found.loc["more and more", "psi"] > 0.1 > found.loc["size", "psi"]
