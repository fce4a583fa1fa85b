"""Every figure of every method, test by test and over all tests, with intervals.

Ranks are compared within a test only, as models of different moments have no common scale. Over all tests a
figure of the ranking is the mean over the *won deals*, so that it answers what a team asks: of the deals we
won, how many would have stood at the top of that moment's list? Probabilities have a common scale: the Brier
score (Brier 1950) and the expected calibration error are those of all tested deals together.

A won rate that changes within a test is something to rank by, and the longer a test, the more it changes. So
rankings are compared on the same tests only, not between runs of different numbers of folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.backtest.fold import MODEL, Fold
from lookalike.evaluate.metrics import ECE_BINS, probability_bin
from lookalike.evaluate.reliability import reliability_table
from lookalike.evaluate.resampling import WeighedRanking, drawn, interval

Floats = NDArray[np.float64]

#: Shares of the list, in per cent, that lift is told for.
DEPTHS = (5.0, 10.0, 20.0)
#: Columns of a table of figures; fold 0 is all tests together.
FIGURE_COLUMNS = ["split", "fold", "method", "figure", "value", "low", "high"]
DIFFERENCE_COLUMNS = ["split", "method", "figure", "difference", "low", "high"]
CURVE_COLUMNS = ["split", "curve", "method", "x", "y", "low", "high", "deals"]

_GRID = np.arange(5, 101, 5)


@dataclass(frozen=True)
class Tally:
    """What the figures of one method on one test are made of, for each draw; the first is all deals, once.

    Attributes
    ----------
    deals, won : ndarray of shape (n_draws,)
    ranking : dict of str to ndarray of shape (n_draws,)
        auc, average_precision, alift.
    counts, hits : ndarray of shape (n_draws, n_depths)
        Deals down to each depth, and the won ones of them.
    squares : ndarray of shape (n_draws,), optional
        Sum of squared errors of the probabilities.
    gaps : ndarray of shape (n_draws, n_bins), optional
        Won deals beyond those expected, by bin of probability.
    """

    deals: Floats
    won: Floats
    ranking: dict[str, Floats]
    counts: Floats
    hits: Floats
    squares: Floats | None
    gaps: Floats | None


def tallies(
    fold: Fold,
    depths: Sequence[float] = DEPTHS,
    draws: int = 1_000,
    random_state: int | list[int] = 0,
    only: NDArray[np.bool_] | None = None,
) -> dict[str, Tally]:
    """Judge every method on the same draws of a test's deals.

    Parameters
    ----------
    fold : Fold
    depths : sequence of float
        In per cent of the list.
    draws : int
    random_state : int or list of int
    only : ndarray of bool, shape (n_tested,), optional
        The deals to judge on.
    """
    chosen = fold.scored if only is None else fold.scored & only
    won = fold.won[chosen]
    groups = np.unique(fold.groups[chosen], return_inverse=True)[1]
    shares = np.asarray(depths, dtype=float) / 100
    parts: dict[str, list[Tally]] = {method: [] for method in fold.scores}
    if not len(won):
        return {}
    for weights in drawn(groups, draws, random_state):
        for method, scores in fold.scores.items():
            ranking = WeighedRanking(won, scores[chosen], weights)
            counts, hits = ranking.hits(shares)
            figures = {
                "auc": ranking.auc(),
                "average_precision": ranking.average_precision(),
                "alift": ranking.alift(),
            }
            squares = gaps = None
            if method in fold.probabilities:
                p = fold.probabilities[method][chosen]
                squares = weights @ (won - p) ** 2
                gaps = weights @ ((won - p)[:, None] * np.eye(ECE_BINS)[probability_bin(p)])
            parts[method].append(Tally(ranking.deals, ranking.won, figures, counts, hits, squares, gaps))
    return {method: _joined(some) for method, some in parts.items()}


def _joined(parts: list[Tally]) -> Tally:
    first = parts[0]
    return Tally(
        np.concatenate([part.deals for part in parts]),
        np.concatenate([part.won for part in parts]),
        {name: np.concatenate([part.ranking[name] for part in parts]) for name in first.ranking},
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.hits for part in parts]),
        None
        if first.squares is None
        else np.concatenate([p.squares for p in parts if p.squares is not None]),
        None if first.gaps is None else np.concatenate([p.gaps for p in parts if p.gaps is not None]),
    )


def figures_of(parts: Sequence[Tally], depths: Sequence[float] = DEPTHS) -> dict[str, Floats]:
    """Give the figures of one method over tests, each of shape (n_draws,).

    Returns
    -------
    dict of str to ndarray
        auc, average_precision, alift, ``lift_5`` and so on by depth, ``won_rate_5`` (among those down to the
        depth), won_rate, and brier and ece where there are probabilities.
    """
    won = np.stack([part.won for part in parts])
    deals = np.stack([part.deals for part in parts])
    found = {
        name: _over_won(np.stack([part.ranking[name] for part in parts]), won) for name in parts[0].ranking
    }
    rate = np.where((won > 0) & (won < deals), won / np.maximum(deals, 1), np.nan)
    counts, hits = (np.stack([getattr(part, name) for part in parts]) for name in ("counts", "hits"))
    for place, depth in enumerate(depths):
        reached = hits[:, :, place] / counts[:, :, place]
        found[f"lift_{depth:g}"] = _over_won(reached / rate, won)
        found[f"won_rate_{depth:g}"] = hits[:, :, place].sum(axis=0) / counts[:, :, place].sum(axis=0)
    found["won_rate"] = won.sum(axis=0) / deals.sum(axis=0)
    squares = [part.squares for part in parts if part.squares is not None]
    gaps = [part.gaps for part in parts if part.gaps is not None]
    if len(squares) == len(gaps) == len(parts):
        found["brier"] = np.sum(squares, axis=0) / deals.sum(axis=0)
        found["ece"] = np.abs(np.sum(gaps, axis=0)).sum(axis=1) / deals.sum(axis=0)
    return found


def _over_won(values: Floats, won: Floats) -> Floats:
    """Give the mean over won deals of figures of shape (n_tests, n_draws), tests without one left out."""
    weight = np.where(np.isnan(values), 0.0, won)
    total = weight.sum(axis=0)
    return np.divide(
        (weight * np.nan_to_num(values)).sum(axis=0), total, out=np.full(len(total), np.nan), where=total > 0
    )


def figure_table(
    split: str, found: Sequence[dict[str, Tally]], depths: Sequence[float] = DEPTHS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tell the figures of all methods, and how far each method is from the model.

    Parameters
    ----------
    split : str
        What the tests are: "time" or "random".
    found : sequence of dict of str to Tally
        By test, then method.
    depths : sequence of float

    Returns
    -------
    figures : DataFrame
        split, fold (from 1; 0 for all tests together), method, figure, value, low, high (95 %).
    differences : DataFrame
        split, method, figure, difference (model − method, over all tests), low, high; paired.
    """
    rows, differences = [], []
    methods = list(found[0])
    pooled = {method: figures_of([part[method] for part in found], depths) for method in methods}
    for fold, part in enumerate([None, *found]):
        for method in methods:
            figures = pooled[method] if part is None else figures_of([part[method]], depths)
            for name, values in figures.items():
                rows.append((split, fold, method, name, values[0], *interval(values[1:])))
    for method in methods:
        for name, values in pooled[method].items():
            if method != MODEL and MODEL in pooled and name in pooled[MODEL] and not name.startswith("won_"):
                lead = pooled[MODEL][name] - values
                differences.append((split, method, name, lead[0], *interval(lead[1:])))
    return pd.DataFrame(rows, columns=FIGURE_COLUMNS), pd.DataFrame(differences, columns=DIFFERENCE_COLUMNS)


def curve_table(split: str, folds: Sequence[Fold], draws: int = 200, random_state: int = 0) -> pd.DataFrame:
    """Tell the curves behind the figures.

    Returns
    -------
    DataFrame
        split, curve ("gain": share of won deals by share of each test's list worked; "reliability": won rate
        by mean probability), method, x, y, low, high (gain: bootstrap, of the model alone; reliability:
        Wilson 1927), deals.
    """
    rows: list[tuple[object, ...]] = []
    for method in folds[0].scores:
        alone = [
            tallies(
                Fold(f.window, f.won[f.scored], f.groups[f.scored], {method: f.scores[method][f.scored]}),
                _GRID.tolist(),
                draws if method == MODEL else 0,
                [random_state, place],
            )
            for place, f in enumerate(folds)
        ]
        parts = [found[method] for found in alone if found]
        hits = np.sum([part.hits for part in parts], axis=0)
        gain = hits / np.maximum(np.sum([part.won for part in parts], axis=0), 1)[:, None]
        contacts = np.sum([part.counts for part in parts], axis=0)[0]
        rows.append((split, "gain", method, 0.0, 0.0, 0.0, 0.0, 0))
        for place, share in enumerate(_GRID):
            low, high = interval(gain[1:, place]) if method == MODEL else (np.nan, np.nan)
            rows.append((split, "gain", method, share / 100, gain[0, place], low, high, int(contacts[place])))
        rows += _reliability(split, method, [fold for fold in folds if method in fold.probabilities])
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)


def _reliability(split: str, method: str, folds: Sequence[Fold]) -> list[tuple[object, ...]]:
    if not folds:
        return []
    p = np.concatenate([fold.probabilities[method][fold.scored] for fold in folds])
    won = np.concatenate([fold.won[fold.scored] for fold in folds])
    table = reliability_table(won, p, probability_bin(p))[["probability", "won_rate", "low", "high", "leads"]]
    return [(split, "reliability", method, *row) for row in table.itertuples(index=False)]
