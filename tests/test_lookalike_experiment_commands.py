"""``lookalike experiment`` on files: from a size to a proof, each answer as its schema says."""

import json

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from lookalike import results
from lookalike.cli import cli
from lookalike.experiment import Columns, Plan, analyze, assign, outcomes, size_conversion


@pytest.fixture
def run():
    def command(*words, status=0):
        done = CliRunner().invoke(cli, ["experiment", *map(str, words)])
        assert done.exit_code == status, done.output + repr(done.exception)
        return done.output

    return command


def checked(text):
    """The envelope of a result, which is as its schema says."""
    envelope = json.loads(text)
    jsonschema.Draft202012Validator(results.schema(envelope["command"])).validate(envelope["result"])
    return envelope


def described(schema):
    """Every property in a schema that has no description."""
    found = []
    for name, part in schema.get("properties", {}).items():
        found += [name] if not part.get("description") else []
        found += described(part)
    if isinstance(schema.get("items"), dict):
        found += described(schema["items"])
    return found


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(2)
    leads = pd.DataFrame({"id": [f"L-{i}" for i in range(1_500)], "score": rng.random(1_500).round(4)})
    leads.loc[7, "id"] = None
    leads.to_csv(tmp_path / "leads.csv", index=False)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize("name", ["size", "assign", "analyze", "outcomes"])
def test_every_property_is_described(name):
    schema = results.schema(f"experiment-{name}")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert described(schema) == []
    assert schema["additionalProperties"] is False


def test_from_a_size_to_a_proof(run, folder):
    assert "leads" in run("size", "--rate", "10%", "--lift", "30%", "--weekly", 200)
    assigned = folder / "assigned.csv"
    said = run("assign", folder / "leads.csv", "--salt", "spring", "--holdout", "10%", "-o", assigned)
    assert "held out" in said
    assert "1 rows have no arm" in said
    table = pd.read_csv(assigned, dtype=str)
    assert len(table) == 1_500
    rng = np.random.default_rng(4)
    chance = 0.1 + 0.25 * (table["arm"] == "B")
    table["stage"] = np.where(rng.random(1_500) < chance, "won", "lost")
    table["created_at"] = "2026-05-01"
    table.to_csv(folder / "results.csv", index=False)
    said = run(
        *("analyze", folder / "results.csv", "--outcome", "stage", "--won", "won", "--score", "score"),
        *("--plan", f"{assigned}.json", "--keep", folder / "model", "-o", folder / "rows.csv"),
    )
    assert said.startswith("The split is as planned. B converts ")
    assert "1 of 1,500 rows are left out" in said
    assert "Qini coefficient" in said
    assert "converts" in results.kept(folder / "model")["experiment-analyze"]["headline"]
    rows = pd.read_csv(folder / "rows.csv", dtype=str)
    assert rows["experiment_error"].notna().sum() == 1


def test_a_second_run_takes_the_settings_from_beside(run, folder):
    first, second = folder / "a.csv", folder / "b.csv"
    run("assign", folder / "leads.csv", "--salt", "spring", "--arms", "A=80,B=20", "-o", first)
    before = first.read_text(encoding="utf-8")
    run("assign", folder / "leads.csv", "-o", first)
    assert first.read_text(encoding="utf-8") == before
    run("assign", folder / "leads.csv", "--plan", f"{first}.json", "-o", second)
    assert second.read_text(encoding="utf-8") == before


def test_other_settings_than_those_beside_are_refused(run, folder):
    out = folder / "a.csv"
    run("assign", folder / "leads.csv", "--salt", "spring", "-o", out)
    done = CliRunner().invoke(
        cli, ["experiment", "assign", str(folder / "leads.csv"), "--salt", "autumn", "-o", str(out)]
    )
    assert "--salt says autumn" in str(done.exception)


SIZES = [
    ("--rate", "0.1", "--difference", "0.02", "--weekly", "100", "--correlation", "0.5"),
    ("--rate", "5%", "--leads", "3000", "--arms", "A=60,B=20,C=20"),
    ("--mean", "100", "--spread", "300", "--difference", "25"),
    ("--rate", "1%", "--leads", "4"),
]


@pytest.mark.parametrize("options", SIZES)
def test_a_size_is_as_its_schema_says(run, options):
    found = checked(run("size", *options, "--json", "-"))["result"]
    assert sum(found["arms"].values()) == found["leads"]
    assert run("size", *options)


def test_a_pilot_gives_the_numbers(run, folder):
    rng = np.random.default_rng(1)
    before = rng.gamma(2, 50, 500)
    pilot = {
        "stage": rng.choice(["won", "lost"], 500),
        "worth": before * rng.gamma(3, 1, 500),
        "before": before,
    }
    pd.DataFrame(pilot).to_csv(folder / "pilot.csv", index=False)
    options = ("size", "--pilot", folder / "pilot.csv", "--outcome", "stage", "--won", "won")
    said = run(*options, "--revenue", "worth", "--covariate", "before", "--lift", "20%")
    assert "500 past leads: revenue" in said
    assert "with the covariate (CUPED)" in said
    assert "500 past leads: 48.40% converted" in run(*options, "--lift", "20%")


@pytest.mark.parametrize(
    "options", [(), ("--rate", "10%", "--mean", "5"), ("--rate", "ten"), ("--mean", "5", "--difference", "1")]
)
def test_sizes_without_enough_to_go_by_are_refused(run, options):
    run("size", *options, status=2)


def test_assignments_and_analyses_are_as_their_schemas_say(run, folder):
    out = folder / "a.csv"
    envelope = checked(run("assign", folder / "leads.csv", "--salt", "s", "-o", out, "--json", "-"))
    assert envelope["headline"].endswith("1 rows have no arm")
    table = pd.read_csv(out, dtype=str)
    table["stage"] = np.where(np.arange(1_500) % 7 == 0, "1", "0")
    table["worth"] = np.where(np.arange(1_500) % 7 == 0, "12,5", None)
    table["created_at"] = pd.date_range("2026-01-01", periods=1_500, freq="h").strftime("%Y-%m-%d")
    table.to_csv(folder / "r.csv", index=False)
    base = ("analyze", folder / "r.csv", "--json", "-")
    both = checked(
        run(*base, "--outcome", "stage", "--revenue", "worth", "--score", "score", "--date", "created_at")
    )
    assert both["result"]["uplift"][0]["qini"]["curve"]
    assert both["result"]["paths"][0]["looks"]
    revenue = checked(run(*base, "--revenue", "worth", "--covariate", "score", "--score", "score"))["result"]
    assert revenue["uplift"][0]["qini"] is None


def test_few_leads_are_analyzed_as_the_schema_says():
    table = pd.DataFrame({"arm": list("AABB"), "stage": ["0"] * 4, "worth": [1, 1, 1, 1]})
    for columns in (
        Columns(outcome="stage"),
        Columns(revenue="worth"),
        Columns(outcome="stage", revenue="worth"),
    ):
        checked(results.to_text(analyze(table, columns)))


def test_outcomes_of_the_sample_are_as_their_schema_says(run, folder):
    options = ("outcomes", "data/deals.csv", "--outcome", "outcome", "--won", "won", "--opened", "created_at")
    options += ("--closed", "closed_at", "--revenue", "value", "--change", "2025-06-01")
    options += ("--costs", "before=50000,after=40000", "--as-of", "2026-03-31")
    assert "no experiment" in checked(run(*options, "--json", "-"))["headline"]
    said = run(*options, "-o", folder / "rows.csv")
    assert "cost of a won deal" in said
    assert "WARNING: Before and after is no experiment" in said
    assert len(pd.read_csv(folder / "rows.csv")) == 600


def test_the_package_gives_results():
    """What a notebook imports are results, each with a schema."""
    for made in (size_conversion, assign, analyze, outcomes):
        assert made.__doc__
    checked(results.to_text(size_conversion(0.1, 0.05)))
    checked(results.to_text(assign(pd.DataFrame({"id": ["a"]}), Plan("s", {"A": 1, "B": 1}))))


def test_names_from_a_file_cannot_steer_the_terminal(run, folder):
    table = pd.DataFrame({"arm": ["A", "\x1b[31mB"] * 50, "stage": ["0", "1"] * 50})
    table.to_csv(folder / "hostile.csv", index=False)
    assert "\x1b" not in run("analyze", folder / "hostile.csv", "--outcome", "stage")
