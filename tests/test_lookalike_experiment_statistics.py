"""The statistics of experiments agree with those who have them too, to eight decimal places."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time
from scipy import integrate, optimize, stats
from sklift.metrics import qini_auc_score, uplift_by_percentile
from sklift.metrics import qini_curve as sklift_qini_curve
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

from lookalike.experiment.anytime import always_valid, always_valid_p, rho_squared
from lookalike.experiment.cuped import adjust, variance_left
from lookalike.experiment.means import compare_means, leads_for, log_ratio
from lookalike.experiment.mismatch import mismatch, unlike_losses
from lookalike.experiment.proportions import compare_conversion, p_values
from lookalike.experiment.strata import edges, merged, post_stratified, stratum
from lookalike.experiment.survival import decided_by, logrank, median_days, restricted_mean, won_by
from lookalike.experiment.uplift import qini, qini_coefficient, qini_curve, score_tenths, uplift_by_score

test_proportions_2indep.__test__ = False  # a function of statsmodels, not a test of ours
SAME = pytest.approx
pytestmark = [  # warnings of the references
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]


def close(value):
    return pytest.approx(value, abs=1e-8, rel=1e-8)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


# -- conversion


@pytest.mark.parametrize(
    "counts", [(120, 1000, 100, 1000), (45, 900, 70, 800), (5, 60, 12, 60), (300, 400, 280, 400)]
)
def test_conversion_is_compared_as_statsmodels_does(counts):
    found = compare_conversion(*counts)
    reference = test_proportions_2indep(*counts, method="score", correction=True)
    assert found.p_value == close(reference.pvalue)
    assert (found.low, found.high) == close(confint_proportions_2indep(*counts, method="score"))
    ratios = confint_proportions_2indep(*counts, compare="ratio", method="score")
    assert (found.ratio_low, found.ratio_high) == close(ratios)


@pytest.mark.parametrize("counts", [(3, 40, 0, 45), (1, 1000, 6, 1000), (0, 20, 0, 30), (19, 20, 20, 20)])
def test_few_conversions_are_compared_exactly(counts):
    x, n, x0, n0 = counts
    table = [[x, n - x], [x0, n0 - x0]]
    tails = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    found = compare_conversion(*counts)
    assert found.p_value == close(min(1, 2 * min(tails)))
    assert (found.low, found.high) == close(confint_proportions_2indep(*counts, method="newcomb"))


def test_without_a_conversion_the_rates_that_fit_best_are_still_rates():
    found = compare_conversion(0, 1131, 53, 732)
    assert found.method.startswith("score")
    # At either end the likelihood's maximum, looked for by hand, gives the p-value of the interval.
    for end in (found.low, found.high):
        lowest, highest = max(0, -end) + 1e-13, min(1, 1 - end) - 1e-13

        def loss(base, end=end):
            return -(1131 * np.log(1 - base - end) + 53 * np.log(base) + 679 * np.log(1 - base))

        base = optimize.minimize_scalar(
            loss, bounds=(lowest, highest), method="bounded", options={"xatol": 1e-13}
        ).x
        rate = base + end
        variance = (rate * (1 - rate) / 1131 + base * (1 - base) / 732) * 1863 / 1862
        z = abs(-53 / 732 - end) / np.sqrt(variance)
        assert 2 * stats.norm.sf(z) == pytest.approx(0.05, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 2000), st.integers(30, 2000), st.floats(0.05, 0.95), st.floats(-0.1, 0.1))
@example(117, 1061, 0.291015625, -0.0859375)  # rounding took the cosine of the interval's cubic beyond one
def test_interval_and_p_value_never_contradict_each_other(n, n0, rate, gap):
    x, x0 = round(n * float(np.clip(rate + gap, 0, 1))), round(n0 * rate)
    found = compare_conversion(x, n, x0, n0)
    assume("score" in found.method)
    assert found.low <= found.difference <= found.high
    assert (found.p_value < 0.05) == (not found.low <= 0 <= found.high)


def test_many_experiments_at_once_are_as_one_after_another():
    many = p_values([3, 50, 80], 400, [9, 70, 60], 500)
    assert many.tolist() == close(
        [compare_conversion(x, 400, x0, 500).p_value for x, x0 in ((3, 9), (50, 70), (80, 60))]
    )


def test_an_arm_without_leads_is_no_comparison():
    with pytest.raises(ValueError, match="0 of 0"):
        compare_conversion(0, 0, 1, 5)


# -- means


def test_means_are_compared_by_welch(rng):
    y, y0 = rng.normal(5, 2, 80), rng.normal(4, 3, 50)
    found = compare_means(y, y0)
    reference = stats.ttest_ind(y, y0, equal_var=False)
    assert found.p_value == close(reference.pvalue)
    assert (found.low, found.high) == close(tuple(reference.confidence_interval(0.95)))


def test_skewed_revenue_is_bootstrapped_as_scipy_does(rng):
    y, y0 = np.exp(rng.normal(3, 1.5, 90)), np.exp(rng.normal(3, 1.5, 70))
    found = compare_means(y, y0, resamples=500, random_state=3)
    reference = stats.bootstrap(
        (y, y0),
        lambda a, b, axis=-1: a.mean(axis=axis) - b.mean(axis=axis),
        vectorized=True,
        n_resamples=500,
        rng=np.random.default_rng(3),
    ).confidence_interval
    assert (found.low, found.high) == close(tuple(reference))
    method = stats.PermutationMethod(n_resamples=500, rng=np.random.default_rng(3))
    assert found.p_value == close(stats.ttest_ind(y, y0, equal_var=False, method=method).pvalue)
    assert "skewed" in found.method
    assert compare_means(y, y0, resamples=500, random_state=3) == found


def test_skewness_says_how_many_leads_are_enough(rng):
    values = rng.exponential(size=2_000)
    assert leads_for(values) == close(355 * stats.skew(values, bias=False) ** 2)


def test_a_ratio_of_means_covers_the_true_one(rng):
    y, y0 = rng.exponential(1.2, (2_000, 200)), rng.exponential(1.0, (2_000, 150))
    held = 0
    for one, other in zip(y, y0, strict=True):
        variances = one.var(ddof=1) / 200, other.var(ddof=1) / 150
        _, low, high = log_ratio(one.mean(), other.mean(), *variances)
        held += low < 1.2 < high
    assert held / 2_000 == SAME(0.95, abs=0.015)  # three Monte Carlo errors


# -- what was known before


@pytest.mark.parametrize("sizes", [(300, 300), (500, 80)])
def test_cuped_is_the_regression_weighted_by_arm(rng, sizes):
    n, n0 = sizes
    arm = np.r_[np.ones(n, bool), np.zeros(n0, bool)]
    x = rng.gamma(2, 1, n + n0)
    y = 1.5 * x * (1 + arm) + rng.normal(size=n + n0) + 0.3 * arm
    adjusted, theta = adjust(y, x, arm)
    weight = np.where(arm, 1 / (n * (n - 1)), 1 / (n0 * (n0 - 1)))
    reference = sm.WLS(y, np.column_stack([np.ones(n + n0), arm, x]), weights=weight).fit().params
    assert theta == close(reference[2])
    assert adjusted[arm].mean() - adjusted[~arm].mean() == close(reference[1])
    assert adjusted.mean() == close(y.mean())
    assert variance_left(y, adjusted, arm) <= 1


def test_cuped_saves_the_square_of_the_correlation(rng):
    arm = np.arange(20_000) % 2 == 0
    x = rng.normal(size=20_000)
    y = 0.6 * x + 0.8 * rng.normal(size=20_000)
    adjusted, _ = adjust(y, x, arm)
    assert variance_left(y, adjusted, arm) == SAME(1 - np.corrcoef(x, y)[0, 1] ** 2, abs=1e-3)


def test_one_stratum_is_welch(rng):
    y, arm = rng.exponential(size=90), np.arange(90) % 3 == 0
    found = post_stratified(y, arm, np.zeros(90, dtype=np.int64))
    reference = stats.ttest_ind(y[arm], y[~arm], equal_var=False)
    assert found.p_value == close(reference.pvalue)
    assert (found.low, found.high) == close(tuple(reference.confidence_interval(0.95)))


def test_strata_are_weighted_as_a_saturated_regression_averages_them(rng):
    strata, arm = rng.integers(0, 4, 800), rng.random(800) < 0.4
    y = strata * 2.0 + arm * strata + rng.normal(size=800)
    found = post_stratified(y, arm, strata)
    effects = [
        sm.OLS(y[strata == s], sm.add_constant(arm[strata == s].astype(float))).fit(cov_type="HC2")
        for s in range(4)
    ]
    weight = np.bincount(strata) / 800
    assert found.difference == close(sum(w * e.params[1] for w, e in zip(weight, effects, strict=True)))
    variance = sum(w**2 * e.bse[1] ** 2 for w, e in zip(weight, effects, strict=True))
    assert found.standard_error == close(variance**0.5)


def test_strata_have_leads_of_every_arm():
    strata = np.repeat([0, 1, 2, 3], 30)
    arms = np.r_[np.zeros(30), np.tile([0, 1], 15), np.tile([0, 1], 15), np.zeros(30)].astype(int)
    joined = merged(strata, arms)
    assert joined.tolist() == [0] * 60 + [1] * 60
    assert merged(np.array([1, 2]), np.array([0, 1])).tolist() == [0, 0]


def test_edges_part_new_scores_as_the_first_ones(rng):
    scores = rng.random(1_000)
    at = edges(scores, 5)
    assert np.bincount(stratum(scores, at)).tolist() == [0, 200, 200, 200, 200, 200]
    assert stratum(np.array([-9.0, 9.0, np.nan]), at).tolist() == [1, 5, 0]
    assert edges(np.ones(50), 5) == []
    assert edges(np.full(3, np.nan), 5) == []


# -- the split


def test_a_mismatch_is_a_chi_square():
    found = mismatch({"A": 5150, "B": 4850, "C": 2400}, {"A": 2, "B": 2, "C": 1})
    assert found.p_value == close(stats.chisquare([5150, 4850, 2400], [4960, 4960, 2480]).pvalue)
    assert not mismatch({"A": 5050, "B": 4950}, {"A": 0.5, "B": 0.5}).alarm


def test_losses_are_compared_by_chi_square():
    reference = stats.chi2_contingency([[90, 10], [70, 30]], correction=False).pvalue
    assert unlike_losses({"A": 90, "B": 70}, {"A": 10, "B": 30}) == close(reference)
    assert unlike_losses({"A": 90, "B": 70}, {}) == 1


# -- peeking


@pytest.mark.parametrize(("z", "n"), [(2.5, 400), (3.4, 5_000), (0.3, 50), (-4.0, 90_000)])
def test_the_always_valid_p_value_is_a_mixture_of_likelihood_ratios(z, n):
    """Over differences of a normal distribution whose variance is ρ² times that of one lead."""
    tau = np.sqrt(n * rho_squared(5_000))  # in standard errors after n leads

    def ratio(difference):
        return np.exp(difference * z - difference**2 / 2) * stats.norm.pdf(difference, scale=tau)

    peak = z * tau**2 / (1 + tau**2)
    mixed, _ = integrate.quad(ratio, peak - 12, peak + 12, epsabs=1e-13, epsrel=1e-12, limit=200)
    assert always_valid_p(z, n) == close(min(1, 1 / mixed))


def test_the_interval_under_peeking_ends_where_p_is_five_per_cent():
    found = always_valid(0.03, 0.01, 2_000)
    for end in (found.low, found.high):
        assert always_valid_p((0.03 - end) / 0.01, 2_000) == close(0.05)
    assert always_valid(0.03, 0.01, 2_000, enough=False).p_value == 1


def test_the_interval_is_narrowest_around_the_leads_planned_for():
    wide = {planned: always_valid(0, 1, 3_000, planned).high for planned in (300, 3_000, 30_000)}
    assert wide[3_000] == min(wide.values())


# -- whom it works on


@pytest.mark.parametrize("ties", [False, True])
def test_qini_agrees_with_scikit_uplift(rng, ties):
    n = 3_000
    score, arm = rng.random(n), rng.random(n) < 0.4
    if ties:
        score = score.round(1)
    y = rng.random(n) < 0.2 + 0.2 * arm * score
    leads, gained = qini_curve(y, score, arm)
    reference = sklift_qini_curve(y.astype(int), score, arm.astype(int))
    assert leads.tolist() == reference[0].tolist()
    assert gained == close(reference[1])
    assert qini_coefficient(y, score, arm) == close(qini_auc_score(y.astype(int), score, arm.astype(int)))


def test_ties_stand_or_fall_together(rng):
    score, arm, y = rng.random(400).round(1), rng.random(400) < 0.5, rng.random(400) < 0.3
    order = rng.permutation(400)
    assert qini_coefficient(y, score, arm) == close(qini_coefficient(y[order], score[order], arm[order]))
    assert (score_tenths(score)[order] == score_tenths(score[order])).all()


def test_weights_are_repetitions(rng):
    score, arm, y = rng.random(60).round(1), rng.random(60) < 0.5, rng.random(60) < 0.4
    times = rng.integers(0, 4, 60)
    again = np.repeat(np.arange(60), times)
    assert qini_coefficient(y, score, arm, times) == close(
        qini_coefficient(y[again], score[again], arm[again])
    )


def test_uplift_by_tenth_agrees_with_scikit_uplift(rng):
    score, arm, y = rng.permutation(2_000) / 2_000, rng.random(2_000) < 0.5, rng.random(2_000) < 0.3
    found = uplift_by_score(y, score, arm)
    reference = uplift_by_percentile(y.astype(int), score, arm.astype(int), strategy="overall")
    assert found["uplift"].to_numpy() == close(reference["uplift"].to_numpy())
    assert found["treated"].tolist() == reference["n_treatment"].tolist()


def test_qini_tells_an_order_from_chance(rng):
    score, arm = rng.random(6_000), rng.random(6_000) < 0.5
    works = qini(rng.random(6_000) < 0.1 + 0.3 * arm * score, score, arm, resamples=100)
    nothing = qini(rng.random(6_000) < 0.2, score, arm, resamples=100)
    assert works.low > 0
    assert nothing.low < 0 < nothing.high


def test_an_arm_missing_from_a_tenth_is_no_uplift():
    found = uplift_by_score([1, 0, 1], [3, 2, 1], [True, False, True], parts=3)
    assert found["uplift"].isna().all()


# -- days to a decision


@pytest.fixture
def deals(rng):
    """Days, whether decided, whether won; a third are open still, and many days are the same."""
    decided, watched = rng.exponential(40, 300).round(), rng.uniform(20, 120, 300).round()
    days, closed = np.minimum(decided, watched) + 1, decided <= watched
    return days, closed, closed & (rng.random(300) < 0.3)


@pytest.mark.parametrize("horizon", [15.0, 60.0, 90.5])
def test_restricted_means_agree_with_lifelines(deals, horizon):
    days, closed, _ = deals
    fitted = KaplanMeierFitter().fit(days, closed)
    assert restricted_mean(days, closed, horizon).value == close(
        restricted_mean_survival_time(fitted, t=horizon)
    )
    assert median_days(days, closed) == fitted.median_survival_time_


def test_without_open_deals_the_error_is_that_of_a_mean(deals):
    days = deals[0]
    found = restricted_mean(days, np.ones(300, bool), 60)
    assert found.value == close(np.minimum(days, 60).mean())
    assert found.standard_error**2 == close(np.minimum(days, 60).var() / 300)


def test_the_spread_of_few_restricted_days_agrees_with_lifelines():
    days = np.array([3.0, 8, 8, 20, 41, 70])
    fitted = KaplanMeierFitter().fit(days)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifelines integrates steps by quadrature
        spread = restricted_mean_survival_time(fitted, t=30, return_variance=True)[1]
    found = restricted_mean(days, np.ones(6, bool), 30)
    assert found.standard_error**2 == pytest.approx(spread / 6, rel=1e-6)


def test_the_error_of_a_restricted_mean_is_that_of_simulations(rng):
    decided, watched = rng.exponential(40, (1_000, 150)), rng.uniform(10, 100, (1_000, 150))
    days, closed = np.minimum(decided, watched), decided <= watched
    found = [restricted_mean(d, c, 60) for d, c in zip(days, closed, strict=True)]
    spread = np.std([one.value for one in found])
    assert np.mean([one.standard_error for one in found]) == SAME(spread, rel=0.07)  # three errors
    truth = 40 * (1 - np.exp(-60 / 40))
    held = np.mean([one.interval[0] < truth < one.interval[1] for one in found])
    assert held == SAME(0.95, abs=0.021)


@pytest.mark.filterwarnings("ignore:Tied event times")
def test_shares_won_agree_with_lifelines(rng):
    decided, watched = rng.exponential(40, 400), rng.uniform(20, 120, 400)
    days, closed = np.minimum(decided, watched), decided <= watched
    won = closed & (rng.random(400) < 0.3)
    fitted = AalenJohansenFitter(calculate_variance=True).fit(
        days, np.where(closed, np.where(won, 1, 2), 0), event_of_interest=1
    )
    at = fitted.cumulative_density_.index
    reference = float(fitted.cumulative_density_.loc[at[at <= 60][-1]].iloc[0])
    assert won_by(days, closed, won, 60).value == close(reference)


def test_shares_won_without_open_deals_are_shares(deals):
    days, _, won = deals
    everything = np.ones(300, bool)
    found = won_by(days, everything, won, 50)
    share = (won & (days <= 50)).mean()
    assert found.value == close(share)
    assert found.standard_error == SAME((share * (1 - share) / 300) ** 0.5, rel=0.02)
    last = won_by(days, everything, won, 1_000)
    assert last.value == close(won.mean())
    assert last.standard_error > 0


def test_won_lost_and_open_come_to_all(deals):
    days, closed, won = deals
    at = np.array([0.0, 10.0, 30.0, 80.0])
    share_won, share_lost, _ = decided_by(days, closed, won, at)
    fitted = KaplanMeierFitter().fit(days, closed)
    assert 1 - share_won - share_lost == close(fitted.survival_function_at_times(at).to_numpy())


def test_logrank_agrees_with_lifelines(deals):
    days, closed, _ = deals
    group = np.arange(300) % 3
    reference = multivariate_logrank_test(days, group, closed).p_value
    assert logrank(days, closed, group) == close(reference)
    assert logrank(days, np.zeros(300, bool), group) == 1


def test_nobody_decided_is_no_error():
    assert restricted_mean([5.0, 9.0], [False, False], 8).value == 8
    assert np.isnan(median_days([5.0, 9.0], [False, False]))
    assert won_by([5.0, 9.0], [False, False], [False, False], 8).value == 0
    assert pd.isna(uplift_by_score([1.0], [1.0], [True])["uplift"]).all()
