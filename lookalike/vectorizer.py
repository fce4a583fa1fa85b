"""From a lead table as it comes to a matrix of numbers, with the way back from feature to column.

skrub's TableVectorizer encodes numbers, categories and dates; lists become indicators, texts vectors, and of
addresses, names and identifiers only their presence is kept.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.validation import check_is_fitted, validate_data
from skrub import DatetimeEncoder, TableVectorizer

from lookalike.cells import as_dates, as_lists, as_numbers, as_text, blank
from lookalike.frequent import frequent
from lookalike.roles import Kind, Role, role
from lookalike.text import TextEncoder

Floats = NDArray[np.float64]


class LeadVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Vectorize a lead table.

    Parameters
    ----------
    topics : int
        Dimensions that the columns of text, taken together, are reduced to.
    full_text : bool
        Give the text vectors as they are, too, after all other features.
    min_frequency : int
        Rarer categories and list values are not told apart.
    max_categories : int
        Categories or list values of one column at most.
    transformer, transformer_reads : optional
        A sentence transformer and how many texts it reads; see :class:`~lookalike.text.TextEncoder`.

    Attributes
    ----------
    roles_ : dict of str to Role
        What each column was found to be.
    column_of_feature_ : list of str
        The column each output feature comes from; text columns are one source, joined by " + ".
    full_text_ : ndarray of bool, shape (n_features,)
        Which features are the text vectors as they are.
    """

    def __init__(
        self,
        topics: int = 24,
        full_text: bool = False,
        min_frequency: int = 5,
        max_categories: int = 100,
        transformer: str | None = None,
        transformer_reads: int | None = None,
    ) -> None:
        self.topics = topics
        self.full_text = full_text
        self.min_frequency = min_frequency
        self.max_categories = max_categories
        self.transformer = transformer
        self.transformer_reads = transformer_reads

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    def fit(self, X: Any, y: object = None) -> Self:
        """Learn roles and encodings from past deals; see :meth:`fit_transform`."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Any, y: object = None) -> Floats:
        """Learn roles and encodings and vectorize in one go.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_deals, n_columns)
        y : ignored

        Returns
        -------
        ndarray of shape (n_deals, n_features)
            Missing numbers are NaN.
        """
        frame = self._frame(X, reset=True)
        self.roles_ = {str(column): role(frame[column]) for column in frame}
        self.values_ = {c: self._frequent_values(frame[c]) for c in self._columns(Kind.LIST)}
        plain = self._plain(frame)
        self.vectorizer_ = None
        if not plain.columns.empty:
            categories = OneHotEncoder(
                drop="if_binary",
                handle_unknown="infrequent_if_exist",
                min_frequency=self.min_frequency,
                max_categories=self.max_categories,
                sparse_output=False,
                dtype=np.float32,
            )
            self.vectorizer_ = TableVectorizer(
                cardinality_threshold=10**9,
                low_cardinality=categories,
                datetime=DatetimeEncoder(resolution=None, add_weekday=True, add_total_seconds=False),
            ).fit(plain)
        self.encoder_, vectors = None, None
        if self._columns(Kind.TEXT):
            self.encoder_ = TextEncoder(
                self.topics, transformer=self.transformer, transformer_reads=self.transformer_reads
            )
            vectors = self.encoder_.fit_full(self.texts(frame))
        everything, names, columns = self._blocks(frame, vectors)
        self.kept_ = list(range(len(names)))
        self._names, self.column_of_feature_ = names, columns
        width = vectors.shape[1] if self.full_text and vectors is not None else 0
        self.full_text_ = np.arange(len(names)) >= len(names) - width
        table = len(names) - width  # text vectors as they are may repeat the topics
        kept = _distinct(everything[:, :table])
        kept += [table + position for position in _distinct(everything[:, table:])]
        self.keep(kept)
        return everything[:, kept]

    def keep(self, features: Sequence[int]) -> None:
        """Give only some of the features from now on.

        Parameters
        ----------
        features : sequence of int
            Positions among those given until now, ascending.
        """
        self.kept_ = [self.kept_[i] for i in features]
        self._names = [self._names[i] for i in features]
        self.column_of_feature_ = [self.column_of_feature_[i] for i in features]
        self.full_text_ = self.full_text_[list(features)]

    def transform(self, X: Any) -> Floats:
        """Vectorize leads; unknown categories count as rare ones, unreadable cells as missing.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_leads, n_columns)
            With the columns seen in fit.

        Returns
        -------
        ndarray of shape (n_leads, n_features)
        """
        check_is_fitted(self, "kept_")
        frame = self._frame(X, reset=False)
        if not len(frame):
            return np.empty((0, len(self.kept_)))
        vectors = None if self.encoder_ is None else self.encoder_.full(self.texts(frame))
        return self._blocks(frame, vectors)[0][:, self.kept_]

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Name the features as a reader would: ``Country = Germany``, ``technologies: HubSpot``."""
        check_is_fitted(self, "kept_")
        return np.array(self._names, dtype=object)

    def _frame(self, X: Any, *, reset: bool) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True, reset=reset)
            return X
        X = validate_data(self, X, dtype=None, ensure_all_finite="allow-nan", reset=reset)
        return pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])]).infer_objects()

    def _columns(self, *kinds: Kind) -> list[str]:
        return [column for column, found in self.roles_.items() if found.kind in kinds]

    def _frequent_values(self, cells: pd.Series) -> list[str]:
        least = min(self.min_frequency, len(cells) // 4)
        return frequent(as_lists(cells), self.max_categories, least)

    def _plain(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the columns that skrub encodes, each in the type its role says."""
        read = {
            column: _read(frame[column], self.roles_[column])
            for column in self._columns(Kind.NUMBER, Kind.CATEGORY, Kind.DATE)
        }
        return pd.DataFrame(read, index=range(len(frame)))

    def texts(self, frame: pd.DataFrame) -> list[str]:
        """Give what each row says, its columns of text joined."""
        cells = [as_text(frame[column]).fillna("") for column in self._columns(Kind.TEXT)]
        return [". ".join(filter(None, row)) for row in zip(*cells, strict=True)]

    def _text_blocks(self, vectors: Floats | None) -> Iterator[tuple[str, Floats]]:
        if self.encoder_ is None or vectors is None:
            return
        yield "topic", self.encoder_.reduce(vectors)
        if self.full_text:
            yield "text", vectors

    def _blocks(self, frame: pd.DataFrame, vectors: Floats | None) -> tuple[Floats, list[str], list[str]]:
        """Give all features of rows, whose text vectors are known, with their names and columns."""
        blocks: list[Floats] = [np.empty((len(frame), 0))]
        names: list[str] = []
        columns: list[str] = []
        if self.vectorizer_ is not None:
            with warnings.catch_warnings():
                # An unknown category is ordinary: it counts as a rare one.
                warnings.filterwarnings("ignore", "Found unknown categories", UserWarning)
                encoded = self.vectorizer_.transform(self._plain(frame))
            blocks.append(encoded.to_numpy(dtype=np.float64))
            for feature, column in self.vectorizer_.output_to_input_.items():
                names.append(_readable(feature, column))
                columns.append(column)
        for column, values in self.values_.items():
            cells = [set(found) for found in as_lists(frame[column])]
            known = [[float(value in found) for value in values] for found in cells]
            blocks.append(np.array(known, dtype=np.float64).reshape(len(frame), len(values)))
            names += [f"{column}: {value}" for value in values]
            columns += [column] * len(values)
        for column in self._columns(Kind.PRESENCE, Kind.LIST):
            blocks.append(np.asarray(~blank(frame[column]), dtype=np.float64)[:, None])
            names.append(f"{column} known")
            columns.append(column)
        source = " + ".join(self._columns(Kind.TEXT))
        for word, block in self._text_blocks(vectors):
            blocks.append(block)
            names += [f"{source}: {word} {i}" for i in range(1, block.shape[1] + 1)]
            columns += [source] * block.shape[1]
        return np.hstack(blocks), names, columns


def _read(cells: pd.Series, found: Role) -> Any:
    # Compared by value: a stored model gives its kinds back as plain strings.
    if found.kind == Kind.NUMBER:
        return as_numbers(cells, found.decimal)
    if found.kind == Kind.DATE:
        return as_dates(cells, found.dayfirst).array
    return as_text(cells).array


def _readable(feature: str, column: str) -> str:
    value = feature.removeprefix(column).removeprefix("_")
    if not value:
        return column
    return f"{column} = " + {"infrequent_sklearn": "(rare)", "nan": "(blank)"}.get(value, value)


def _distinct(features: Floats) -> list[int]:
    """Give the positions of features that vary and repeat no earlier one, such as twin columns' blanks."""
    seen: set[bytes] = set()
    kept = []
    for position, feature in enumerate(features.T):
        key = np.ascontiguousarray(feature).tobytes()
        constant = np.nanmin(feature, initial=np.inf) == np.nanmax(feature, initial=-np.inf)
        if key not in seen and not (constant and not np.isnan(feature).any()):
            seen.add(key)
            kept.append(position)
    return kept
