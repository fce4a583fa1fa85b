"""An embedding of one's own goes through fit, score and explain as the others do, and back from a folder."""

import io

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import ROLES, deals, fitted, leads
from sklearn.linear_model import LogisticRegression

import lookalike
from enrich.errors import ColumnError, ModelError
from lookalike.embed import DenseEmbedding, PlainEmbedding, Standardizer, TextEmbedding


class ShrunkenEmbedding(DenseEmbedding):
    """Columns count by how far apart won and lost deals are in them, less a threshold."""

    def __init__(self, shrink=0.1):
        self.shrink = shrink

    def _fit(self, X, won, weight):
        self.standardizer_ = Standardizer().fit(X)
        Z = self.standardizer_.transform(X)
        self.scale_ = np.maximum(np.abs(Z[won].mean(axis=0) - Z[~won].mean(axis=0)) - self.shrink, 0.0)
        self.points_, self.base_ = self._embed(X), 0.0
        self.weights_ = np.where(won, 1 / won.sum(), -1 / (~won).sum())

    def _embed(self, X):
        return self.standardizer_.transform(X) * self.scale_

    def tunings(self):
        return [{"shrink": shrink} for shrink in (self.shrink, 0.3)]


class TwoNumbers(PlainEmbedding):
    """A space of its own, whose numbers belong to no column."""

    def _embed(self, X):
        return np.nan_to_num(X)[:, :2]


class TitleEmbedding(TextEmbedding):
    """Reads texts, as what it derives from does."""


@pytest.fixture(scope="module")
def model():
    return lookalike.fit(deals(), **ROLES, embedding=ShrunkenEmbedding(), quiet=True)


def test_it_is_called_by_its_class_and_tuned_on_held_out_deals(model):
    assert model.embedding_name == "ShrunkenEmbedding"
    assert isinstance(model.embedding, ShrunkenEmbedding)
    assert model.embedding.shrink in (0.1, 0.3)
    assert model.deals["held_out"].notna().any()


def test_what_was_given_is_left_as_it_was():
    own = ShrunkenEmbedding()
    lookalike.fit(deals(), **ROLES, embedding=own, described=False, quiet=True)
    assert vars(own) == {"shrink": 0.1}


def test_scores_still_add_up_by_deal_and_by_column(model):
    why = model.explain(leads(), id="L002")
    assert why.total == pytest.approx(why.score, abs=1e-9)
    assert why.column_base + why.columns["contribution"].sum() == pytest.approx(why.score, abs=1e-9)
    assert why.named["shared"].str.len().gt(0).any()


def test_personas_rows_and_reasons_know_it_too(model):
    assert len(model.profile().personas) >= 2
    assert len(model.rows(leads())) > 0
    assert model.reasons(leads(), id="L002")


def test_one_that_derives_from_text_reads_texts():
    model = lookalike.fit(deals(), **ROLES, embedding=TitleEmbedding(), described=False, quiet=True)
    assert model.embedding.n_features_in_ == fitted("text").embedding.n_features_in_


def test_a_folder_gives_it_back_to_who_has_its_code(model, tmp_path):
    model.save(tmp_path)
    with pytest.raises(ModelError, match=r"ShrunkenEmbedding, which no model .* own=\["):
        lookalike.load(tmp_path)
    again = lookalike.load(tmp_path, own=[ShrunkenEmbedding])
    pd.testing.assert_frame_equal(again.score(leads()), model.score(leads()))


def test_naming_one_own_class_lets_in_no_other(model, tmp_path):
    model.save(tmp_path)
    with pytest.raises(ModelError, match="ShrunkenEmbedding"):
        lookalike.load(tmp_path, own=[io.StringIO])


@pytest.mark.parametrize(
    ("embedding", "remedy"),
    [
        ("nearest", "is no embedding; choose plain, linear"),
        (LogisticRegression(), r"LogisticRegression\(\)' is no embedding; .*AdditiveEmbedding"),
        (ShrunkenEmbedding, r"is a class; give one of its kind: ShrunkenEmbedding\(\)"),
        (TwoNumbers(), "gives a deal 2 numbers and gets [0-9]+ features; give one number a feature"),
    ],
    ids=["unknown", "no sum", "class", "other space"],
)
def test_what_is_no_embedding_is_refused_with_a_remedy(embedding, remedy):
    with pytest.raises(ColumnError, match=remedy):
        lookalike.fit(deals(), **ROLES, embedding=embedding, quiet=True)
