"""Which embedding suits these deals: the simplest that is not clearly worse than the best.

Every candidate scores the same held-out deals, later ones where deals have a time. Their log-losses are
compared deal by deal; the one-standard-error rule (Breiman et al. 1984) takes the simplest candidate whose
mean loss is within one standard error of the paired difference to the best. A loss is that of the ranking
within a split: the scores are turned into probabilities by a sigmoid for each split, as nobody can know
beforehand how many of the next quarter's deals will be won. A candidate's settings are chosen on the same
deals first; the *stack* combines the candidates' held-out scores, its weights found on the splits that it
is not judged on.

Where not even the best ranks held-out deals better than chance, comparing losses is comparing noise. Then
the choice falls on what can go wrong least: *linear*, without the columns that move on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student_t
from sklearn.base import clone

from lookalike.embed import AdditiveEmbedding
from lookalike.embed.stack import StackEmbedding, non_negative_weights
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.metrics import auc
from lookalike.evaluate.splits import Split

Floats = NDArray[np.float64]

#: What is taken where nothing can be told apart.
ROBUST = "linear"


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
    best = int(np.argmin([loss.mean() for loss in losses]))
    tuned = clone(candidate.embedding).set_params(**tunings[best])
    return Judged(
        Candidate(tuned, candidate.features, candidate.columns), tunings[best], scores[best], losses[best]
    )


def stacked(parts: Mapping[str, Judged], won: NDArray[np.bool_], splits: list[Split]) -> Judged:
    """Combine judged candidates; each fold is scored with weights found on the others.

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
    scores = np.full(len(won), np.nan)
    for fold, test in enumerate(tested):
        others = tested[:fold] + tested[fold + 1 :]
        weights = _weights(held_out, won, np.concatenate(others) if others else test)
        scores[test] = weights[""] + sum(weights[name] * held_out[name][test] for name in held_out)
    weights = _weights(held_out, won, np.concatenate(tested))
    used = sorted({int(feature) for part in parts.values() for feature in part.candidate.features})
    place = {feature: position for position, feature in enumerate(used)}
    stack = StackEmbedding(
        [(name, part.candidate.embedding) for name, part in parts.items()],
        {name: [place[int(f)] for f in part.candidate.features] for name, part in parts.items()},
        weights,
    )
    columns = next(iter(parts.values())).candidate.columns
    shown = {name: round(weight, 3) for name, weight in weights.items() if name and weight > 0}
    return Judged(Candidate(stack, np.array(used), columns), shown, scores, _losses(scores, won, splits))


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
                "standard_error": difference.std(ddof=1) / np.sqrt(len(difference)),
                "settings": ", ".join(f"{name} {value}" for name, value in found.settings.items()),
            }
        )
    table = pd.DataFrame(rows)
    chosen = int(np.argmax(table["behind"] <= table["standard_error"]))
    because = "the simplest within one standard error of the best"
    if not _beats_chance(table.iloc[list(judged).index(best)], len(splits)):
        robust = np.flatnonzero(table["embedding"] == ROBUST)
        if len(robust):
            chosen = int(robust[0])
            because = (
                "no candidate ranks held-out deals better than chance, so the one that can go wrong least"
            )
    table["chosen"] = table.index == chosen
    table["because"] = np.where(table["chosen"], because, "")
    return table


def _beats_chance(best: pd.Series, splits: int) -> bool:
    """Tell whether the AUC over splits is above a half, one-sided t-test at five per cent."""
    if splits < 2:
        return bool(best["auc"] > 0.5)
    return bool(best["auc"] - student_t.ppf(0.95, splits - 1) * best["auc_error"] > 0.5)


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
