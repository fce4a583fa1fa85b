"""Embeddings: scikit-learn estimators whose score is, exactly, a sum over the past deals."""

import importlib
import inspect
import pkgutil
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

import lookalike
from enrich.errors import ModelError
from lookalike.embed import (
    EMBEDDINGS,
    BoostedEmbedding,
    ForestEmbedding,
    LinearEmbedding,
    PlainEmbedding,
    StackEmbedding,
    TextEmbedding,
    boosters,
)
from lookalike.embed.dense import Standardizer
from lookalike.embed.favourites import FavouritesEmbedding
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.unlabelled import UnlabelledCalibrator
from lookalike.plda import LinearDiscriminants
from lookalike.scorecard import ScorecardClassifier
from lookalike.text import TextEncoder
from lookalike.universe.vectorizer import UniverseVectorizer
from lookalike.vectorizer import LeadVectorizer

TABULAR = [
    BoostedEmbedding(n_estimators=10),
    ForestEmbedding(n_estimators=10, n_jobs=1),
    LinearEmbedding(),
    PlainEmbedding(),
    TextEmbedding(),
    FavouritesEmbedding(),
    StackEmbedding([("linear", LinearEmbedding()), ("boosted", BoostedEmbedding(n_estimators=10))]),
    LeadVectorizer(),
    LinearDiscriminants(n_components=2),
    Standardizer(),
]
# As for scikit-learn's own trees: a weight is no copy where deals are drawn, or leaves need a number of them.
OF_TREES = {"check_sample_weight_equivalence_on_dense_data": "leaves are bounded by the number of deals"}
# One takes tables with named columns, no arrays; one is fitted with the label frequency; one is checked
# beside its bins.
NOT_CHECKED = {UniverseVectorizer, UnlabelledCalibrator, ScorecardClassifier}
# Of what takes one column, as scikit-learn's IsotonicRegression, its checks only look at the parameters.
ONE_COLUMN = [
    (Calibrator(), [0.1, 0.9, 0.4, 0.2], [False, True, True, False]),
    (TextEncoder(), ["lorry freight", "bread", "truck", None], None),
]


def named(estimator):
    return type(estimator).__name__


# -- scikit-learn's contract


def test_no_estimator_is_forgotten():
    found = set()
    for module in pkgutil.walk_packages(lookalike.__path__, "lookalike."):
        for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            own = kind.__module__ == module.name and not name.startswith("_")
            if own and issubclass(kind, BaseEstimator) and not inspect.isabstract(kind):
                found.add(kind)
    assert found - NOT_CHECKED == {type(e) for e in TABULAR} | {type(e) for e, *_ in ONE_COLUMN}
    assert set(EMBEDDINGS.values()) <= found


@pytest.mark.parametrize("estimator", TABULAR, ids=named)
def test_passes_the_checks_of_scikit_learn(estimator):
    trees = isinstance(estimator, BoostedEmbedding | ForestEmbedding | StackEmbedding)
    passed = check_estimator(
        estimator, on_skip=None, expected_failed_checks=OF_TREES if trees else None, on_fail="raise"
    )
    assert sum(check["status"] == "passed" for check in passed) > 40


@pytest.mark.parametrize("estimator", [e for e, *_ in ONE_COLUMN], ids=named)
def test_what_takes_one_column_says_so_and_keeps_its_parameters(estimator):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Can't test estimator", UserWarning)
        assert {check["status"] for check in check_estimator(estimator)} == {"passed"}
    tags = estimator.__sklearn_tags__().input_tags
    assert (tags.one_d_array, tags.two_d_array) == (True, False)


@pytest.mark.parametrize(("estimator", "X", "y"), ONE_COLUMN, ids=[named(e) for e, *_ in ONE_COLUMN])
def test_what_takes_one_column_keeps_the_rest_of_the_contract(estimator, X, y):
    estimator = clone(estimator)
    use = estimator.predict if isinstance(estimator, Calibrator) else estimator.transform
    with pytest.raises(NotFittedError):
        use(X)
    before = (list(X), dict(estimator.get_params()))
    assert estimator.fit(X, y) is estimator
    once = use(X)
    np.testing.assert_array_equal(estimator.fit(X, y) and use(X), once)
    assert (list(X), dict(estimator.get_params())) == before
    np.testing.assert_allclose(use(X[1:3]), once[1:3], atol=1e-12)  # a row does not depend on the others


@pytest.mark.parametrize("scores", [[0.1, np.nan], [0.1, np.inf], [[0.1, 0.2]], ["a", "b"]])
def test_a_calibrator_refuses_what_is_no_column_of_numbers(scores):
    with pytest.raises(ValueError, match=r"NaN|infinity|1d array|could not convert"):
        Calibrator().fit(scores, [True, False])


@pytest.mark.parametrize(
    ("outcomes", "remedy"),
    [(["won", "lost", "open", "won"], "let the rest be lost"), (["won"] * 4, "add deals with the other")],
)
def test_outcomes_must_be_two(outcomes, remedy):
    with pytest.raises(ValueError, match=remedy):
        LinearEmbedding().fit(np.eye(4), outcomes)


# -- the identity


def boosted_by_sklearn(**parameters):
    """Boosting on a machine without libgomp: LightGBM cannot be imported there."""

    class Fallback(BoostedEmbedding):
        def fit(self, X, y, sample_weight=None):
            with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
                warnings.filterwarnings("ignore", "LightGBM cannot be loaded", UserWarning)
                patch.setattr(boosters, "lightgbm", None)
                return super().fit(X, y, sample_weight)

    return Fallback(**parameters)


TREES = {
    "boosted": lambda: BoostedEmbedding(n_estimators=8, min_child_samples=3),
    "boosted, deeper": lambda: BoostedEmbedding(n_estimators=12, min_child_samples=2),
    "boosted by scikit-learn": lambda: boosted_by_sklearn(n_estimators=8, min_child_samples=3),
    "forest": lambda: ForestEmbedding(n_estimators=12, min_samples_leaf=1, n_jobs=1),
    "forest of large leaves": lambda: ForestEmbedding(n_estimators=5, n_jobs=1),
}
VECTORS = {
    "linear": LinearEmbedding,
    "plain": PlainEmbedding,
    "text": TextEmbedding,
    "favourites": FavouritesEmbedding,
}
SINGLE = TREES | VECTORS


def stack():
    parts = [("linear", LinearEmbedding()), ("forest", TREES["forest"]()), ("boosted", TREES["boosted"]())]
    return StackEmbedding(parts, {"linear": [0]}, {"linear": 0.7, "forest": 1.3, "boosted": 0.2, "": -0.4})


EVERY = SINGLE | {"stack": stack}


@st.composite
def data_sets(draw):
    """(deals, outcomes, leads): few or many, with gaps, ties, twins, constants, and one outcome rare."""
    n, columns = draw(st.integers(4, 60)), draw(st.integers(1, 6))
    won = draw(st.integers(1, n - 1) | st.sampled_from([1, 2, n - 1]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    y = rng.permutation(n) < won
    X = rng.normal(size=(n, columns)) * 10.0 ** rng.integers(-2, 5, columns)
    X += y[:, None] * rng.normal(size=columns)
    leads = np.vstack([X[rng.integers(0, n, 5)], rng.normal(size=(8, columns)) * 100])
    if draw(st.booleans()):
        X, leads = X.round(), leads.round()
    if draw(st.booleans()):
        X[:, 0] = 7.0
    if draw(st.booleans()):
        X[: n // 2] = X[0]
    gaps = draw(st.sampled_from([0.0, 0.2, 0.9]))
    X[rng.random(X.shape) < gaps] = np.nan
    leads[rng.random(leads.shape) < 0.2] = np.nan
    return X, y, leads, weights(y, rng) if draw(st.booleans()) else None


def weights(y, rng):
    """Weights that leave either outcome some."""
    weight = rng.choice([0.0, 0.3, 1.0, 5.0], len(y))
    weight[[np.argmax(y), np.argmin(y)]] = 2.0
    return weight


def test_the_sum_holds_where_lightgbm_looks_deals_up_in_other_leaves_than_it_trained():
    gaps, amounts = [1, 9, 10, 12, 17, 24], [243, -5052, np.nan, 10023, 8825, 6701, -9596, 7005, 261, 7474]
    amounts += [np.nan, 5825, 2292, 4914, -9641, -9145, -21580, -6092, np.nan, -217, 16818, 11379, -8002]
    X = np.column_stack([np.full(26, 7.0), np.zeros(26), [*amounts, -14604, 2246, -17300]])
    X[gaps, 0] = np.nan
    X[[2, 4, 5, 7, 12], 1] = np.nan
    y = np.arange(26) == 8
    embedding = BoostedEmbedding(n_estimators=12, min_child_samples=2).fit(X, y)
    total = embedding.base_ + embedding.contributions(embedding.transform(X)).sum(axis=1)
    np.testing.assert_allclose(total, embedding.model_score(X), atol=1e-6)


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
@settings(max_examples=25, deadline=None)
@given(data=data_sets())
def test_a_score_is_the_sum_of_the_deals_contributions(make, data):
    X, y, leads, weight = data
    embedding = make().fit(X, y, weight)
    for rows in (X, leads):
        points = embedding.transform(rows)
        parts = embedding.contributions(points)
        assert parts.shape == (len(rows), len(X))
        total = embedding.base_ + parts.sum(axis=1)
        np.testing.assert_allclose(total, embedding.model_score(rows), atol=1e-6)
        np.testing.assert_allclose(total, embedding.decision_function(rows), atol=1e-6)

        gains, losses = embedding.totals(points)
        np.testing.assert_allclose(embedding.base_ + gains + losses, total, atol=1e-6)
        if not isinstance(embedding, StackEmbedding):  # whose deals may speak on both sides
            np.testing.assert_allclose(gains, np.maximum(parts, 0).sum(axis=1), atol=1e-9)
            np.testing.assert_allclose(losses, np.minimum(parts, 0).sum(axis=1), atol=1e-9)


@pytest.mark.parametrize("make", TREES.values(), ids=TREES)
@settings(max_examples=15, deadline=None)
@given(data=data_sets())
def test_won_deals_never_speak_against_nor_lost_deals_for(make, data):
    X, y, leads, _ = data
    embedding = make().fit(X, y)
    parts = embedding.contributions(embedding.transform(leads))
    assert (parts[:, y] >= 0).all()
    assert (parts[:, ~y] <= 0).all()


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
@settings(max_examples=15, deadline=None)
@given(data=data_sets(), seed=st.integers(0, 99))
def test_chosen_deals_are_columns_of_the_full_matrix(make, data, seed):
    X, y, leads, _ = data
    embedding = make().fit(X, y)
    points = embedding.transform(leads)
    chosen = np.random.default_rng(seed).integers(0, len(X), (len(leads), 3))
    for ask in (embedding.contributions, embedding.similarity):
        np.testing.assert_allclose(
            ask(points, chosen), np.take_along_axis(ask(points), chosen, axis=1), atol=1e-9
        )


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
@settings(max_examples=15, deadline=None)
@given(data=data_sets())
def test_likeness_is_a_share_and_a_deal_is_most_like_itself(make, data):
    X, y, leads, _ = data
    embedding = make().fit(X, y)
    likeness = embedding.similarity(embedding.transform(leads))
    assert likeness.min() >= 0
    assert likeness.max() <= 1 + 1e-12
    itself = np.diag(embedding.similarity(embedding.points_))
    vectors = [
        part for part in getattr(embedding, "parts_", {"": embedding}).values() if part.metric == "cosine"
    ]
    somewhere = np.all([np.any(part.points_, axis=1) for part in vectors] or [np.ones(len(X))], axis=0)
    np.testing.assert_allclose(itself[somewhere], 1.0)


@pytest.fixture(scope="module")
def signal():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    return X, X[:, 0] + 0.5 * X[:, 1] ** 2 + rng.normal(size=300) > 0.5


@pytest.mark.parametrize("name", ["linear", "plain"])
def test_a_deal_of_weight_two_speaks_like_two(signal, name):
    X, y = np.sign(signal[0]), signal[1]  # of one length, so that centre and scale stay where they are
    X = np.vstack([X, -X])
    y = np.concatenate([y, ~y])
    once, twice = np.arange(len(y)), np.concatenate([np.arange(len(y)), np.arange(len(y))])
    weight = np.full(len(y), 2.0)
    by_weight = EMBEDDINGS[name]().fit(X[once], y[once], weight).decision_function(X)
    by_copies = EMBEDDINGS[name]().fit(X[twice], y[twice]).decision_function(X)
    np.testing.assert_allclose(by_weight, by_copies, atol=1e-8)


def test_deals_of_one_outcome_cannot_all_weigh_nothing(signal):
    X, y = signal
    with pytest.raises(ValueError, match="one class"):
        LinearEmbedding().fit(X, y, y.astype(float))


@pytest.mark.parametrize(
    "make", [BoostedEmbedding, ForestEmbedding, LinearEmbedding, TextEmbedding, PlainEmbedding]
)
def test_each_tuning_scores_as_if_it_were_fitted_alone(signal, make):
    X, y = signal
    scores = make().scores_by_tuning(X[:200], y[:200], X[200:])
    tunings = make().tunings()
    assert len(scores) == len(tunings)
    for tuning, found in list(zip(tunings, scores, strict=True))[:: max(1, len(tunings) // 4)]:
        alone = make(**tuning).fit(X[:200], y[:200]).decision_function(X[200:])
        np.testing.assert_allclose(found, alone, atol=1e-6)


def test_a_stack_finds_weights_for_what_helps_and_leaves_out_what_does_not(signal):
    X, y = signal
    noise = np.random.default_rng(5).normal(size=(300, 3))
    parts = [("signal", LinearEmbedding()), ("noise", LinearEmbedding())]
    stack = StackEmbedding(parts, {"signal": range(5), "noise": range(5, 8)}).fit(np.hstack([X, noise]), y)
    assert stack.shares_["signal"] > 0.8
    assert all(weight > 0 for weight in stack.weights_.values())
    assert sum(stack.shares_.values()) == pytest.approx(1)


def test_plain_is_the_difference_of_mean_cosines_by_hand():
    X = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    embedding = PlainEmbedding().fit(X, [True, False, False, False])
    assert embedding.decision_function([[5.0, 0.0]]) == pytest.approx([1 - (-1 + 0 + 0) / 3])


def test_linear_agrees_with_scikit_learn(signal):
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    X, y = signal
    scaled = np.clip(StandardScaler().fit_transform(X), -5, 5)
    reference = LogisticRegression(C=1.0, tol=1e-12, max_iter=10_000).fit(scaled, y).decision_function(scaled)
    np.testing.assert_allclose(LinearEmbedding().fit(X, y).decision_function(X), reference, atol=1e-4)


def test_a_leaf_without_past_deals_says_nothing(signal):
    embedding = TREES["forest"]().fit(*signal)
    nowhere = embedding._number(np.full((1, 12), 10_000))
    assert (nowhere == embedding.nowhere).all()
    assert not embedding.contributions(nowhere).any()
    assert not embedding.similarity(nowhere).any()
    assert embedding.score_points(nowhere) == [embedding.base_]
    partly = embedding.points_[:1].copy()
    partly[0, 0] = embedding.nowhere[0]
    assert embedding.similarity(partly)[0, 0] == pytest.approx(11 / 12)


def test_blocks_of_leads_add_up_the_same(signal, monkeypatch):
    embedding = LinearEmbedding().fit(*signal)
    whole = embedding.totals(embedding.points_)
    monkeypatch.setattr("lookalike.embed.dense.BLOCK_CELLS", 1)
    np.testing.assert_allclose(embedding.totals(embedding.points_), whole, atol=1e-12)


@pytest.mark.parametrize("name", ["boosted", "forest"])
def test_fitting_twice_gives_the_same_trees(signal, name):
    small = {"n_estimators": 10} | ({"n_jobs": 2} if name == "forest" else {})
    first, second = (EMBEDDINGS[name](**small).fit(*signal) for _ in range(2))
    np.testing.assert_array_equal(first.points_, second.points_)
    np.testing.assert_array_equal(first.shares_, second.shares_)


# -- ensembles side by side


@pytest.mark.parametrize("with_lightgbm", [True, False], ids=["LightGBM", "scikit-learn"])
def test_a_boosted_score_is_the_mean_of_ensembles_side_by_side(signal, monkeypatch, with_lightgbm):
    X, y = signal
    if not with_lightgbm:
        monkeypatch.setattr(boosters, "lightgbm", None)
        warnings.simplefilter("ignore")
    embedding = BoostedEmbedding(n_estimators=10, n_ensembles=3).fit(X, y)
    assert embedding.points_.shape == (300, 30)
    assert (embedding.points_[:, 0] != embedding.points_[:, 1]).any()  # other columns, other trees
    together = embedding.contributions(embedding.points_).sum(axis=1)
    each = []
    for ensemble in range(3):
        own = np.zeros(300)
        for tree in range(ensemble, 30, 3):
            same_leaf = embedding.points_[:, [tree]] == embedding.points_[:, tree]
            own += (same_leaf * embedding.shares_[:, tree]).sum(axis=1) * 3
        each.append(own)
        # Each learned the same from the same deals, in other ways.
        assert 0.7 < np.corrcoef(own, together)[0, 1] < 1
    np.testing.assert_allclose(np.mean(each, axis=0) + embedding.base_, embedding.model_score(X), atol=1e-9)


@pytest.mark.parametrize("rows", [2, 60])
@pytest.mark.parametrize("cell", [7.0, 0.0, np.nan])
def test_columns_without_a_difference_leave_every_lead_at_the_share_of_won_deals(rows, cell):
    y = np.arange(rows) % 2 == 0
    embedding = BoostedEmbedding().fit(np.full((rows, 2), cell), y)
    leads = np.array([[7.0, -1.0], [np.nan, 3.0]])
    assert embedding.model_score(leads) == pytest.approx([embedding.base_] * 2, abs=1e-9)
    assert embedding.decision_function(leads) == pytest.approx([embedding.base_] * 2, abs=1e-9)
    tuned = BoostedEmbedding().scores_by_tuning(np.full((rows, 2), cell), y, leads)
    assert np.ptp(tuned) < 1e-9


def test_many_deals_are_boosted_once_in_longer_steps_unless_told_otherwise(signal, monkeypatch):
    few = BoostedEmbedding(n_estimators=4).fit(*signal)
    assert (few.n_ensembles_, few.learning_rate_, few.points_.shape[1]) == (2, 0.05, 8)
    monkeypatch.setattr("lookalike.embed.boosted.MANY", 300)
    many = BoostedEmbedding(n_estimators=4).fit(*signal)
    assert (many.n_ensembles_, many.learning_rate_, many.points_.shape[1]) == (1, 0.1, 4)
    told = BoostedEmbedding(n_estimators=4, n_ensembles=3, learning_rate=0.2).fit(*signal)
    assert (told.n_ensembles_, told.learning_rate_, told.points_.shape[1]) == (3, 0.2, 12)


# -- without libgomp


def test_without_lightgbm_boosting_goes_on_with_one_warning(signal, monkeypatch):
    X, y = signal
    X = np.where(np.random.default_rng(0).random(X.shape) < 0.1, np.nan, X)
    monkeypatch.setattr(boosters, "lightgbm", None)
    with pytest.warns(UserWarning, match="LightGBM") as said:
        embedding = BoostedEmbedding(n_estimators=40).fit(X, y)
    assert [str(warning.message) for warning in said] == [
        "LightGBM cannot be loaded (is libgomp1 installed?); boosting with scikit-learn, which is slower"
    ]
    scores = embedding.decision_function(X)
    assert scores[y].mean() > scores[~y].mean()
    assert np.isfinite(embedding.decision_function(np.full((1, 5), np.nan))).all()


def test_a_lightgbm_model_on_a_machine_without_it_says_what_to_do(signal, monkeypatch):
    X, y = signal
    embedding = BoostedEmbedding(n_estimators=3).fit(X, y)
    embedding.booster_.__dict__.pop("_booster", None)
    monkeypatch.setattr(boosters, "lightgbm", None)
    with pytest.raises(ModelError, match="install libgomp1"):
        embedding.transform(X)


# -- standardising


def test_standardised_columns_have_mean_nought_and_gaps_lie_there():
    X = np.array([[1.0, 5.0], [3.0, 5.0], [np.nan, 5.0], [2.0, 5.0]])
    scaled = Standardizer().fit_transform(X)
    np.testing.assert_allclose(scaled[:, 0], [-1.224745, 1.224745, 0.0, 0.0], atol=1e-6)
    assert not scaled[:, 1].any()


def test_one_outlier_cannot_make_a_neighbourhood():
    X = np.vstack([np.random.default_rng(0).normal(size=(50, 1)), [[1e9]]])
    assert Standardizer(limit=3.0).fit(X).transform([[1e12], [-1e12]]).tolist() == [[3.0], [-3.0]]


def test_centring_alone_keeps_strong_directions_strong():
    X = np.array([[0.0, 0.0], [2.0, 0.2]])
    assert Standardizer(scale="none").fit_transform(X).tolist() == [[-1.0, -0.1], [1.0, 0.1]]


def test_a_stack_puts_its_deals_side_by_side_once_for_each_fit():
    X, y = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2 == 0
    stack = StackEmbedding([("linear", LinearEmbedding())], features={"linear": [0, 2]})
    first = stack.fit(X, y).points_
    assert stack.points_ is first
    assert "points_" not in stack.__getstate__()
    assert stack.fit(X[:40], y[:40]).points_.shape == (40, 2)
