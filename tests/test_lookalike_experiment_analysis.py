"""An experiment analyzed: the split first, then what differs, and nothing silently lost."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from enrich.errors import ColumnError, SettingsError
from lookalike.experiment import Columns, analyze
from lookalike.experiment.proportions import compare_conversion

CONVERSION = Columns(outcome="stage", won="won")
BOTH = Columns(outcome="stage", won="won", revenue="worth")


def table(leads=2_000, effect=0.0, seed=3, arms=("A", "B"), share=0.5):
    """An experiment as a CRM exports it: texts, an effect on the last arm."""
    rng = np.random.default_rng(seed)
    arm = np.where(rng.random(leads) < share, arms[0], rng.choice(arms[1:], leads))
    score, before = rng.random(leads), rng.gamma(2, 10, leads)
    won = rng.random(leads) < 0.05 + 0.2 * score + effect * (arm == arms[-1])
    worth = np.where(won, (before * rng.gamma(3, 3, leads)).round(2), np.nan)
    made = {"id": [f"L-{i}" for i in range(leads)], "arm": arm, "stage": np.where(won, "won", "lost")}
    made |= {"worth": worth, "score": score.round(3), "before": before.round(1)}
    made |= {"created_at": pd.date_range("2026-01-01", periods=leads, freq="h").strftime("%Y-%m-%d %H:%M")}
    return pd.DataFrame(made).astype("str").mask(lambda t: t == "nan")


def test_a_difference_is_told_with_its_interval():
    found = analyze(table(effect=0.08), CONVERSION)
    first = found.comparisons[0]
    assert first.observed == compare_conversion(
        round(first.mean * first.leads),
        first.leads,
        round(first.control_mean * first.control_leads),
        first.control_leads,
    )
    assert first.beyond_chance
    assert found.headline.startswith("The split is as planned. B converts ")
    assert "points more than A" in found.headline


def test_no_difference_is_told_with_what_would_show():
    found = analyze(table(), CONVERSION)
    assert not found.comparisons[0].beyond_chance
    assert "There is no difference in conversion beyond chance between B and A" in found.headline
    assert "6,000 more leads half of it" in found.headline


def test_a_split_that_is_wrong_is_told_first():
    found = analyze(table(effect=0.08, share=0.6), CONVERSION)
    assert found.split.alarm
    assert found.headline.startswith("The split is NOT as planned")
    assert found.warnings[0].startswith("The split is NOT as planned")
    assert not analyze(table(share=0.6), CONVERSION, shares={"A": 6, "B": 4}).split.alarm


def test_what_was_known_before_narrows_the_interval():
    plain, adjusted = (
        analyze(table(leads=3_000), columns)
        for columns in (BOTH, Columns("arm", "stage", "won", "worth", "before", "score"))
    )
    revenue = [found.comparisons[1] for found in (plain, adjusted)]
    assert revenue[0].adjusted is None
    assert revenue[0].told == revenue[0].observed
    assert revenue[1].observed == revenue[0].observed
    assert revenue[1].told == revenue[1].adjusted
    assert revenue[1].variance_left < 0.99
    assert revenue[1].strata == 5
    assert revenue[1].told.standard_error < revenue[0].told.standard_error


def test_a_covariate_of_afterwards_is_suspected():
    leads = table(effect=0.3)
    leads["before"] = (leads["stage"] == "won").astype(int).astype("str")
    found = analyze(leads, Columns(outcome="stage", won="won", covariate="before"))
    assert any("must be from before" in note for note in found.notes)


def test_each_of_several_treatments_is_compared_with_the_control():
    found = analyze(
        table(leads=6_000, effect=0.06, arms=("control", "B", "C"), share=1 / 3), CONVERSION, control=None
    )
    conversion = [one for one in found.comparisons if one.measure == "conversion"]
    assert [(one.treatment, one.control) for one in conversion] == [("B", "control"), ("C", "control")]
    holm = multipletests([one.told.p_value for one in conversion], method="holm")[1]
    assert [one.holm_p for one in conversion] == pytest.approx(holm.tolist(), abs=1e-12)


def test_leads_held_out_are_compared_only_when_named():
    leads = table()
    leads.loc[:199, "arm"] = "holdout"
    assert [one.treatment for one in analyze(leads, CONVERSION).comparisons] == ["B"]
    against = analyze(leads, CONVERSION, control="holdout", shares={"A": 45, "B": 45, "holdout": 10})
    assert {(one.treatment, one.control) for one in against.comparisons} == {
        ("A", "holdout"),
        ("B", "holdout"),
    }


# -- rows


def test_rows_that_cannot_be_used_are_counted_and_named():
    leads = table(leads=400)
    leads.loc[0, "arm"] = None
    leads.loc[1, "stage"] = None
    leads.loc[2, ["stage", "worth"]] = ["won", "lots"]
    leads.loc[3, ["stage", "worth"]] = ["won", None]
    leads.loc[4, "id"] = None
    found = analyze(leads, BOTH, errors=["", "", "", "", "", "line 7 has 3 cells", *[""] * 394])
    assert found.errors[:6] == [
        "no 'arm'",
        "no 'stage' yet",
        "'worth' is no number",
        "won without 'worth'",
        "no 'id'",
        "line 7 has 3 cells",
    ]
    assert found.left_out["rows"].sum() == 6
    assert found.comparisons[0].leads + found.comparisons[0].control_leads == 394


def test_a_lead_in_two_arms_is_left_out_and_one_that_repeats_counts_once():
    leads = table(leads=400)
    twice = leads.iloc[[5]].assign(arm="A" if leads["arm"].iloc[5] == "B" else "B")
    again = leads.iloc[[6]].assign(stage="won", worth="10")
    found = analyze(pd.concat([leads, twice, again], ignore_index=True), BOTH)
    assert found.errors.count("the lead is in two arms") == 2
    assert sum(found.split.observed.values()) == 399
    assert found.comparisons[0].leads + found.comparisons[0].control_leads == 399


def test_arms_that_lose_unlike_shares_of_their_leads_cast_doubt():
    leads = table()
    lost = leads.index[(leads["arm"] == "B") & (leads["stage"] == "lost")][:300]
    leads.loc[lost, "stage"] = None
    found = analyze(leads, CONVERSION)
    assert found.losses_p < 0.001
    assert "unlike shares" in found.headline


def test_revenue_of_leads_that_were_lost_is_nought():
    leads = table(leads=600)
    found = analyze(leads, BOTH).comparisons[1]
    here = leads[leads["arm"] == "B"]
    assert found.mean == pytest.approx(here["worth"].astype(float).sum() / len(here))


def test_an_outcome_of_ones_and_noughts_needs_no_won_value():
    leads = table()
    leads["stage"] = (leads["stage"] == "won").astype(int)
    assert analyze(leads, Columns(outcome="stage")).comparisons[0].mean > 0
    with pytest.raises(ColumnError, match="--won is needed"):
        analyze(table(), Columns(outcome="arm"))


# -- day by day, and by score


def test_who_looks_every_day_sees_when_it_is_proven():
    found = analyze(table(leads=6_000, effect=0.1), Columns(outcome="stage", won="won", date="created_at"))
    path = found.paths[0]
    assert (np.diff(path.looks["p_value"]) <= 0).all()
    assert path.looks["leads"].iloc[-1] == 6_000
    assert "2026-01-02" < path.first_proof < "2026-09-08"
    assert found.comparisons[0].anytime.p_value <= path.looks["p_value"].iloc[-1]


def test_without_every_date_nothing_is_told_day_by_day():
    leads = table()
    leads.loc[3, "created_at"] = "soon"
    found = analyze(leads, Columns(outcome="stage", won="won", date="created_at"))
    assert found.paths == []
    assert any("no date that can be read" in note for note in found.notes)


def test_the_score_shows_whom_it_works_on():
    found = analyze(table(), Columns(outcome="stage", won="won", score="score"))
    assert found.uplift[0].by_score["tenth"].tolist() == list(range(1, 11))
    assert found.uplift[0].by_score[["treated", "control"]].to_numpy().sum() == 2_000
    assert analyze(table(), CONVERSION).uplift == []


# -- what cannot be analyzed


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (Columns(), "--outcome"),
        (Columns(arm="group", outcome="stage", won="won"), "'group'"),
        (Columns(outcome="stage", won="gained"), "'gained' never occurs"),
        (Columns(arm="stage", outcome="arm", won="A"), None),
        (Columns(outcome="stage", won="won", id="number"), "'number'"),
    ],
)
def test_columns_that_make_no_sense_are_named(columns, problem):
    if problem is None:
        assert analyze(table(), columns).comparisons
        return
    with pytest.raises(ColumnError, match=problem):
        analyze(table(), columns)


def test_one_arm_is_no_experiment():
    with pytest.raises(ColumnError, match="two arms"):
        analyze(table().assign(arm="A"), CONVERSION)
    with pytest.raises(ColumnError, match="--control 'Z'"):
        analyze(table(), CONVERSION, control="Z")
    with pytest.raises(SettingsError, match="arm 'B'"):
        analyze(table(), CONVERSION, shares={"A": 1, "C": 1})


def test_an_arm_with_nothing_but_blanks_is_named():
    leads = table(leads=50)
    leads.loc[leads["arm"] == "B", "stage"] = None
    with pytest.raises(SettingsError, match="'B' has 0 leads"):
        analyze(leads, CONVERSION)
