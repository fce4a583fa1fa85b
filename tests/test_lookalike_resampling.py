"""Figures of many draws at once are those of scikit-learn and of plain loops, draw by draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from lookalike.evaluate.metrics import lift
from lookalike.evaluate.resampling import WeighedRanking, drawn, interval

SEEDS = st.integers(0, 9_999)


def case(seed, ties=True):
    """Outcomes of both kinds, scores with or without ties, and a few draws of the deals."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 60))
    won = rng.random(n) < 0.4
    won[:2] = True, False
    scores = rng.integers(0, 6, n).astype(float) if ties else rng.normal(size=n)
    weights = np.vstack([np.ones(n), rng.integers(0, 4, (5, n))]).astype(float)
    weights[:, :2] += 1  # both outcomes are in every draw
    return won, scores, weights


def repeated(won, scores, weight):
    """The drawn deals, written out."""
    times = weight.astype(int)
    return np.repeat(won, times), np.repeat(scores, times)


def alift_by_hand(won, scores):
    """The mean, over every depth, of the lift down to it; deals that tie share their won deals evenly."""
    total = 0.0
    for depth in range(1, len(won) + 1):
        edge = sorted(scores, reverse=True)[depth - 1]
        above = [w for w, s in zip(won, scores, strict=True) if s > edge]
        tied = [w for w, s in zip(won, scores, strict=True) if s == edge]
        hits = sum(above) + (depth - len(above)) * sum(tied) / len(tied)
        total += (hits / depth) / (sum(won) / len(won))
    return total / len(won)


@given(SEEDS, st.booleans())
def test_auc_and_average_precision_are_those_of_scikit_learn(seed, ties):
    won, scores, weights = case(seed, ties)
    ranking = WeighedRanking(won, scores, weights)
    for weight, area, precision in zip(weights, ranking.auc(), ranking.average_precision(), strict=True):
        assert area == pytest.approx(roc_auc_score(won, scores, sample_weight=weight), abs=1e-8)
        expected = average_precision_score(won, scores, sample_weight=weight)
        assert precision == pytest.approx(expected, abs=1e-8)


@given(SEEDS, st.booleans())
def test_alift_is_the_mean_lift_over_all_depths(seed, ties):
    won, scores, weights = case(seed, ties)
    for weight, found in zip(weights, WeighedRanking(won, scores, weights).alift(), strict=True):
        assert found == pytest.approx(alift_by_hand(*repeated(won, scores, weight)), abs=1e-8)


@given(SEEDS, st.sampled_from([0.05, 0.1, 0.2, 0.5, 1.0]))
def test_won_deals_at_a_depth_give_the_lift_of_the_drawn_deals(seed, share):
    won, scores, weights = case(seed)
    counts, hits = WeighedRanking(won, scores, weights).hits(np.array([share]))
    for weight, count, hit in zip(weights, counts[:, 0], hits[:, 0], strict=True):
        told, said = repeated(won, scores, weight)
        assert hit / count / told.mean() == pytest.approx(lift(told, said, share), abs=1e-8)


def test_cumulative_gain_by_hand():
    won = np.array([True, True, False, True, False, False, False, False, False, False])
    _, hits = WeighedRanking(won, -np.arange(10.0), np.ones((1, 10))).hits(np.array([0.1, 0.2, 0.4, 1.0]))
    assert hits[0].tolist() == [1, 2, 3, 3]


def test_a_ranking_of_ties_alone_is_chance():
    won = np.array([True, False, False, True, False])
    ranking = WeighedRanking(won, np.zeros(5), np.ones((1, 5)))
    assert (ranking.auc()[0], ranking.alift()[0]) == (0.5, pytest.approx(1))


def test_a_draw_with_one_outcome_has_no_figures():
    ranking = WeighedRanking(
        np.array([True, False]), np.array([1.0, 0.0]), np.array([[2.0, 0.0], [0.0, 2.0]])
    )
    for figure in (ranking.auc(), ranking.average_precision(), ranking.alift()):
        assert np.isnan(figure).all()


def test_companies_are_drawn_with_all_of_their_deals():
    groups = np.array([0, 0, 0, 1, 2])
    weights = np.vstack(list(drawn(groups, 300, 0)))
    assert weights.shape == (301, 5)
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 3, 4]].sum(axis=1) == 3).all()


def test_the_interval_of_a_mean_is_that_of_theory():
    """20,000 draws of the won rate: its spread is √(p(1 − p)/n), told within Monte Carlo error."""
    won = np.arange(400) % 4 == 0
    weights = np.vstack(list(drawn(np.arange(400), 20_000, 1)))[1:]
    low, high = interval((weights @ won) / 400)
    spread = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert (low, high) == pytest.approx((0.25 - spread, 0.25 + spread), abs=0.003)


def test_an_interval_of_nothing_is_nothing():
    assert np.isnan(interval(np.array([np.nan]))).all()
