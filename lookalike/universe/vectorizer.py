"""A universe table as vectors: what texts say of the business, beside the other columns, none drowned out.

A text is three parts of unit length or four (:class:`~lookalike.text.TextEncoder`), of which what tells of
the business is kept where there are texts enough to learn it from (:mod:`lookalike.universe.business`); the
other columns are standardised and shortened to unit length on average, so that a table with many columns does
not outshout what companies say of themselves.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from lookalike.cells import as_text
from lookalike.embed.dense import Standardizer
from lookalike.roles import Kind, role
from lookalike.text import TextEncoder
from lookalike.universe.business import business, learn_business
from lookalike.vectorizer import LeadVectorizer

Floats = NDArray[np.float64]


class UniverseVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Vectorize companies.

    Parameters
    ----------
    svd_components : int
        Dimensions of the TF-IDF of a text's words at most, before what tells of the business is taken out of
        them; runs of letters get half as many.
    transformer, transformer_reads : optional
        A sentence transformer and how many texts it reads; see :class:`~lookalike.text.TextEncoder`.

    Attributes
    ----------
    roles_ : dict of str to Role
        What each column was found to be.
    text_columns_ : list of str
        Columns that are read as one text.
    business_ : LinearDiscriminants or None
        What of a text's vector is kept; None where all of it is.
    column_of_feature_ : list of str
        The column each output feature comes from; text columns are one source, joined by " + ".
    """

    def __init__(
        self,
        svd_components: int = 512,
        transformer: str | None = None,
        transformer_reads: int | None = None,
    ) -> None:
        self.svd_components = svd_components
        self.transformer = transformer
        self.transformer_reads = transformer_reads

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Learn encodings from a sample of the universe; see :meth:`fit_transform`."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: pd.DataFrame, y: object = None) -> Floats:
        """Learn encodings from a sample of the universe and give its vectors, reading its texts once.

        Parameters
        ----------
        X : DataFrame of shape (n_companies, n_columns)

        Returns
        -------
        ndarray of shape (n_companies, n_features)
        """
        blocks: list[Floats] = [np.empty((len(X), 0))]
        self.roles_ = {str(column): role(X[column]) for column in X}
        self.text_columns_ = [column for column, found in self.roles_.items() if found.kind == Kind.TEXT]
        self.table_columns_ = [column for column in self.roles_ if column not in self.text_columns_]
        self.column_of_feature_: list[str] = []
        self._names: list[str] = []
        self.encoder_ = self.business_ = self.table_ = self.standardizer_ = None
        if self.text_columns_:
            size = self.svd_components
            self.encoder_ = TextEncoder(
                svd_components=size,
                spelling_components=size // 2,
                transformer=self.transformer,
                transformer_reads=self.transformer_reads,
            )
            texts = self.texts(X)
            vectors = self.encoder_.fit_transform(texts)
            self.business_ = learn_business(self.encoder_, texts, vectors)
            blocks.append(business(self.business_, vectors))
            source, size = " + ".join(self.text_columns_), blocks[-1].shape[1]
            self._names += [f"{source}: topic {topic}" for topic in range(1, size + 1)]
            self.column_of_feature_ += [source] * size
        if self.table_columns_:
            table = LeadVectorizer()
            numbers = table.fit_transform(X[self.table_columns_])
            if numbers.shape[1]:
                self.table_ = table
                self.standardizer_ = Standardizer().fit(numbers)
                blocks.append(_shortened(self.standardizer_.transform(numbers)))
                self._names += list(table.get_feature_names_out())
                self.column_of_feature_ += list(table.column_of_feature_)
        self.n_features_out_ = len(self._names)
        return np.hstack(blocks)

    def transform(self, X: pd.DataFrame) -> Floats:
        """Give vectors of shape (n_companies, n_features); missing cells count as ordinary ones."""
        check_is_fitted(self, "n_features_out_")
        blocks: list[Floats] = [np.empty((len(X), 0))]
        if self.encoder_ is not None:
            blocks.append(business(self.business_, self.encoder_.transform(self.texts(X))))
        if self.table_ is not None and self.standardizer_ is not None:
            numbers = self.table_.transform(X[self.table_columns_])
            blocks.append(_shortened(self.standardizer_.transform(numbers)))
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Name the features as a reader would."""
        return np.array(self._names, dtype=object)

    def texts(self, X: pd.DataFrame) -> list[str]:
        """Give what each row says, its columns of text joined."""
        cells = [as_text(X[column]).fillna("") for column in self.text_columns_]
        return [". ".join(filter(None, row)) for row in zip(*cells, strict=True)]


def _shortened(numbers: Floats) -> Floats:
    return numbers / np.sqrt(numbers.shape[1])
