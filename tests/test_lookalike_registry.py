"""A registry: what was decided stays so, what was interrupted is undone, what was altered is refused."""

import json
import os
import shutil

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from lookalike_deals import deals, fitted, leads
from scipy.stats import spearmanr

import lookalike
from enrich.errors import ModelError
from enrich.tables import write_table
from lookalike import results
from lookalike.commands.registry import registry as command
from lookalike.commands.score import score
from lookalike.evaluate.resampling import paired_interval
from lookalike.monitor.matured import Matured
from lookalike.registry import Registry, shadow
from lookalike.registry.challenge import compare
from lookalike.registry.journal import locked
from lookalike.registry.record import Decision, Record, Version

NAMES = ("plain", "linear")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Folders of two models."""
    folder = tmp_path_factory.mktemp("models")
    for name in NAMES:
        fitted(name).save(folder / name)
    return folder


@pytest.fixture
def registry(models, tmp_path):
    """A registry with a champion, version 1, and a challenger."""
    made = Registry(tmp_path / "registry")
    made.add(models / "plain", "the first")
    made.promote(1, "there is no other")
    made.add(models / "linear", "another kind")
    return made


def files(folder):
    return {
        p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"
    }


# -- decisions


def test_the_champion_is_what_a_registry_loads(registry):
    assert lookalike.load(registry.folder).embedding_name == "plain"
    registry.promote(2, "better")
    assert lookalike.load(registry.folder).embedding_name == "linear"
    registry.revert("it was not")
    assert lookalike.load(registry.folder).embedding_name == "plain"
    assert registry.load(2).embedding_name == "linear"


def test_a_version_scores_as_the_model_that_was_added(registry):
    found = registry.load(2).score(leads())
    pd.testing.assert_frame_equal(found, fitted("linear").score(leads()))


def test_every_decision_has_who_when_why_and_what_was_before(registry):
    registry.promote(2, "better in spring", who="Anna")
    decision = registry.record.decisions[-1]
    assert (decision.who, decision.why, decision.version, decision.champion) == (
        "Anna",
        "better in spring",
        2,
        1,
    )
    assert decision.when.endswith("+00:00")
    lines = [json.loads(line) for line in (registry.folder / "log.jsonl").read_text().splitlines()]
    assert [line["action"] for line in lines] == ["add", "promote", "add", "promote"]
    assert lines[-1]["why"] == "better in spring"


def test_what_justified_a_decision_is_kept_with_it(registry, tmp_path):
    envelope = {
        "command": "backtest",
        "format": 1,
        "made_at": "2026-01-01",
        "headline": "AUC .8",
        "result": {},
    }
    (tmp_path / "backtest.json").write_text(json.dumps(envelope))
    registry.promote(2, "better", backtest=tmp_path / "backtest.json")
    kept = registry.record.decisions[-1].evidence
    assert (kept["command"], kept["headline"]) == ("backtest", "AUC .8")
    assert json.loads((registry.folder / "evidence" / kept["file"]).read_text()) == envelope
    (registry.folder / "evidence" / kept["file"]).write_text("{}")
    assert registry.verify() == [
        f"{registry.folder / 'evidence' / '0004.json'}: is not what justified decision 4; restore it"
    ]


@pytest.mark.parametrize(
    ("decide", "message"),
    [
        (lambda r: r.promote(1, "again"), "version 1 is the champion already"),
        (lambda r: r.promote(3, "why not"), "there is no version 3, only 1 to 2"),
        (lambda r: r.revert("back"), "there was no champion before"),
        (lambda r: r.promote(2, "  "), "--why is empty"),
        (lambda r: r.promote(2, "so", backtest=r.folder / "registry.json"), "is no result of a command"),
        (lambda r: r.add(r.folder / "versions", "so"), "no model is there"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(registry, decide, message):
    before = files(registry.folder)
    with pytest.raises(ModelError, match=message):
        decide(registry)
    assert files(registry.folder) == before


def test_without_a_champion_nothing_is_loaded(models, tmp_path):
    Registry(tmp_path / "r").add(models / "plain", "the first")
    with pytest.raises(
        ModelError, match="no version is the champion yet; choose one with `registry promote`"
    ):
        lookalike.load(tmp_path / "r")


def test_a_folder_with_other_things_does_not_become_a_registry(models):
    with pytest.raises(ModelError, match="is no registry and not empty"):
        Registry(models / "plain").add(models / "linear", "why")


def test_results_kept_with_a_model_come_along_and_may_change(models, tmp_path):
    shutil.copytree(models / "plain", tmp_path / "model")
    (tmp_path / "model" / "results").mkdir()
    (tmp_path / "model" / "results" / "audit.json").write_text("{}")
    made = Registry(tmp_path / "r")
    made.add(tmp_path / "model", "audited")
    kept = made.path(1) / "results" / "audit.json"
    assert kept.is_file()
    kept.write_text("[]")
    assert made.verify() == []


# -- any sequence of decisions


class Decisions(RuleBasedStateMachine):
    """What a record says follows from its decisions, as a plain list of champions does."""

    def __init__(self):
        super().__init__()
        self.record, self.followed, self.added = Record(), [], 0

    def decide(self, action, version):
        number = len(self.record.decisions) + 1
        decision = Decision(number, action, version, self.record.champion, "a", "now", "so")
        new = (Version(version, {}, "plain", 2, 1),) if action == "add" else ()
        self.record = Record((*self.record.versions, *new), (*self.record.decisions, decision))

    @rule()
    def add(self):
        self.added += 1
        self.decide("add", self.added)

    @precondition(lambda self: self.added)
    @rule(data=st.data())
    def promote(self, data):
        version = data.draw(st.integers(1, self.added))
        if version != self.record.champion:
            self.decide("promote", version)
            self.followed.append(version)

    @precondition(lambda self: len(self.followed) > 1)
    @rule()
    def revert(self):
        self.followed.pop()
        self.decide("revert", self.followed[-1])

    @invariant()
    def the_last_that_was_not_reverted_is_champion(self):
        assert self.record.champions == self.followed
        assert self.record.champion == (self.followed[-1] if self.followed else None)

    @invariant()
    def every_version_plays_one_part(self):
        parts = [self.record.part(version.number) for version in self.record.versions]
        assert parts.count("champion") == bool(self.followed)
        assert parts.count("challenger") == len(self.record.challengers)

    @invariant()
    def it_comes_back_from_json(self):
        assert Record.from_dict(json.loads(json.dumps(self.record.to_dict()))) == self.record


TestDecisions = Decisions.TestCase
TestDecisions.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


# -- interruptions


@pytest.mark.parametrize("broken", ["shutil.copytree", "os.replace", "lookalike.registry.journal.write"])
def test_an_interrupted_add_leaves_the_old_registry(registry, models, monkeypatch, broken):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    before = files(registry.folder)
    with monkeypatch.context() as patch:
        patch.setattr(broken, full)
        with pytest.raises(ModelError, match="No space left on device"):
            registry.add(models / "plain", "third")
    known = {path: text for path, text in files(registry.folder).items() if path in before}
    assert known == before
    assert len(registry.record.versions) == 2
    registry.add(models / "plain", "third")
    assert registry.verify() == []
    assert not list(registry.folder.rglob("*.part"))


def test_a_decision_counts_though_its_line_in_the_log_was_cut_off(registry):
    log = registry.folder / "log.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole[:-20])
    assert registry.record.champion == 1
    registry.promote(2, "better")
    assert log.read_bytes().startswith(whole)
    assert len(log.read_text().splitlines()) == 4


def test_two_do_not_decide_at_once(registry):
    pytest.importorskip("fcntl")
    with locked(registry.folder), pytest.raises(ModelError, match="another command is changing it"):
        registry.promote(2, "me too")


# -- tampering


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (lambda v: (v / "model.json").write_text("{}"), r"model\.json is not the file that was added"),
        (lambda v: (v / "deals.parquet").unlink(), r"deals\.parquet is missing"),
        (lambda v: (v / "more.skops").write_bytes(b""), r"more\.skops was added after the version was"),
        (
            lambda v: os.replace(v, v.with_name("gone")),
            "estimators.skops is missing|deals.parquet is missing",
        ),
    ],
)
def test_a_version_that_was_altered_is_refused_by_name(registry, tamper, message):
    tamper(registry.path(1))
    for place in (registry.folder, registry.folder / "versions" / "0001"):
        with pytest.raises(ModelError, match=f"0001: {message}"):
            lookalike.load(place)
    assert len(registry.verify()) == 1
    assert registry.load(2).embedding_name == "linear"


def test_a_version_that_was_altered_is_not_promoted(registry):
    (registry.path(2) / "model.json").write_text("{}")
    with pytest.raises(ModelError, match=r"0002: model\.json is not the file that was added"):
        registry.promote(2, "better")
    assert registry.record.champion == 1


def test_a_log_that_tells_another_story_is_told_by_its_line(registry):
    log = registry.folder / "log.jsonl"
    log.write_text(log.read_text().replace("there is no other", "it is the best"))
    with pytest.raises(ModelError, match=r"log\.jsonl: line 2 is not what registry\.json says"):
        lookalike.load(registry.folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[", "lacks or garbles"), ("{}", "garbles 'format'"), ('{"format": 9}', "format 9, which is not 1")],
)
def test_a_damaged_registry_says_so(registry, text, message):
    (registry.folder / "registry.json").write_text(text)
    with pytest.raises(ModelError, match=message):
        _ = registry.record


def test_a_champion_that_nobody_promoted_is_refused(registry):
    state = registry.folder / "registry.json"
    state.write_text(state.read_text().replace('"champion": 1,\n "versions"', '"champion": 2,\n "versions"'))
    with pytest.raises(ModelError, match="champion 2, where its decisions lead to 1"):
        lookalike.load(registry.folder)


# -- shadow


def scored(score, errors=()):
    score = np.asarray(score, dtype=float)
    score[list(errors)] = np.nan
    error = np.where(np.isnan(score), "blank", "")
    p = 1 / (1 + np.exp(-score))
    ids = [f"L{i}" for i in range(len(score))]
    return pd.DataFrame({"lead_id": ids, "score": score, "probability": p, "error": error})


def ended(won, positions=None):
    positions = np.arange(len(won)) if positions is None else positions
    return Matured(positions, won, None, 0, 0, 0, 0)


@pytest.fixture
def told():
    """Outcomes, scores that know something of them, and scores that know more."""
    rng = np.random.default_rng(0)
    won = rng.random(600) < 0.4
    weak, strong = (won * gain + rng.normal(size=600) for gain in (0.3, 1.5))
    return won, weak, strong


def test_promotion_is_justified_by_the_paired_interval(told):
    won, weak, strong = told
    found = compare(2, scored(weak), scored(strong), ended(won))
    assert found.verdict == "promote"
    assert (found.low, found.high) == paired_interval(won, strong, weak)
    assert found.low < found.difference < found.high
    assert compare(2, scored(strong), scored(weak), ended(won)).verdict == "keep"


def test_what_may_be_chance_is_left_undecided(told):
    won, weak, _ = told
    other = weak + np.random.default_rng(1).normal(scale=0.1, size=600)
    found = compare(2, scored(weak), scored(other), ended(won))
    assert found.verdict == "undecided"
    assert "may be chance" in found.because


def test_a_few_outcomes_decide_nothing(told):
    won, weak, strong = told
    found = compare(2, scored(weak), scored(strong), ended(won[:8], np.arange(8)))
    assert found.verdict == "undecided"
    assert "too few to compare" in found.because


def test_side_by_side_there_is_a_row_a_lead(told):
    _, weak, strong = told
    found = compare(2, scored(weak, errors=[3]), scored(strong))
    table = found.leads
    assert found.verdict == "no outcomes"
    assert len(table) == 600
    assert table.loc[3, "error"] == "blank"
    known = np.arange(600) != 3
    assert found.rank_correlation == pytest.approx(spearmanr(weak[known], strong[known]).statistic, abs=1e-12)
    top = table["top"].value_counts()
    assert top["both"] + top["champion"] == top["both"] + top["challenger"] == 60
    assert found.top_agreement == top["both"] / 60
    assert (
        table["rank_difference"].dropna() == (table["champion_rank"] - table["challenger_rank"]).dropna()
    ).all()


def test_the_same_model_agrees_with_itself(models, registry):
    registry.add(models / "plain", "the same again")
    found = shadow(registry, leads(), versions=[3])
    assert found.challenges[0].rank_correlation == pytest.approx(1)
    assert found.challenges[0].top_agreement == 1


def test_a_challenger_that_lacks_a_column_says_so_and_stops_nothing(registry, tmp_path):
    wider = lookalike.fit(
        deals().assign(extra=range(160)), outcome="stage", won="won", embedding="plain", quiet=True
    )
    wider.save(tmp_path / "wider")
    registry.add(tmp_path / "wider", "more columns")
    found = shadow(registry, leads())
    assert [one.verdict for one in found.challenges] == ["no outcomes", "cannot score"]
    assert "'extra', which the model was trained on" in found.challenges[1].because


def test_shadows_need_a_challenger(registry):
    registry.promote(2, "better")
    with pytest.raises(ModelError, match="there is no challenger"):
        shadow(registry, leads())
    with pytest.raises(ModelError, match="version 2 is the champion; name another in --challenger"):
        shadow(registry, leads(), versions=[2])


# -- the commands


def run(*words, of=command):
    return CliRunner().invoke(of, [str(word) for word in words])


def valid(output, schema):
    found = json.loads(output)
    jsonschema.Draft202012Validator(results.schema(schema)).validate(found["result"])
    return found["result"]


def test_from_a_model_to_scores_by_its_champion(models, tmp_path):
    place = tmp_path / "registry"
    added = valid(run("add", place, models / "plain", "--why", "the first", "--json", "-").output, "registry")
    assert added["champion"] is None
    valid(run("promote", place, 1, "--why", "none other", "--who", "Anna", "--json", "-").output, "registry")
    assert "version 2 added" in run("add", place, models / "linear", "--why", "another").output

    write_table(deals(200, seed=4).drop(columns="stage"), tmp_path / "leads.csv")
    write_table(deals(200, seed=4)[["id", "stage"]], tmp_path / "outcomes.csv")
    outcomes = ("--outcomes", tmp_path / "outcomes.csv", "--as-of", "2026-01-01")
    done = run(
        "shadow",
        place,
        tmp_path / "leads.csv",
        "-o",
        tmp_path / "s",
        *outcomes,
        "--json",
        tmp_path / "s.json",
    )
    assert done.exit_code == 0, done.output
    found = valid((tmp_path / "s.json").read_text(), "shadow")
    assert found["challengers"][0]["ended"] == 200
    assert len(pd.read_csv(tmp_path / "s" / "challenger-0002.csv")) == 200

    run("promote", place, 2, "--why", "better", "--backtest", tmp_path / "s.json")
    shown = run("show", place, 2).output
    assert "shadow: beside champion 1 on 200 leads" in shown
    assert "Anna" not in shown  # decided on version 1
    assert (
        valid(run("show", place, "--json", "-").output, "registry")["decisions"][3]["evidence"]["command"]
        == "shadow"
    )
    run("revert", place, "--why", "events come late")
    state = valid(run("list", place, "--json", "-").output, "registry")
    assert [version["part"] for version in state["versions"]] == ["champion", "former champion"]

    assert (
        run(place, tmp_path / "leads.csv", "-o", tmp_path / "scores.csv", "--quiet", of=score).exit_code == 0
    )
    expected = fitted("plain").score(deals(200, seed=4).drop(columns="stage"))["score"]
    assert pd.read_csv(tmp_path / "scores.csv")["score"].to_numpy() == pytest.approx(expected.to_numpy())


def test_verify_ends_with_a_status_for_cron(registry):
    assert run("verify", registry.folder).exit_code == 0
    (registry.path(2) / "model.json").write_text("{}")
    done = run("verify", registry.folder, "--json", "-")
    assert done.exit_code == 1
    assert "model.json is not the file that was added" in valid(done.output, "registry")["wrong"][0]
