"""Grades: fit from who a lead is, engagement from what it did, by rules that people may edit."""

from copy import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import ROLES, deals, fitted, leads

import lookalike
from enrich.errors import ModelError
from enrich.tables import read_table, write_table
from lookalike.batch import score_file
from lookalike.cli import cli
from lookalike.events import read_events
from lookalike.grades import Engagement, Grading, grade, read_grades
from lookalike.grades.grading import fit_values, is_company
from lookalike.grades.rule_file import FILE, grades_text
from lookalike.grades.rules import FIT, graded


def behaviour(table, seed=0):
    """Those who were won asked for demos before they were opened; all opened mails."""
    rng = np.random.default_rng(seed)
    at = pd.to_datetime(table["opened"], dayfirst=True)
    keen = table["stage"].eq("won") if "stage" in table else pd.Series(rng.random(len(table)) < 0.4)
    parts = [
        pd.DataFrame({"id": table["id"], "at": at - pd.Timedelta("3D"), "type": "open"}),
        pd.DataFrame({"id": table["id"], "at": at - pd.Timedelta("2D"), "type": "demo"})[
            (keen & (rng.random(len(table)) < 0.7)).to_numpy()
        ],
        pd.DataFrame({"id": table["id"], "at": at + pd.Timedelta("5D"), "type": "onboarding"})[
            keen.to_numpy()
        ],
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def model():
    return lookalike.fit(deals(), **ROLES, events=behaviour(deals()), embedding="linear", quiet=True)


@pytest.fixture
def folder(model, tmp_path):
    model.save(tmp_path / "m")
    return tmp_path / "m"


def test_fit_and_behaviour_together_are_the_score(model):
    placed = model.place(leads(), read_events(behaviour(leads())))
    company = is_company(model)
    assert 0 < company.sum() < len(company)
    behaved = model.anatomy.feature_parts(placed.points)[:, ~company].sum(axis=1)
    scores = model.embedding.score_points(placed.points)
    np.testing.assert_allclose(fit_values(model, placed.points) + behaved, scores, atol=1e-9)


def test_behaviour_does_not_move_fit(model):
    told = [Grading(model, model.grades).of(model.place(leads(), log), log) for log in _logs()]
    assert told[0]["fit_grade"].tolist() == told[1]["fit_grade"].tolist()
    assert told[0]["engagement_grade"].tolist() != told[1]["engagement_grade"].tolist()


def _logs():
    return [read_events(log) for log in (behaviour(leads()), behaviour(leads()).iloc[:0])]


def test_leads_are_graded_in_one_step_and_in_their_order(model):
    events = behaviour(leads())
    found, log = grade(model, leads(), events=events), read_events(events)
    assert found["lead_id"].tolist() == leads()["id"].tolist()
    pd.testing.assert_frame_equal(
        found.drop(columns="lead_id"), Grading(model, model.grades).of(model.place(leads(), log), log)
    )
    strict = replace(model.grades, fit=(np.inf, np.inf, np.inf))
    assert set(grade(model, leads(), grades=strict)["fit_grade"]) == {"D"}


def test_a_model_that_could_hold_out_no_deal_cannot_grade(model):
    with pytest.raises(ModelError, match="has no grades; fit it again"):
        grade(replace_grades(model, None), leads())


def replace_grades(model, grades):
    other = copy(model)
    other.grades = grades
    return other


def test_each_grade_of_fit_has_a_quarter_of_the_deals_held_out():
    model = fitted("forest")
    held_out = model.deals["held_out"].dropna()
    counts = pd.Series(graded(held_out, model.grades.fit, FIT)).value_counts()
    assert counts.between(0.2 * len(held_out), 0.3 * len(held_out)).all()
    won = model.deals.loc[held_out.index, "won"].groupby(graded(held_out, model.grades.fit, FIT)).mean()
    assert f"{won['A']:.0%} won" in model.grades.notes[0]


def test_what_told_won_from_lost_weighs_most(model):
    weights = model.grades.engagement.weights
    assert weights["demo"] == 10
    assert weights["open"] < 5


def test_events_after_the_opening_weigh_nothing(model):
    """Their type is known, but at a deal's opening none had happened."""
    assert model.grades.engagement.weights["onboarding"] == 0


def test_engagement_fades_by_half():
    rules = Engagement((3, 2, 1), {"demo": 4.0, "visit /pricing": 1.0}, half_life_days=10)
    log = pd.DataFrame(
        {"id": ["a", "a", "b"], "day": [100.0, 110.0, 90.0], "kind": ["demo", "open", "demo"], "minutes": 0}
    )
    np.testing.assert_allclose(rules.sums(log, ["a", "b", "c"], np.array([110.0, 110.0, 110.0])), [2, 1, 0])


def test_people_may_edit_the_rules(model, folder, tmp_path):
    write_table(leads(), tmp_path / "leads.csv")
    write_table(behaviour(leads()), tmp_path / "events.csv")
    text = (folder / FILE).read_text(encoding="utf-8")
    assert "has a quarter of" in text
    assert "won (" in text
    command = ["score", str(folder), str(tmp_path / "leads.csv"), "-o", str(tmp_path / "s.csv"), "--grades"]
    told = CliRunner().invoke(cli, [*command, "--events", str(tmp_path / "events.csv")])
    assert told.exit_code == 0
    before = read_table(tmp_path / "s.csv").frame
    assert (before["fit_grade"] + before["engagement_grade"]).tolist() == before["grade"].tolist()
    assert before["grade"].str.fullmatch("[A-D][1-4]").all()
    lines = ["A = 1000" if line.startswith("A =") else line for line in text.splitlines()]
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")
    CliRunner().invoke(cli, command)
    after = read_table(tmp_path / "s.csv").frame
    assert set(before["fit_grade"]) >= {"A"}
    assert "A" not in set(after["fit_grade"])


def test_without_events_engagement_is_blank_and_that_is_said(folder, tmp_path):
    write_table(leads(), tmp_path / "leads.csv")
    told = CliRunner().invoke(
        cli, ["score", str(folder), str(tmp_path / "leads.csv"), "-o", str(tmp_path / "s.csv"), "--grades"]
    )
    assert "engagement_grade is blank" in told.output
    scores = pd.read_csv(tmp_path / "s.csv", keep_default_na=False)
    assert set(scores["engagement_grade"]) == {""}
    assert scores["grade"].tolist() == scores["fit_grade"].tolist()


def test_a_lead_with_an_error_keeps_its_row_and_has_no_grade(model, tmp_path):
    table = leads(4)
    table.loc[1, table.columns != "id"] = None
    write_table(table, tmp_path / "leads.parquet")
    also = [Grading(model, model.grades)]
    score_file(model, tmp_path / "leads.parquet", tmp_path / "s.parquet", also=also, quiet=True)
    scores = read_table(tmp_path / "s.parquet").frame
    assert scores["grade"].eq("").tolist() == [False, True, False, False]
    assert list(scores.columns[-4:]) == ["fit_grade", "engagement_grade", "grade", "error"]


def test_the_file_gives_the_rules_back(model, folder):
    found = read_grades(folder)
    assert found.fit == model.grades.fit
    assert found.engagement.starts == model.grades.engagement.starts
    assert found.engagement.weights == model.grades.engagement.weights
    assert lookalike.load(folder).grades == found


MISTAKES = {
    "order": ("A = ", "A = -99999 #", "needs A (-99999) ≥ B"),
    "unknown": ("[fit]", "[fit]\nE = 1", "[fit] has 'E', which is unknown"),
    "no number": ("B = ", 'B = "x" #', "[fit] B is 'x'; write a number"),
    "missing": ("half_life_days", "# half_life_days", "half_life_days is missing"),
    "no table": ("[fit]", "[fti]", "'fti' is unknown; the tables are [fit] and [engagement]"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_named_and_spoil_nothing_else(folder, mistake):
    old, new, message = MISTAKES[mistake]
    text = (folder / FILE).read_text(encoding="utf-8")
    lines = [line.replace(old, new, 1) if line.startswith(old) else line for line in text.splitlines()]
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ModelError) as told:
        read_grades(folder)
    assert message in str(told.value)
    with pytest.warns(UserWarning, match=FILE):
        assert lookalike.load(folder).grades is None


def test_a_model_without_grades_says_what_to_do(folder):
    (folder / FILE).unlink()
    with pytest.raises(ModelError, match="fit it again"):
        read_grades(folder)


def test_hostile_names_of_events_stay_in_their_line(model):
    evil = 'x"\n[fit]\nA = 9\x1b'
    rules = type(model.grades)((3.0, 2.0, 1.0), Engagement((3.0, 2.0, 1.0), {evil: 1.0}))
    assert "\x1b" not in grades_text(rules)
    assert grades_text(rules).splitlines().count("[fit]") == 1
