"""Texts as vectors: static word embeddings beside TF-IDF, both cheap enough for millions of companies.

WordLlama (Miller 2024, 256 numbers a text, the model ships inside its package) knows that "lorry" is near
"truck"; TF-IDF reduced by truncated SVD (latent semantic analysis, Deerwester et al. 1990) knows the words
that matter here, in any language. Each half has unit length.
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
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

#: Beyond this a text says little new about a company.
MAX_CHARACTERS = 3_000
#: Texts embedded at once.
BATCH = 512


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
        Dimensions of the TF-IDF half at most.
    random_state : int
        Seed of the truncated SVD.
    """

    def __init__(
        self, n_components: int | None = None, svd_components: int = 256, random_state: int = 0
    ) -> None:
        self.n_components = n_components
        self.svd_components = svd_components
        self.random_state = random_state

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
        """
        self.fit_full(X)
        return self

    def fit_transform(self, X: Any, y: object = None) -> NDArray[np.float64]:
        """Learn from texts and give their vectors, encoding them once; see :meth:`transform`."""
        return self.reduce(self.fit_full(X))

    def fit_full(self, X: Any) -> NDArray[np.float64]:
        """Learn from texts and give their vectors before PCA; see :meth:`fit`."""
        texts = _clean(X)
        self.tfidf_ = TfidfVectorizer(
            sublinear_tf=True, ngram_range=(1, 2), min_df=2 if len(texts) > 50 else 1, max_features=50_000
        )
        try:
            counts = self.tfidf_.fit_transform(texts)
        except ValueError:  # no word in any text
            self.tfidf_ = None
        else:
            size = min(self.svd_components, min(counts.shape) - 1)
            self.svd_ = None
            if size > 0:
                with np.errstate(divide="ignore", invalid="ignore"):  # texts that are all the same
                    self.svd_ = TruncatedSVD(size, n_iter=2, random_state=self.random_state).fit(counts)
        meaning = _embed(texts)
        self.centre_ = meaning.mean(axis=0)
        full = self._encode(texts, meaning)
        self.pca_ = None
        if self.n_components is not None and self.n_components < min(full.shape):
            with np.errstate(divide="ignore", invalid="ignore"):
                self.pca_ = PCA(self.n_components, svd_solver="covariance_eigh").fit(full)
        self.n_features_out_ = self.reduce(full[:1]).shape[1]
        return full

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Give vectors of shape (n_texts, n_features_out_); an empty text is all zeros before PCA."""
        check_is_fitted(self)
        texts = _clean(X)
        return self.reduce(self._encode(texts)) if texts else np.empty((0, self.n_features_out_))

    def full(self, X: Any) -> NDArray[np.float64]:
        """Give vectors before PCA, of one text at least."""
        check_is_fitted(self)
        return self._encode(_clean(X))

    def reduce(self, full: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the vectors of :meth:`transform` from those of :meth:`full`."""
        return full if self.pca_ is None else np.asarray(self.pca_.transform(full))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Name the dimensions by number."""
        return np.array([f"topic {i}" for i in range(1, self.n_features_out_ + 1)], dtype=object)

    def _encode(self, texts: list[str], meaning: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        words = np.array([bool(text) for text in texts])[:, None]
        meaning = _embed(texts) if meaning is None else meaning
        halves = [normalize((meaning - self.centre_) * words)]
        if self.tfidf_ is not None and self.svd_ is not None:
            halves.append(normalize(self.svd_.transform(self.tfidf_.transform(texts))))
        return np.hstack(halves)


def _clean(texts: Any) -> list[str]:
    if isinstance(texts, str) or not np.iterable(texts):
        raise ValueError("Iterable over raw text documents expected, string object received.")
    return ["" if pd.isna(text) else str(text)[:MAX_CHARACTERS].strip() for text in texts]


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
