"""What sets a group of past deals apart from all others: "employees 11–50 (62%, others 18%)".

Each trait (a category, a value of a list, a range between fifths of a number, a word) is a share of the group
and a share of the others. A trait counts if the two differ by Fisher's exact test after Benjamini and
Hochberg's (1995) control of false discoveries over all traits and groups, and by Cohen's h of at least .2
(Cohen 1988: small); those that the group has more often are told, the largest h first, one a column but for
lists. Groups were sought in the same columns, so the test guards against chance in small groups, it does not
prove that groups exist; for that see :mod:`lookalike.stability`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, hypergeom

from lookalike.features import DealFeatures
from lookalike.frequent import frequent
from lookalike.traits import indicators, label, says_nothing, span, text_label

#: Level of false discoveries, least difference (Cohen's h), traits told of a group.
LEVEL = 0.05
LEAST_DIFFERENCE = 0.2
TOLD = 6
#: Ranges start and end at fifths; words are those of many deals.
FIFTHS = np.linspace(0, 1, 6)
MOST_WORDS = 200


def what_sets_apart(features: DealFeatures, group: NDArray[np.int64]) -> pd.DataFrame:
    """Compare each group of past deals with all other deals.

    Parameters
    ----------
    features : DealFeatures
    group : ndarray of int, shape (n_deals,)

    Returns
    -------
    DataFrame
        group, column, trait, share and share_others (0 to 1), ratio (of the two), difference (Cohen's h,
        above zero, as the group has more of it), p (adjusted); for each group the largest differences first.
    """
    told, columns, several, has = _traits(features)
    n, numbers = len(group), np.unique(group)
    if not told or len(numbers) < 2:
        return pd.DataFrame(
            columns=["group", "column", "trait", "share", "share_others", "ratio", "difference", "p"]
        )
    every = has.sum(axis=0).astype(np.int64)
    parts = []
    for number in numbers:
        inside = group == number
        size, found = int(inside.sum()), has[inside].sum(axis=0).astype(np.int64)
        share, others = found / size, (every - found) / (n - size)
        tails = hypergeom.sf(found - 1, n, every, size), hypergeom.cdf(found, n, every, size)
        parts.append(
            pd.DataFrame(
                {
                    "group": number,
                    "column": columns,
                    "several": several,
                    "trait": told,
                    "share": share,
                    "share_others": others,
                    "ratio": np.divide(share, others, out=np.full(len(share), np.inf), where=others > 0),
                    "difference": 2 * np.arcsin(np.sqrt(share)) - 2 * np.arcsin(np.sqrt(others)),
                    "p": np.clip(2 * np.minimum(*tails), 0, 1),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table["p"] = false_discovery_control(table["p"])
    table = table[(table["p"] <= LEVEL) & (table["difference"] >= LEAST_DIFFERENCE)]
    table = table.sort_values(["group", "difference"], ascending=[True, False], kind="stable")
    first = ~table.duplicated(["group", "column"])
    table = table[first | (table["several"] & (table.groupby(["group", "column"]).cumcount() < 3))]
    return table.groupby("group").head(TOLD).drop(columns="several").reset_index(drop=True)


def _traits(features: DealFeatures) -> tuple[list[str], list[str], list[bool], NDArray[np.bool_]]:
    """Give all traits: how to say them, their columns, whether a column has several, who has them."""
    told: list[str] = []
    columns: list[str] = []
    several: list[bool] = []
    has: list[NDArray[np.bool_]] = []

    def add(trait: str, column: str, rows: NDArray[np.bool_], *, one_of_many: bool) -> None:
        told.append(trait)
        columns.append(column)
        several.append(one_of_many)
        has.append(rows)

    silent = says_nothing(features)
    for place, yes_or_no in enumerate(indicators(features)):
        values, column = features.values[:, place], features.columns[place]
        name = label(features.names[place])
        if silent[place]:
            continue
        if yes_or_no:
            add(name, column, values == 1, one_of_many=name.startswith(f"{column}: "))
            continue
        for low, high in _ranges(values):
            add(f"{name} {span(low, high)}", column, (values >= low) & (values <= high), one_of_many=False)
    sets = [set(words.split()) for words in features.words]
    for word in frequent(sets, MOST_WORDS):
        rows = np.fromiter((word in words for words in sets), dtype=bool, count=len(sets))
        add(f"{text_label(features.text)}: “{word}”", features.text, rows, one_of_many=True)
    return told, columns, several, np.column_stack(has) if has else np.empty((len(sets), 0), dtype=bool)


def _ranges(values: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Give ranges of one to four neighbouring fifths of a number, or its single values where it has few."""
    known = values[~np.isnan(values)]
    different = np.unique(known)
    if len(different) < 2:
        return []
    if len(different) <= len(FIFTHS):
        return [(float(value), float(value)) for value in different]
    edges = np.unique(np.quantile(known, FIFTHS, method="nearest"))
    # A range ends at the last value below the next one's start, so that ranges do not overlap.
    ends = [float(different[np.searchsorted(different, edge) - 1]) for edge in edges[1:-1]] + [
        float(edges[-1])
    ]
    starts = [float(edge) for edge in edges[:-1]]
    last = len(starts)
    return [(starts[i], ends[j]) for i in range(last) for j in range(i, last) if j - i < last - 1]
