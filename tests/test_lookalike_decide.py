"""Thresholds: the best of all cut-offs, exact intervals, and what only luck reached."""

import json

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import deals, fitted, leads
from statsmodels.stats.proportion import proportion_confint

from enrich.errors import ColumnError, ModelError
from enrich.tables import write_table
from lookalike import results
from lookalike.cli import cli
from lookalike.decide import Capacity, Precision, Profit, Recall, decide
from lookalike.decide.curve import Curve
from lookalike.decide.known import from_model, from_table


def made_up(n=400, seed=0, skill=1.0):
    """Leads with a chance each, rounded so that some tie, and what became of them."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(1, 3, n).round(2)
    won = rng.random(n) < skill * chance + (1 - skill) * chance.mean()
    return chance, won, rng.uniform(100, 900, n)


def every_cut(scores, won, value, cost):
    """What each cut-off brings, one by one."""
    for threshold in sorted(set(scores), reverse=True):
        called = scores >= threshold
        hits = won[called].sum()
        yield threshold, called.sum(), hits, hits / won.sum(), value[called & won].sum() - cost * called.sum()


@pytest.mark.parametrize("seed", range(3))
def test_cut_offs_are_the_best_of_all(seed):
    scores, won, value = made_up(seed=seed)
    cuts = list(every_cut(scores, won, value, 150))
    few = {"value": value, "resamples": 10}
    capacity = [cut for cut in cuts if cut[1] <= 90][-1]
    assert decide(scores, won, Capacity(30, weeks=3), **few).cut.threshold == capacity[0]
    best = max(cuts, key=lambda cut: cut[4])
    found = decide(scores, won, Profit(150), **few)
    assert (found.cut.threshold, found.cut.profit) == (best[0], pytest.approx(best[4]))
    precision = [cut for cut in cuts if cut[2] / cut[1] >= 0.4][-1]
    assert decide(scores, won, Precision(0.4), **few).cut.threshold == precision[0]
    recall = next(cut for cut in cuts if cut[3] >= 0.8)
    assert decide(scores, won, Recall(0.8), **few).cut.threshold == recall[0]


def test_the_curve_is_what_every_cut_off_brings():
    scores, won, value = made_up()
    curve = Curve.of(scores, won, value)
    expected = np.array(list(every_cut(scores, won, value, 150)))
    found = np.column_stack([curve.threshold, curve.contacts, curve.won, curve.recall, curve.profit(150)])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_intervals_of_shares_are_exact():
    scores, won, _ = made_up()
    cut = decide(scores, won, Capacity(100), resamples=10).cut
    low, high = proportion_confint(cut.won, cut.contacts, method="beta")
    assert (cut.precision_low, cut.precision_high) == pytest.approx((low, high), abs=1e-12)
    low, high = proportion_confint(cut.won, won.sum(), method="beta")
    assert (cut.recall_low, cut.recall_high) == pytest.approx((low, high), abs=1e-12)


def test_what_is_called_sure_holds_on_other_leads():
    """A sure precision fails on the whole population in at most five of a hundred tables."""
    truth = made_up(200_000, seed=99)
    fails = said = 0
    for seed in range(60):
        scores, won, _ = made_up(400, seed=seed)
        found = decide(scores, won, Precision(0.35), resamples=10)
        if found.sure is not None:
            said += 1
            fails += truth[1][truth[0] >= found.sure.threshold].mean() < 0.35
    assert said > 40
    assert fails <= 0.05 * said + 2


def test_a_sure_recall_holds_too():
    truth = made_up(200_000, seed=99)
    fails = 0
    for seed in range(60):
        scores, won, _ = made_up(400, seed=seed)
        sure = decide(scores, won, Recall(0.8), resamples=10).sure
        fails += truth[1][truth[0] >= sure.threshold].sum() / truth[1].sum() < 0.8
    assert fails <= 0.05 * 60 + 3


def test_a_target_out_of_reach_is_named():
    scores, won, _ = made_up()
    top = scores == scores.max()
    found = decide(np.where(top, 0, scores), won & ~top, Precision(0.999), resamples=10)
    if found.cut is None:
        assert found.status == "not reached"
        assert "the most that any cut-off has is" in found.why
    assert decide(scores, won, Profit(5_000), value=100.0, resamples=10).status == "not reached"
    tied = decide(np.ones(len(won)), won, Capacity(10), resamples=10)
    assert (tied.status, tied.cut) == ("not reached", None)
    assert "have the same score" in tied.why


def test_scores_that_say_nothing_reach_only_by_luck():
    scores, won, _ = made_up(skill=0.0)
    assert decide(scores, won, Capacity(40), resamples=10).status == "only by luck"
    base = won.mean()
    assert decide(scores, won, Precision(base * 1.3), resamples=10).status != "reached"
    assert decide(scores, won, Profit(100), value=100 / base, resamples=200).status != "reached"


def test_scores_that_tell_are_reached_beyond_luck():
    scores, won, _ = made_up(1_000)
    for rule in (Capacity(100), Precision(0.35), Recall(0.8)):
        assert decide(scores, won, rule, resamples=10).status == "reached"
    assert decide(scores, won, Profit(100), value=350.0, resamples=200).status == "reached"


def test_the_profit_to_expect_is_that_on_other_leads():
    """Corrected for choosing, profits are right on average; as they stand, they are too high."""
    truth = made_up(200_000, seed=99)
    said, corrected, real = [], [], []
    for seed in range(40):
        scores, won, _ = made_up(150, seed=seed)
        found = decide(scores, won, Profit(100), value=350.0, resamples=100)
        called = truth[0] >= found.cut.threshold
        real.append((350 * truth[1][called].sum() - 100 * called.sum()) / len(called) * 150)
        said.append(found.cut.profit)
        corrected.append(found.profit_corrected)
    error = np.std(np.array(corrected) - np.array(real), ddof=1) / np.sqrt(len(real))
    assert abs(np.mean(corrected) - np.mean(real)) < 3 * error
    assert np.mean(said) > np.mean(corrected)


def test_the_bootstrap_covers_the_cut_off():
    truth = made_up(200_000, seed=99)
    best = decide(truth[0], truth[1], Capacity(50_000), resamples=10).cut.threshold
    held = 0
    for seed in range(40):
        scores, won, _ = made_up(400, seed=seed)
        found = decide(scores, won, Capacity(100), resamples=200, random_state=seed)
        held += found.threshold_low <= best + 0.01 and found.threshold_high >= best - 0.01
    assert held >= 36


def test_the_same_seed_decides_alike():
    scores, won, _ = made_up()
    one, two = (decide(scores, won, Precision(0.4), resamples=50, random_state=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.curve, two.curve)
    assert (one.threshold_low, one.threshold_high) == (two.threshold_low, two.threshold_high)


def test_leads_that_all_ended_alike_decide_nothing():
    with pytest.raises(ColumnError, match="none was won"):
        decide([0.1, 0.2], [False, False], Recall(0.5))


# -- from tables and models


@pytest.fixture
def scored():
    """Scores of leads that became something."""
    table = fitted("linear").score(leads(120))
    return table, deals(120, seed=1)[["stage", "worth"]].assign(id=table["lead_id"])


def test_outcomes_are_joined_by_id(scored):
    table, ended = scored
    shuffled = ended.sample(frac=1, random_state=0)
    found = from_table(table, shuffled, outcome="stage", won="won")
    assert found.won.tolist() == ended["stage"].eq("won").tolist()
    assert found.score == "probability"
    worth = from_table(table, shuffled, outcome="stage", won="won", value="worth")
    assert worth.score == "expected_value"
    np.testing.assert_allclose(worth.value, ended["worth"])


def test_leads_without_outcome_are_counted_and_left_out(scored):
    table, ended = scored
    assert from_table(table, ended.iloc[:100], outcome="stage", won="won").left_out == 20


def test_an_id_twice_among_outcomes_is_named(scored):
    table, ended = scored
    with pytest.raises(ColumnError, match="have the id 'L000' twice"):
        from_table(table, pd.concat([ended, ended.head(1)]), outcome="stage", won="won")


def test_a_model_knows_the_deals_it_held_out():
    known = from_model(fitted("linear"))
    assert 0 < len(known.won) < len(deals())
    assert known.left_out == len(deals()) - len(known.won)
    assert known.weeks == pytest.approx(127 / 7, abs=1)
    assert ((known.scores > 0) & (known.scores < 1)).all()


def test_a_model_without_held_out_deals_says_so():
    model = fitted("linear")
    bare = type(model)(model.schema)
    bare.deals = model.deals.drop(columns="held_out")
    with pytest.raises(ModelError, match="fit it again"):
        from_model(bare)


AIMS = {
    "capacity": ["--capacity", "5", "--weeks", "4"],
    "profit": ["--cost", "12", "--value", "400"],
    "precision": ["--precision", ".5"],
    "recall": ["--recall", ".8"],
    "unreachable": ["--cost", "1000", "--value", "1"],
}


@pytest.mark.parametrize("aim", AIMS)
def test_the_command_answers_by_its_schema(scored, tmp_path, aim):
    table, ended = scored
    write_table(table, tmp_path / "s.csv")
    write_table(ended, tmp_path / "ended.csv")
    words = [
        "threshold",
        str(tmp_path / "s.csv"),
        "--outcomes",
        str(tmp_path / "ended.csv"),
        "--outcome",
        "stage",
    ]
    words += ["--won", "won", "--resamples", "20", *AIMS[aim]]
    done = CliRunner().invoke(cli, [*words, "--json", "-"])
    envelope = json.loads(done.stdout)
    jsonschema.validate(envelope["result"], results.schema("threshold"))
    assert envelope["headline"]
    told = CliRunner().invoke(cli, words)
    assert envelope["headline"] in told.output
    assert envelope["result"]["why"] in told.output


def test_the_command_takes_a_model_and_keeps_the_answer(tmp_path):
    fitted("linear").save(tmp_path / "m")
    words = [
        "threshold",
        str(tmp_path / "m"),
        "--capacity",
        "3",
        "--resamples",
        "20",
        "--keep",
        str(tmp_path / "m"),
    ]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0
    assert "3 calls a week" in done.output
    assert results.kept(tmp_path / "m")["threshold"]["result"]["rule"]["weeks"] == pytest.approx(
        127 / 7, abs=1
    )


def test_one_aim_and_no_more(tmp_path):
    for words in ([], ["--capacity", "3", "--recall", ".5"]):
        assert "name one aim" in CliRunner().invoke(cli, ["threshold", str(tmp_path), *words]).output
