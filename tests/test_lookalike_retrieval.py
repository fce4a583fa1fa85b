"""Named deals and neighbours are retrieved, not compared one by one: how many of the right are found."""

import numpy as np
import pytest
from lookalike_deals import fitted, leads

from enrich.tables import read_table, write_table
from lookalike import code_search, index, vector_search
from lookalike.batch import score_file
from lookalike.benchmark.index import run_index_benchmark
from lookalike.benchmark.made_up import made_up_deals, made_up_parts
from lookalike.candidates import LeafCandidates, VectorCandidates
from lookalike.embed import BoostedEmbedding, ForestEmbedding, LinearEmbedding
from lookalike.in_order import in_order
from lookalike.index import DealIndex
from lookalike.leaf_lists import LeafCounts, LeafLists, largest
from lookalike.strongest import StrongestDeals

N = 3_000


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N + 100, 6))
    y = X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=N + 100) > 0
    return X[:N], y[:N], X[N:]


@pytest.fixture(scope="module")
def boosted(data):
    return BoostedEmbedding(n_estimators=60, n_ensembles=1).fit(*data[:2])


@pytest.fixture(scope="module")
def forest(data):
    return ForestEmbedding(n_estimators=40, n_jobs=1).fit(*data[:2])


@pytest.fixture(scope="module")
def linear(data):
    return LinearEmbedding().fit(*data[:2])


def right(embedding, points, found, k):
    """The share of the k strongest deals of each side, by all contributions, that were found."""
    contributions = embedding.contributions(points)
    shares = []
    for sign, (deals, given) in zip((1, -1), found, strict=True):
        np.testing.assert_allclose(given, np.take_along_axis(contributions, deals, axis=1), atol=1e-9)
        least = np.sort(sign * contributions, axis=1)[:, -k][:, None]
        shares.append((sign * given >= least - 1e-12).mean())
        assert all(len(set(row)) == k for row in deals)
    return min(shares)


# -- the strongest deals


@pytest.mark.parametrize("name", ["boosted", "forest", "linear"])
def test_the_strongest_deals_are_found_with_their_exact_contributions(name, data, request):
    embedding = request.getfixturevalue(name)
    points = embedding.transform(data[2])
    assert right(embedding, points, StrongestDeals(embedding).search(points, 5), 5) == 1


def test_a_fraction_of_the_shares_finds_nearly_all_of_the_strongest(boosted, data, monkeypatch):
    """As with 50,000 deals, where the budget reaches a few of the leaves."""
    for least in ("EVERYTHING", "MIN_SHARES"):
        monkeypatch.setattr(f"lookalike.candidates.{least}", 0)
    points = boosted.transform(data[2])
    everything = np.diff(boosted.members.indptr)[boosted.numbered(points)].sum(axis=1).mean()
    assert 0.02 * everything > 0.25 * N
    assert right(boosted, points, StrongestDeals(boosted).search(points, 5), 5) >= 0.9


@pytest.mark.parametrize("kind", [LeafCandidates, VectorCandidates])
def test_more_candidates_than_deals_are_all_deals(kind, boosted, linear, data):
    embedding = boosted if kind is LeafCandidates else linear
    side_for, against = kind(embedding).sides(embedding.transform(data[2][:3]), 10 * N)
    if kind is LeafCandidates:
        assert set(side_for[0]) == set(np.flatnonzero(embedding.won_))
        assert set(against[0]) == set(np.flatnonzero(~embedding.won_))
    else:
        assert set(side_for[0]) == set(against[0]) == set(range(N))


# -- inverted lists


def test_sums_over_lists_are_the_contributions(boosted, data):
    points = boosted.transform(data[2])
    lists = LeafLists(boosted, boosted.points_, boosted.shares_)
    for block, sums in lists.sums(points):
        np.testing.assert_allclose(sums, boosted.contributions(points[block]), atol=1e-5)


def test_counts_find_exactly_the_most_similar(forest, data):
    points = forest.transform(data[2])
    found = LeafCounts(forest, forest.points_).nearest(points, 10)
    likeness = forest.similarity(points)
    least = np.sort(likeness, axis=1)[:, -10][:, None]
    assert (np.take_along_axis(likeness, found, axis=1) >= least).all()


@pytest.mark.parametrize("width", [1, 7, 100, 1_000, 4_007])
@pytest.mark.parametrize("count", [1, 5, 80])
def test_the_largest_cells_are_found(width, count):
    cells = np.random.default_rng(width).integers(0, 50, (9, width)).astype(np.float32)
    found = largest(cells, count)
    kept = -np.sort(-cells, axis=1)[:, :count]
    np.testing.assert_array_equal(-np.sort(-np.take_along_axis(cells, found, axis=1), axis=1), kept)
    assert all(len(set(row)) == min(count, width) for row in found)


# -- groups, as with many deals


@pytest.mark.parametrize("name", ["boosted", "linear"])
def test_likely_groups_hold_nearly_all_neighbours(name, data, request, monkeypatch):
    embedding = request.getfixturevalue(name)
    points = embedding.transform(data[2])
    exact = DealIndex(embedding, np.arange(N)).search(points, 100)[1]
    for module in (code_search, vector_search):
        monkeypatch.setattr(module, "EXACT", 0)
        monkeypatch.setattr(module, "SEARCHED", 0.4)  # of few groups a larger share
    monkeypatch.setattr(index, "FEW_SHARED", 0)
    found, likeness = DealIndex(embedding, np.arange(N)).search(points, 100)
    assert (likeness >= exact[:, -1:] - 1e-9).mean() >= 0.95
    assert all(len(set(row)) == 100 for row in found)


@pytest.mark.parametrize("name", ["boosted", "linear"])
def test_groups_that_hold_too_few_do_not_shorten_the_answer(name, data, request, monkeypatch):
    embedding = request.getfixturevalue(name)
    for module in (code_search, vector_search):
        monkeypatch.setattr(module, "EXACT", 0)
        monkeypatch.setattr(module, "SEARCHED", 0.0)
    found, _ = DealIndex(embedding, np.arange(N)).search(embedding.transform(data[2]), 150)
    assert all(len(set(row)) == 150 for row in found)
    assert found.min() >= 0


def test_the_benchmark_of_the_index_finds_nearly_all(tmp_path):
    figures = run_index_benchmark(
        [50, 3_000], queries=40, embeddings=["boosted", "forest", "linear"], json_file=tmp_path / "f.json"
    )
    assert (figures["recall"] >= 0.95).all()
    assert figures["deals"].tolist() == [50, 3_000] * 3
    assert (tmp_path / "f.json").stat().st_size


# -- batches and threads


@pytest.mark.parametrize("name", ["boosted", "linear", "forest"])
def test_neither_threads_nor_batches_change_a_file(name, tmp_path, monkeypatch):
    write_table(leads(), tmp_path / "leads.csv")
    model, read = fitted(name), {}
    for threads, rows in ((1, 5_000), (3, 7)):
        for size in ("BATCH_ROWS", "PART_ROWS"):
            monkeypatch.setattr(f"lookalike.batch.{size}", rows)
        done = score_file(
            model, tmp_path / "leads.csv", tmp_path / "s.csv", deals_a_side=3, threads=threads, quiet=True
        )
        read[threads] = [read_table(path).frame for path in (tmp_path / "s.csv", done.evidence)]
    for one, other in zip(*read.values(), strict=True):
        assert one.columns.tolist() == other.columns.tolist()
        for column in one:
            try:
                numbers = one[column].astype(float), other[column].astype(float)
                np.testing.assert_allclose(*numbers, rtol=1e-6, atol=1e-5)
            except ValueError:
                assert one[column].fillna("").tolist() == other[column].fillna("").tolist()


def test_scores_alone_are_the_scores(tmp_path):
    write_table(leads(), tmp_path / "leads.csv")
    score_file(fitted("boosted"), tmp_path / "leads.csv", tmp_path / "s.csv", because=False, quiet=True)
    found = read_table(tmp_path / "s.csv").frame
    assert found.columns.tolist() == ["lead_id", "score", "probability", "rank", "error"]
    expected = fitted("boosted").score(leads())
    np.testing.assert_allclose(found["score"].astype(float), expected["score"], atol=1e-12)
    # What LightGBM itself says of the same features.
    own = fitted("boosted").embedding.model_score(fitted("boosted").place(leads()).matrix)
    np.testing.assert_allclose(found["score"].astype(float), own, atol=1e-6)


def test_an_error_in_a_thread_is_raised_and_stops_the_reading():
    read = []

    def items():
        for item in range(1_000):
            read.append(item)
            yield item

    def work(item):
        if item == 5:
            raise KeyError(item)
        return item

    with pytest.raises(KeyError):
        list(in_order(work, items(), threads=2))
    assert len(read) < 20


# -- the made-up table


def test_made_up_rows_are_the_same_however_many_are_asked_for(monkeypatch):
    whole = made_up_deals(60)
    assert whole.shape == (60, 22)
    assert whole["stage"].nunique() == 2
    assert whole.equals(made_up_deals(60))
    assert not whole.equals(made_up_deals(60, seed=1))
    monkeypatch.setattr("lookalike.benchmark.made_up.ROWS", 25)
    parts = list(made_up_parts(60))
    assert [len(part) for part in parts] == [25, 25, 10]
    assert parts[2]["id"].iloc[-1] == whole["id"].iloc[-1]
