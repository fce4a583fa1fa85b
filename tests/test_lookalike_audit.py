"""``lookalike audit``: is there signal, and which columns know the outcome, before a model learns."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from lookalike_deals import ROLES, deals

from enrich.errors import ColumnError
from lookalike import results
from lookalike.audit import Audit, audit
from lookalike.audit.findings import SEVERITIES

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "deals.csv"
#: Columns of the embedded sample that know the outcome by themselves.
OF_THE_SAMPLE = ["value", "closed_at"]


def sample():
    return pd.read_csv(SAMPLE)


def audited(table, **more):
    roles = {"outcome": "outcome", "won": "won", "time": "created_at"}
    return audit(table, **roles | more, permutations=499, quiet=True)


def named(found, *severities):
    wanted = severities or ("leak", "suspect")
    return [one.column for one in found.of("leakage") if one.severity in wanted]


@pytest.fixture(scope="module")
def planted():
    """The audit of the embedded sample with five leaks of different kinds."""
    rng = np.random.default_rng(0)
    table = sample().drop(columns=OF_THE_SAMPLE)
    won = table["outcome"].eq("won").to_numpy()
    n = len(won)
    opened = pd.to_datetime(table["created_at"])
    kickoff = (opened + pd.to_timedelta(rng.integers(5, 60, n), unit="D")).dt.strftime("%Y-%m-%d")
    number = np.empty(n, dtype=int)
    number[np.argsort(~won + rng.random(n) * 0.5)] = np.arange(n)
    table["approved"] = np.where(won ^ (rng.random(n) < 0.1), "A", "B")
    table["kickoff"] = kickoff.where(won)
    table["segment"] = np.where(won & (rng.random(n) < 0.3), "key account", rng.choice(["small", "large"], n))
    table["customer_no"] = [f"K-{1000 + place}" for place in number]
    table["billed"] = (rng.lognormal(5, 1, n) * np.where(won, 5, 1)).round(2)
    return audited(table)


@pytest.fixture(scope="module")
def of_the_sample():
    return audited(sample(), value="value", closed="closed_at")


# -- leakage


@pytest.mark.parametrize("column", ["approved", "kickoff", "segment", "customer_no", "billed"])
def test_a_planted_leak_is_found(planted, column):
    assert column in named(planted, "leak")


def test_no_other_column_is_named(planted):
    assert len(named(planted)) == 5


def test_the_evidence_says_what_was_seen(planted):
    said = {one.column: one.evidence for one in planted.of("leakage")}
    settled = "values that settle the outcome: blank: none of 456 won; filled: all 144 won"
    assert said["kickoff"].startswith(settled)
    assert "100% of its dates are after the opening" in said["kickoff"]
    assert said["segment"].startswith("values that settle the outcome: 'key account': all ")
    assert "it was given in the order of outcome" in said["customer_no"]
    assert "alone it ranks held-out deals of the same time at AUC 0.8" in said["approved"]


def test_a_leak_comes_with_its_remedy(planted):
    remedies = {one.column: one.remedy for one in planted.of("leakage")}
    assert remedies["kickoff"] == "--drop 'kickoff'"


def test_the_gravest_stands_first(planted):
    places = [SEVERITIES.index(one.severity) for one in planted.findings]
    assert places == sorted(places)


def test_the_verdict_is_about_the_columns_that_do_not_know_the_outcome(planted):
    assert planted.verdict == "no usable signal"
    assert planted.signal_with_leaks.verdict == "signal"
    assert planted.signal_with_leaks.auc > 0.99
    assert "which know the outcome" in planted.headline


def test_what_only_deals_have_is_found_in_the_sample_as_it_comes():
    found = audited(sample())
    assert named(found, "leak") == ["value"]
    assert named(found, "suspect") == ["closed_at"]


def test_the_sample_without_them_names_nothing(of_the_sample):
    assert named(of_the_sample) == []


def test_behaviour_is_what_the_sample_has_signal_in(of_the_sample):
    events = pd.read_csv(SAMPLE.with_name("events.csv"))
    found = audited(sample(), value="value", closed="closed_at", events=events)
    assert (of_the_sample.verdict, found.verdict) == ("no usable signal", "signal")


def test_a_reason_only_lost_deals_have_and_words_only_won_ones_have_are_leaks():
    rng = np.random.default_rng(1)
    table = sample().drop(columns=OF_THE_SAMPLE)
    won = table["outcome"].eq("won").to_numpy()
    some = rng.random(len(won)) < 0.5
    table["why"] = np.where(~won & some, rng.choice(["price", "timing"], len(won)), None)
    thanks, talk = "Thank you for signing and welcome aboard", "We talked about parcels and prices"
    table["talk"] = [f"{text}, call number {i}" for i, text in enumerate(np.where(won & some, thanks, talk))]
    table["refund"] = np.where(~won & some, rng.lognormal(3, 1, len(won)).round(2), 0)
    assert sorted(named(audited(table), "leak")) == ["refund", "talk", "why"]


@pytest.mark.parametrize(("honest", "severities"), [(0.5, []), (0.02, ["leak"])])
def test_a_text_may_tell_more_than_a_column_but_not_everything(honest, severities):
    """What a website says of a company is many columns in one."""
    rng = np.random.default_rng(0)
    won = rng.random(600) < 0.3
    apart = np.where(rng.random(600) < honest, rng.random(600) < 0.3, won)
    words = np.array([f"word{i}" for i in range(60)])
    texts = [" ".join(rng.choice(words[:40] if yes else words[20:], 25)) for yes in apart]
    table = pd.DataFrame(
        {
            "website": texts,
            "size": rng.normal(size=600) + 0.5 * won,
            "source": rng.choice(["web", "fair"], 600),
            "outcome": np.where(won, "won", "lost"),
        }
    )
    found = audit(table, outcome="outcome", won="won", permutations=99, quiet=True)
    assert [one.severity for one in found.of("leakage") if one.column == "website"] == severities


def test_rows_in_outcome_order_are_told():
    table = sample().sort_values("outcome").drop(columns=["id", *OF_THE_SAMPLE])
    found = audited(table, time=None)
    assert "as they stand in the file" in " ".join(one.evidence for one in found.of("leakage"))
    assert named(found, "leak", "suspect") == []


def test_a_table_without_signal_names_nothing():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({f"c{i}": rng.normal(size=800) for i in range(12)})
    table["kind"] = rng.choice(list("abcdef"), 800)
    table["outcome"] = np.where(rng.random(800) < 0.25, "won", "lost")
    found = audit(table, outcome="outcome", won="won", permutations=499, quiet=True)
    assert found.verdict == "no usable signal"
    assert named(found) == []


# -- duplicates


def doubled(table):
    """Every fourth deal once more, half a year later, of the same company, ending alike."""
    again = table.iloc[::4].copy()
    again["created_at"] = pd.to_datetime(again["created_at"]) + pd.Timedelta(days=180)
    again["id"] = [f"E-{i}" for i in range(len(again))]
    return pd.concat([table, again], ignore_index=True)


def test_companies_on_both_sides_of_a_split_are_told():
    table = doubled(sample())
    told = audited(table, value="value", closed="closed_at").of("duplicates")
    assert [one.severity for one in told] == ["warning"]
    assert "website" in told[0].evidence
    assert "two deals of one company end alike in 9" in told[0].evidence


def test_repeated_rows_and_ids_are_told():
    table = sample()
    told = audited(pd.concat([table, table.iloc[:30]], ignore_index=True), value="value").of("duplicates")
    said = " | ".join(one.evidence for one in told)
    assert "30 rows repeat another row in every cell" in said
    assert "30 rows have an id that an earlier row has" in said


# -- sufficiency


def test_the_deals_needed_grow_with_the_square_of_precision(of_the_sample):
    needed = of_the_sample.needed.set_index("half_width")["won"]
    assert needed[0.01] == pytest.approx(25 * needed[0.05], abs=25)


def test_the_learning_curve_ends_with_all_the_past(of_the_sample):
    curve = of_the_sample.learning_curve
    assert curve["deals"].iloc[-1] == 480
    assert curve["deals"].is_monotonic_increasing


def test_a_few_deals_are_too_few_to_tell():
    table = deals(40).drop(columns=["employees", "revenue", "about"])
    found = audit(table, **ROLES, permutations=199, quiet=True)
    assert found.verdict == "cannot be told"
    assert "too few to tell" in found.headline


# -- stability


def made(n, rng):
    opened = pd.date_range("2024-01-01", periods=n, freq="6h")
    won = rng.random(n) < 0.3
    return pd.DataFrame(
        {
            "opened": opened.astype("str"),
            "kind": rng.choice(list("abc"), n),
            "size": rng.normal(size=n),
            "stage": np.where(won, "won", "lost"),
        }
    )


def told(table, **more):
    found = audit(table, outcome="stage", won="won", time="opened", permutations=199, quiet=True, **more)
    return " | ".join(f"{one.column}: {one.evidence}" for one in found.of("stability"))


def test_nothing_is_said_of_a_steady_table():
    assert told(made(1200, np.random.default_rng(0))) == ""


def test_a_column_that_moves_on_is_told():
    table = made(1200, np.random.default_rng(0))
    table["index"] = np.arange(1200) // 40 * 1.5
    assert "index: it moves on: 100% of later deals" in told(table)


def test_a_won_rate_that_changes_is_told_and_what_only_the_calendar_knows():
    rng = np.random.default_rng(0)
    table = made(2000, rng)
    high = np.arange(2000) // 500 % 2 == 0
    table["stage"] = np.where(rng.random(2000) < np.where(high, 0.6, 0.1), "won", "lost")
    table["weather"] = np.where(high, "sun", "rain")
    said = told(table)
    assert "the won rate changes over time" in said
    assert "columns that tell when deals are won, not which" in said
    assert "weather (0.7" in said


def test_young_deals_are_told_by_their_cycle_time():
    rng = np.random.default_rng(0)
    table = made(2000, rng)
    opened = pd.to_datetime(table["opened"])
    days = pd.to_timedelta(rng.exponential(60, 2000), unit="D")
    end = opened.max()
    decided = opened + days <= end
    table["stage"] = np.where(table["stage"].eq("won") & decided, "won", "lost")
    table["ended"] = (opened + days).where(decided, end).astype("str")
    assert "winning takes up to" in told(table, closed="ended")


def test_young_deals_are_told_by_what_is_undecided():
    table = made(1200, np.random.default_rng(0))
    table.loc[1130:, "stage"] = None
    assert "of the latest tenth of the deals have no outcome yet" in told(table)


def test_deals_nobody_worked_are_told():
    rng = np.random.default_rng(0)
    table = made(1200, rng)
    idle = rng.random(1200) < 0.3
    table["number of calls"] = np.where(idle, 0, rng.integers(1, 9, 1200))
    table["stage"] = np.where(idle & (rng.random(1200) < 0.9), "lost", table["stage"])
    assert "number of calls: blank or 0 in " in told(table)


# -- the command, and what it writes


def run(*words):
    command = [sys.executable, "-c", "from lookalike.cli import main; main()", "audit", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_json_follows_its_schema(planted, of_the_sample):
    schema = results.schema("audit")
    jsonschema.Draft202012Validator.check_schema(schema)
    for found in (planted, of_the_sample):
        envelope = json.loads(results.to_text(found))
        jsonschema.validate(envelope["result"], schema)
        assert envelope["headline"] == found.headline


def test_text_has_the_verdict_first(planted):
    first, second, *_ = planted.text.splitlines()
    assert first.startswith("There is no usable signal: AUC 0.")
    assert second.startswith("leak    leakage      ")


def test_the_command_tells_people_and_fails_where_asked(tmp_path):
    roles = ("--outcome", "outcome", "--won", "won", "--permutations", 199)
    done = run(SAMPLE, *roles, "--fail-on", "leak")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("There is no usable signal: AUC 0.")
    assert "--drop 'value'" in done.stdout


def test_a_failed_audit_says_why_even_when_quiet():
    roles = ("--outcome", "outcome", "--won", "won", "--permutations", 199)
    done = run(SAMPLE, *roles, "--fail-on", "leak", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("lookalike: There is no usable signal: AUC 0.")


def test_a_wrong_column_is_named():
    with pytest.raises(ColumnError, match="--outcome names 'Stage'"):
        audit(sample(), outcome="Stage", won="won", quiet=True)


def test_a_bad_finding_is_grave_by_degrees(planted, of_the_sample):
    assert planted.is_grave("leak")
    assert planted.is_grave("suspect")
    assert planted.is_grave("no-signal")
    assert not of_the_sample.is_grave("suspect")
    assert isinstance(planted, Audit)


# -- the external material


def part(table, rows):
    return table.iloc[np.linspace(0, len(table) - 1, rows).astype(int)].reset_index(drop=True)


def test_bank_names_the_duration_alone(material):
    table = part(pd.read_csv(material("data/bank/bank-additional-full.csv"), sep=";"), 8_000)
    found = audit(table, outcome="y", won="yes", permutations=199, quiet=True)
    assert found.verdict == "signal"
    assert named(found) == ["duration"]


def test_x_education_names_what_is_filled_in_afterwards(material):
    table = part(pd.read_csv(material("data/xeducation/Leads.csv")), 4_000)
    found = audit(table, outcome="Converted", won=1, time="Lead Number", permutations=199, quiet=True)
    assert found.verdict == "signal"
    assert {"Tags", "Lead Quality", "Last Notable Activity"} <= set(named(found)[:5])
    late = {"Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity"}
    assert len([one for one in named(found) if one not in late and not one.startswith("Asymmetrique")]) <= 2


def test_ibm_names_most_of_what_the_sales_process_leaves(material):
    table = pd.read_csv(material("data/ibm_winloss/WA_Fn-UseC_-Sales-Win-Loss.csv.gz"))
    found = audit(part(table, 6_000), outcome="Opportunity Result", won="Won", permutations=199, quiet=True)
    process = [name for name in named(found) if name.split()[0] in ("Elapsed", "Total", "Ratio")]
    process += [name for name in named(found) if name == "Sales Stage Change Count"]
    assert len(process) >= 4
    assert len(named(found)) - len(process) <= 2
