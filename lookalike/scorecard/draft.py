"""Draft criteria for a column: its bins, as conditions that people can read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_lists, as_numbers, as_text, blank
from lookalike.frequent import frequent
from lookalike.roles import Kind, Role
from lookalike.scorecard.binning import best_bins, chance, groups_of, round_between, small_bins
from lookalike.scorecard.evidence import SMOOTHING, Floats, evidence_among, information_value
from lookalike.scorecard.rules import Criterion, Rule

#: Values of a category or list that are told apart at most.
VALUES = 40


@dataclass(frozen=True)
class Limits:
    """How finely a column may be cut.

    Attributes
    ----------
    max_bins : int
    min_share : float
        Share of the deals in each bin at least.
    monotone : bool
        Whether numbers may only rise or only fall.
    """

    max_bins: int = 5
    min_share: float = 0.05
    monotone: bool = False


@dataclass(frozen=True)
class Draft:
    """A criterion without points yet.

    Attributes
    ----------
    criterion : Criterion
        All points 0.
    weights : ndarray of shape (n_rules + 1,)
        Weight of evidence of each rule and, last, of anything else.
    value : float
        Information value beyond what chance gives; no draft is worth nothing.
    """

    criterion: Criterion
    weights: Floats
    value: float


def drafts(
    cells: pd.Series, found: Role, won: NDArray[np.bool_], limits: Limits, sign: int = 0
) -> list[Draft]:
    """Draft criteria for a column: none where it tells nothing, several where it holds lists.

    Parameters
    ----------
    cells : Series of shape (n_deals,)
    found : Role
    won : ndarray of bool, shape (n_deals,)
    limits : Limits
    sign : {-1, 0, 1}
        Whether more of it must count for or against; of numbers, list values and presence.
    """
    column = str(cells.name)
    if found.kind == Kind.NUMBER:
        rules = _number_rules(cells, found.decimal, won, limits, sign)
        if rules:
            return _drafted(Criterion(column, tuple(rules), decimal=found.decimal), cells, won, limits)
    elif found.kind == Kind.CATEGORY:
        rules = _category_rules(cells, won, limits)
        return _drafted(Criterion(column, tuple(rules)), cells, won, limits) if rules else []
    elif found.kind == Kind.LIST:
        return [
            draft
            for value in sorted(frequent(as_lists(cells), VALUES, limits.min_share * len(cells)))
            for draft in _drafted(Criterion(column, (Rule(0, has=(value,)),)), cells, won, limits, sign)
        ]
    if found.kind == Kind.NOTHING:
        return []
    given = Criterion(column, (Rule(0, blank=False), Rule(0, blank=True)), decimal=found.decimal)
    return _drafted(given, cells, won, limits, sign)


def _number_rules(
    cells: pd.Series, decimal: str, won: NDArray[np.bool_], limits: Limits, sign: int
) -> list[Rule]:
    numbers = as_numbers(cells, decimal)
    known = ~np.isnan(numbers)
    if not known.any():
        return []
    values, outcome = numbers[known], won[known]
    edges = small_bins(values)
    place = np.searchsorted(edges, values, side="right") - 1
    counts = [
        np.bincount(place[outcome == side], minlength=len(edges)).astype(float) for side in (True, False)
    ]
    ways = [sign] if sign else ([-1, 1] if limits.monotone else [0])
    least = limits.min_share * len(cells)
    tried = [best_bins(*counts, max_bins=limits.max_bins, min_count=least, direction=way) for way in ways]
    starts = max(tried, key=lambda way: _value(groups_of(way, len(edges)), *counts))
    if len(starts) < 2:
        return []
    ordered = np.sort(values)
    cuts = [_cut(ordered, edges[start]) for start in starts[1:]]
    bounds = [None, *cuts, None]
    rules = [Rule(0, least=low, below=high) for low, high in pairwise(bounds)]
    return rules + _blank_rule(~known, least)


def _cut(ordered: Floats, edge: float) -> float:
    """Give a round cut near an edge: on the other side of it than before is one deal in a hundred at most."""
    place, some = int(np.searchsorted(ordered, edge)), len(ordered) // 100
    low, high = max(0, place - 1 - some), min(len(ordered) - 1, place + some)
    return round_between(float(ordered[low]), float(ordered[high]))


def _value(groups: NDArray[np.int64], won: Floats, lost: Floats) -> float:
    return information_value(np.bincount(groups, won), np.bincount(groups, lost), SMOOTHING)


def _category_rules(cells: pd.Series, won: NDArray[np.bool_], limits: Limits) -> list[Rule]:
    texts = as_text(cells).str.casefold()
    spelled = as_text(cells).groupby(texts).agg(lambda same: same.mode().iloc[0])
    count, hits = texts.value_counts(), texts[won].value_counts()
    least = limits.min_share * len(cells)
    told = [value for value in count.index if count[value] >= min(least, 20)][:VALUES]
    if not told:
        return []
    counts = np.array([count[value] for value in told], dtype=float)
    wins = np.array([hits.get(value, 0) for value in told], dtype=float)
    # Ordered by won rate, neighbours are what is best joined (Fisher 1958).
    order = np.argsort(evidence_among(wins, counts - wins, wins.sum(), (counts - wins).sum()), kind="stable")
    starts = best_bins(
        wins[order], (counts - wins)[order], max_bins=limits.max_bins, min_count=least, direction=1
    )
    groups = groups_of(starts, len(told))
    by_group = [[str(spelled[told[i]]) for i in order[groups == group]] for group in range(len(starts))]
    rules = [Rule(0, any_of=tuple(sorted(values))) for values in by_group]
    rules += _blank_rule(blank(cells).to_numpy(dtype=bool), least)
    return rules if len(rules) > 1 or count.sum() - counts.sum() >= least else []


def _blank_rule(missing: NDArray[np.bool_], least: float) -> list[Rule]:
    return [Rule(0, blank=True)] if missing.sum() >= max(1.0, least) else []


def _drafted(
    criterion: Criterion, cells: pd.Series, won: NDArray[np.bool_], limits: Limits, sign: int = 0
) -> list[Draft]:
    """Weigh a criterion's rules; give nothing where it tells no more than chance, or against its sign."""
    n, least = len(criterion.rules) + 1, limits.min_share * len(cells)
    place = criterion.matched(cells)  # −1, anything else, is the last
    wins, counts = (np.bincount(place[rows] % n, minlength=n).astype(float) for rows in (won, slice(None)))
    if ((counts > 0) & (counts < least))[:-1].any():
        return []
    weights = evidence_among(wins, counts - wins, float(won.sum()), float((~won).sum()))
    weights[counts < max(1.0, least)] = 0.0  # too few to say anything of
    told = counts >= max(1.0, least)
    if told.sum() < 2 or (
        sign and sign * (weights[0] - weights[1]) < 0 and not criterion.rules[0].on_numbers
    ):
        return []
    value = information_value(wins[told], (counts - wins)[told], SMOOTHING)
    value -= (told.sum() - 1) * chance(float(won.sum()), float((~won).sum()))
    seen = [
        f"{count / len(won):.0%} of deals, {hit / count:.0%} won" if count else ""
        for count, hit in zip(counts, wins, strict=True)
    ]
    rules = tuple(replace(rule, seen=words) for rule, words in zip(criterion.rules, seen, strict=False))
    return [Draft(replace(criterion, rules=rules), weights, value)] if value > 0 else []
