"""Errors are what they are said to be: five per cent without a difference, peeking or not; power too."""

import numpy as np
import pytest
from scipy import stats

from lookalike.experiment.anytime import looks
from lookalike.experiment.cuped import adjust
from lookalike.experiment.means import compare_means
from lookalike.experiment.power import conversion_power, least_difference, revenue_power
from lookalike.experiment.proportions import p_values
from lookalike.experiment.sizing import size_conversion, size_revenue
from lookalike.experiment.strata import post_stratified

EXPERIMENTS = 2_000
#: Three Monte Carlo errors of a share of five per cent.
MONTE_CARLO = 3 * (0.05 * 0.95 / EXPERIMENTS) ** 0.5


@pytest.fixture
def rng():
    return np.random.default_rng(20260)


# -- without a difference, one look


@pytest.mark.parametrize(("n", "n0", "rate"), [(1000, 1000, 0.1), (200, 1800, 0.05), (400, 600, 0.4)])
def test_conversion_errs_in_five_per_cent(rng, n, n0, rate):
    p = p_values(rng.binomial(n, rate, EXPERIMENTS), n, rng.binomial(n0, rate, EXPERIMENTS), n0)
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=MONTE_CARLO)


@pytest.mark.parametrize("rate", [0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 0.5])
@pytest.mark.parametrize(("n", "n0"), [(50, 50), (100, 100), (100, 900), (500, 500), (1000, 1000)])
def test_the_exact_error_of_conversion_is_hardly_above_five_per_cent(n, n0, rate):
    """Summed up over all pairs of counts; few conversions make the test careful, never bold."""
    assert conversion_power(rate, rate, n, n0) <= 0.058


def test_adjusted_differences_err_in_five_per_cent(rng):
    errors = 0
    for _ in range(EXPERIMENTS):
        arm, score = rng.random(300) < 0.4, rng.random(300)
        x = score + rng.normal(size=300)
        y = (rng.random(300) < 0.1 + 0.3 * score).astype(float)
        adjusted, _ = adjust(y, x, arm)
        errors += post_stratified(adjusted, arm, (score * 3).astype(int)).p_value < 0.05
    assert errors / EXPERIMENTS == pytest.approx(0.05, abs=MONTE_CARLO)


def test_skewed_revenue_of_even_arms_errs_in_five_per_cent_at_most(rng):
    sold = rng.random((2, EXPERIMENTS, 600)) < 0.15
    revenue = np.where(sold, np.exp(rng.normal(7, 1, sold.shape)), 0.0)
    p = stats.ttest_ind(revenue[0], revenue[1], axis=1, equal_var=False).pvalue
    assert (p < 0.05).mean() <= 0.05 + MONTE_CARLO


def test_skewed_revenue_of_uneven_arms_errs_in_five_per_cent_at_most(rng):
    """Where Welch's test alone errs two and three times as often."""
    ours, welch, experiments = 0, 0, 200
    for _ in range(experiments):
        revenue = np.where(rng.random(400) < 0.2, np.exp(rng.normal(6, 1.5, 400)), 0.0)
        found = compare_means(revenue[:40], revenue[40:], resamples=199)
        assert "permutation" in found.method
        ours += found.beyond_chance
        welch += stats.ttest_ind(revenue[:40], revenue[40:], equal_var=False).pvalue < 0.05
    assert ours / experiments <= 0.05 + 3 * (0.05 * 0.95 / experiments) ** 0.5
    assert welch > 2 * ours


# -- without a difference, a look after every lead


def any_look(outcome, arm, planned, *, conversion):
    """Which experiments ever look beyond chance: always-valid, and by ordinary p-values."""
    difference, error, p = looks(outcome, arm, planned, conversion=conversion)
    z = np.divide(difference, error, out=np.zeros_like(error), where=error > 0)
    ordinary = (np.abs(z[:, 200:]) > stats.norm.isf(0.025)).any(axis=1)
    return (p < 0.05).any(axis=1), ordinary


@pytest.mark.parametrize(
    ("rate", "share", "planned"), [(0.1, 0.5, 5_000), (0.3, 0.5, 500), (0.5, 0.2, 2_000), (0.04, 0.5, 2_000)]
)
def test_whoever_looks_after_every_lead_errs_in_five_per_cent_at_most(rng, rate, share, planned):
    proven, fooled = [], []
    for _ in range(4):
        arm = rng.random((EXPERIMENTS // 4, 2_000)) < share
        found, ordinary = any_look(rng.random(arm.shape) < rate, arm, planned, conversion=True)
        proven.append(found)
        fooled.append(ordinary)
    assert np.mean(proven) <= 0.05
    assert np.mean(fooled) > 0.2  # which is why


@pytest.mark.parametrize(("share", "buying"), [(0.5, 0.2), (0.1, 0.05)])
def test_looks_at_skewed_revenue_err_in_five_per_cent_at_most(rng, share, buying):
    proven = []
    for _ in range(4):
        arm = rng.random((EXPERIMENTS // 4, 2_000)) < share
        revenue = np.where(rng.random(arm.shape) < buying, np.exp(rng.normal(5, 1, arm.shape)), 0.0)
        proven.append(any_look(revenue, arm, 2_000, conversion=False)[0])
    assert np.mean(proven) <= 0.05


def test_looking_finds_a_real_difference_before_the_end(rng):
    arm = rng.random((400, 4_000)) < 0.5
    _, _, p = looks(rng.random(arm.shape) < 0.1 + 0.06 * arm, arm, 4_000)
    assert (p.min(axis=1) < 0.05).mean() > 0.9
    assert np.median((p < 0.05).argmax(axis=1)) < 2_500


# -- power


@pytest.mark.parametrize(
    ("rate", "base", "n", "n0"),
    [(0.12, 0.10, 3_841, 3_841), (0.03, 0.01, 300, 900), (0.5, 0.3, 60, 40), (0.02, 0.08, 150, 150)],
)
def test_power_of_conversion_is_that_of_simulations(rng, rate, base, n, n0):
    simulated = p_values(rng.binomial(n, rate, 20_000), n, rng.binomial(n0, base, 20_000), n0) < 0.05
    assert conversion_power(rate, base, n, n0) == pytest.approx(simulated.mean(), abs=0.012)


def test_where_counts_are_too_many_power_goes_over_into_the_normal_one(rng):
    n = 60_000
    simulated = p_values(rng.binomial(n, 0.205, 20_000), n, rng.binomial(n, 0.2, 20_000), n) < 0.05
    assert conversion_power(0.205, 0.2, n, n) == pytest.approx(simulated.mean(), abs=0.012)


def test_power_of_revenue_is_that_of_simulations(rng):
    """Skewed as it is, with a few hundred sales in an arm."""
    sized = size_revenue(100, 200 * 2**0.5, 30, power=0.8, shares={"A": 0.6, "B": 0.4})
    found = []
    for _ in range(20):
        y, y0 = (
            np.where(rng.random((200, sized.arms[a])) < 0.5, rng.gamma(0.4, 500, (200, sized.arms[a])), 0.0)
            for a in ("B", "A")
        )
        spread = y0.std()
        shifted = y + 0.3 * y0.mean()
        found.append(stats.ttest_ind(shifted, y0, axis=1, equal_var=False).pvalue < 0.05)
    expected = revenue_power(30, spread, sized.arms["B"], sized.arms["A"])
    assert np.mean(found) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("shares", [{"A": 1, "B": 1}, {"A": 4, "B": 1}])
def test_an_experiment_of_the_size_told_has_the_power_asked_for(rng, shares):
    sized = size_conversion(0.1, 0.04, power=0.9, shares=shares)
    n, n0 = sized.arms["B"], sized.arms["A"]
    simulated = p_values(rng.binomial(n, 0.14, 20_000), n, rng.binomial(n0, 0.1, 20_000), n0) < 0.05
    assert simulated.mean() == pytest.approx(0.9, abs=0.01)


def test_the_least_difference_told_is_found_as_surely(rng):
    sized = size_conversion(0.2, leads=1_000)
    x, x0 = rng.binomial(500, 0.2 + sized.difference, 20_000), rng.binomial(500, 0.2, 20_000)
    assert (p_values(x, 500, x0, 500) < 0.05).mean() == pytest.approx(0.8, abs=0.012)
    assert np.isnan(least_difference(lambda difference: 0.0, 0.8, 1.0))


def test_several_treatments_need_more_leads_each():
    two, three = (size_conversion(0.1, 0.03, shares=dict.fromkeys(names, 1)) for names in ("AB", "ABC"))
    assert three.arms["C"] > two.arms["B"]


def test_what_peeking_costs_is_enough(rng):
    """Always-valid p-values find the difference within the leads told, in at least the share asked for."""
    sized = size_conversion(0.2, 0.08)
    arm = rng.random((400, sized.leads_when_peeking)) < 0.5
    _, _, p = looks(rng.random(arm.shape) < 0.2 + 0.08 * arm, arm, sized.leads_when_peeking)
    assert (p.min(axis=1) < 0.05).mean() >= 0.8
