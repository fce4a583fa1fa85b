"""Points scorecards: evidence as defined, bins as good as any, points in a file that people can edit."""

import json
from itertools import combinations

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import deals, leads
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import check_estimator

from enrich.errors import ColumnError, ModelError
from enrich.tables import read_table, write_table
from lookalike import results
from lookalike.batch import score_file
from lookalike.cli import cli
from lookalike.evaluate.metrics import auc
from lookalike.non_negative import non_negative_logistic
from lookalike.scorecard import Scorecard, ScorecardClassifier, fit_scorecard, read_rules
from lookalike.scorecard.binning import best_bins, chance
from lookalike.scorecard.evidence import SMOOTHING, evidence_among, information_value, weight_of_evidence
from lookalike.scorecard.judged import judge_rules
from lookalike.scorecard.rule_file import rules_text
from lookalike.scorecard.rules import Criterion, Rule
from lookalike.storage import load, load_scorer

PARTS = {"outcome": "stage", "won": "won", "time": "opened", "value": "worth", "drop": ["email"]}

HAND = """
[scorecard]
start = 10

[[criterion]]
column = "employees"
name = "Size"
rules = [
  { from = 10, below = 100, points = 20 },
  { from = 100, points = 5 },
  { blank = true, points = -7 },
]

[[criterion]]
column = "tools"
rules = [{ has = ["hubspot", "Salesforce"], points = 8 }]

[[criterion]]
column = "title"
rules = [{ is = "CEO", points = 3 }, { contains = ["head of", "chief"], points = 2 }]
otherwise = -1
"""

HAND_LEADS = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "employees": [99, 100, None, 3],
        "tools": ["HubSpot; SAP", "SAP", None, "salesforce"],
        "title": [" ceo ", "Head of Sales", None, "Clerk"],
    }
)


@pytest.fixture
def hand(tmp_path):
    def written(text=HAND):
        (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
        return tmp_path / "rules.toml"

    return written


@pytest.fixture(scope="module")
def card():
    return fit_scorecard(deals(400), **PARTS, quiet=True)


# -- evidence


def test_weight_of_evidence_and_information_value_are_as_defined():
    won, lost = np.array([30.0, 10.0, 60.0]), np.array([20.0, 70.0, 110.0])
    by_hand = [np.log((w / 100) / (n / 200)) for w, n in zip(won, lost, strict=True)]
    np.testing.assert_allclose(weight_of_evidence(won, lost), by_hand, rtol=1e-12)
    expected = sum((w / 100 - n / 200) * e for w, n, e in zip(won, lost, by_hand, strict=True))
    assert information_value(won, lost) == pytest.approx(expected, rel=1e-12)


def test_the_information_value_is_the_symmetric_divergence_of_scipy():
    from scipy.stats import entropy

    won, lost = np.array([5.0, 15.0, 40.0]), np.array([60.0, 30.0, 10.0])
    both = entropy(won / 60, lost / 100) + entropy(lost / 100, won / 60)
    assert information_value(won, lost) == pytest.approx(both, rel=1e-12)


# -- bins


def brute_force(won, lost, max_bins, min_count, direction, penalty):
    """The best of all ways to join neighbours, by trying them all."""
    best, found = -np.inf, [0]
    for bins in range(1, max_bins + 1):
        for cuts in combinations(range(1, len(won)), bins - 1):
            groups = np.split(np.arange(len(won)), cuts)
            w, n = (np.array([side[group].sum() for group in groups]) for side in (won, lost))
            weights = evidence_among(w, n, won.sum(), lost.sum())
            if (w + n < min_count).any() or (direction * np.diff(weights) < 0).any():
                continue
            value = ((w / won.sum() - n / lost.sum()) * weights).sum() - penalty * (bins - 1)
            if value > best + 1e-12:
                best, found = value, [0, *cuts]
    return found


@pytest.mark.parametrize("direction", [-1, 0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_no_other_bins_tell_more(direction, seed):
    rng = np.random.default_rng(seed)
    won, lost = rng.integers(0, 30, 8).astype(float), rng.integers(1, 40, 8).astype(float)
    options = {"max_bins": 4, "min_count": 25, "direction": direction, "penalty": 0.01}
    assert best_bins(won, lost, **options) == brute_force(won, lost, **options)


def test_a_useless_column_is_rarely_cut():
    rng = np.random.default_rng(0)
    cut = 0
    for _ in range(200):
        count = rng.multinomial(1_000, np.full(20, 1 / 20)).astype(float)
        won = rng.binomial(count.astype(int), 0.25).astype(float)
        cut += len(best_bins(won, count - won)) > 1
    assert cut / 200 < 0.09  # 5% and its Monte Carlo error


def test_chance_is_what_useless_cuts_stay_below():
    rng = np.random.default_rng(1)
    found = [
        information_value(won := rng.multinomial(200, [0.5, 0.5]), rng.multinomial(600, [0.5, 0.5]))
        for _ in range(4_000)
    ]
    assert won.sum() == 200
    assert np.mean(np.array(found) > chance(200, 600)) == pytest.approx(0.05, abs=0.012)


def test_known_tables_are_binned_where_the_won_rate_changes():
    table = pd.DataFrame({"size": np.repeat([5, 20, 80, 300], 100)})
    won = np.concatenate([np.arange(100) < share for share in (10, 10, 60, 30)])
    found = ScorecardClassifier().fit(table, won)
    assert [rule.words for rule in found.criteria_[0].rules] == [
        "below 50",
        "50 to below 200",
        "200 or more",
    ]


# -- estimator


def test_scikit_learn_accepts_the_estimator():
    checked = check_estimator(ScorecardClassifier())
    assert len(checked) > 30
    assert {check["status"] for check in checked} <= {"passed", "skipped"}


def test_weights_without_a_bound_in_the_way_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    won = rng.random(300) < 1 / (1 + np.exp(-X @ [1.0, 0.5, 0.8]))
    found, intercept = non_negative_logistic(X, won)
    reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(X, won)
    np.testing.assert_allclose(found, reference.coef_[0], atol=1e-4)
    assert intercept == pytest.approx(reference.intercept_[0], abs=1e-4)


def test_no_weight_is_below_zero():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    won = rng.random(300) < 1 / (1 + np.exp(-X @ [1.0, -1.0]))
    weights, _ = non_negative_logistic(X, won)
    assert weights[0] > 0.5
    assert weights[1] == 0


def test_points_to_double_the_odds_double_the_odds():
    table, won = deals(400).drop(columns=["stage", "worth"]), deals(400)["stage"].eq("won")
    found = ScorecardClassifier(points_to_double_odds=20).fit(table, won)
    odds = lambda p: p[:, 1] / p[:, 0]  # noqa: E731
    points, p = found.points(table), found.predict_proba(table)
    expected = won.mean() / (1 - won.mean()) * 2 ** ((points - 50) / 20)
    np.testing.assert_allclose(odds(p), expected)


@pytest.mark.parametrize(("sign", "rises"), [("+", True), ("-", False)])
def test_signs_are_kept(sign, rises):
    rng = np.random.default_rng(0)
    size = rng.uniform(0, 100, 600)
    won = rng.random(600) < np.where(np.abs(size - 50) < 20, 0.6, 0.1)  # the middle wins
    found = ScorecardClassifier(signs={"size": sign}).fit(pd.DataFrame({"size": size}), won)
    points = [rule.points for rule in found.criteria_[0].rules]
    assert points == sorted(points, reverse=not rises)
    free = ScorecardClassifier().fit(pd.DataFrame({"size": size}), won).criteria_[0]
    best = max(free.rules, key=lambda rule: rule.points)
    assert 30 <= best.least < 50 < best.below <= 70


def test_a_sign_without_sense_is_named():
    table, won = deals().drop(columns=["stage", "worth"]), deals()["stage"].eq("won")
    with pytest.raises(ColumnError, match="'nope', which is no column"):
        clone(ScorecardClassifier(signs={"nope": "+"})).fit(table, won)
    with pytest.raises(ColumnError, match="'country', whose values have no order"):
        ScorecardClassifier(signs={"country": "+"}).fit(table, won)


# -- from deals


def test_a_scorecard_ranks_later_leads(card):
    later = deals(400, seed=3)
    scores = card.score(later)
    assert list(scores.columns) == ["lead_id", "score", "probability", "rank", "because", "error"]
    assert auc(later["stage"].eq("won"), scores["score"]) > 0.7
    assert scores["probability"].between(0.02, 0.98).all()
    assert scores["because"].str.contains("employees|revenue").all()
    assert abs(scores["probability"].mean() - later["stage"].eq("won").mean()) < 0.1


def test_nothing_to_tell_gives_no_points():
    table = deals(300).assign(stage=np.random.default_rng(5).permutation(deals(300)["stage"]))
    kept = ["id", "employees", "country", "stage"]
    found = fit_scorecard(table[kept], outcome="stage", won="won", quiet=True)
    assert found.criteria == ()
    assert found.calibration is None


def test_events_count_up_to_the_opening_only():
    table = deals(200)
    won = table.loc[table["stage"] == "won", "id"]
    opened = pd.to_datetime(table["opened"], dayfirst=True).set_axis(table["id"])
    after = pd.DataFrame(
        {"id": won, "at": (opened[won] + pd.Timedelta("1D")).to_numpy(), "type": "onboarding"}
    )
    before = pd.DataFrame({"id": won, "at": (opened[won] - pd.Timedelta("1D")).to_numpy(), "type": "demo"})
    log = pd.concat([after, before])
    found = fit_scorecard(table, **PARTS, events=log, quiet=True)
    columns = {criterion.column for criterion in found.criteria}
    assert "events: demo" in columns
    assert "events: onboarding" not in columns
    scores = found.score(table, events=log)["score"]
    assert scores[table["stage"] == "won"].min() > scores[table["stage"] == "lost"].median()


# -- files


def test_a_file_gives_the_scorecard_back(card, tmp_path):
    card.save(tmp_path / "card.toml")
    again = read_rules(tmp_path / "card.toml")
    assert rules_text(again).count("[[criterion]]") == len(card.criteria)
    pd.testing.assert_frame_equal(again.score(leads()), card.score(leads()))
    assert "% of deals" in (tmp_path / "card.toml").read_text(encoding="utf-8")


def test_hand_made_rules_give_their_points(hand):
    scores = read_rules(hand()).score(HAND_LEADS)
    # 10 + size + tools + title; the third lead is blank and has no score.
    assert scores["score"].tolist()[:2] == [10 + 20 + 8 + 3, 10 + 5 + 0 + 2]
    assert np.isnan(scores["score"][2])
    assert scores["score"][3] == 10 + 0 + 8 - 1
    assert scores["probability"].isna().all()
    assert scores["error"].tolist() == ["", "", "every column is blank; fill at least one", ""]
    assert (
        scores["because"][0]
        == "Size: 10 to below 100 (+20); tools: has hubspot or Salesforce (+8); title: CEO (+3)"
    )
    assert scores["rank"].tolist()[:2] == [1, 2]


MISTAKES = {
    "no TOML": ("[[criterion", "is no valid TOML"),
    "nothing": ("[scorecard]\nstart = 1", "there is no criterion; begin each with a line [[criterion]]"),
    "unknown key": (
        HAND.replace("points = 8", "pionts = 8"),
        "criterion 2 ('tools'), line 14, rule 1: 'pionts' is unknown; did you mean 'points'?",
    ),
    "wrong type": (
        HAND.replace("start = 10", 'start = "ten"'),
        "scorecard: start is 'ten'; it must be a whole number",
    ),
    "no order": (HAND.replace("below = 100", "below = 5"), "no number is from 10 and below 5; turn them"),
    "no condition": (HAND.replace("blank = true, ", ""), "rule 3: it has no condition; add one of from"),
    "no column": (HAND.replace('column = "tools"', ""), "criterion 2, line 14: no column is named"),
    "empty list": (HAND.replace('["hubspot", "Salesforce"]', "[]"), "has is []; it must be texts"),
    "half life": (HAND + "\n[events]\nhalf_life_days = 0", "half_life_days is 0; it must be more than 0"),
    "calibration": (HAND + "\n[calibration]\nslope = 1", "calibration: 'intercept' is missing"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_named_with_their_place(hand, mistake):
    text, message = MISTAKES[mistake]
    with pytest.raises(ModelError) as told:
        read_rules(hand(text))
    assert message in str(told.value)


def test_all_mistakes_are_told_at_once(hand):
    with pytest.raises(ModelError, match=r"'pionts' is unknown.*start is 1\.5"):
        read_rules(hand(HAND.replace("start = 10", "start = 1.5").replace("points = 8", "pionts = 8")))


def test_a_missing_column_is_named_with_its_criterion(hand):
    with pytest.raises(ColumnError, match="lack 'tools', which criterion 2 is about"):
        read_rules(hand()).score(HAND_LEADS.drop(columns="tools"))


def test_own_rules_are_judged_and_calibrated(hand):
    table = deals(400)
    own = Scorecard((Criterion("employees", (Rule(10, least=55),)),))
    found = judge_rules(own, table, outcome="stage", won="won")
    won, big = table["stage"].eq("won"), table["employees"] >= 55
    assert found.auc == pytest.approx(auc(won, big))
    p = found.card.score(table)["probability"]
    assert p[big].iloc[0] == pytest.approx(won[big].mean(), abs=0.02)
    assert p[~big].iloc[0] == pytest.approx(won[~big].mean(), abs=0.02)


def test_points_changed_after_calibration_are_told(card, tmp_path):
    text = rules_text(card)
    first = card.criteria[0].rules[0].points
    (tmp_path / "card.toml").write_text(text.replace(f"points = {first} }}", f"points = {first - 1} }}", 1))
    with pytest.warns(UserWarning, match="rules were changed since probabilities were learned"):
        read_rules(tmp_path / "card.toml")


def test_hostile_names_stay_in_their_line(tmp_path):
    evil = 'x"]\n[calibration]\nslope=1 # \x1b[31m'
    made = Scorecard((Criterion(evil, (Rule(1, any_of=(evil, "\x7f")),)),), id=evil)
    made.save(tmp_path / "card.toml")
    assert read_rules(tmp_path / "card.toml") == made


# -- as a model


def test_score_and_explain_take_a_scorecard(hand, tmp_path):
    write_table(HAND_LEADS, tmp_path / "leads.csv")
    done = score_file(
        load_scorer(hand()), tmp_path / "leads.csv", tmp_path / "s.csv", deals_a_side=1, quiet=True
    )
    assert (done.leads, done.errors, done.evidence) == (4, 1, None)
    scores, columns = read_table(tmp_path / "s.csv").frame, read_table(done.columns).frame
    assert scores["score"].tolist()[0] == "41.0"
    assert columns.iloc[0].tolist() == ["a", "for", "1", "Size: 10 to below 100", "99.0", "20"]
    why = load_scorer(hand()).explain(read_table(tmp_path / "leads.csv").frame, "d")
    assert why.total == why.score == 17
    told = CliRunner().invoke(cli, ["explain", str(hand()), str(tmp_path / "leads.csv"), "--id", "d"]).output
    assert "lead d: 17 points" in told
    assert "title: anything else" in told


def test_what_needs_deals_says_that_a_scorecard_has_none(hand):
    with pytest.raises(ModelError, match="names no past deals"):
        load(hand())


def test_batches_give_what_the_whole_gives(card, tmp_path, monkeypatch):
    monkeypatch.setattr("lookalike.batch.BATCH_ROWS", 7)
    write_table(leads(), tmp_path / "leads.parquet")
    score_file(card, tmp_path / "leads.parquet", tmp_path / "s.parquet", quiet=True)
    pd.testing.assert_frame_equal(
        read_table(tmp_path / "s.parquet").frame, card.score(leads()), check_dtype=False
    )


def test_the_command_answers_by_its_schema(tmp_path):
    write_table(deals(), tmp_path / "deals.csv")
    options = [
        "--outcome",
        "stage",
        "--won",
        "won",
        "--value",
        "worth",
        "--sign",
        "employees=+",
        "--json",
        "-",
    ]
    made = CliRunner().invoke(
        cli, ["scorecard", str(tmp_path / "deals.csv"), "-o", str(tmp_path / "r.toml"), *options]
    )
    envelope = json.loads(made.stdout)
    jsonschema.validate(envelope["result"], results.schema("scorecard"))
    assert envelope["result"]["fitted"]
    assert 0.5 < envelope["result"]["auc"] <= 1
    again = ["scorecard", str(tmp_path / "deals.csv"), "-o", str(tmp_path / "r2.toml"), *options[:4]]
    told = CliRunner().invoke(cli, [*again, "--rules", str(tmp_path / "r.toml")])
    assert told.exit_code == 0
    assert "on these deals" in told.output
    assert read_rules(tmp_path / "r2.toml").digest == read_rules(tmp_path / "r.toml").digest


def test_smoothing_keeps_evidence_finite():
    assert np.isfinite(evidence_among(np.array([0.0]), np.array([9.0]), 10, 90, SMOOTHING)).all()
