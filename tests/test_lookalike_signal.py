"""Is there signal: a permutation test on held-out deals, and what a model makes of its verdict."""

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import ROLES, deals, fitted, leads
from scipy.stats import mannwhitneyu
from statsmodels.stats.nonparametric import rank_compare_2indep

import lookalike
from enrich.errors import ModelError
from enrich.tables import write_table
from lookalike.batch import score_file
from lookalike.commands.score import score
from lookalike.evaluate.among_peers import among_peers, permutation_p, slices_of_time
from lookalike.evaluate.metrics import auc
from lookalike.evaluate.signal import find_signal, held_out_scores, origins

NO_TIME = np.full(900, np.nan)


def noise(n=900, seed=0, rate=0.3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 8)), rng.random(n) < rate


def telling(n=900, seed=0):
    X, _ = noise(n, seed)
    return X, np.random.default_rng(seed + 1).random(n) < 1 / (1 + np.exp(1 - X[:, 0]))


# -- AUC among peers


def test_of_one_slice_it_is_the_auc_with_delongs_error():
    X, won = telling()
    found = among_peers(X[:, 0], won, np.zeros(900, int))
    reference = rank_compare_2indep(X[won, 0], X[~won, 0])
    assert found.auc == pytest.approx(auc(won, X[:, 0]), abs=1e-12)
    assert found.auc == pytest.approx(reference.prob1, abs=1e-12)
    assert found.error == pytest.approx(np.sqrt(reference.var_prob), abs=1e-12)


def test_of_several_it_is_their_weighted_mean():
    X, won = telling()
    slices = slices_of_time(np.arange(900.0), won)
    assert len(np.unique(slices)) > 2
    weight, own = [], []
    for part in (slices == k for k in np.unique(slices)):
        n_won, n_lost = won[part].sum(), (~won[part]).sum()
        weight.append(n_won * n_lost / (n_won + n_lost + 1))
        own.append(auc(won[part], X[part, 0]))
    assert among_peers(X[:, 0], won, slices).auc == pytest.approx(np.average(own, weights=weight), abs=1e-12)


def test_a_calendar_ranks_nobody_among_peers():
    n = 4000
    won = np.random.default_rng(0).random(n) < np.linspace(0.05, 0.6, n)
    day = np.arange(n, dtype=float)
    assert auc(won, day) > 0.7
    assert among_peers(day, won, slices_of_time(day, won)).auc == pytest.approx(0.5, abs=0.03)


def test_its_interval_holds_the_truth_as_often_as_it_says():
    rng, inside = np.random.default_rng(0), 0
    for _ in range(300):
        won = rng.random(200) < 0.3
        scores = rng.normal(size=200) + won  # AUC is Φ(1/√2) = .7602
        low, high = among_peers(scores, won, np.arange(200) // 100).interval()
        inside += low <= 0.76025 <= high
    assert inside / 300 == pytest.approx(0.95, abs=0.03)


def test_permutations_agree_with_the_rank_sum_test():
    rng = np.random.default_rng(2)
    won = rng.random(300) < 0.4
    scores = rng.normal(size=300) + 0.25 * won
    expected = mannwhitneyu(scores[won], scores[~won], alternative="greater").pvalue
    error = np.sqrt(expected * (1 - expected) / 9999)
    assert permutation_p(scores, won, np.zeros(300, int), 9999) == pytest.approx(
        expected, abs=4 * error + 1e-3
    )


# -- the verdict


def test_noise_has_no_usable_signal_with_and_without_time():
    verdicts = []
    for seed in range(12):
        X, won = noise(n=900, seed=seed)
        order = np.arange(900.0) if seed % 2 else NO_TIME
        verdicts.append(find_signal(X, won, order, permutations=199, random_state=seed).verdict)
    assert verdicts.count("no usable signal") >= 11
    assert "signal" not in verdicts


def test_what_tells_is_signal():
    X, won = telling()
    found = find_signal(X, won, np.arange(900.0), permutations=499)
    assert found.verdict == "signal"
    assert found.low < found.auc < found.high
    assert found.deals == 720
    assert len(found.blocks) == 4


def test_what_adds_up_to_nothing_alone_is_found_by_trees():
    X, _ = noise(n=3000)
    won = (X[:, 0] > 0) ^ (X[:, 1] > 0) ^ (np.random.default_rng(1).random(3000) < 0.2)
    assert find_signal(X, won, np.arange(3000.0), permutations=199).verdict == "signal"


def test_a_trace_that_is_of_no_use_is_no_signal():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60_000, 2))
    won = rng.random(60_000) < 1 / (1 + np.exp(-0.06 * X[:, 0]))
    found = find_signal(X, won, np.arange(60_000.0), permutations=199)
    assert found.p_value < 0.01
    assert found.verdict == "no usable signal"


def test_few_deals_cannot_tell():
    X, won = noise(n=50)
    assert find_signal(X, won, NO_TIME[:50], permutations=199).verdict == "cannot be told"
    assert find_signal(X[:4], np.array([True, False, False, False]), NO_TIME[:4]).auc is None


def test_no_block_is_scored_by_a_model_that_saw_it():
    X, won = telling()
    splits, _, _ = origins(np.arange(900.0), won)
    scores = held_out_scores(X, won, splits)
    last = splits[-1][1]
    turned = won.copy()
    turned[last] = ~turned[last]
    np.testing.assert_array_equal(held_out_scores(X, turned, splits), scores)
    assert np.isnan(scores[: len(splits[0][0])]).all()


def test_the_same_seed_gives_the_same_answer():
    X, won = telling()
    assert find_signal(X, won, NO_TIME, permutations=199) == find_signal(X, won, NO_TIME, permutations=199)


# -- a model without signal


@pytest.fixture(scope="module")
def without_signal():
    """A model on deals whose outcomes were dealt out at random."""
    table = deals(900)
    table["stage"] = np.random.default_rng(0).permutation(table["stage"])
    return lookalike.fit(table, **ROLES, embedding="plain", quiet=True)


def test_fit_keeps_the_verdict(without_signal, tmp_path):
    assert fitted("linear").signal.verdict == "signal"
    assert without_signal.signal.verdict == "no usable signal"
    without_signal.save(tmp_path / "m")
    assert lookalike.load(tmp_path / "m").signal == without_signal.signal


def test_a_file_is_not_scored_without_signal(without_signal, tmp_path):
    write_table(leads(), tmp_path / "leads.csv")
    with pytest.raises(ModelError, match=r"no usable signal: AUC 0\.\d+ \(0\.\d+ to 0\.\d+\) .*--force"):
        score_file(without_signal, tmp_path / "leads.csv", tmp_path / "s.csv", quiet=True)
    assert not (tmp_path / "s.csv").exists()
    done = score_file(without_signal, tmp_path / "leads.csv", tmp_path / "s.csv", force=True, quiet=True)
    assert len(pd.read_csv(tmp_path / "s.csv")) == done.leads == 30


def test_too_few_deals_to_tell_are_no_reason_to_refuse(tmp_path):
    model = lookalike.fit(deals(40), **ROLES, embedding="plain", quiet=True)
    assert model.signal.verdict != "no usable signal"
    write_table(leads(), tmp_path / "leads.csv")
    assert score_file(model, tmp_path / "leads.csv", tmp_path / "s.csv", quiet=True).errors == 0


def test_the_command_has_the_option():
    assert any("--force" in option.opts for option in score.params)


# -- the external material


def real(material, name):
    if name == "olist":
        table = pd.read_csv(material("data/olist_funnel/olist_marketing_qualified_leads_dataset.csv"))
        closed = pd.read_csv(material("data/olist_funnel/olist_closed_deals_dataset.csv"))
        won = table["mql_id"].isin(closed["mql_id"])
        table = table.drop(columns="mql_id").assign(won=won.map({True: "yes", False: "no"}))
        return table, "first_contact_date"
    table = pd.read_csv(material("data/xeducation/Leads.csv"))
    late = ["Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity", "Prospect ID"]
    late += [column for column in table if column.startswith("Asymmetrique")]
    won = table["Converted"].map({1: "yes", 0: "no"})
    return table.drop(columns=[*late, "Converted"]).assign(won=won), "Lead Number"


@pytest.mark.parametrize("name", ["olist", "xeducation"])
def test_real_outcomes_have_signal_and_permuted_ones_have_none(material, name):
    from lookalike.schema import Schema
    from lookalike.vectorizer import LeadVectorizer

    table, time = real(material, name)
    schema = Schema.of(table, outcome="won", won="yes", time=time)
    X = LeadVectorizer().fit_transform(table[list(schema.features)])
    won, order = schema.won_deals(table)[0], schema.order(table)
    assert find_signal(X, won, order, permutations=199).verdict == "signal"
    for seed in range(3):
        dealt = np.random.default_rng(seed).permutation(won)
        assert find_signal(X, dealt, order, permutations=199).verdict == "no usable signal"
