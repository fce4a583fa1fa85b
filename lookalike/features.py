"""What the model sees of a row, under names that a reader knows: the ground of traits and profiles.

Features of texts have no names; instead of them a row's most telling words are kept. Of addresses, phones and
names the vectorizer keeps only whether there is one, so nothing here can identify a person by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from lookalike.roles import Kind
from lookalike.shown_cells import ShownCells
from lookalike.universe.vectorizer import UniverseVectorizer
from lookalike.vectorizer import Floats, LeadVectorizer

#: Words kept of a row's texts.
WORDS = 30


@dataclass(frozen=True)
class Seen:
    """Rows as a model sees them.

    Attributes
    ----------
    points : ndarray of shape (n_rows, n_dimensions)
        Where the embedding puts them.
    values : ndarray of float32, shape (n_rows, n_named)
        The named features; NaN where nothing is known.
    words : list of str, length n_rows
        The most telling words of their texts, joined by spaces; empty where there are none.
    cells : ShownCells, optional
        The columns as they came; not kept for past deals.
    """

    points: NDArray[Any]
    values: NDArray[np.float32]
    words: Sequence[str]
    cells: ShownCells | None = None


@dataclass
class DealFeatures:
    """The named features of the past deals.

    Attributes
    ----------
    names, columns : list of str, length n_named
        Each feature as a reader would say it, and the column it comes from.
    positions : list of int, length n_named
        Where the feature stands in what the embedding was fitted on; −1 where it was fitted without it.
    values : ndarray of float32, shape (n_deals, n_named)
    words : list of str, length n_deals
        As in :class:`Seen`.
    text : str
        The columns that hold texts, joined by " + "; empty if there are none.
    """

    names: list[str]
    columns: list[str]
    positions: list[int]
    text: str
    values: NDArray[np.float32] = field(repr=False)
    words: list[str] = field(repr=False)

    @classmethod
    def of(
        cls, vectorizer: LeadVectorizer, X: Floats, table: pd.DataFrame, used: NDArray[np.int64]
    ) -> DealFeatures:
        """Name the features of past deals, those too that the embedding does without.

        Parameters
        ----------
        vectorizer : LeadVectorizer
            Fitted on `table`.
        X : ndarray of shape (n_deals, n_features)
            What it gave.
        table : DataFrame of n_deals rows
        used : ndarray of int
            Positions of the features that the embedding is fitted on, ascending.
        """
        texts = " + ".join(c for c, found in vectorizer.roles_.items() if found.kind == Kind.TEXT)
        text = texts if vectorizer.encoder_ is not None else ""
        names, columns = vectorizer.get_feature_names_out(), vectorizer.column_of_feature_
        kept = [i for i, column in enumerate(columns) if column != text]
        place = {int(feature): position for position, feature in enumerate(used)}
        return cls(
            [str(names[i]) for i in kept],
            [columns[i] for i in kept],
            [place.get(i, -1) for i in kept],
            text,
            X[:, kept].astype(np.float32),
            telling_words(vectorizer, table),
        )

    @classmethod
    def of_texts(cls, vectorizer: UniverseVectorizer, table: pd.DataFrame) -> DealFeatures:
        """Keep the words of companies alone: among a universe's rows only texts are compared."""
        nothing = np.empty((len(table), 0), dtype=np.float32)
        return cls(
            [], [], [], " + ".join(vectorizer.text_columns_), nothing, telling_words(vectorizer, table)
        )

    def seen(
        self,
        vectorizer: LeadVectorizer,
        X: Floats,
        points: NDArray[Any],
        table: pd.DataFrame,
        cells: ShownCells,
    ) -> Seen:
        """Describe leads by the features that the embedding uses; parameters as in :meth:`of`."""
        values = np.full((len(X), len(self.names)), np.nan, dtype=np.float32)
        used = np.asarray(self.positions, dtype=np.int64) >= 0
        values[:, used] = X[:, np.asarray(self.positions, dtype=np.int64)[used]]
        return Seen(points, values, _LazyWords(vectorizer, table), cells)


class _LazyWords(Sequence[str]):
    """Words that are sought when first asked for: scoring alone needs none."""

    def __init__(self, vectorizer: LeadVectorizer | UniverseVectorizer, table: pd.DataFrame) -> None:
        self._ground = (vectorizer, table)
        self._found: list[str] | None = None

    def _all(self) -> list[str]:
        if self._found is None:
            self._found = telling_words(*self._ground)
        return self._found

    def __getitem__(self, row: Any) -> Any:
        return self._all()[row]

    def __len__(self) -> int:
        return len(self._ground[1])


def _tells(word: str) -> bool:
    """Tell whether a term is one word, and not one of the short ones that hold sentences together."""
    return " " not in word and len(word) > 3 and word not in ENGLISH_STOP_WORDS and not word.isdigit()


def telling_words(vectorizer: LeadVectorizer | UniverseVectorizer, table: pd.DataFrame) -> list[str]:
    """Give the words of each row's texts that weigh most by TF-IDF, the strongest first."""
    topics = None if vectorizer.encoder_ is None else vectorizer.encoder_.words_
    if topics is None or not len(table):
        return [""] * len(table)
    tfidf = topics[0]
    counts = tfidf.transform(vectorizer.texts(table)).tocsr()
    vocabulary = tfidf.get_feature_names_out()
    single = np.array([_tells(word) for word in vocabulary])
    found = []
    for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        row = slice(start, end)
        alone = single[counts.indices[row]]
        terms, weights = counts.indices[row][alone], counts.data[row][alone]
        found.append(" ".join(vocabulary[terms[np.argsort(-weights, kind="stable")[:WORDS]]]))
    return found
