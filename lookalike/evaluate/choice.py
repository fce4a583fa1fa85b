"""Which embedding suits these deals: the simplest that is not clearly worse than the best.

Every candidate scores the same held-out deals, later ones where deals have a time. Their log-losses are
compared deal by deal; the one-standard-error rule (Breiman et al. 1984) takes the simplest candidate whose
mean loss is within one standard error of the paired difference to the best. A loss is that of the ranking
within a split: the scores are turned into probabilities by a sigmoid for each split, as nobody can know
beforehand how many of the next quarter's deals will be won. A candidate's settings are chosen on the same
deals first, the usual ones if they are within one standard error; the *stack* combines the candidates'
held-out scores, its weights found on the splits that it is not judged on.

Columns that move on change the game: what held-out deals say then hangs on a few periods, however many deals
these have, and what won in the last period loses in the next. The *hedge* is the mean of two log-odds that
fail in different ways: a linear model, which would extrapolate, on the columns that stay; and trees, which
cannot, on all. It is preferred unless over the periods another candidate is better beyond chance (equal
weights are hard to beat: the "forecast combination puzzle", Stock and Watson 2004).

Where no candidate ranks the deals of a split better than chance, or so little better that it is of no use,
comparing losses is comparing noise. Then the choice falls on what can go wrong least: *linear*, without the
columns that move on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.base import clone

from lookalike.embed import AdditiveEmbedding
from lookalike.embed.stack import StackEmbedding, non_negative_weights
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.metrics import auc, beyond_chance
from lookalike.evaluate.splits import Split

Floats = NDArray[np.float64]

#: What is taken where nothing can be told apart.
ROBUST = "linear"
#: A mean AUC within splits below this is of no use, however many deals say so.
USEFUL_AUC = 0.55
#: What the hedge's columns are called.
HEDGED = "both"


@dataclass(frozen=True)
class Candidate:
    """An embedding on some of the features.

    Attributes
    ----------
    embedding : AdditiveEmbedding
        Unfitted.
    features : ndarray of int
        Positions of its features.
    columns : str
        Which of the table's columns these come from, in a word.
    """

    embedding: AdditiveEmbedding
    features: NDArray[np.int64]
    columns: str = "all"


@dataclass(frozen=True)
class Judged:
    """A candidate with its best settings, and what it said of deals that it had not seen.

    Attributes
    ----------
    candidate : Candidate
    settings : dict of str to object
        Parameters chosen on the held-out deals.
    scores : ndarray of shape (n_deals,)
        NaN where no split tests the deal.
    losses : ndarray of shape (n_tested,)
        Log-loss of each tested deal.
    """

    candidate: Candidate
    settings: dict[str, Any]
    scores: Floats
    losses: Floats


def judge(
    candidate: Candidate,
    X: Floats,
    won: NDArray[np.bool_],
    splits: list[Split],
    weight: Floats | None = None,
    done: Callable[[int], object] = lambda steps: None,
) -> Judged:
    """Choose a candidate's settings by the deals that each split holds out.

    Parameters
    ----------
    candidate : Candidate
    X : ndarray of shape (n_deals, n_features)
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
    weight : ndarray of shape (n_deals,), optional
        How much deals count in fitting; all count alike in judging.
    done : callable
        Told after each split.
    """
    weight = np.ones(len(won)) if weight is None else weight
    tunings = candidate.embedding.tunings()
    scores = np.full((len(tunings), len(won)), np.nan)
    own = X[:, candidate.features]
    for train, test in splits:
        scores[:, test] = candidate.embedding.scores_by_tuning(
            own[train], won[train], own[test], weight[train]
        )
        done(1)
    losses = [_losses(row, won, splits) for row in scores]
    best = min(losses, key=lambda loss: float(loss.mean()))
    taken = next(place for place, loss in enumerate(losses) if _within_one_error(loss - best))
    tuned = clone(candidate.embedding).set_params(**tunings[taken])
    return Judged(
        Candidate(tuned, candidate.features, candidate.columns), tunings[taken], scores[taken], losses[taken]
    )


def stacked(parts: Mapping[str, Judged], won: NDArray[np.bool_], splits: list[Split]) -> Judged:
    """Combine judged candidates; each fold is scored with weights found on the others.

    The intercept is that of all folds: found on the others, it would be low where a fold's won rate is high.

    Parameters
    ----------
    parts : mapping of str to Judged
        By name, at least two, all of the same columns.
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
        Those that the parts were judged on.
    """
    held_out = {name: part.scores for name, part in parts.items()}
    tested = [test for _, test in splits]
    everything = np.concatenate(tested)
    weights = _weights(held_out, won, everything)
    centre = {name: own[everything].mean() for name, own in held_out.items()}
    level = weights[""] + sum(weights[name] * centre[name] for name in held_out)
    scores = np.full(len(won), np.nan)
    for fold, test in enumerate(tested):
        others = tested[:fold] + tested[fold + 1 :]
        own = _weights(held_out, won, np.concatenate(others)) if others else weights
        scores[test] = level + sum(own[name] * (held_out[name][test] - centre[name]) for name in held_out)
    columns = next(iter(parts.values())).candidate.columns
    shown = {name: round(weight, 3) for name, weight in weights.items() if name and weight > 0}
    return Judged(_together(parts, weights, columns), shown, scores, _losses(scores, won, splits))


def hedged(linear: Judged, trees: Judged, won: NDArray[np.bool_], splits: list[Split]) -> Judged:
    """Give the mean of the log-odds of a linear model on steady columns and of trees on all.

    Parameters
    ----------
    linear, trees : Judged
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
        Those that both were judged on.
    """
    weights = {"linear": 0.5, "trees": 0.5, "": 0.0}
    scores = (linear.scores + trees.scores) / 2
    candidate = _together({"linear": linear, "trees": trees}, weights, HEDGED)
    settings = {**linear.settings, **trees.settings}
    return Judged(candidate, settings, scores, _losses(scores, won, splits))


def _together(parts: Mapping[str, Judged], weights: dict[str, float], columns: str) -> Candidate:
    """Make a stack of candidates, with the weights given."""
    used = sorted({int(feature) for part in parts.values() for feature in part.candidate.features})
    place = {feature: position for position, feature in enumerate(used)}
    stack = StackEmbedding(
        [(name, part.candidate.embedding) for name, part in parts.items()],
        {name: [place[int(f)] for f in part.candidate.features] for name, part in parts.items()},
        weights,
    )
    return Candidate(stack, np.array(used), columns)


def compare(
    judged: Mapping[tuple[str, str], Judged], won: NDArray[np.bool_], splits: list[Split]
) -> pd.DataFrame:
    """Compare candidates that were judged on the same deals.

    Parameters
    ----------
    judged : mapping of (embedding, columns) to Judged
        The simplest first.
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)

    Returns
    -------
    DataFrame
        A row a candidate: embedding, columns, auc (mean over the splits), auc_error (standard error of that
        mean), log_loss, behind (mean loss above the best's), standard_error of that difference, settings,
        chosen, because.
    """
    best = min(judged, key=lambda name: float(judged[name].losses.mean()))
    rows = []
    for (embedding, columns), found in judged.items():
        difference = found.losses - judged[best].losses
        aucs = [auc(won[test], found.scores[test]) for _, test in splits]
        rows.append(
            {
                "embedding": embedding,
                "columns": columns,
                "auc": np.mean(aucs),
                "auc_error": np.std(aucs, ddof=1) / np.sqrt(len(aucs)) if len(aucs) > 1 else np.nan,
                "log_loss": found.losses.mean(),
                "behind": difference.mean(),
                "standard_error": _error(difference),
                "settings": ", ".join(f"{name} {value}" for name, value in found.settings.items()),
            }
        )
    table = pd.DataFrame(rows)
    chosen, because = _chosen(table, judged, best, won, splits)
    table["chosen"] = table.index == chosen
    table["because"] = np.where(table["chosen"], because, "")
    return table


def _chosen(
    table: pd.DataFrame,
    judged: Mapping[tuple[str, str], Judged],
    best: tuple[str, str],
    won: NDArray[np.bool_],
    splits: list[Split],
) -> tuple[int, str]:
    """Give the row of the candidate to take, and why."""
    robust = np.flatnonzero(table["embedding"] == ROBUST)
    if len(robust) and not _beats_chance(float(table["auc"].max()), won, splits):
        return int(robust[0]), (
            "no candidate ranks held-out deals usefully better than chance, so what can go wrong least"
        )
    for row, name in enumerate(judged):
        if name[1] == HEDGED and _holds_over(judged, name, best, splits):
            return row, "columns move on, and over the splits no candidate is better beyond chance"
    first = int(np.argmax(table["behind"] <= table["standard_error"]))
    return first, "the simplest within one standard error of the best"


def _beats_chance(mean_auc: float, won: NDArray[np.bool_], splits: list[Split]) -> bool:
    """Tell whether a mean AUC is of use, and beyond what chance gives one time in twenty (Mann-Whitney)."""
    n_won = np.array([won[test].sum() for _, test in splits])
    n_lost = np.array([len(test) for _, test in splits]) - n_won
    error = np.sqrt(((n_won + n_lost + 1) / (12 * n_won * n_lost)).sum()) / len(splits)
    return bool(mean_auc >= USEFUL_AUC and mean_auc > 0.5 + norm.ppf(0.95) * error)


def _weights(
    held_out: Mapping[str, Floats], won: NDArray[np.bool_], deals: NDArray[np.int64]
) -> dict[str, float]:
    return non_negative_weights({name: scores[deals] for name, scores in held_out.items()}, won[deals])


def _losses(scores: Floats, won: NDArray[np.bool_], splits: list[Split]) -> Floats:
    """Give the log-loss of each tested deal, split by split, by a sigmoid fitted to the split."""
    losses = []
    for _, test in splits:
        p = Calibrator("sigmoid").fit(scores[test], won[test]).predict(scores[test])
        losses.append(np.where(won[test], -np.log(p), -np.log(1 - p)))
    return np.concatenate(losses)


def _error(differences: Floats) -> float:
    """Give the standard error of a mean difference of losses."""
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))


def _within_one_error(differences: Floats) -> bool:
    return bool(differences.mean() <= _error(differences))


def _holds_over(
    judged: Mapping[tuple[str, str], Judged],
    hedge: tuple[str, str],
    best: tuple[str, str],
    splits: list[Split],
) -> bool:
    """Tell whether the best's lead over the hedge is one that periods alike could have given by chance."""
    ends = np.cumsum([len(test) for _, test in splits])[:-1]
    lead = judged[hedge].losses - judged[best].losses
    return hedge == best or not beyond_chance([part.mean() for part in np.split(lead, ends)])
