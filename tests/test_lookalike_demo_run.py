"""The demo: the whole job runs, and enrichment and behaviour show what they add."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from lookalike_deals import VALUED_COLUMNS

from lookalike.demo.run import SHOWN, read_sample, sample_folder
from lookalike.results import schema

COMMAND = Path(sys.executable).with_name("lookalike")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder that ``lookalike demo`` filled, and what it printed."""
    out = tmp_path_factory.mktemp("demo") / "out"
    command = [COMMAND, "demo", "-o", out, "--json", out.parent / "demo.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_it_leaves_tables_a_model_and_a_report(demo):
    out, _ = demo
    assert {"enriched.parquet", "scores.csv", "report.html", "model"} <= {path.name for path in out.iterdir()}
    sample = read_sample(sample_folder(out))
    scores = pd.read_csv(out / "scores.csv")
    assert list(scores.columns) == VALUED_COLUMNS
    assert scores["lead_id"].tolist() == sample.leads["id"].tolist()
    assert len(pd.read_parquet(out / "enriched.parquet")) == len(sample.deals) + len(sample.leads)


def test_it_names_the_ten_best_leads_and_the_deals_they_resemble(demo):
    out, printed = demo
    best = pd.read_csv(out / "scores.csv").nsmallest(SHOWN, "rank")
    for deals in best["because"]:
        assert deals.split("; ")[0] in printed
    assert printed.index("because you won") < printed.index("AUC")


def test_enrichment_and_behaviour_each_add_to_the_ranking(demo):
    _, printed = demo
    aucs = [float(found) for found in re.findall(r"(?:only|enrichment|too) +(0\.\d{3})", printed)]
    crm, enriched, behaviour = aucs
    assert crm < 0.65
    assert enriched > crm + 0.1
    assert behaviour > enriched


def test_its_figures_are_json_as_the_schema_says(demo):
    out, printed = demo
    envelope = json.loads((out.parent / "demo.json").read_text(encoding="utf-8"))
    jsonschema.validate(envelope["result"], schema("demo"))
    assert envelope["headline"] in " ".join(printed.split())
    told = re.findall(r"(?:only|enrichment|too) +(0\.\d{3})", printed)
    assert [f"{row['auc']:.3f}" for row in envelope["result"]["judged"]] == told


def test_without_the_repository_the_sample_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr("lookalike.demo.run.__file__", str(tmp_path / "a" / "b" / "c" / "run.py"))
    folder = sample_folder(tmp_path / "out")
    assert folder == tmp_path / "out" / "sample"
    assert len(read_sample(folder).leads) == 300
