"""Monitoring: silent where nothing changed, as often as it claims; and with a remedy where something did."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import ROLES, deals, fitted, leads
from scipy.stats import chi2_contingency

import lookalike
from enrich.errors import ColumnError, ModelError
from enrich.tables import write_table
from lookalike import results
from lookalike.commands.monitor import monitor as command
from lookalike.evaluate.column_reference import ColumnReference
from lookalike.evaluate.drift import psi
from lookalike.evaluate.reference import HeldOut, Reference
from lookalike.monitor import Severity, monitor
from lookalike.monitor.columns import LEVEL, compare_columns, corrected_together
from lookalike.monitor.matured import matured
from lookalike.monitor.promised import judge, promises
from lookalike.monitor.states import compare_states, states_of_trouble
from lookalike.monitor.two_sample import distribution_p, share_p, unseen_p
from lookalike.roles import role

NULL_RUNS = 120
TOOLS = ["HubSpot", "Shopify", "SAP", "Odoo", "Zoho"]


def population(rng, n):
    """Columns of every kind, the same population whenever it is drawn from."""
    return pd.DataFrame(
        {
            "size": np.where(rng.random(n) < 0.8, rng.lognormal(4, 1, n), np.nan),
            "stars": rng.choice([1.0, 2.0, 3.0], n, p=[0.2, 0.5, 0.3]),
            "opened": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.random(n) * 300, unit="D"),
            "country": rng.choice(["DE", "FR", "RU", None], n, p=[0.5, 0.2, 0.2, 0.1]),
            "city": [f"town {k}" for k in np.minimum(rng.zipf(1.5, n), 500)],
            "tools": ["; ".join(t for t in TOOLS if rng.random() < 0.4) for _ in range(n)],
            "about": ["word " * k + f"{i}" for i, k in enumerate(rng.integers(4, 60, n))],
        }
    )


def reference_of(table):
    return Reference.of(table, {column: role(table[column]) for column in table})


def compared(reference, table, scores=None):
    columns, states = compare_columns(reference, table), compare_states(reference, table)
    return corrected_together(columns, states, scores)[0].set_index("column")


@pytest.fixture(scope="module")
def null_runs():
    """Comparisons of tables with others of the same population."""
    rng = np.random.default_rng(7)
    roles = {name: role(cells) for name, cells in population(rng, 400).items()}
    return [
        compared(Reference.of(population(rng, 400), roles), population(rng, 250)) for _ in range(NULL_RUNS)
    ]


# -- nothing changed


def test_where_nothing_changed_five_runs_in_a_hundred_say_otherwise_at_most(null_runs):
    loud = [bool((run[["q_shift", "q_filled", "q_unseen"]] < LEVEL).any().any()) for run in null_runs]
    assert np.mean(loud) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(loud))


@pytest.mark.parametrize("test", ["p_shift", "p_filled", "p_unseen"])
def test_each_test_errs_as_often_as_it_claims_whatever_the_column(null_runs, test):
    found = pd.DataFrame([run[test] for run in null_runs]).dropna(axis=1, how="all")
    assert len(found.columns) == {"p_shift": 7, "p_filled": 3, "p_unseen": 1}[test]
    assert (found.lt(0.05).mean() <= 0.05 + 3.3 * np.sqrt(0.05 * 0.95 / len(found))).all()


# -- something did


def changed(**columns):
    rng = np.random.default_rng(3)
    reference = reference_of(population(rng, 600))
    return compared(reference, population(rng, 400).assign(**columns))


@pytest.mark.parametrize(
    ("column", "cells", "test"),
    [
        ("size", np.random.default_rng(0).lognormal(5, 1, 400), "q_shift"),
        ("stars", np.repeat([1.0, 3.0], 200), "q_shift"),
        ("opened", pd.date_range("2025-10-01", periods=400, freq="h"), "q_shift"),
        ("country", np.repeat(["DE", "RU"], 200), "q_shift"),
        ("country", np.repeat(["DE", "Atlantis"], [300, 100]), "q_unseen"),
        ("tools", ["SAP"] * 400, "q_shift"),
        ("about", ["two words"] * 400, "q_shift"),
        ("size", [None] * 400, "q_filled"),
        ("size", ["some"] * 400, "q_filled"),
    ],
)
def test_what_changed_is_found_and_nothing_else(column, cells, test):
    found = changed(**{column: cells})
    assert found.loc[column, test] < 0.001
    others = found.drop(index=column)[["q_shift", "q_filled", "q_unseen"]]
    assert not (others < LEVEL).any().any()


def test_new_categories_are_named():
    assert (
        changed(country=np.repeat(["DE", "Atlantis"], [300, 100])).loc["country", "new"] == "Atlantis (100)"
    )


def test_cells_that_are_no_number_are_counted():
    assert changed(size=["some"] * 400).loc["size", "unreadable"] == 1


def test_psi_is_that_of_drift():
    rng = np.random.default_rng(0)
    then, now = rng.normal(size=500).round(1), rng.normal(0.5, 1, 300).round(1)
    found = compare_columns(reference_of(pd.DataFrame({"x": then})), pd.DataFrame({"x": now}))
    assert len(np.unique(then)) <= 100
    assert found["psi"][0] == pytest.approx(psi(then, now, ordered=True)[0], abs=1e-12)


def test_categories_are_compared_as_scipy_does():
    then = pd.Series(["a", "b", "c"]).repeat([300, 200, 100])
    reference = ColumnReference.of(then, role(then))
    now = reference.read(pd.Series(["a", "b", "c"]).repeat([120, 130, 50]))
    expected = chi2_contingency([[300, 200, 100], [120, 130, 50]], correction=False).pvalue
    assert distribution_p(reference, now) == pytest.approx(expected, abs=1e-12)


def test_few_rows_are_compared_exactly():
    assert share_p(0, 10, 3, 4) == pytest.approx(0.010989, abs=1e-6)
    assert np.isnan(share_p(0, 10, 0, 4))


def test_one_stranger_among_thirty_is_no_new_category():
    then = pd.Series(["a", "b"] * 80)
    reference = ColumnReference.of(then, role(then))
    assert unseen_p(reference, reference.read(pd.Series(["a"] * 29 + ["z"]))) > 0.05
    assert unseen_p(reference, reference.read(pd.Series(["a"] * 20 + ["z"] * 10))) < 1e-5


# -- enrichment


def enriched(limited, n=300):
    rng = np.random.default_rng(5)
    state = np.where(rng.random(n) < limited, "rate-limited", np.where(rng.random(n) < 0.3, "absent", None))
    found = pd.Series(state).isna()
    table = pd.DataFrame({"id": range(n)})
    for column in ("company_phones", "company_city"):
        table[column] = np.where(found, rng.choice(["x", "y", "z"], n), None)
        table[f"{column}_why"] = state
    return table.drop(columns="id")


@pytest.mark.parametrize(
    ("limited", "expected"), [(0.02, []), (0.10, [Severity.WATCH]), (0.4, [Severity.ALARM])]
)
def test_rate_limiting_that_rises_is_told_with_the_remedy(limited, expected):
    reference = reference_of(enriched(0.02, 1_000))
    table = enriched(limited)
    states = corrected_together(compare_columns(reference, table), compare_states(reference, table), None)[1]
    found = states_of_trouble(states)
    assert [one.severity for one in found] == expected
    assert all("enrich retry --state rate-limited" in one.remedy for one in found)


# -- outcomes


def promised(n=2_000, seed=0, distort=lambda p: p, noise=0.0):
    rng = np.random.default_rng(seed)
    score = rng.normal(-1, 1, n)
    p = 1 / (1 + np.exp(-score))
    won = rng.random(n) < p
    return judge(won, score + noise * rng.normal(size=n), distort(p), HeldOut(2_000, 0.745, 0.01, 2.0), 0.02)


def test_promises_that_are_kept():
    (found,) = promises(promised())
    assert found.severity is Severity.OK


@pytest.mark.parametrize(
    ("distort", "severity"), [(lambda p: p / 2, "alarm"), (lambda p: np.clip(p + 0.045, 0, 0.99), "watch")]
)
def test_probabilities_that_do_not_hold(distort, severity):
    (found,) = promises(promised(distort=distort))
    assert (found.severity, found.check) == (severity, "outcomes")
    assert "probabilities do not hold" in found.evidence


def test_a_ranking_that_got_worse():
    (found,) = promises(promised(noise=2.0))
    assert found.severity is Severity.ALARM
    assert "ranks worse than promised" in found.evidence


def test_where_promises_hold_few_runs_say_otherwise():
    broken = [promises(promised(200, seed))[0].severity is not Severity.OK for seed in range(25)]
    assert np.mean(broken) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 25)


def test_intervals_hold_what_they_are_of():
    kept = promised(300)
    assert kept.auc_low < kept.auc < kept.auc_high
    assert kept.lift_low <= kept.lift <= kept.lift_high
    assert kept.reliability["leads"].sum() == 300


def test_too_few_to_judge_a_ranking():
    won = np.array([True, False, False])
    kept = judge(won, np.array([1.0, 0, 0]), np.array([0.4, 0.3, 0.3]))
    assert np.isnan(kept.auc)
    assert "too few to judge the ranking" in promises(kept)[0].evidence


# -- maturing


@pytest.fixture(scope="module")
def model():
    closed = pd.to_datetime(deals()["opened"], dayfirst=True) + pd.to_timedelta(np.arange(160) % 50, unit="D")
    return lookalike.fit(
        deals().assign(closed=closed.dt.strftime("%Y-%m-%d")),
        **ROLES,
        closed="closed",
        drop=["founded"],
        embedding="linear",
        quiet=True,
    )


def outcomes(n=30):
    return pd.DataFrame({"lead_id": leads(n)["id"], "outcome": np.where(np.arange(n) % 3, "lost", "won")})


def test_leads_count_from_the_age_by_which_nine_in_ten_deals_had_ended(model):
    ripe = matured(model, leads(), outcomes(), as_of=date(2024, 2, 20))  # leads of 1 to 30 January
    assert ripe.after_days == 44
    assert ripe.positions.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert ripe.won.tolist() == [True, False, False, True, False, False, True]
    assert ripe.young == 23


def test_open_undated_and_unknown_leads_are_counted(model):
    told = pd.concat([outcomes().drop(index=[3, 4]), pd.DataFrame({"lead_id": ["X"], "outcome": ["won"]})])
    dated = leads().assign(opened=["", *leads()["opened"][1:]])
    ripe = matured(model, dated, told, after_days=0, as_of=date(2026, 1, 1))
    assert (len(ripe.positions), ripe.open, ripe.undated, ripe.strangers) == (27, 2, 1, 1)


def test_all_that_ended_count_where_age_is_unknown():
    undated = lookalike.fit(
        deals().drop(columns="opened"),
        outcome="stage",
        won="won",
        drop=["worth"],
        embedding="plain",
        quiet=True,
    )
    assert len(matured(undated, leads(), outcomes()).positions) == 30
    with pytest.raises(ColumnError, match="--matured-after needs the date"):
        matured(undated, leads(), outcomes(), after_days=30)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"who": ["L1"], "outcome": ["won"]}), "no id column"),
        (pd.DataFrame({"id": ["L1"], "a": ["won"], "b": ["lost"]}), "no column 'stage'"),
        (pd.DataFrame({"id": ["L1", "L1"], "stage": ["won", "lost"]}), "'L1' has several outcomes"),
        (pd.DataFrame({"id": range(100), "stage": "gagné"}), "'won', which means won, is no outcome"),
    ],
)
def test_outcomes_that_cannot_be_matched(model, table, message):
    with pytest.raises(ColumnError, match=message):
        matured(model, leads(), table)


# -- the whole


def test_leads_like_the_deals_are_well(model):
    found = monitor(model, deals(seed=2), outcomes=deals(seed=2)[["id", "stage"]], as_of=date(2026, 1, 1))
    assert found.severity is Severity.OK
    assert found.headline.startswith("all well: 160 leads")
    assert found.kept.leads == 160


def test_a_missing_column_is_an_alarm_and_the_others_are_compared(model):
    found = monitor(model, leads().drop(columns="employees"))
    (alarm,) = [one for one in found.findings if one.severity is Severity.ALARM]
    assert (alarm.check, alarm.column) == ("missing", "employees")
    assert "country" in set(found.columns["column"])
    assert found.scores is None


def test_rows_that_cannot_be_scored_are_counted(model):
    bad = leads().assign(**dict.fromkeys(model.schema.features))
    table = pd.concat([leads(), bad.head(5)], ignore_index=True)
    found = monitor(model, table, errors=["line 2 has 3 cells", *[""] * 34])
    assert found.errors == 6
    assert found.findings[0].check == "rows"
    assert "line 2 has 3 cells" in found.findings[0].evidence


def test_no_rows_at_all_is_an_alarm(model):
    found = monitor(model, leads().head(0))
    assert found.severity is Severity.ALARM
    assert found.findings[0].evidence == "there are no rows"


def test_a_model_that_learned_from_events_needs_them():
    log = pd.DataFrame({"id": ["D0100"], "at": ["2024-01-01"], "type": ["visit"]})
    learned = lookalike.fit(deals(), **ROLES, events=log, embedding="plain", quiet=True)
    found = monitor(learned, leads())
    assert found.findings[0].remedy == "give the leads' behaviour in --events"
    assert monitor(learned, leads(), events=log).scores is not None


def test_other_leads_can_stand_for_the_deals(model):
    before = leads(120).assign(country="Atlantis")
    assert monitor(model, before).severity is Severity.ALARM
    assert monitor(model, before.tail(60), against=before.head(60)).severity is Severity.OK


def test_a_model_of_an_earlier_version_says_what_to_do(model, tmp_path):
    model.save(tmp_path)
    (tmp_path / "reference.json").unlink()
    old = lookalike.load(tmp_path)
    with pytest.raises(ModelError, match="fit it again, or name leads to compare with in --against"):
        monitor(old, leads())
    assert monitor(old, leads(), against=leads()).severity is Severity.OK


def test_columns_that_moved_on_already_are_for_watching_only():
    learned = fitted("linear")
    assert "founded" in learned.drift.loc[learned.drift["moved_on"], "column"].tolist()
    later = deals(seed=3).assign(founded="2031-01-01")
    found = [one for one in monitor(learned, later).findings if "founded" in one.evidence]
    assert [one.severity for one in found] == [Severity.WATCH]


# -- the command


@pytest.fixture(scope="module")
def files(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("monitor")
    model.save(folder / "model")
    write_table(deals(seed=2), folder / "new.csv")
    write_table(deals(seed=2)[["id", "stage"]], folder / "outcomes.csv")
    write_table(deals(seed=2).assign(employees=7), folder / "moved.csv")
    return folder


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


@pytest.mark.parametrize(
    ("table", "options", "status"),
    [
        ("new.csv", [], 0),
        ("moved.csv", [], 1),
        ("moved.csv", ["--fail-on", "never"], 0),
        ("new.csv", ["--outcomes", "outcomes.csv", "--as-of", "2024-01-02", "--fail-on", "watch"], 1),
        ("new.csv", ["--outcomes", "outcomes.csv", "--as-of", "2024-01-02"], 0),
    ],
)
def test_the_exit_status_is_for_cron(files, table, options, status):
    options = [files / word if word.endswith(".csv") else word for word in options]
    assert run(files / "model", files / table, *options).exit_code == status


def test_people_read_what_and_why_and_what_to_do(files):
    said = run(files / "model", files / "moved.csv", "--quiet").output
    assert "columns: employees" in said
    assert "mean" in said or "median" in said
    assert "fit again" in said


@pytest.mark.parametrize("options", [[], ["--outcomes", "outcomes.csv", "--as-of", "2026-01-01"]])
def test_json_is_as_its_schema_says(files, options):
    options = [files / word if word.endswith(".csv") else word for word in options]
    done = run(files / "model", files / "moved.csv", *options, "--json", "-", "--keep", files / "model")
    found = json.loads(done.output)
    jsonschema.Draft202012Validator(results.schema("monitor")).validate(found["result"])
    assert found["result"]["severity"] == "alarm"
    assert set(results.kept(files / "model")) == {"monitor"}


def test_on_the_embedded_sample(tmp_path):
    data = Path(__file__).resolve().parent.parent / "data"
    roles = {"outcome": "outcome", "won": "won", "time": "created_at", "closed": "closed_at"}
    past = pd.read_csv(data / "deals.csv")
    learned = lookalike.fit(past, **roles, drop=["value"], embedding="linear", quiet=True)
    learned.save(tmp_path)
    what_came = ["--outcomes", data / "leads_outcomes.csv", "--as-of", "2026-12-31", "--json", "-"]
    done = run(tmp_path, data / "leads.csv", *what_came)
    found = json.loads(done.output)["result"]
    assert done.exit_code == 0
    assert found["matured"]["young"] == 0
    assert found["outcomes"]["leads"] == 300
    assert {one["severity"] for one in found["findings"]} <= {"ok", "watch"}


def test_hostile_cells_reach_no_terminal(files):
    write_table(deals(seed=2).assign(country="\x1b[31mred\x1b[0m"), files / "hostile.parquet")
    done = run(files / "model", files / "hostile.parquet")
    assert "red" in done.output
    assert "\x1b" not in done.output
