"""What two rows have in common, of what the model really uses: "country: Germany; employees 35–42".

Two things make a shared trait worth saying, and their product orders them:

- *use*: how much of what the embedding sees alike in the two is due to the feature
  (:meth:`Anatomy.shared_use <lookalike.anatomy.Anatomy.shared_use>`: features on the way to shared leaves, or
  products above zero);
- *surprise*: −log₂ of the share of past deals that have the trait too, as rare things say more.

A category, list value or presence is shared where both have it; a number where both have the same, or where
at most a fifth of the past deals lies between the two. That both lack something is never named. Of texts, the
rarest telling words of both are named.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.anatomy import Anatomy
from lookalike.embed.base import Positions
from lookalike.features import DealFeatures, Seen

#: Traits named of a pair, and words of its texts.
NAMED = 4
SHARED_WORDS = 3
#: Share of the past deals that may lie between two numbers that count as alike.
NEAR = 0.2

# Pairs × features compared at once.
BLOCK_CELLS = 400_000

Ranks = tuple[NDArray[np.int32], NDArray[np.int32]]


class Traits:
    """Name what rows share.

    Parameters
    ----------
    features : DealFeatures
    anatomy : Anatomy
    n_features : int
        Features that the embedding was fitted on.
    """

    def __init__(self, features: DealFeatures, anatomy: Anatomy, n_features: int) -> None:
        self.features, self.anatomy = features, anatomy
        self.indicator = indicators(features)
        self.labels = [label(name) for name in features.names]
        named = np.asarray(features.positions, dtype=np.int64)
        self._used = np.flatnonzero(named >= 0)
        self._positions = named[self._used]
        self._text = np.setdiff1d(np.arange(n_features), self._positions) if features.text else named[:0]
        self._silent = says_nothing(features)[self._used]
        self._sorted = [np.sort(column[~np.isnan(column)]) for column in features.values[:, self._used].T]
        self._deal_ranks = self._ranks(features.values)
        counts = Counter(word for words in features.words for word in words.split())
        self._word_bits = {w: float(np.log2(len(features.words) / c)) for w, c in counts.items()}

    def _ranks(self, values: NDArray[np.float32]) -> Ranks:
        """Give how many past deals lie below each value, and how many up to it; −1 where there is none."""
        shape = (len(values), len(self._used))
        low, high = np.full(shape, -1, dtype=np.int32), np.full(shape, -1, dtype=np.int32)
        for place, feature in enumerate(self._used):
            column = values[:, feature]
            known = column == 1 if self.indicator[feature] else ~np.isnan(column)
            if not self._silent[place]:
                low[known, place] = np.searchsorted(self._sorted[place], column[known], "left")
                high[known, place] = np.searchsorted(self._sorted[place], column[known], "right")
        return low, high

    def with_deals(
        self, seen: Seen, rows: Positions, deals: Positions, points: NDArray[np.float64]
    ) -> list[str]:
        """Name what rows share with past deals; `points` are those of all past deals.

        Parameters
        ----------
        seen : Seen
        rows, deals : ndarray of int, shape (n_pairs,)

        Returns
        -------
        list of str, length n_pairs
            Traits joined by "; ", the strongest first; empty where nothing worth saying is shared.
        """
        other = Seen(points, self.features.values, self.features.words)
        return self._named(seen, self._ranks(seen.values), rows, other, self._deal_ranks, deals, past=True)

    def between(self, one: Seen, rows: Positions, other: Seen, others: Positions) -> list[str]:
        """Name what rows of two tables share; as in :meth:`with_deals`."""
        ranks = self._ranks(one.values), self._ranks(other.values)
        return self._named(one, ranks[0], rows, other, ranks[1], others, past=False)

    def _named(
        self,
        one: Seen,
        ranks: Ranks,
        rows: Positions,
        other: Seen,
        other_ranks: Ranks,
        others: Positions,
        *,
        past: bool,
    ) -> list[str]:
        found: list[str] = []
        size = max(1, BLOCK_CELLS // max(1, len(self._used) + len(self._text)))
        for start in range(0, len(rows), size):
            i, j = rows[start : start + size], others[start : start + size]
            use = self.anatomy.shared_use(one.points[i], other.points[j], j if past else None)
            strength = use[:, self._positions] * self._surprise(
                [ranks[0][i], ranks[1][i]], [other_ranks[0][j], other_ranks[1][j]]
            )
            words, bits = self._shared_words(one, i, other, j)
            strength = np.column_stack([strength, use[:, self._text].sum(axis=1) * bits])
            found += self._told(strength, one.values[i], other.values[j], words)
        return found

    def _surprise(self, one: list[NDArray[np.int32]], other: list[NDArray[np.int32]]) -> NDArray[np.float32]:
        n = max(1, len(self.features.values))
        between = np.maximum(one[1], other[1]) - np.minimum(one[0], other[0])
        same = (one[0] == other[0]) & (one[1] == other[1])
        near = between <= NEAR * n
        alike = (one[0] >= 0) & (other[0] >= 0) & (same | (near & ~self.indicator[self._used]))
        share = np.clip(between / n, 1 / n, 1).astype(np.float32)
        return np.where(alike, -np.log2(share), 0).astype(np.float32)

    def _shared_words(
        self, one: Seen, i: Positions, other: Seen, j: Positions
    ) -> tuple[list[str], NDArray[np.float64]]:
        told, bits = [""] * len(i), np.zeros(len(i))
        if not len(self._text):
            return told, bits
        sets = [
            {row: set(side.words[row].split()) for row in np.unique(k)} for side, k in ((one, i), (other, j))
        ]
        for pair, (a, b) in enumerate(zip(i, j, strict=True)):
            both = sorted(sets[0][a] & sets[1][b], key=lambda word: (-self._word_bits.get(word, 0.0), word))
            if both:
                bits[pair] = self._word_bits.get(both[0], 0.0)
                told[pair] = f"{text_label(self.features.text)}: {', '.join(both[:SHARED_WORDS])}"
        return told, bits

    def _told(
        self,
        strength: NDArray[np.float64],
        one: NDArray[np.float32],
        other: NDArray[np.float32],
        words: list[str],
    ) -> list[str]:
        best = np.argsort(-strength, axis=1, kind="stable")[:, :NAMED]
        said = np.full(best.size, "", dtype=object)
        worth = np.flatnonzero(np.take_along_axis(strength, best, axis=1) > 0)
        places = best.ravel()[worth]
        order = np.argsort(places, kind="stable")
        for slots in np.split(worth[order], np.flatnonzero(np.diff(places[order])) + 1):
            if not len(slots):
                continue
            place, pairs = best.flat[slots[0]], slots // best.shape[1]
            if place == len(self._used):
                said[slots] = [words[pair] for pair in pairs.tolist()]
                continue
            feature = self._used[place]
            if self.indicator[feature]:
                said[slots] = self.labels[feature]
            else:
                said[slots] = self.labels[feature] + " " + spans(one[pairs, feature], other[pairs, feature])
        return ["; ".join(filter(None, row)) for row in said.reshape(best.shape).tolist()]


def indicators(features: DealFeatures) -> NDArray[np.bool_]:
    """Tell which features say yes or no: a category, a value of a list, a presence."""
    yes_or_no = np.isin(features.values, (0, 1)).all(axis=0)
    own = [name == column for name, column in zip(features.names, features.columns, strict=True)]
    return np.asarray(yes_or_no & ~np.asarray(own, dtype=bool))


def says_nothing(features: DealFeatures) -> NDArray[np.bool_]:
    """Tell which features are no traits: blank or rare cells, and columns that say why another is blank.

    Such a column, as enrichment writes them, is named after the other: ``city_why`` beside ``city``.
    """
    return np.array(
        [
            name.endswith(("= (rare)", "= (blank)")) or column.endswith("_why")
            for name, column in zip(features.names, features.columns, strict=True)
        ],
        dtype=bool,
    )


def text_label(text: str) -> str:
    """Name the column that a word is from, or "texts" where several are read as one."""
    return "texts" if " + " in text else text


def label(name: str) -> str:
    """Say a feature's name as in a list of traits.

    >>> label("country = Germany"), label("founded = year"), label("tools: HubSpot")
    ('country: Germany', 'founded year', 'tools: HubSpot')
    """
    column, mark, value = name.partition(" = ")
    if not mark:
        return name
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond", "weekday")
    return f"{column} {value}" if value in parts else f"{column}: {value}"


def spans(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Say the ranges between pairs of numbers; each number is put into words once.

    >>> spans(np.array([35.0, 7.0]), np.array([42.0, 7.0])).tolist()
    ['35–42', '7']
    """
    different, where = np.unique(np.stack([one, other]), return_inverse=True)
    texts = np.array([_number(value) for value in different.tolist()], dtype=object)
    low, high = texts[where.min(axis=0)], texts[where.max(axis=0)]
    between = np.where(np.minimum(one, other) < 0, " to ", "–").astype(object)
    return np.asarray(np.where(low == high, low, low + between + high), dtype=object)


def span(low: float, high: float) -> str:
    """Say a range of numbers.

    >>> span(35, 42), span(7, 7), span(0.123456, 2500.5), span(-3, -1)
    ('35–42', '7', '0.123–2500', '−3 to −1')
    """
    return str(spans(np.array([float(low)]), np.array([float(high)]))[0])


def _number(value: float) -> str:
    size = abs(value)
    # No mark in four figures: they may be a year.
    if size >= 10_000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.0f}" if size >= 100 or value.is_integer() else f"{value:.3g}"
    return text.replace("-", "−") if value < 0 else text
