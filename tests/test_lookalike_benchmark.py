"""The benchmark of records: same split, same columns, same run for everyone."""

import json

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import deals

from lookalike import cli
from lookalike.benchmark import measure, sets
from lookalike.benchmark.peers import PROBABILISTIC, knn, naive_bayes, peers
from lookalike.benchmark.records import as_json, run_records
from lookalike.benchmark.sets import LEAD_SETS, LeadSet
from lookalike.evaluate.metrics import auc
from lookalike.evaluate.resampling import paired_interval


@pytest.fixture
def made_up(monkeypatch):
    """A lead set of made-up deals in place of the public ones."""
    table = deals(160).drop(columns=["id", "email", "about"])
    found = LeadSet("made-up", table, "stage", "won", "opened", [(np.arange(110), np.arange(110, 160))])
    monkeypatch.setitem(LEAD_SETS, "made-up", lambda folder: found)
    return found


def test_every_method_is_judged_on_the_same_deals(made_up):
    told = []
    records, differences = run_records(["made-up"], None, embeddings=("linear", "plain"), told=told.append)
    assert records["method"].tolist() == ["linear", "plain", *peers()]
    assert records.loc[records["ours"], "method"].tolist() == ["linear", "plain"]
    assert records["auc"].between(0, 1).all()
    assert records["ece"].notna().tolist() == [
        m in PROBABILISTIC or o for m, o in zip(records["method"], records["ours"], strict=True)
    ]
    best = records[~records["ours"]].nlargest(1, "auc").iloc[0]
    assert differences["peer"].tolist() == [best["method"]] * 2
    linear = records.iloc[0]["auc"] - best["auc"]
    assert differences["difference"][0] == pytest.approx(linear)
    assert (differences["low"] <= differences["difference"]).all()
    assert (differences["difference"] <= differences["high"]).all()
    assert len(told) == len(records)


def test_a_lead_set_of_ones_own_is_measured_as_the_public_ones_are(made_up):
    own, _ = measure([made_up], embeddings=("plain",), with_peers=False)
    public, _ = run_records(["made-up"], None, embeddings=("plain",), with_peers=False)
    pd.testing.assert_frame_equal(own.drop(columns="seconds"), public.drop(columns="seconds"))


def test_the_json_has_sets_methods_and_figures(made_up):
    records, _ = run_records(["made-up"], None, embeddings=("plain",))
    found = json.loads(json.dumps(as_json(records)))
    assert set(found) == {"made-up"}
    assert set(found["made-up"]["plain"]) == {"auc", "ap", "lift10", "lift20", "ece", "seconds"}
    assert found["made-up"]["centroid"]["ece"] is None


def test_an_interval_of_a_method_with_itself_is_nought():
    rng = np.random.default_rng(0)
    won, scores = rng.random(300) < 0.3, rng.normal(size=300)
    assert paired_interval(won, scores, scores) == (0.0, 0.0)


def test_an_interval_is_what_drawing_leads_by_hand_gives():
    rng = np.random.default_rng(0)
    won = rng.random(400) < 0.3
    ours, theirs = (np.round(won * gain + rng.normal(size=400), 1) for gain in (1.5, 0.5))
    low, high = paired_interval(won, ours, theirs, draws=400)
    by_hand = []
    sides = np.flatnonzero(won), np.flatnonzero(~won)
    for _ in range(400):
        drawn = np.concatenate([rng.choice(side, len(side)) for side in sides])
        by_hand.append(auc(won[drawn], ours[drawn]) - auc(won[drawn], theirs[drawn]))
    assert (low, high) == pytest.approx(np.quantile(by_hand, [0.025, 0.975]), abs=0.025)
    assert 0 < low < auc(won, ours) - auc(won, theirs) < high


def test_naive_bayes_by_hand():
    past = pd.DataFrame({"c": ["a", "a", "b", "b"]})
    won = np.array([True, True, False, True])
    [a, b, unseen] = naive_bayes(past, won, pd.DataFrame({"c": ["a", "b", "z"]}))
    prior = 3.1 / 1.1
    assert a / (1 - a) == pytest.approx(prior * (2.1 / 3.2) / (0.1 / 1.2))
    assert b / (1 - b) == pytest.approx(prior * (1.1 / 3.2) / (1.1 / 1.2))
    assert unseen / (1 - unseen) == pytest.approx(prior)


def test_neighbours_by_hand():
    past = pd.DataFrame({"c": ["a"] * 200 + ["b"] * 200})
    won = np.arange(400) % 200 < 60
    won[200:] = False
    assert knn(past, won, pd.DataFrame({"c": ["a", "b"]})).tolist() == [0.3, 0.0]


def test_a_set_that_is_not_there_is_said_with_where_it_was_sought(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["lookalike", "benchmark", "olist", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "olist_marketing_qualified_leads_dataset.csv" in capsys.readouterr().err


def test_an_unknown_set_is_refused_with_the_known_ones(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["lookalike", "benchmark", "banque"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "choose among bank-time" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "rows", "past", "later"),
    [
        ("bank-time", 41_188, 0.056, 0.246),
        ("xeducation", 9_240, 0.379, 0.399),
        ("olist", 6_697, 0.093, 0.138),
        ("ibm", 78_025, 0.226, 0.226),
    ],
)
def test_public_sets_are_split_as_published(material, name, rows, past, later):
    found = sets.LEAD_SETS[name](material("data"))
    [(train, test)] = found.splits
    assert len(found.deals) == rows == len(train) + len(test)
    assert found.is_won[train].mean() == pytest.approx(past, abs=0.0006)
    assert found.is_won[test].mean() == pytest.approx(later, abs=0.0006)


def test_bank_rolls_from_the_middle_on(material):
    found = sets.LEAD_SETS["bank-rolling"](material("data"))
    assert all(len(train) == 10_000 and train[-1] + 1 == test[0] for train, test in found.splits)
    tested = np.concatenate([test for _, test in found.splits])
    assert tested.tolist() == list(range(len(found.deals) // 2, len(found.deals)))
