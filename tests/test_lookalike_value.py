"""Expected value: probability times the value of the won deals a lead resembles."""

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import ROLES, deals, leads

import lookalike
from enrich.errors import ColumnError
from lookalike.batch import score_file
from lookalike.embed import PlainEmbedding
from lookalike.value import NeighbourValue
from lookalike.weights import by_value


def corners(values_of, n=200, seed=0):
    """Won and lost deals in two corners, the won ones with a value by corner."""
    rng = np.random.default_rng(seed)
    corner = rng.choice([-1.0, 1.0], n)
    X = np.column_stack([corner, -corner]) * 3 + rng.normal(size=(n, 2))
    won = rng.random(n) < 0.5
    return PlainEmbedding().fit(X, won), np.where(won, values_of(corner, rng), np.nan)


def test_a_lead_is_worth_what_its_neighbours_were():
    embedding, values = corners(lambda corner, rng: np.where(corner > 0, 900.0, 100.0))
    found = NeighbourValue(embedding, values)
    assert found.worth.neighbours > 0
    assert found.worth.error < 0.2 * found.worth.error_of_mean
    said = found.predict(embedding.transform([[3.0, -3.0], [-3.0, 3.0]]))
    np.testing.assert_allclose(said, [900, 100], rtol=0.1)


def test_where_neighbours_tell_nothing_the_mean_of_all_remains():
    embedding, values = corners(lambda corner, rng: rng.exponential(1_000.0, len(corner)))
    found = NeighbourValue(embedding, values)
    said = found.predict(embedding.transform([[3.0, -3.0], [-3.0, 3.0]]))
    assert found.worth.error <= found.worth.error_of_mean
    assert np.ptp(said) < 0.5 * found.worth.mean


def test_errors_are_of_deals_left_out_by_hand():
    """Two corners of three twins each: without itself a deal's five neighbours are all the others."""
    X = np.repeat([[1.0, -1.0], [-1.0, 1.0]], 3, axis=0)
    won = np.ones(8, dtype=bool)
    won[6:] = False
    embedding = PlainEmbedding().fit(np.vstack([X, [[0.0, 1.0], [1.0, 0.0]]]), won)
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, np.nan, np.nan])
    worth = NeighbourValue(embedding, values).worth
    others = (21 - values[:6]) / 5
    assert worth.error_of_mean == pytest.approx(np.sqrt(((others - values[:6]) ** 2).mean()))
    assert worth.mean == 3.5


def test_a_deal_does_not_tell_its_own_value():
    embedding, values = corners(lambda corner, rng: rng.choice([0.0, 1_000_000.0], len(corner)), n=60)
    worth = NeighbourValue(embedding, values).worth
    assert worth.error > 0.4e6  # coins that nobody can guess


@pytest.fixture(scope="module")
def valued():
    table = deals()
    worth = np.where(np.arange(len(table)) % 7 == 0, np.nan, np.arange(len(table)) * 10.0)
    roles = {**ROLES, "value": "worth"}
    return lookalike.fit(table.assign(worth=worth), **roles, embedding="linear", quiet=True)


def test_scores_tell_value_and_expected_value_before_the_error(valued, tmp_path):
    scores = valued.score(leads())
    assert list(scores.columns)[-3:] == ["value", "expected_value", "error"]
    np.testing.assert_allclose(scores["expected_value"], scores["probability"] * scores["value"])
    leads().to_csv(tmp_path / "leads.csv", index=False)
    score_file(valued, tmp_path / "leads.csv", tmp_path / "scores.csv", quiet=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "scores.csv")[["value"]], scores[["value"]])


def test_without_values_there_are_no_such_columns():
    model = lookalike.fit(
        deals().drop(columns="worth"), **{**ROLES, "value": None}, embedding="linear", quiet=True
    )
    assert "value" not in model.score(leads())
    assert model.worth is None


def test_a_loaded_model_tells_the_same_values(valued, tmp_path):
    valued.save(tmp_path / "m")
    again = lookalike.load(tmp_path / "m")
    assert again.worth == valued.worth
    np.testing.assert_allclose(again.score(leads())["value"], valued.score(leads())["value"])
    assert again.ece == valued.ece
    assert 0 <= valued.ece < 0.5


# -- deals that count by their value


def test_weighed_by_value_big_deals_decide_what_a_good_lead_is():
    """Small shops are won often for little, big plants seldom for much."""
    rng = np.random.default_rng(0)
    plant = rng.random(400) < 0.5
    won = rng.random(400) < np.where(plant, 0.2, 0.6)
    table = pd.DataFrame(
        {
            "id": range(400),
            "kind": np.where(plant, "plant", "shop"),
            "stage": np.where(won, "won", "lost"),
            "amount": np.where(won, np.where(plant, 90_000.0, 1_000.0), np.nan),
        }
    )
    options = {"outcome": "stage", "won": "won", "value": "amount", "embedding": "linear", "quiet": True}
    new = pd.DataFrame({"id": ["shop", "plant"], "kind": ["shop", "plant"]})
    by_number = lookalike.fit(table, **options).score(new)["score"]
    by_value = lookalike.fit(table, weigh_by_value=True, **options).score(new)["score"]
    assert by_number[0] > by_number[1]
    assert by_value[1] > by_value[0]


def test_a_single_giant_counts_ten_times_at_most():
    worth = np.array([1.0] * 99 + [1e9])
    weight = by_value(worth, np.ones(100, dtype=bool))
    assert weight.max() == 10


def test_without_values_deals_count_alike_and_without_a_column_it_is_refused():
    assert by_value(np.full(3, np.nan), np.ones(3, dtype=bool)).tolist() == [1, 1, 1]
    with pytest.raises(ColumnError, match=r"--weigh-by-value needs .* --value"):
        lookalike.fit(deals(), **{**ROLES, "value": None}, weigh_by_value=True, quiet=True)
