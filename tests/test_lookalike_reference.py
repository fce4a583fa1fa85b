"""What a model's deals were like: short, exact where it is kept, and no word about anybody."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lookalike_deals import deals, fitted
from scipy.stats import ks_2samp

import lookalike
from enrich.errors import ModelError
from lookalike.evaluate.column_reference import MOST_NAMED, SHARED_BY, STEPS, ColumnReference
from lookalike.evaluate.reference import Reference, state_rows
from lookalike.roles import Kind, Role, role


def of(values):
    cells = pd.Series(values)
    return ColumnReference.of(cells, role(cells))


def test_a_distribution_is_exact_at_each_of_its_steps():
    numbers = np.random.default_rng(0).lognormal(size=5_000)
    kept = of(numbers)
    assert len(kept.values) <= STEPS + 1
    assert sum(kept.counts) == 5_000
    shares = np.cumsum(kept.counts) / 5_000
    assert shares == pytest.approx([np.mean(numbers <= value) for value in kept.values], abs=1e-12)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=300), st.lists(st.integers(-60, 60), max_size=50))
def test_few_values_are_kept_as_they_are(numbers, others):
    kept = ColumnReference.of_numbers(np.array(numbers, dtype=float))
    if len(set(numbers)) <= STEPS:
        assert kept.numbers().tolist() == sorted(numbers)
    stepped = kept.stepped(np.array(others, dtype=float))
    assert (stepped >= others).all()
    assert set(stepped[stepped <= max(numbers)]) <= set(kept.values)


def test_steps_lose_next_to_nothing_of_the_distance_and_add_none():
    rng = np.random.default_rng(0)
    then, now = rng.normal(size=4_000), rng.normal(0.2, size=2_000)
    kept = of(then)
    exact = ks_2samp(then, now).statistic
    found = ks_2samp(kept.numbers(), kept.stepped(now)).statistic
    assert exact - 1 / STEPS <= found <= exact


def test_only_categories_that_some_deals_share_are_named():
    kept = of(["often"] * SHARED_BY * 3 + ["just"] * SHARED_BY + ["seldom"] * (SHARED_BY - 1) + ["", "once"])
    assert kept.named == {"often": 3 * SHARED_BY, "just": SHARED_BY}
    assert kept.rare == SHARED_BY  # seldom and once
    assert kept.rare_by_chance == 2 * SHARED_BY  # for each of the deals that have "just", four others do


def test_where_nearly_everyone_has_a_name_of_their_own_none_is_kept():
    cells = pd.Series([f"Contact {i}" for i in range(60)] + ["Ada Lovelace"] * 40)
    assert ColumnReference.of(cells, Role(Kind.CATEGORY)).named == {}


def test_no_more_categories_are_named_than_can_be_read():
    cells = pd.Series(
        np.repeat([f"c{i}" for i in range(MOST_NAMED + 200)], np.arange(MOST_NAMED + 200) // 50 + 5)
    )
    kept = ColumnReference.of(cells, Role(Kind.CATEGORY))
    assert 0 < len(kept.named) <= MOST_NAMED
    assert min(kept.named.values()) >= kept.least > SHARED_BY


def test_nothing_of_addresses_and_names_is_in_the_folder(tmp_path):
    fitted("linear").save(tmp_path)
    text = (tmp_path / "reference.json").read_text(encoding="utf-8")
    assert "Germany" in text
    for private in ("@", "firm1", "Bakery 1", "GmbH", "number 7", "D0001"):
        assert private not in text


def test_a_reference_comes_back_from_json():
    reference = fitted("linear").reference
    assert Reference.from_dict(json.loads(json.dumps(reference.to_dict()))) == reference


def test_it_knows_how_well_held_out_deals_were_ranked():
    held_out = fitted("linear").reference.held_out
    assert 0.5 < held_out.auc < 1
    assert held_out.deals == 128  # four blocks of five are tested
    assert held_out.auc_error > 0


def test_a_model_of_an_earlier_version_has_none(tmp_path):
    fitted("linear").save(tmp_path)
    (tmp_path / "reference.json").unlink()
    assert lookalike.load(tmp_path).reference is None


def test_a_damaged_one_says_so(tmp_path):
    fitted("linear").save(tmp_path)
    (tmp_path / "reference.json").write_text('{"rows": 1}')
    with pytest.raises(ModelError, match=r"reference\.json: lacks or garbles 'scores'"):
        lookalike.load(tmp_path)


def test_favourites_are_judged_by_the_universe_they_were_told_from():
    universe = deals().drop(columns=["stage", "worth", "opened"])
    model = lookalike.fit(universe.head(12), universe=universe.tail(140), quiet=True)
    assert model.reference.rows == 140
    assert model.reference.scores.rows == 140
    assert model.reference.held_out is None


def test_states_are_counted_by_row():
    table = pd.DataFrame({"a": ["x", None, None], "a_why": [None, "failed", "failed"]})
    table = table.assign(b=None, b_why=["failed", "failed", "absent"], other_why="failed")
    assert state_rows(table) == {"absent": 1, "failed": 3}
