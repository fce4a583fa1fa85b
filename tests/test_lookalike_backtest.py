"""Would it have worked? On planted signal, on none, on drift; every row told, every figure checked."""

import json
from functools import cache

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import ROLES, deals
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from enrich.errors import ColumnError
from enrich.tables import read_table
from lookalike import results
from lookalike.backtest import run as running
from lookalike.backtest.baselines import METHODS, baseline_tables, points
from lookalike.backtest.figures import figures_of, tallies
from lookalike.backtest.fold import MODEL, Fold
from lookalike.backtest.run import backtest
from lookalike.cli import cli
from lookalike.embed import PlainEmbedding
from lookalike.evaluate.metrics import auc, calibration_error, lift
from lookalike.evaluate.splits import Window

QUICK = {"embedding": "plain", "draws": 100, "folds": 2, "quiet": True}


def table(n=400, signal=2.0, seed=0, drifts=False):
    """Deals in time order with one telling column, or none; where they drift, an index tells the time."""
    rng = np.random.default_rng(seed)
    size, row = rng.normal(size=n), np.arange(n)
    log_odds = signal * size - 1.5 + (3.0 * row / n if drifts else 0.0)
    made = {"row": row, "size": size.round(4), "country": rng.choice(["de", "fr", "es"], n)}
    if drifts:
        made["index"] = (row // 8 + rng.normal(size=n)).round(3)
    won = rng.random(n) < 1 / (1 + np.exp(-log_odds))
    return pd.DataFrame({**made, "end": np.where(won, "won", "lost")})


@cache
def found(signal=2.0):
    return backtest(table(signal=signal), outcome="end", won="won", time="row", **QUICK)


# -- what it says


def test_a_planted_signal_is_found():
    assert found().figure("auc")["low"] > 0.7
    assert found().figure("lift_10")["value"] > 2
    assert "no usable signal" not in found().headline
    assert found().story.to_do[0].startswith("Work each list from the top: its best 20% held")


def test_where_there_is_none_it_says_so():
    none = found(signal=0.0)
    assert none.figure("auc")["low"] < 0.5 < none.figure("auc")["high"]
    assert none.headline.startswith("no usable signal")
    assert none.story.to_do[0].startswith("Do not work leads by this score")


def test_drift_flattery_and_a_rising_won_rate_are_told():
    cells = table(2_000, signal=0.3, drifts=True)
    drifting = backtest(cells, outcome="end", won="won", time="row", **{**QUICK, "embedding": "linear"})
    says, to_do = " ".join(drifting.story.says), " ".join(drifting.story.to_do)
    assert "A random split of the same size flatters" in says
    assert "The won rate rises" in says
    assert "1 column moves on with time (index)" in says
    assert "--drop index" in to_do
    assert "judge every change by --time" in to_do


def test_where_nothing_drifts_the_random_split_does_not_flatter():
    assert "hardly flatters" in " ".join(found().story.says)


def test_a_better_rival_is_told():
    class Knows:
        def score(self, deals, events=None):
            return pd.DataFrame({"score": (deals["end"] == "won").astype(float)})

    told = backtest(
        table(), outcome="end", won="won", time="row", rivals={"ours": Knows()}, random_split=False, **QUICK
    )
    assert told.figure("auc", "ours")["value"] == 1
    assert any(line.startswith("ours (yours) ranks better than the model") for line in told.story.says)
    with pytest.raises(ColumnError, match="'kNN'"):
        backtest(table(), outcome="end", won="won", rivals={"kNN": Knows()}, **QUICK)


# -- figures


def judged(seed=0, n=300):
    rng = np.random.default_rng(seed)
    p = rng.random(n).round(2)
    won = rng.random(n) < p
    fold = Fold(Window(np.arange(0), np.arange(n)), won, np.arange(n), {MODEL: p}, {MODEL: p})
    return won, p, fold


def test_figures_of_one_test_are_those_of_scikit_learn():
    won, p, fold = judged()
    figures = figures_of([tallies(fold, draws=0)[MODEL]])
    assert figures["auc"][0] == pytest.approx(roc_auc_score(won, p), abs=1e-8)
    assert figures["average_precision"][0] == pytest.approx(average_precision_score(won, p), abs=1e-8)
    assert figures["brier"][0] == pytest.approx(brier_score_loss(won, p), abs=1e-8)
    assert figures["ece"][0] == pytest.approx(calibration_error(won, p), abs=1e-8)
    for depth in (5, 10, 20):
        assert figures[f"lift_{depth}"][0] == pytest.approx(lift(won, p, depth / 100), abs=1e-8)


def test_over_tests_ranks_are_averaged_over_won_deals_and_probabilities_pooled():
    (won_a, p_a, a), (won_b, p_b, b) = judged(0, 100), judged(1, 300)
    figures = figures_of([tallies(fold, draws=0)[MODEL] for fold in (a, b)])
    by_hand = (won_a.sum() * auc(won_a, p_a) + won_b.sum() * auc(won_b, p_b)) / (won_a.sum() + won_b.sum())
    assert figures["auc"][0] == pytest.approx(by_hand, abs=1e-8)
    won, p = np.concatenate([won_a, won_b]), np.concatenate([p_a, p_b])
    assert figures["brier"][0] == pytest.approx(brier_score_loss(won, p), abs=1e-8)
    assert figures["ece"][0] == pytest.approx(calibration_error(won, p), abs=1e-8)


def test_a_deal_that_one_method_could_not_score_is_compared_by_none():
    won, p, fold = judged()
    fold.scores["other"] = np.where(np.arange(len(p)) < 50, np.nan, p)
    expected = roc_auc_score(won[50:], p[50:])
    assert figures_of([tallies(fold, draws=0)[MODEL]])["auc"][0] == pytest.approx(expected, abs=1e-8)


def test_methods_are_paired_and_the_same_run_gives_the_same_figures():
    one, other = found(), backtest(table(), outcome="end", won="won", time="row", **QUICK)
    pd.testing.assert_frame_equal(one.figures, other.figures)
    assert set(one.figures["method"]) == {MODEL, *METHODS, "random", "newest first"}
    ahead = one.difference("auc", "random")
    assert ahead["difference"] == pytest.approx(
        one.figure("auc")["value"] - one.figure("auc", "random")["value"]
    )
    twin = one.difference("auc", "logistic")  # nearly the same model: its interval is far narrower than AUC's
    assert twin["high"] - twin["low"] < (one.figure("auc")["high"] - one.figure("auc")["low"]) / 2


def test_the_figures_of_a_fold_are_those_of_the_deals_listed():
    listed = found().deals
    for fold in (1, 2):
        own = listed[listed["fold"] == fold]
        expected = roc_auc_score(own["won"].astype(bool), own["score"])
        assert found().figure("auc", fold=fold)["value"] == pytest.approx(expected, abs=1e-8)


def test_the_gain_curve_ends_at_every_won_deal():
    gain = found().curves.query("curve == 'gain' and method == 'model' and split == 'time'")
    assert gain["y"].is_monotonic_increasing
    assert gain["y"].iloc[[0, -1]].tolist() == [0, 1]
    reliability = found().curves.query("curve == 'reliability' and method == 'model' and split == 'time'")
    assert reliability["deals"].sum() == found().deals["fold"].notna().sum()


def test_costs_follow_from_the_won_rate():
    costs = backtest(
        table(),
        outcome="end",
        won="won",
        time="row",
        cost_per_contact=12.0,
        depths=[10],
        random_split=False,
        **QUICK,
    ).costs.set_index(["method", "depth"])
    row = costs.loc[("model", 10.0)]
    assert row["cost_per_won"] == pytest.approx(12 / row["won_rate"])
    assert row["low"] <= row["cost_per_won"] <= row["high"]
    assert costs.loc[("model", 100.0), "cost_per_won"] == costs.loc[("random", 100.0), "cost_per_won"]


def test_an_embedding_of_ones_own_is_judged_like_any_other():
    class Own(PlainEmbedding):
        """Plain by another name."""

    options = {**QUICK, "random_split": False, "ablate": True, "sources": {"maps": ["country"]}}
    told, named = (
        backtest(table(), outcome="end", won="won", time="row", **{**options, "embedding": embedding})
        for embedding in (Own(), "plain")
    )
    assert told.embedding == "Own"
    assert set(told.ablation["embedding"]) == {"Own"}
    assert told.figures.equals(named.figures)
    assert told.ablation.drop(columns="embedding").equals(named.ablation.drop(columns="embedding"))
    with pytest.raises(ColumnError, match="is no embedding"):
        backtest(table(), outcome="end", won="won", time="row", **{**options, "embedding": "splendid"})


def test_segments_cover_every_tested_deal():
    told = backtest(
        table(), outcome="end", won="won", time="row", segments=["country"], random_split=False, **QUICK
    )
    assert set(told.segments["value"]) == {"de", "fr", "es"}
    assert told.segments["deals"].sum() == told.deals["fold"].notna().sum()


# -- simple methods


def test_points_are_whole_and_follow_the_evidence():
    rng = np.random.default_rng(0)
    past = pd.DataFrame({"c": rng.choice(["a", "b"], 400), "noise": rng.normal(size=400)})
    won = rng.random(400) < np.where(past["c"] == "a", 0.7, 0.2)
    a, b, unseen = points(past, won, pd.DataFrame({"c": ["a", "b", "z"], "noise": [0.0, 0.0, 0.0]}))
    assert {a, b, unseen} == {round(a), round(b), round(unseen)}
    assert a > unseen > b


def test_simple_methods_get_columns_as_numbers_and_categories():
    cells = deals(160).drop(columns=["stage", "worth"])
    past, later = baseline_tables(cells.iloc[:100], cells.iloc[100:])
    assert list(past) == list(later)
    numbers = [c for c in past if pd.api.types.is_numeric_dtype(past[c])]
    assert len(numbers) > 5
    assert all(set(past[c].dropna()) <= {"Germany", "France", "Россия"} for c in past if c not in numbers)


# -- windows in a run


def test_every_row_has_one_row_tested_or_not_and_why():
    cells = deals(200)
    cells.loc[5, "stage"] = None
    cells.loc[6, "opened"] = "soon"
    errors = [""] * 200
    errors[7] = "line 9 has 3 cells"
    cells.loc[120, "company"] = cells.loc[0, "company"]
    told = backtest(cells.drop(columns="email"), **ROLES, errors=errors, random_split=False, **QUICK).deals
    assert told["row"].tolist() == list(range(1, 201))
    assert (told["fold"].isna() == (told["why_not_tested"] != "")).all()
    assert told["why_not_tested"][5] == "no outcome in 'stage'"
    assert told["why_not_tested"][6] == "no readable 'opened'"
    assert told["why_not_tested"][7] == "line 9 has 3 cells"
    assert told["why_not_tested"][0].startswith("opened before the first test")
    assert told["why_not_tested"][120] == "a deal of its company was learned from"


def test_without_time_deals_are_held_out_at_random_and_that_is_said():
    told = backtest(table().drop(columns="row"), outcome="end", won="won", **QUICK)
    assert told.split == "random"
    assert told.deals["fold"].notna().all()
    assert "--time" in " ".join(told.story.to_do)


def test_a_deal_that_had_not_ended_is_not_learned_from():
    cells = deals(200).assign(
        ended=lambda t: pd.to_datetime(t["opened"], dayfirst=True) + pd.Timedelta(days=30)
    )
    told = backtest(cells, **ROLES, closed="ended", random_split=False, **QUICK)
    assert (told.windows["not_known_yet"] == 29).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"window": 100}, "need a --time"),
        ({"group": "nowhere"}, "--group names 'nowhere'"),
        ({"segments": ["nowhere"]}, "--segment names 'nowhere'"),
        ({"time": "row", "gap": 1e6}, "no test has won and lost deals"),
    ],
)
def test_what_cannot_be_done_is_named(options, said):
    with pytest.raises(ColumnError, match=said):
        backtest(table(100), outcome="end", won="won", **options, **QUICK)


def test_a_stopped_backtest_goes_on_where_it_was(tmp_path, monkeypatch):
    fitted = []

    def fit(deals, **options):
        fitted.append(len(deals))
        if len(fitted) == 2:
            raise KeyboardInterrupt
        return whole(deals, **options)

    whole = running.fit
    monkeypatch.setattr(running, "fit", fit)
    options = {
        "outcome": "end",
        "won": "won",
        "time": "row",
        "random_split": False,
        "unfinished": tmp_path / "u",
    }
    with pytest.raises(KeyboardInterrupt):
        backtest(table(), **options, **QUICK)
    again = backtest(table(), **options, **QUICK)
    assert fitted == [134, 267, 267]
    own = found().figures.query("split == 'time'").reset_index(drop=True)
    pd.testing.assert_frame_equal(again.figures, own)


# -- the command


def test_the_command_on_the_embedded_sample(tmp_path, request):
    data, out = request.config.rootpath / "data", tmp_path / "out"
    done = CliRunner().invoke(
        cli,
        [
            *("backtest", str(data / "deals.csv"), "-o", str(out), "--outcome", "outcome", "--won", "won"),
            *("--time", "created_at", "--closed", "closed_at", "--value", "value", "--folds", "2"),
            *("--events", str(data / "events.csv"), "--embedding", "plain", "--draws", "100", "--ablate"),
            *(
                "--segment",
                "lead_source",
                "--cost-per-contact",
                "15",
                "--no-random",
                "--cost",
                "behaviour=0.5",
            ),
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    screen = done.output.splitlines()[:30]
    assert any(line.startswith("What it says") for line in screen)
    assert any(line.startswith("What to do") for line in screen)
    envelope = json.loads((out / "backtest.json").read_text(encoding="utf-8"))
    jsonschema.validate(envelope["result"], results.schema("backtest"))
    assert envelope["headline"] in done.output
    listed = read_table(out / "deals.csv").frame
    assert len(listed) == 600
    assert listed["fold"].notna().sum() == envelope["result"]["tested"]
    files = {
        "backtest.json",
        "folds.csv",
        "deals.csv",
        "curves.csv",
        "segments.csv",
        "costs.csv",
        "ablation.csv",
    }
    assert {path.name for path in out.iterdir()} == files


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--cost", "DNS"], "NAME=AMOUNT"),
        (["--cost", "DNS=dear"], "no number"),
        (["--source", "=a"], "COLUMN"),
    ],
)
def test_options_that_cannot_be_read_are_named(tmp_path, option, said):
    cells = tmp_path / "deals.csv"
    table(40).to_csv(cells, index=False)
    done = CliRunner().invoke(
        cli, ["backtest", str(cells), "-o", str(tmp_path), "--outcome", "end", "--won", "won", *option]
    )
    assert done.exit_code == 2
    assert said in done.output


def test_the_schema_describes_every_property():
    def undescribed(part, path=""):
        for name, inner in part.get("properties", {}).items():
            if "description" not in inner:
                yield f"{path}/{name}"
            yield from undescribed(inner, f"{path}/{name}")
        if "items" in part:
            yield from undescribed(part["items"], f"{path}[]")

    schema = results.schema("backtest")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert not list(undescribed(schema))
    jsonschema.validate(results.plain(found().to_dict()), schema)
