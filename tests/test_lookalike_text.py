"""Texts as vectors: words that mean the same are near, empty texts are nowhere."""

from zipfile import ZipFile

import numpy as np
import pytest
import skops.io

from lookalike.text import MAX_CHARACTERS, TextEncoder

TEXTS = [
    "We sell lorries and trailers",
    "Truck dealer for heavy vehicles",
    "Fresh bread, cakes and rolls every morning",
    "Хлеб и булочки каждое утро",
    "Buchhaltung für kleine Läden 🧾",
]


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder().fit(TEXTS)


def test_meaning_counts_not_spelling(encoder):
    lorry, truck, bread = encoder.transform(TEXTS[:3])[:, :256]
    assert lorry @ truck > lorry @ bread


def test_words_of_any_language_count(encoder):
    query, *others = encoder.transform(["свежий хлеб", *TEXTS])
    assert np.argmax(np.array(others) @ query) == 3


@pytest.mark.parametrize("nothing", ["", "   ", None, np.nan])
def test_a_text_without_anything_is_all_noughts(encoder, nothing):
    assert not encoder.transform([nothing]).any()


def test_each_half_has_unit_length(encoder):
    vectors = encoder.transform(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors[:, :256], axis=1), 1.0)
    np.testing.assert_allclose(np.linalg.norm(vectors[:, 256:], axis=1), 1.0)


def test_a_text_does_not_depend_on_its_neighbours(encoder):
    together = encoder.transform(TEXTS)
    alone = np.vstack([encoder.transform([text]) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_what_stands_beyond_the_limit_is_not_read(encoder):
    long = "lorry " * MAX_CHARACTERS
    np.testing.assert_array_equal(encoder.transform([long]), encoder.transform([long[:MAX_CHARACTERS]]))


def test_components_bound_the_dimensions_and_have_names():
    small = TextEncoder(n_components=3).fit(TEXTS)
    assert small.transform(TEXTS).shape == (5, 3)
    assert small.get_feature_names_out().tolist() == ["topic 1", "topic 2", "topic 3"]


@pytest.mark.parametrize(
    "texts",
    [["one"], ["same text here"] * 30, ["...", "!!", "?"], ["", None], ["a"] * 60],
    ids=["one text", "twins", "no words", "nothing", "letters"],
)
def test_odd_collections_are_encoded_without_a_warning(texts, recwarn):
    vectors = TextEncoder(n_components=2).fit(texts).transform(texts)
    assert len(vectors) == len(texts)
    assert np.isfinite(vectors).all()
    assert not recwarn.list


def test_no_texts_no_vectors(encoder):
    assert encoder.transform([]).shape == (0, encoder.n_features_out_)


def test_a_stored_encoder_is_of_few_files(encoder, tmp_path):
    skops.io.dump(encoder, tmp_path / "encoder.skops")
    with ZipFile(tmp_path / "encoder.skops") as stored:
        assert len(stored.namelist()) < 20


@pytest.mark.parametrize("single", ["one text", 5])
def test_a_single_text_is_refused_as_it_would_be_read_by_letters(single):
    with pytest.raises(ValueError, match="Iterable over raw text documents expected"):
        TextEncoder().fit(single)
