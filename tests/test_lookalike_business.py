"""What texts say of the business, apart from how they say it: discriminants, and universes reduced."""

import numpy as np
import pandas as pd
import pytest

import lookalike
from lookalike.plda import LinearDiscriminants
from lookalike.positive_unlabelled import learn
from lookalike.statements import statements
from lookalike.text import TextEncoder
from lookalike.universe import business as business_module
from lookalike.universe.build import build
from lookalike.universe.business import LEAST_TEXTS, business, learn_business
from lookalike.universe.rank import Universe
from lookalike.universe.vectorizer import UniverseVectorizer

TRADES = {
    "haulage": "We carry freight by lorry|Trailers and drivers on every road|Pallets go to ports and depots",
    "software": "Our ledgers post invoices|The payroll runs in the cloud|An api for accounting reports",
    "bakery": "Bread and rolls from our ovens|Cakes with coffee|Flour, pastry and yeast",
    "clinic": "Doctors see patients all day|Therapy and care|Nurses help before surgery",
}
#: Ways to say it that have nothing to do with the trade; each company has one of its own in a statement.
MANNERS = ("Founded in spring by friends", "Call the office for a quote", "Awarded and certified twice")


def companies(n, seed=0):
    rng = np.random.default_rng(seed)
    trade = rng.choice(list(TRADES), n)
    about = []
    for i, kind in enumerate(trade):
        said = [*rng.permutation(TRADES[kind].split("|"))[:2].tolist(), f"{rng.choice(MANNERS)} {i % 97}"]
        about.append(". ".join(rng.permutation(said)) + ".")
    return pd.DataFrame({"domain": [f"{kind}{i}.example" for i, kind in enumerate(trade)], "about": about})


def drawn(groups, size, between, within, seed=0):
    """Vectors of groups whose own parts and noise have given standard deviations in each direction."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(groups, len(between))) * between
    noise = rng.normal(size=(groups * size, len(between))) * within
    return np.repeat(own, size, axis=0) + noise, np.repeat(np.arange(groups), size)


# -- the discriminants


def test_the_ratio_of_variances_between_and_within_groups_is_found():
    between, within = np.array([2.0, 1.0, 0.5, 0.1]), np.array([1.0, 2.0, 0.5, 3.0])
    X, y = drawn(20_000, 3, between, within)
    found = LinearDiscriminants(n_components=4, shrinkage=0.0).fit(X, y)
    np.testing.assert_allclose(
        found.between_, sorted((between / within) ** 2, reverse=True), rtol=0.1, atol=0.01
    )


def test_groups_of_unequal_sizes_give_the_same_ratio():
    X, y = drawn(20_000, 4, np.array([1.0, 0.5]), np.array([0.5, 1.0]))
    kept = np.random.default_rng(1).random(len(X)) < 0.6
    found = LinearDiscriminants(n_components=2, shrinkage=0.0).fit(X[kept], y[kept])
    np.testing.assert_allclose(found.between_, [4.0, 0.25], rtol=0.05)


def test_directions_that_only_tell_vectors_of_a_group_apart_are_gone():
    X, y = drawn(3_000, 2, np.array([1.0, 0.0]), np.array([0.3, 5.0]))
    vectors = LinearDiscriminants(n_components=1, shrinkage=0.0).fit(X, y).transform(X)
    pairs = vectors.reshape(3_000, 2)
    assert (pairs[:, 0] == pairs[:, 1]).mean() > 0.85  # one direction: the sign is all that is left
    np.testing.assert_allclose(np.abs(vectors), 1.0)


def test_vectors_are_the_expected_parts_at_unit_length():
    X, y = drawn(500, 2, np.array([1.0, 0.6, 0.3]), np.array([0.5, 0.5, 0.5]))
    found = LinearDiscriminants(n_components=3, shrinkage=0.0, noise=0.4).fit(X, y)
    scale = np.linalg.norm(
        found.directions_.T @ np.cov((X - X[np.arange(len(X)) ^ 1]).T / np.sqrt(2)), axis=1
    )
    assert scale.shape == (3,)
    # In coordinates where the noise is 1, each direction counts λ / (λ + noise).
    apart = (X[::2] - X[1::2]) / np.sqrt(2)
    noise = np.sqrt(((apart @ found.directions_) ** 2).mean(axis=0))
    np.testing.assert_allclose(noise, found.between_ / (found.between_ + 0.4), rtol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(found.transform(X), axis=1), 1.0)


def test_another_mean_may_be_given():
    X, y = drawn(100, 2, np.ones(3), np.ones(3))
    found = LinearDiscriminants().fit(X, y, mean=np.array([5.0, 5.0, 5.0]))
    np.testing.assert_array_equal(found.mean_, [5.0, 5.0, 5.0])
    np.testing.assert_allclose(LinearDiscriminants().fit(X, y).mean_, X.mean(axis=0))


@pytest.mark.parametrize("y", [np.zeros(6), np.arange(6)])
def test_one_group_or_none_of_two_is_refused(y):
    with pytest.raises(ValueError, match=r"n_samples=6 in \d groups"):
        LinearDiscriminants().fit(np.eye(6), y)


# -- the business of texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We bake. We deliver!  Daily?", ["We bake.", "We deliver!", "Daily?"]),
        ("Перевозки; склады\nтаможня", ["Перевозки;", "склады", "таможня"]),
        ("version 2.5 of it", ["version 2.5 of it"]),
        ("  ", [""]),
    ],
)
def test_statements(text, found):
    assert statements(text) == found


def test_companies_of_a_trade_are_nearer_by_their_business_than_by_their_words():
    table = companies(LEAST_TEXTS + 200)
    trade = table["domain"].str.extract(r"(\D+)")[0].to_numpy()
    texts = table["about"].tolist()
    encoder = TextEncoder(svd_components=64)
    vectors = encoder.fit_transform(texts)
    found = learn_business(encoder, texts, vectors)
    alike = trade[:, None] == trade

    def told_apart(points):
        points = points / np.linalg.norm(points, axis=1, keepdims=True)
        cosine = points @ points.T
        return cosine[alike].mean() - cosine[~alike].mean()

    assert told_apart(business(found, vectors)) > 1.3 * told_apart(vectors)


def test_vectors_are_as_long_as_they_were_and_blank_texts_stay_nothing():
    texts = [*companies(LEAST_TEXTS + 50)["about"], ""]
    encoder = TextEncoder(svd_components=16)
    vectors = encoder.fit_transform(texts)
    found = business(learn_business(encoder, texts, vectors), vectors)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.linalg.norm(vectors, axis=1))
    assert not found[-1].any()


def test_what_a_transformer_makes_of_texts_stays_as_it_is():
    texts = companies(LEAST_TEXTS + 50)["about"].tolist()
    encoder = TextEncoder(svd_components=16)
    built_in = encoder.fit_transform(texts)
    by_transformer = np.random.default_rng(0).normal(size=(len(texts), 5))
    vectors = np.hstack([built_in, by_transformer])
    found = business(learn_business(encoder, texts, vectors), vectors)
    np.testing.assert_array_equal(found[:, -5:], by_transformer)
    np.testing.assert_allclose(found[:, :-5], business(learn_business(encoder, texts, built_in), built_in))


def test_too_few_texts_are_left_as_they_are():
    texts = companies(300)["about"].tolist()
    encoder = TextEncoder(svd_components=16)
    vectors = encoder.fit_transform(texts)
    assert learn_business(encoder, texts, vectors) is None
    assert business(None, vectors) is vectors


def test_a_text_of_one_statement_is_parted_in_the_middle_and_a_short_one_not_at_all():
    rng = np.random.default_rng(0)
    parted = business_module._parted
    assert parted("one two three four five six seven", rng) == [("one two three", "four five six seven")]
    assert parted("one two three", rng) == parted("", rng) == []
    pairs = parted("Aa. Bb. Cc.", rng)
    assert len(pairs) == 2
    assert all(sorted(f"{said} {rest}".split()) == ["Aa.", "Bb.", "Cc."] for said, rest in pairs)


# -- universes and models


def test_a_universe_of_many_texts_takes_few_bytes_and_ranks_the_trade(tmp_path):
    companies(1_500).to_csv(tmp_path / "companies.csv", index=False)
    layout = build(tmp_path / "companies.csv", tmp_path / "universe", topics=200, quiet=True)
    assert len(layout.low) == 256
    wanted = companies(80, seed=9)
    wanted = wanted[wanted["domain"].str.startswith("clinic")].assign(
        domain=lambda rows: "new" + rows["domain"]
    )
    ranked = Universe.open(tmp_path / "universe").rank(wanted, 100)
    assert ranked["id"].str.startswith("clinic").all()
    described = Universe.open(tmp_path / "universe").rank_like("ovens for bread; pastry", 100)
    assert described["id"].str.startswith("bakery").mean() > 0.9


def test_a_stored_model_reads_texts_as_before(tmp_path):
    won = companies(60, seed=5).query("domain.str.startswith('haulage')")
    model = lookalike.fit(won, universe=companies(1_200), quiet=True)
    assert model.vectorizer.business_ is not None
    model.save(tmp_path / "model")
    leads = companies(40, seed=6)
    scores = lookalike.load(tmp_path / "model").score(leads)
    pd.testing.assert_frame_equal(scores, model.score(leads))
    points = model.embed(leads)
    total = model.embedding.base_ + model.embedding.contributions(points).sum(axis=1)
    np.testing.assert_allclose(total, scores["score"], atol=1e-6)


def test_business_helps_to_tell_favourites():
    table, leads = companies(1_400), companies(600, seed=3)
    vectorizer = UniverseVectorizer(svd_components=32)
    reduced = vectorizer.fit_transform(table)
    whole = vectorizer.encoder_.transform(vectorizer.texts(table))
    won = np.flatnonzero(table["domain"].str.startswith("bakery"))[:5]
    rest = np.setdiff1d(np.arange(len(table)), won)
    right = leads["domain"].str.startswith("bakery").to_numpy()

    def margin(points, asked):
        scores = learn(points[won], points[rest]).embedding.model_score(asked)
        return (scores[right].mean() - scores[~right].mean()) / scores.std()

    assert margin(reduced, vectorizer.transform(leads)) > margin(
        whole, vectorizer.encoder_.transform(vectorizer.texts(leads))
    )
