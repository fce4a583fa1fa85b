"""A column as groups of deals, whatever it holds: values, ranges of numbers, words, and the blank cells.

All that the audit asks of one column alone (how well it ranks, which of its values decide the outcome) it
asks of such groups, so that a number, a category, a list and a text are judged alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import CountVectorizer

from lookalike.cells import as_dates, as_days, as_lists, as_numbers, as_text, blank
from lookalike.roles import Kind, Role

Floats = NDArray[np.float64]

BLANK, FILLED = "blank", "filled"
#: Rarer values of a column are one group.
RARE = 5
WORDS_AT_MOST = 2_000
#: Numbers of so few different values are groups as they are.
FEW_VALUES = 25
#: Ranges of the others at most, and deals of the rarer outcome in each, about.
RANGES, RARER_IN_A_RANGE = 20, 15
#: A value that this share of the deals has is a group of its own among the ranges.
FREQUENT = 0.02

_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True)
class Groups:
    """Which deals are in which groups of a column.

    Attributes
    ----------
    members : sparse array of shape (n_deals, n_groups)
        1 where a deal is in a group. In one each, but for lists and texts, whose groups are values and words.
    labels : list of str
        What to call the groups.
    values : ndarray of bool, shape (n_groups,)
        Which groups are one value, and no range of numbers or mixture.
    """

    members: csr_array
    labels: list[str]
    values: NDArray[np.bool_]


def groups_of(cells: pd.Series, found: Role, rarer: int) -> Groups:
    """Group the deals by a column.

    Parameters
    ----------
    cells : Series of shape (n_deals,)
    found : Role
        What the column is; names and identifiers are grouped by whether there is one.
    rarer : int
        Deals of the rarer outcome, which bound the number of ranges.
    """
    if found.kind in (Kind.LIST, Kind.TEXT):
        return _values_or_words(cells, found)
    if found.kind == Kind.NUMBER:
        return by_number(as_numbers(cells, found.decimal), rarer)
    if found.kind == Kind.DATE:
        return by_number(as_days(as_dates(cells, found.dayfirst)), rarer, dates=True)
    texts = as_text(cells)
    folded = texts.str.casefold()
    if found.kind == Kind.PRESENCE and folded.nunique() > 0.5 * folded.notna().sum():
        return _coded(np.where(texts.isna(), 0, 1), [FILLED], [True])
    frequent = folded.value_counts()
    frequent = frequent[frequent >= RARE]
    places = {value: place for place, value in enumerate(frequent.index, start=1)}
    codes = folded.map(places).fillna(len(places) + 1).to_numpy(dtype=np.int64)
    spelt = texts.groupby(folded).first()
    labels = [*(str(spelt[value]) for value in frequent.index), "a rare value"]
    return _coded(np.where(texts.isna(), 0, codes), labels, [True] * len(places) + [False])


def by_number(values: Floats, rarer: int, *, dates: bool = False) -> Groups:
    """Group the deals by numbers: their values if these are few, else ranges and what is frequent.

    Parameters
    ----------
    values : ndarray of shape (n_deals,)
        NaN where blank.
    rarer : int
        Deals of the rarer outcome.
    dates : bool
        Whether the numbers are days since 1970, and to be called by their dates.
    """
    known = values[~np.isnan(values)]
    different, counts = np.unique(known, return_counts=True)
    if len(different) <= FEW_VALUES:
        edges = alone = different
    else:
        ranges = int(np.clip(rarer // RARER_IN_A_RANGE, 4, RANGES))
        edges = np.unique(np.quantile(known, np.linspace(0, 1, ranges + 1)))
        alone = different[counts >= FREQUENT * len(values)]
    place = np.clip(np.searchsorted(edges, values), 0, len(edges) - 1)
    own = np.isin(values, alone)
    codes = np.where(own, len(edges) + np.searchsorted(alone, values), place) + 1

    def say(number: float) -> str:
        return str(pd.Timestamp(number, unit="D").date()) if dates else f"{number:g}"

    between = [f"{say(low)} to {say(high)}" for low, high in zip([edges[0], *edges], edges, strict=False)]
    labels = [*between, *map(say, alone)]
    return _coded(np.where(np.isnan(values), 0, codes), labels, [False] * len(edges) + [True] * len(alone))


def ranks_of_ids(cells: pd.Series) -> Floats:
    """Rank texts as people order them, numbers in them by size: A-2 before A-10; NaN where blank.

    >>> ranks_of_ids(pd.Series(["A-10", None, "A-2"])).tolist()
    [1.0, nan, 0.0]
    """
    texts = as_text(cells).str.casefold()
    padded = texts.map(lambda text: _FIGURES.sub(lambda found: found[0].zfill(20), text), na_action="ignore")
    codes = pd.factorize(padded, sort=True)[0]
    return np.where(codes < 0, np.nan, codes.astype(np.float64))


def _coded(codes: NDArray[np.int64], labels: list[str], values: list[bool]) -> Groups:
    """Make groups of codes, 0 for blank, leaving out those without a deal."""
    seen, place = np.unique(codes, return_inverse=True)
    everything = [BLANK, *labels]
    ones = np.ones(len(codes))
    members = csr_array((ones, (np.arange(len(codes)), place)), shape=(len(codes), len(seen)))
    return Groups(members, [everything[code] for code in seen], np.array([True, *values])[seen])


def _values_or_words(cells: pd.Series, found: Role) -> Groups:
    if found.kind == Kind.LIST:
        documents = as_lists(cells)
        words = CountVectorizer(analyzer=lambda values: values, min_df=RARE, binary=True)
    else:
        documents = as_text(cells).fillna("").tolist()
        words = CountVectorizer(min_df=RARE, max_features=WORDS_AT_MOST, binary=True)
    nothing = blank(cells).to_numpy(dtype=np.float64)
    try:
        found_words = csr_array(words.fit_transform(documents), dtype=np.float64)
        labels = words.get_feature_names_out().tolist()
    except ValueError:  # no word is frequent enough
        found_words, labels = csr_array((len(cells), 0)), []
    members = csr_array(hstack([csr_array(nothing[:, None]), found_words]))
    return Groups(members, [BLANK, *labels], np.ones(1 + len(labels), dtype=bool))
