"""A sentence transformer beside the built-in encoders: an extra, and data that cannot run code."""

import json
import logging
import shutil
import socket
import sys

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from connection_watching import connections

import lookalike
from enrich.errors import ModelError
from lookalike.benchmark.lookalikes import run_lookalikes
from lookalike.cli import cli
from lookalike.evenly import evenly
from lookalike.text import TextEncoder
from lookalike.universe.build import build
from lookalike.universe.rank import Universe

TRADES = {
    "haulage": "lorries trailers freight depots drivers roads ports customs pallets transport",
    "bakery": "bread cakes coffee rolls ovens flour pastry shop mornings",
}
TEXTS = [*TRADES.values(), "lorries carry bread to ports", "cakes and coffee", "трактор"]


def saved(folder, seed=0):
    """Save a real sentence transformer of 16 dimensions, untrained; always the same for a seed."""
    sentence_transformers = pytest.importorskip(
        "sentence_transformers", reason="the extra 'transformers' is not installed"
    )
    import torch
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = dict.fromkeys(" ".join(TEXTS).split())
    base = folder.with_name(f"{folder.name}-base")
    base.mkdir()
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (base / "vocab.txt").write_text("\n".join(tokens), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokens),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(base)
    BertTokenizerFast(vocab=str(base / "vocab.txt")).save_pretrained(base)
    reads = Transformer(str(base))
    model = sentence_transformers.SentenceTransformer(modules=[reads, Pooling(16)], device="cpu")
    model.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return saved(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def encoder(model):
    return TextEncoder(transformer=str(model)).fit(TEXTS)


def companies(n=80, seed=0):
    rng = np.random.default_rng(seed)
    trade = rng.choice(list(TRADES), n)
    about = [" ".join(rng.choice(TRADES[kind].split(), 6)) + f" firm {i}" for i, kind in enumerate(trade)]
    domains = [f"{kind}{seed}-{i}.example" for i, kind in enumerate(trade)]
    return pd.DataFrame({"domain": domains, "about": about})


def build_with(folder):
    companies().to_csv(folder / "companies.csv", index=False)
    build(folder / "companies.csv", folder / "u", transformer=str(folder), quiet=True)


def fit_with(folder):
    lookalike.fit(companies(9), universe=companies(), transformer=str(folder), quiet=True)


@pytest.mark.parametrize("learn", [build_with, fit_with])
def test_without_the_package_the_remedy_is_told(learn, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"pip install 'lookalike-workbench\[transformers\]'"):
        learn(tmp_path)


def test_without_a_transformer_the_package_is_not_imported(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    assert TextEncoder().fit(TEXTS).transform(TEXTS).any()


def test_its_part_has_unit_length_beside_the_others(encoder):
    without = TextEncoder().fit(TEXTS).transform(TEXTS)
    vectors = encoder.transform(TEXTS)
    np.testing.assert_allclose(vectors[:, :-16], without)
    np.testing.assert_array_equal(encoder.built_in(TEXTS), vectors[:, :-16])
    np.testing.assert_allclose(np.linalg.norm(vectors[:, -16:], axis=1), 1.0)


def test_its_part_is_what_the_model_says_centred(encoder, model):
    from sentence_transformers import SentenceTransformer

    said = SentenceTransformer(str(model), device="cpu").encode(TEXTS)
    centred = said - said.mean(axis=0)
    expected = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    np.testing.assert_allclose(encoder.transform(TEXTS)[:, -16:], expected, atol=1e-5)


@pytest.mark.parametrize("nothing", ["", None])
def test_a_text_without_anything_is_all_noughts(encoder, nothing):
    assert not encoder.transform([nothing]).any()


def test_a_text_does_not_depend_on_its_neighbours(encoder):
    alone = np.vstack([encoder.transform([text]) for text in TEXTS])
    np.testing.assert_allclose(alone, encoder.transform(TEXTS), atol=1e-5)


def test_a_universe_is_ranked_from_another_working_folder_without_a_network(model, tmp_path, monkeypatch):
    companies().to_csv(tmp_path / "companies.csv", index=False)
    won = companies(30, seed=1)
    favourites = won[won["domain"].str.startswith("haulage")]
    favourites.to_csv(tmp_path / "won.csv", index=False)
    monkeypatch.chdir(model.parent)
    run, folder = CliRunner(), str(tmp_path / "u")
    with connections() as tried:
        table = str(tmp_path / "companies.csv")
        made = run.invoke(cli, ["universe", "build", table, "-o", folder, "--transformer", model.name])
        assert made.exit_code == 0, made.output
        monkeypatch.chdir(tmp_path)
        done = run.invoke(cli, ["universe", "rank", folder, "--won", "won.csv", "-o", "ranked.csv"])
        assert done.exit_code == 0, done.output
    assert not tried
    assert pd.read_csv("ranked.csv")["id"].head(10).str.startswith("haulage").all()
    opened = Universe.open(folder)
    assert opened.layout.rows == 80
    assert len(opened.layout.low) == len(opened.vectorizer.get_feature_names_out())
    like = opened.rank_like("freight and lorries", top=5)
    assert like["id"].str.startswith("haulage").all()


def test_the_benchmark_has_a_line_with_it(model, tmp_path):
    table = companies(120).rename(columns={"about": "description"})
    table.to_parquet(tmp_path / "universe.parquet")
    alike = table["domain"].str.startswith("haulage")
    labels = pd.DataFrame({"seed": "seed", "domain": table["domain"], "relevant": alike})
    labels.to_parquet(tmp_path / "labels.parquet")
    seed = {
        "slug": "seed",
        "domain": "seed.example",
        "description": "lorries and freight",
        "anchor": "haulage",
    }
    pd.DataFrame([{**seed, "capabilities": "customs|depots"}]).to_parquet(tmp_path / "seeds.parquet")
    figures = run_lookalikes(tmp_path, draws=1, transformer=str(model), quiet=True)
    assert set(figures) == {"query", "won5", "won20"}
    for methods in figures.values():
        assert list(methods)[:3] == ["text", "text + transformer", "text + foretold"]
        assert methods["text + transformer"]["p10"] > 0.9
    assert "text + transformer" not in run_lookalikes(tmp_path, draws=1, quiet=True)["query"]


def test_a_model_scores_the_same_after_it_was_stored(model, tmp_path):
    deals = companies(120).assign(outcome=lambda table: table["domain"].str.startswith("haulage"))
    fitted = lookalike.fit(
        deals, outcome="outcome", won=True, embedding="text", transformer=str(model), quiet=True
    )
    fitted.save(tmp_path / "model")
    leads = companies(20, seed=2)
    scores = fitted.score(leads)
    pd.testing.assert_frame_equal(lookalike.load(tmp_path / "model").score(leads), scores)
    assert np.ptp(scores["score"]) > 0


@pytest.mark.parametrize("won_only", [False, True], ids=["won and lost", "won alone"])
def test_a_model_that_foretells_scores_without_the_package(model, tmp_path, monkeypatch, won_only):
    table = companies(240).assign(outcome=lambda table: table["domain"].str.startswith("haulage"))
    deals = table[table["outcome"]].drop(columns="outcome") if won_only else table
    deals.to_csv(tmp_path / "deals.csv", index=False)
    table.drop(columns="outcome").to_csv(tmp_path / "universe.csv", index=False)
    leads = companies(20, seed=2)
    leads.to_csv(tmp_path / "leads.csv", index=False)
    monkeypatch.chdir(tmp_path)
    known = ["--universe", "universe.csv"] if won_only else ["--outcome", "outcome", "--won", "True"]
    options = ["--transformer", str(model), "--transformer-reads", "100", "--embedding", "text"]
    made = CliRunner().invoke(cli, ["fit", "deals.csv", "-o", "model", *known, *options])
    assert made.exit_code == 0, made.output
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    assert lookalike.load("model").vectorizer.encoder_.foretelling_ is not None
    done = CliRunner().invoke(cli, ["score", "model", "leads.csv", "-o", "scores.csv"])
    assert done.exit_code == 0, done.output
    scores = pd.read_csv("scores.csv")["score"]
    alike = leads["domain"].str.startswith("haulage")
    assert scores[alike].min() > scores[~alike].max()


def test_loading_is_silent(model, tmp_path, capfd, caplog):
    caplog.set_level(logging.INFO)
    folder = shutil.copytree(model, tmp_path / "another")
    TextEncoder(transformer=str(folder)).fit(TEXTS)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


def test_what_is_foretold_is_near_what_the_model_says_of_texts_it_did_not_read(model):
    texts = companies(400)["about"].tolist()
    said = TextEncoder(transformer=str(model)).fit(texts).transform(texts)[:, -16:]
    some = TextEncoder(transformer=str(model), transformer_reads=200).fit(texts)
    foretold = some.transform(texts)[:, -16:]
    unread = np.setdiff1d(np.arange(400), evenly(400, 200))
    np.testing.assert_allclose(np.linalg.norm(foretold, axis=1), 1.0)
    near = (foretold * said)[unread].sum(axis=1).mean()
    assert near > 0.5
    assert near > 2 * (foretold[unread] * np.roll(said[unread], 1, axis=0)).sum(axis=1).mean()
    np.testing.assert_allclose(some.fit_transform(texts), some.transform(texts))
    assert not some.transform([""]).any()


def test_a_universe_that_foretells_is_ranked_without_the_package(model, tmp_path, monkeypatch):
    companies(150).to_csv(tmp_path / "companies.csv", index=False)
    table, place = str(tmp_path / "companies.csv"), str(tmp_path / "u")
    options = ["--transformer", str(model), "--transformer-reads", "100"]
    made = CliRunner().invoke(cli, ["universe", "build", table, "-o", place, *options])
    assert made.exit_code == 0, made.output
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    opened = Universe.open(place)
    assert opened.vectorizer.encoder_.foretelling_ is not None
    assert opened.rank_like("freight and lorries", top=9)["id"].str.startswith("haulage").all()


def test_another_model_in_its_place_is_refused(model, tmp_path):
    encoder = TextEncoder(transformer=str(model)).fit(TEXTS)
    encoder.set_params(transformer=str(saved(tmp_path / "other", seed=1)))
    with pytest.raises(ModelError, match="answers otherwise"):
        encoder.transform(TEXTS)


def test_a_model_that_is_gone_is_named(model, tmp_path):
    encoder = TextEncoder(transformer=str(model)).fit(TEXTS)
    encoder.set_params(transformer=str(tmp_path / "gone"))
    with connections() as tried, pytest.raises(ModelError, match=r"gone.*neither a folder"):
        encoder.transform(TEXTS)
    assert not tried


def test_a_name_is_fetched_to_learn_with_and_never_to_apply_what_was_learned(model, monkeypatch):
    asked = []

    def ask(host, *_, **__):
        asked.append(host)
        raise OSError("no network in a test")

    encoder = TextEncoder(transformer=str(model)).fit(TEXTS)
    encoder.set_params(transformer="nobody/has-fetched-this")
    monkeypatch.setattr(socket, "getaddrinfo", ask)
    # Whoever runs the tests may have told the Hub's client never to ask.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with pytest.raises(ModelError, match="nor a model kept on this machine"):
        encoder.transform(TEXTS)
    assert not asked
    with pytest.raises(ModelError, match="nor one that can be fetched"):
        encoder.fit(TEXTS)
    assert asked


def test_a_folder_without_a_model_is_named(model, tmp_path):
    with pytest.raises(ModelError, match=r"modules\.json is missing"):
        TextEncoder(transformer=str(tmp_path)).fit(TEXTS)


def test_pickled_weights_are_refused_with_the_reason(model, tmp_path):
    folder = shutil.copytree(model, tmp_path / "pickled")
    (weights,) = folder.rglob("model.safetensors")
    weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(ModelError, match="a pickle, which can run code"):
        TextEncoder(transformer=str(folder)).fit(TEXTS)


@pytest.mark.parametrize("where", ["modules.json", "config.json"])
def test_code_that_comes_with_a_model_is_not_run(model, tmp_path, where):
    folder = shutil.copytree(model, tmp_path / "coded")
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Own: pass\n")
    about = json.loads((folder / where).read_text(encoding="utf-8"))
    if where == "modules.json":
        about[0]["type"] = "own.Own"
    else:
        about |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
    (folder / where).write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(ModelError, match="no sentence transformer can be loaded"):
        TextEncoder(transformer=str(folder)).fit(TEXTS)
    assert not (tmp_path / "ran").exists()
