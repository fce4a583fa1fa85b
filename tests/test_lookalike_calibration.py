"""Probabilities: they rise with the score, are never certain, and do not claim what was not seen."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from lookalike.evaluate.calibration import ISOTONIC_FROM_DEALS, Calibrator, choose_method


def held_out(n, seed=0, slope=1.0):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=n)
    return scores, rng.random(n) < expit(slope * scores - 1)


@pytest.mark.parametrize(
    ("n", "method"), [(ISOTONIC_FROM_DEALS - 1, "sigmoid"), (ISOTONIC_FROM_DEALS, "isotonic")]
)
def test_many_deals_are_needed_for_a_free_curve(n, method):
    assert Calibrator().fit(*held_out(n)).method_ == method


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 60), st.integers(0, 999), st.sampled_from([-3.0, 0.0, 1.0, 1e6]))
def test_a_higher_score_is_never_less_likely_and_nothing_is_certain(n, seed, slope):
    scores, won = held_out(n, seed, slope)
    p = Calibrator().fit(scores * slope, won).predict(np.linspace(-1e9, 1e9, 101))
    assert (np.diff(p) >= 0).all()
    assert p.min() > 0
    assert p.max() < 1


def test_a_free_curve_gives_each_block_its_won_rate_at_the_mean_of_its_scores():
    """Oron and Flournoy 2017, worked by hand: the deals lost above a won one share its block."""
    scores = np.repeat([0.0, 1.0, 2.0, 4.0], 5)
    won = np.array(list("00001 01111 00111 11110".replace(" ", ""))) == "1"
    calibrator = Calibrator("isotonic").fit(scores, won)
    at, between = [0.0, 1.5, 4.0], [0.75, 2.75]
    assert calibrator.predict(at) == pytest.approx([0.2, 0.7, 0.8])
    assert calibrator.predict(between) == pytest.approx([0.45, 0.75])
    assert calibrator.predict([9.0])[0] == pytest.approx(
        expit(np.log(0.8 / 0.2) + 5 * calibrator.slope_)
    )  # beyond the outermost block by the sigmoid's slope


def test_a_free_curve_ties_no_leads_that_scores_tell_apart():
    calibrator = Calibrator().fit(*held_out(3_000))
    leads = np.random.default_rng(1).normal(3.0, 2.0, size=2_000)  # moved on from the deals
    p = calibrator.predict(leads)
    np.testing.assert_array_equal(np.argsort(p), np.argsort(leads))


def test_a_free_curve_rises_and_is_never_certain():
    p = Calibrator().fit(*held_out(3_000, slope=9)).predict(np.linspace(-99, 99, 500))
    assert (np.diff(p) >= 0).all()
    assert 0 < p[0] < p[-1] < 1


@pytest.mark.parametrize("n", [200, 2_000])
def test_probabilities_are_the_won_rates(n):
    scores, won = held_out(n)
    p = Calibrator().fit(scores, won).predict(scores)
    assert p.mean() == pytest.approx(won.mean(), abs=0.01)
    high = p > np.median(p)
    assert p[high].mean() == pytest.approx(won[high].mean(), abs=0.05)


@pytest.mark.parametrize("n", [200, 2_000])
def test_scores_that_run_the_wrong_way_say_no_more_than_the_share_of_won_deals(n):
    scores, won = held_out(n, slope=3)
    p = Calibrator().fit(-scores, won).predict([-5.0, 0.0, 5.0])
    assert np.ptp(p) < 0.02
    assert p == pytest.approx([won.mean()] * 3, abs=0.02)


def test_the_sigmoid_is_that_of_platt():
    """Minimise the log-loss against Platt's targets directly (Platt 1999, "Probabilistic outputs")."""
    scores, won = held_out(120)
    target = np.where(won, (won.sum() + 1) / (won.sum() + 2), 1 / ((~won).sum() + 2))

    def loss(line):
        p = expit(line[0] * scores + line[1])
        return -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum()

    slope, intercept = minimize(loss, [0.0, 0.0], tol=1e-10).x
    calibrator = Calibrator().fit(scores, won)
    assert (calibrator.slope_, calibrator.intercept_) == pytest.approx((slope, intercept), abs=2e-3)


def test_the_unit_of_scores_does_not_matter():
    scores, won = held_out(120)
    expected = Calibrator().fit(scores, won).predict(scores)
    np.testing.assert_allclose(
        Calibrator().fit(scores * 1e-9, won).predict(scores * 1e-9), expected, atol=1e-6
    )


@pytest.mark.parametrize("n", [50, 2_000])
def test_what_was_learnt_survives_json(n):
    scores, won = held_out(n)
    calibrator = Calibrator().fit(scores, won)
    again = Calibrator.from_dict(json.loads(json.dumps(calibrator.to_dict())))
    np.testing.assert_array_equal(again.predict(scores), calibrator.predict(scores))


def test_scores_that_are_all_the_same_give_the_share_of_won_deals():
    p = Calibrator().fit(np.zeros(10), np.arange(10) < 3).predict([0.0, 5.0])
    assert p == pytest.approx([4 / 12] * 2, abs=0.01)


def test_own_probabilities_are_taken_as_they_are():
    assert Calibrator("logit").fit([0.0], [True]).predict([0.0, 2.0]).round(3).tolist() == [0.5, 0.881]
    assert Calibrator("vote").fit([0.0], [True]).predict([-0.5, 0.0, 1.0]).round(3).tolist() == [0.25, 0.5, 1]


@pytest.mark.parametrize("method", ["logit", "vote"])
def test_own_probabilities_are_saved_by_name_alone(method):
    calibrator = Calibrator(method).fit([0.0], [True])
    assert calibrator.to_dict() == {"method": method}
    scores = [-0.5, 0.0, 0.9]
    np.testing.assert_array_equal(
        Calibrator.from_dict(calibrator.to_dict()).predict(scores), calibrator.predict(scores)
    )


def refitted(rates, slope):
    """Scores of models that know each period's won rate, their log-odds `slope` times too sure."""
    rng = np.random.default_rng(0)
    log_odds = np.log(np.repeat(rates, 1_500) / (1 - np.repeat(rates, 1_500))) + rng.normal(
        size=1_500 * len(rates)
    )
    won = rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))
    splits = [(np.arange(0), np.arange(start, start + 1_500)) for start in range(0, len(won), 1_500)]
    return slope * log_odds, won, splits


def test_models_that_follow_the_won_rate_keep_their_own_probability():
    scores, won, splits = refitted([0.05, 0.2, 0.1, 0.4], slope=1)
    assert choose_method(scores, won, splits, "logit") == "logit"


def test_models_that_are_too_sure_of_themselves_are_mapped():
    scores, won, splits = refitted([0.2, 0.2, 0.2, 0.2], slope=5)
    assert choose_method(scores, won, splits, "logit") == "auto"
    assert choose_method(scores, won, splits, None) == "auto"
