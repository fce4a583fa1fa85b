"""Texts as vectors: static word embeddings beside TF-IDF, both cheap enough for millions of companies.

WordLlama (Miller 2024, 256 numbers a text, the model ships inside its package) knows that "lorry" is near
"truck"; TF-IDF reduced by truncated SVD (latent semantic analysis, Deerwester et al. 1990) knows the words
that matter here, in any language. A third part may do the same with runs of four letters, which see the stem
of a word in all its forms: plumber, plumbing; сантехник, сантехнические. A fourth may be what a transformer
makes of the text as a whole (:mod:`lookalike.sentence_model`). Each part has unit length.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer, normalize
from sklearn.utils.validation import check_is_fitted

from enrich.errors import ModelError
from lookalike.evenly import evenly
from lookalike.sentence_model import sentence_model

#: Beyond this a text says little new about a company.
MAX_CHARACTERS = 3_000
#: Texts embedded at once.
BATCH = 512
#: How texts are counted: words and pairs of words, or runs of letters within words.
WORDS = {"ngram_range": (1, 2), "max_features": 50_000}
SPELLING = {"analyzer": "char_wb", "ngram_range": (4, 4), "max_features": 30_000}

#: Ridge penalty of foretelling; leave-one-out chose it with 1,000, 3,000 and 8,000 descriptions alike.
FORETELLING_PENALTY = 3.0


@cache
def _word_llama() -> Any:
    import wordllama

    folder = Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    model.tokenizer.no_padding()
    return model


class TextEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Encode texts as vectors.

    Parameters
    ----------
    n_components : int, optional
        Dimensions kept by PCA; all if absent.
    svd_components : int
        Dimensions of the TF-IDF of words at most.
    spelling_components : int
        Dimensions of the TF-IDF of runs of letters at most; that part is left out at 0.
    random_state : int
        Seed of the truncated SVD.
    transformer : str, optional
        Folder or name of a sentence transformer, whose vectors are one more part.
    transformer_reads : int, optional
        Let it read at most so many texts while learning, and foretell its vectors from the other parts from
        then on (ridge regression): nearly as good, at their speed, and it is not needed any more. All texts
        if absent.

    Attributes
    ----------
    words_, spelling_ : Pipeline or None
        TF-IDF, its SVD and unit length; None where there is too little to count.
    probe_ : ndarray or None
        What the transformer answers to a set text, to tell it from others.
    foretelling_ : Ridge or None
        Gives the transformer's part from the others where it reads some texts only.
    """

    def __init__(
        self,
        n_components: int | None = None,
        svd_components: int = 256,
        spelling_components: int = 0,
        random_state: int = 0,
        transformer: str | None = None,
        transformer_reads: int | None = None,
    ) -> None:
        self.n_components = n_components
        self.svd_components = svd_components
        self.spelling_components = spelling_components
        self.random_state = random_state
        self.transformer = transformer
        self.transformer_reads = transformer_reads

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

    def fit(self, X: Any, y: object = None) -> Self:
        """Learn vocabulary, directions and centre from texts.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)
            Missing values count as empty texts.

        Returns
        -------
        self

        Raises
        ------
        ModelError
            If there is no such transformer, or it cannot be loaded.
        """
        self.fit_full(X)
        return self

    def fit_transform(self, X: Any, y: object = None) -> NDArray[np.float64]:
        """Learn from texts and give their vectors, encoding them once; see :meth:`transform`."""
        return self.reduce(self.fit_full(X))

    def fit_full(self, X: Any) -> NDArray[np.float64]:
        """Learn from texts and give their vectors before PCA; see :meth:`fit`."""
        texts = _clean(X)
        self.words_ = self._topics(WORDS, self.svd_components, texts)
        self.spelling_ = None
        if self.spelling_components:
            self.spelling_ = self._topics(SPELLING, self.spelling_components, texts)
        meaning = _embed(texts)
        self.centre_ = meaning.mean(axis=0)
        full = self._learn_sentences(texts, self._parts(texts, meaning))
        self.pca_ = None
        if self.n_components is not None and self.n_components < min(full.shape):
            with np.errstate(divide="ignore", invalid="ignore"):
                self.pca_ = PCA(self.n_components, svd_solver="covariance_eigh").fit(full)
        self.n_features_out_ = self.reduce(full[:1]).shape[1]
        return full

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give vectors of shape (n_texts, n_features_out_); an empty text is all zeros before PCA.

        Raises
        ------
        ModelError
            If the transformer is not on this machine, or another is found in its place.
        """
        check_is_fitted(self)
        texts = _clean(X)
        return self.reduce(self._encode(texts)) if texts else np.empty((0, self.n_features_out_))

    def full(self, X: Any) -> NDArray[np.float64]:
        """Give vectors before PCA, of one text at least."""
        check_is_fitted(self)
        return self._encode(_clean(X))

    def built_in(self, X: Any) -> NDArray[np.float64]:
        """Give vectors without the transformer's part, which comes after these; of one text at least."""
        check_is_fitted(self)
        texts = _clean(X)
        return self._parts(texts, _embed(texts))

    def reduce(self, full: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the vectors of :meth:`transform` from those of :meth:`full`."""
        return full if self.pca_ is None else np.asarray(self.pca_.transform(full))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Name the dimensions by number."""
        return np.array([f"topic {i}" for i in range(1, self.n_features_out_ + 1)], dtype=object)

    def _encode(self, texts: list[str]) -> NDArray[np.float64]:
        parts = self._parts(texts, _embed(texts))
        if self.foretelling_ is not None:
            return np.hstack([parts, _part(self.foretelling_.predict(parts), texts)])
        if self.probe_ is not None:
            return np.hstack([parts, _part(self._sentences(texts, self.probe_), texts)])
        return parts

    def _parts(self, texts: list[str], meaning: NDArray[np.float64]) -> NDArray[np.float64]:
        parts = [_part(meaning - self.centre_, texts)]
        parts += [part.transform(texts) for part in (self.words_, self.spelling_) if part is not None]
        return np.hstack(parts)

    def _learn_sentences(self, texts: list[str], parts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Learn the transformer's centre, or how to foretell it, and give all parts."""
        self.probe_: NDArray[np.float64] | None = None
        self.foretelling_: Ridge | None = None
        if self.transformer is None:
            return parts
        model = sentence_model(self.transformer, fetch=True)
        self.probe_ = model.probe
        some = evenly(len(texts), len(texts) if self.transformer_reads is None else self.transformer_reads)
        read = [texts[row] for row in some]
        said = model.encode(read)
        self.sentence_centre_ = said.mean(axis=0)
        found = _part(said - self.sentence_centre_, read)
        if self.transformer_reads is not None:
            self.foretelling_ = Ridge(FORETELLING_PENALTY).fit(parts[some], found)
            found = _part(self.foretelling_.predict(parts), texts)
        return np.hstack([parts, found])

    def _sentences(self, texts: list[str], probe: NDArray[np.float64]) -> NDArray[np.float64]:
        model = sentence_model(str(self.transformer))
        if not model.answers_as(probe):
            raise ModelError(
                f"transformer '{self.transformer}': it answers otherwise than the one that was learned with; "
                "put that one in its place, or build or fit anew"
            )
        return model.encode(texts) - self.sentence_centre_

    def _topics(self, terms: dict[str, Any], size: int, texts: list[str]) -> Pipeline | None:
        # Single precision is all that the directions are known to, at half the time and size.
        tfidf = TfidfVectorizer(
            dtype=np.float32, sublinear_tf=True, min_df=2 if len(texts) > 50 else 1, **terms
        )
        try:
            counts = tfidf.fit_transform(texts)
        except ValueError:  # no word in any text
            return None
        # NumPy's integers, as scikit-learn has them, would be stored in a file each: minutes, not seconds.
        tfidf.vocabulary_ = {term: int(place) for term, place in tfidf.vocabulary_.items()}
        size = min(size, min(counts.shape) - 1)
        if size < 1:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):  # texts that are all the same
            svd = TruncatedSVD(size, n_iter=2, random_state=self.random_state).fit(counts)
        return make_pipeline(tfidf, svd, Normalizer())


def _clean(texts: Any) -> list[str]:
    if isinstance(texts, str) or not np.iterable(texts):
        raise ValueError("Iterable over raw text documents expected, string object received.")
    return ["" if pd.isna(text) else str(text)[:MAX_CHARACTERS].strip() for text in texts]


def _part(vectors: NDArray[np.float64], texts: list[str]) -> NDArray[np.float64]:
    """Give vectors unit length, and those of empty texts none."""
    return np.asarray(normalize(vectors * np.array([bool(text) for text in texts])[:, None]))


def _embed(texts: list[str]) -> NDArray[np.float64]:
    """Give the mean of each text's word vectors.

    WordLlama's own ``embed`` pads all texts of a batch to the longest, which takes several times as long.
    """
    model = _word_llama()
    means = np.zeros((len(texts), model.embedding.shape[1]))
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found = model.tokenizer.encode_batch(batch, add_special_tokens=False)
        counts = np.array([len(text.ids) for text in found])
        tokens = np.minimum(np.concatenate([text.ids for text in found]), len(model.embedding) - 1)
        row = np.repeat(np.arange(len(batch)), counts)
        ones = np.ones(len(tokens), dtype=np.float32)
        seen = sparse.csr_matrix((ones, (row, tokens)), shape=(len(batch), len(model.embedding)))
        means[start : start + BATCH] = (seen @ model.embedding) / np.maximum(counts, 1)[:, None]
    return means
