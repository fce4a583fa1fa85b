"""Do probabilities hold? The tests err by chance as often as they claim, and see it where they do not."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from lookalike.evaluate.metrics import calibration_error
from lookalike.evaluate.miscalibration import error_by_chance, in_the_large, spiegelhalter


def drawn(seed, n=400, low=0.02, high=0.9):
    rng = np.random.default_rng(seed)
    p = rng.uniform(low, high, n)
    return rng.random(n) < p, p


@pytest.mark.parametrize("test", [spiegelhalter, in_the_large])
def test_where_probabilities_hold_five_in_a_hundred_are_significant(test):
    runs = 1_500
    found = sum(test(*drawn(seed))[1] < 0.05 for seed in range(runs))
    assert binomtest(found, runs, 0.05).pvalue > 0.001


def test_spiegelhalter_is_the_standardised_brier_score():
    won, p = drawn(0)
    expected = (p * (1 - p)).mean()
    variance = ((1 - 2 * p) ** 2 * p * (1 - p)).sum() / len(p) ** 2
    z = (np.mean((won - p) ** 2) - expected) / np.sqrt(variance)
    assert spiegelhalter(won, p) == pytest.approx((z, 2 * norm.sf(abs(z))), abs=1e-10)


def test_in_the_large_with_one_probability_is_the_binomial_test():
    won = np.arange(2_000) < 560
    exact = binomtest(560, 2_000, 0.25).pvalue
    assert in_the_large(won, np.full(2_000, 0.25))[1] == pytest.approx(exact, abs=5e-4)


def test_probabilities_that_are_too_bold_are_found_though_as_many_are_won_as_expected():
    rng = np.random.default_rng(0)
    true = rng.choice([0.3, 0.7], 2_000)
    bold = np.where(true > 0.5, 0.95, 0.05)
    won = rng.random(2_000) < true
    assert in_the_large(won, bold)[1] > 0.01
    assert spiegelhalter(won, bold)[1] < 1e-6


def test_nothing_is_said_where_no_outcome_could_tell():
    assert spiegelhalter([True, False], [0.5, 0.5])[1] == 1
    assert in_the_large([True, True], [1.0, 1.0])[1] == 1


def test_chance_exceeds_what_it_allows_one_time_in_twenty():
    _, p = drawn(1)
    allowed = error_by_chance(p, draws=2_000)
    rng = np.random.default_rng(99)
    errors = [calibration_error(rng.random(len(p)) < p, p) for _ in range(2_000)]
    assert np.mean(np.array(errors) > allowed) == pytest.approx(0.05, abs=0.02)
