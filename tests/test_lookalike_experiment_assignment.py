"""Who gets which arm: a hash of salt and id, so nothing else can change it."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from enrich.errors import ColumnError, SettingsError
from lookalike.experiment import Plan, assign
from lookalike.experiment.assignment import NO_SCORE, arm_of, place
from lookalike.experiment.shares import parse_shares

EVEN = {"A": 0.5, "B": 0.5}
IDS = st.lists(
    st.text(min_size=1).filter(lambda text: text.strip() not in ("", "-")), unique=True, max_size=40
)


def leads(ids, **columns):
    return pd.DataFrame({"id": pd.array(list(ids), dtype="str"), **columns})


def arms(table, plan):
    made = assign(table, plan).leads
    return dict(zip(made["id"], made["arm"], strict=True))


@settings(max_examples=30, deadline=None)
@given(IDS, st.randoms(use_true_random=False), st.text(min_size=1).filter(str.strip))
def test_arms_are_the_same_in_every_run_and_order(ids, random, salt):
    plan = Plan(salt, EVEN, holdout=0.2)
    shuffled = list(ids)
    random.shuffle(shuffled)
    assert arms(leads(ids), plan) == arms(leads(shuffled), plan)


@settings(max_examples=30, deadline=None)
@given(IDS, IDS)
def test_leads_that_are_added_change_no_arm(ids, more):
    plan = Plan("spring", EVEN, holdout=0.2)
    before = arms(leads(ids), plan)
    after = arms(leads([*more, *ids]), plan)
    assert {id: after[id] for id in before} == before


@settings(max_examples=30, deadline=None)
@given(IDS)
def test_no_row_is_lost_and_each_has_an_arm_or_an_error(ids):
    made = assign(leads([*ids, None, *ids]), Plan("spring", EVEN)).leads
    assert len(made) == 2 * len(ids) + 1
    assert (made["arm"].notna() != made["error"].notna()).all()
    assert made["arm"].tolist()[: len(ids)] == made["arm"].tolist()[len(ids) + 1 :]


@given(st.floats(0, 0.5), st.floats(0, 0.49))
def test_a_larger_holdout_only_takes_leads_out(small, more):
    ids = [f"L-{i}" for i in range(50)]
    few = [arm_of(Plan("s", EVEN, holdout=small), id) for id in ids]
    many = [arm_of(Plan("s", EVEN, holdout=small + more), id) for id in ids]
    assert all(after in (before, "holdout") for before, after in zip(few, many, strict=True))


def test_an_arm_is_settled_for_good():
    """A change here would move leads of experiments that run."""
    plan = Plan("spring", {"A": 0.5, "B": 0.3, "C": 0.2}, holdout=0.1)
    assert "".join(arm_of(plan, f"L-{i:04}")[0] for i in range(1, 21)) == "hACBAAABABABABAACBAC"


def test_shares_are_kept():
    shares = {"A": 0.6, "B": 0.3, "C": 0.1}
    made = assign(leads(f"L-{i}" for i in range(20_000)), Plan("spring", shares, holdout=0.25))
    assert made.held_out == pytest.approx(5_000, abs=200)
    assert made.sizes.p_value > 0.001
    assert sum(made.sizes.observed.values()) + made.held_out == 20_000


def test_salts_make_experiments_independent():
    ids = [f"L-{i}" for i in range(20_000)]
    one, other = (
        np.array([arm_of(Plan(salt, EVEN), id) == "A" for id in ids]) for salt in ("spring", "autumn")
    )
    assert stats.chi2_contingency(pd.crosstab(one, other)).pvalue > 0.001


def test_the_holdout_is_independent_of_the_arms_and_shared_by_its_salt():
    ids = [f"L-{i}" for i in range(2_000)]
    out = [
        {id for id in ids if arm_of(Plan(salt, EVEN, holdout=0.1, holdout_salt="all"), id) == "holdout"}
        for salt in ("spring", "autumn")
    ]
    assert out[0] == out[1]
    kept = Plan("spring", EVEN)
    assert stats.binomtest(sum(arm_of(kept, id) == "A" for id in out[0]), len(out[0])).pvalue > 0.001


def test_places_are_even():
    assert stats.kstest([place("salt", "arm", str(i)) for i in range(5_000)], "uniform").pvalue > 0.001


def test_the_same_letters_written_in_two_ways_are_one_id():
    assert place("s", "arm", "caf\u00e9") == place("s", "arm", "cafe\u0301")


def test_numbers_are_the_same_ids_as_texts():
    texts = assign(leads(["7", "8"]), Plan("s", EVEN)).leads["arm"].tolist()
    for numbers in ([7, 8], [7.0, 8.0]):
        assert assign(pd.DataFrame({"id": numbers}), Plan("s", EVEN)).leads["arm"].tolist() == texts


# -- strata


def test_strata_are_settled_on_the_first_leads():
    scores = np.random.default_rng(1).random(500)
    first = assign(leads((f"L-{i}" for i in range(500)), score=scores), Plan("s", EVEN), strata=4)
    assert first.leads["stratum"].value_counts().tolist() == [125] * 4
    later = assign(leads(["L-0", "new"], score=[scores[0], 9.0]), first.plan)
    assert later.leads["stratum"].tolist() == [first.leads["stratum"].iloc[0], "4"]
    assert later.plan == first.plan


def test_strata_are_alike_in_both_arms():
    """Left to chance, as with a coin; no stratum is far from half and half."""
    scores = np.random.default_rng(1).random(10_000)
    made = assign(leads((f"L-{i}" for i in range(10_000)), score=scores), Plan("s", EVEN))
    counts = made.strata.pivot_table(index="stratum", columns="arm", values="leads")
    assert stats.chi2_contingency(counts).pvalue > 0.001


def test_a_lead_without_a_score_has_an_arm_too():
    made = assign(leads(["a", "b", "c"], score=["0,5", "?", None]), Plan("s", EVEN))
    assert made.leads["stratum"].tolist() == ["1", NO_SCORE, NO_SCORE]
    assert made.leads["arm"].notna().all()


# -- what is wrong


def test_rows_that_are_wrong_already_get_no_arm_and_keep_what_was_said():
    table = leads(["a", "b", None], error=["", "no such company", None])
    made = assign(table, Plan("s", EVEN), errors=["line 2 has 3 cells", "", ""])
    assert made.leads["arm"].isna().tolist() == [True, False, True]
    assert made.leads["error"].tolist() == ["line 2 has 3 cells", "no such company", "no 'id', so no arm"]
    assert made.errors == 2
    assert made.headline.endswith("; 2 rows have no arm")


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ("A", "two arms"),
        ("A=1,A=2", "twice"),
        ("A=x,B=1", "no share"),
        ("A=0,B=1", "above nought"),
        (",B", "without"),
    ],
)
def test_shares_that_make_no_sense_are_named(shares, problem):
    with pytest.raises(SettingsError, match=problem):
        parse_shares(shares)


def test_an_arm_called_holdout_is_refused():
    with pytest.raises(SettingsError, match="--holdout"):
        parse_shares("A,Holdout")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [({"salt": " "}, "salt"), ({"holdout": 1.0}, "holdout"), ({"planned": 0}, "plan")],
)
def test_plans_that_make_no_sense_are_named(settings, problem):
    with pytest.raises(SettingsError, match=problem):
        Plan(**{"salt": "s", "shares": EVEN} | settings)


def test_a_table_with_arms_is_not_assigned_again():
    with pytest.raises(ColumnError, match="'arm' already"):
        assign(leads(["a"], arm=["A"]), Plan("s", EVEN))


def test_columns_that_are_missing_are_named():
    with pytest.raises(ColumnError, match="--id"):
        assign(pd.DataFrame({"x": [1]}), Plan("s", EVEN))
    with pytest.raises(ColumnError, match="'points'"):
        assign(leads(["a"]), Plan("s", EVEN), score="points")


def test_a_plan_is_read_as_it_was_written(tmp_path):
    plan = Plan("spring", EVEN, 0.1, "all", [0.2, 0.5], 900)
    plan.write(tmp_path / "plan.json")
    assert Plan.read(tmp_path / "plan.json") == plan


@pytest.mark.parametrize(
    "text", ["[", "[]", "{}", json.dumps({"format": 9}), json.dumps({"format": 1, "salt": 3})]
)
def test_a_damaged_plan_is_named(tmp_path, text):
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(SettingsError, match=r"plan\.json"):
        Plan.read(tmp_path / "plan.json")
    with pytest.raises(SettingsError, match="nowhere"):
        Plan.read(tmp_path / "nowhere.json")
