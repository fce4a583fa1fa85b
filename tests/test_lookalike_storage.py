"""A model is a folder of data: what is loaded scores as what was saved, and nothing in it can run code."""

import importlib
import io
import json
import zipfile
from functools import partial

import numpy as np
import pandas as pd
import pytest
import skops.io
from lookalike_deals import EVERY_EMBEDDING, ROLES, deals, fitted, leads

import lookalike
from enrich.errors import ModelError
from lookalike.embed import boosters
from lookalike.storage import FORMAT, TRUSTED


@pytest.fixture(scope="module")
def without_lightgbm():
    """A model with every kind of column, boosted by scikit-learn."""
    many = deals(80).assign(
        city=[f"Town {i % 40}" for i in range(80)], seen=pd.date_range("2024", periods=80)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boosters, "lightgbm", None)
        with pytest.warns(UserWarning, match="libgomp1"):
            return lookalike.fit(many, **ROLES, embedding="boosted", quiet=True)


@pytest.fixture
def folder(tmp_path):
    fitted("plain").save(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("name", EVERY_EMBEDDING)
def test_a_loaded_model_scores_the_same(name, tmp_path):
    model = fitted(name)
    model.save(tmp_path / "model")
    again = lookalike.load(tmp_path / "model")
    pd.testing.assert_frame_equal(again.score(leads()), model.score(leads()))
    pd.testing.assert_frame_equal(again.deals, model.deals)
    assert (again.schema, again.behaviour, again.embedding_name) == (
        model.schema,
        model.behaviour,
        model.embedding_name,
    )
    saved, loaded = (m.explain(leads(), id="L002") for m in (model, again))
    pd.testing.assert_frame_equal(loaded.named, saved.named)
    pd.testing.assert_frame_equal(loaded.rest, saved.rest)


def test_every_kind_of_column_and_the_stand_in_for_lightgbm_come_back(without_lightgbm, tmp_path):
    without_lightgbm.save(tmp_path)
    again = lookalike.load(tmp_path)
    assert isinstance(again.embedding.booster_, boosters.SklearnBooster)
    new = leads().assign(city=["Town 3", "Atlantis"] * 15, seen="2025-01-01")
    pd.testing.assert_frame_equal(again.score(new), without_lightgbm.score(new))


def test_what_auto_compared_and_behaviour_come_back(tmp_path):
    log = pd.DataFrame({"id": ["D0100"], "at": ["2024-01-01"], "type": ["visit"]})
    model = lookalike.fit(deals(), **ROLES, events=log, embedding="plain", quiet=True)
    model.choice = pd.DataFrame(
        {"embedding": ["plain", "linear"], "auc": [0.6, 0.7], "chosen": [False, True]}
    )
    model.save(tmp_path)
    again = lookalike.load(tmp_path)
    pd.testing.assert_frame_equal(again.choice, model.choice)
    assert again.behaviour == model.behaviour
    seen = log.assign(id="L001")
    pd.testing.assert_frame_equal(again.score(leads(), events=seen), model.score(leads(), events=seen))


def test_saving_again_replaces_the_model(folder):
    fitted("linear").save(folder)
    assert lookalike.load(folder).embedding_name == "linear"


def test_saving_again_drops_what_was_found_about_the_model_before(folder):
    (folder / "results").mkdir()
    (folder / "results" / "audit.json").write_text("{}")
    lookalike.load(folder).save(folder)
    assert not (folder / "results").exists()


def test_the_folder_holds_json_parquet_and_skops_and_no_pickle(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "deals.parquet",
        "estimators.skops",
        "features.parquet",
        "grades.toml",
        "model.json",
        "reference.json",
    ]
    with zipfile.ZipFile(folder / "estimators.skops") as archive:
        assert {name.rsplit(".")[-1] for name in archive.namelist()} <= {"json", "npy", "npz"}
        for name in archive.namelist():
            if name.endswith(".npy"):
                np.load(archive.open(name), allow_pickle=False)
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert about["schema"]["outcome"] == "stage"
    assert about["versions"].keys() >= {"scikit-learn", "skrub"}


@pytest.mark.parametrize("name", TRUSTED)
def test_every_trusted_name_exists(name):
    module, _, attribute = name.rpartition(".")
    assert hasattr(importlib.import_module(module), attribute)


def test_models_are_made_of_trusted_types_alone(without_lightgbm):
    used = set()
    for model in [without_lightgbm, *(fitted(name) for name in EVERY_EMBEDDING)]:
        estimators = {"vectorizer": model.vectorizer, "embedding": model.embedding}
        used |= set(skops.io.get_untrusted_types(data=skops.io.dumps(estimators)))
    assert used <= set(TRUSTED)


def test_strangers_are_refused_before_anything_is_made(folder):
    skops.io.dump(
        {"vectorizer": partial(print, "ran"), "embedding": pytest.MonkeyPatch()}, folder / "estimators.skops"
    )
    with pytest.raises(
        ModelError, match=r"holds _pytest\.monkeypatch\.MonkeyPatch, which no model is made of"
    ):
        lookalike.load(folder)


def test_an_interrupted_save_leaves_the_old_model(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr("lookalike.storage.write_table", full)  # the second of three files
    with pytest.raises(ModelError, match="No space left on device"):
        fitted("linear").save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_else_is_in_the_folder_stays(folder):
    (folder / "notes.txt").write_text("mine")
    fitted("linear").save(folder)
    assert (folder / "notes.txt").read_text() == "mine"


# -- damage


def garble(path):
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("part", "damage", "message"),
    [
        ("model.json", lambda path: path.unlink(), "no model is there .* make one with fit"),
        ("model.json", garble, "no model is there .* make one with fit"),
        ("model.json", lambda path: path.write_bytes(b"\xff\xfe"), "no model is there"),
        (
            "model.json",
            lambda path: path.write_text("[]"),
            f"model format None is not {FORMAT}; fit it again",
        ),
        (
            "model.json",
            lambda path: path.write_text('{"format": 99}'),
            f"model format 99 is not {FORMAT}; fit it again",
        ),
        (
            "model.json",
            lambda path: path.write_text(json.dumps({"format": FORMAT})),
            "lacks or garbles 'events'; fit the model again",
        ),
        ("estimators.skops", lambda path: path.unlink(), "cannot be read .* fit the model again"),
        ("estimators.skops", garble, "cannot be read .* fit the model again"),
        ("deals.parquet", lambda path: path.unlink(), "no such file; .* fit the model again"),
        ("deals.parquet", garble, "cannot be read as parquet .* fit the model again"),
    ],
)
def test_a_damaged_model_says_so_with_the_remedy(folder, part, damage, message):
    damage(folder / part)
    with pytest.raises(ModelError, match=message):
        lookalike.load(folder)


def test_trees_of_another_version_name_the_version(tmp_path):
    fitted("forest").save(tmp_path)
    about = json.loads((tmp_path / "model.json").read_text())
    about["versions"]["scikit-learn"] = "0.0.1"
    (tmp_path / "model.json").write_text(json.dumps(about))
    other = io.BytesIO()
    np.save(other, np.zeros(1))
    with zipfile.ZipFile(tmp_path / "estimators.skops") as old, zipfile.ZipFile(tmp_path / "new", "w") as new:
        for name in old.namelist():
            new.writestr(name, other.getvalue() if name.endswith(".npy") else old.read(name))
    (tmp_path / "new").replace(tmp_path / "estimators.skops")
    with pytest.raises(ModelError, match=r"made with scikit-learn 0\.0\.1 \(here .*fit the model again"):
        lookalike.load(tmp_path)


@pytest.mark.parametrize("verb", ["save", "load"])
def test_a_file_is_no_folder(tmp_path, verb):
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(ModelError, match=r"choose another folder|make one with fit"):
        fitted("plain").save(path) if verb == "save" else lookalike.load(path)
