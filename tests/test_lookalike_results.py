"""What commands find: one envelope, a schema for each command, kept with the model."""

import json
from dataclasses import dataclass
from typing import ClassVar

import click
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from enrich.errors import ModelError, TableError
from lookalike import results
from lookalike.commands.answers import kept_answers


@dataclass
class Found:
    command: ClassVar[str] = "tried"
    share: float = 0.5

    @property
    def headline(self):
        return f"{self.share:.0%} found"

    def to_dict(self):
        return {"share": np.float64(self.share), "rows": pd.DataFrame({"n": np.array([1, 2])})}


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.json").write_text("{}")
    return folder


@click.command()
@kept_answers
def tried(answer):
    answer.give(Found(), lambda: click.echo("told"))


def test_a_result_is_written_in_its_envelope(tmp_path):
    results.write(Found(), tmp_path / "found.json")
    envelope = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert envelope["command"] == "tried"
    assert envelope["headline"] == "50% found"
    assert envelope["result"] == {"share": 0.5, "rows": [{"n": 1}, {"n": 2}]}


def test_what_is_no_number_is_null():
    found = json.loads(results.to_text(Found(float("nan"))))
    assert found["result"]["share"] is None


def test_a_model_keeps_the_last_result_of_each_command(model):
    results.keep(Found(0.25), model)
    results.keep(Found(0.75), model)
    assert [envelope["headline"] for envelope in results.kept(model).values()] == ["75% found"]


def test_nothing_is_kept_where_no_model_is(tmp_path):
    with pytest.raises(ModelError, match="no model is there"):
        results.keep(Found(), tmp_path)


def test_a_broken_result_is_named(model):
    results.keep(Found(), model)
    (model / "results" / "tried.json").write_text("[")
    with pytest.raises(ModelError, match=r"tried\.json"):
        results.kept(model)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(TableError, match="nowhere"):
        results.write(Found(), tmp_path / "nowhere" / "found.json")


def test_json_for_the_terminal_stands_alone():
    done = CliRunner().invoke(tried, ["--json", "-"])
    assert json.loads(done.output)["command"] == "tried"


def test_json_in_a_file_and_words_for_people(tmp_path, model):
    file = tmp_path / "found.json"
    done = CliRunner().invoke(tried, ["--json", str(file), "--keep", str(model)])
    assert done.output == "told\n"
    assert json.loads(file.read_text(encoding="utf-8"))["command"] == "tried"
    assert set(results.kept(model)) == {"tried"}


def test_quiet_keeps_and_writes_but_does_not_tell(tmp_path, model):
    file = tmp_path / "found.json"
    done = CliRunner().invoke(tried, ["--quiet", "--json", str(file), "--keep", str(model)])
    assert (done.exit_code, done.output) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8"))["command"] == "tried"
    assert set(results.kept(model)) == {"tried"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--json", "nowhere/found.json"], "the folder nowhere does not exist; create it first"),
        (["--json", "."], "is a folder; name a file in it"),
        (["--keep", "nowhere"], "name a folder that fit wrote"),
    ],
)
def test_a_place_where_nothing_can_go_is_told_before_the_work(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    worked = []

    @click.command()
    @kept_answers
    def slow(answer):
        worked.append(True)

    done = CliRunner().invoke(slow, options)
    assert isinstance(done.exception, (TableError, ModelError))
    assert message in str(done.exception)
    assert worked == []


def test_a_command_without_results_has_no_schema():
    with pytest.raises(KeyError):
        results.schema("help")
