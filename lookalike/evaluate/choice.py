"""Which embedding suits these deals: the simplest that is not clearly worse than the best.

Every candidate scores the same held-out deals, later ones where deals have a time. Their log-losses are
compared deal by deal; the one-standard-error rule (Breiman et al. 1984) takes the simplest candidate whose
mean loss is within one standard error of the paired difference to the best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from lookalike.embed import AdditiveEmbedding
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.metrics import auc
from lookalike.evaluate.splits import Split

Floats = NDArray[np.float64]
Candidate = tuple[AdditiveEmbedding, Floats]


def held_out_scores(
    embedding: AdditiveEmbedding,
    X: Floats,
    won: NDArray[np.bool_],
    splits: list[Split],
    done: Callable[[int], object] = lambda steps: None,
) -> Floats:
    """Score deals by models that have not seen them, shape (n_deals,); NaN where no split tests the deal."""
    scores = np.full(len(won), np.nan)
    for train, test in splits:
        scores[test] = clone(embedding).fit(X[train], won[train]).decision_function(X[test])
        done(1)
    return scores


def compare(
    candidates: Mapping[str, Candidate],
    won: NDArray[np.bool_],
    splits: list[Split],
    done: Callable[[int], object] = lambda steps: None,
) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """Compare embeddings on held-out deals.

    Parameters
    ----------
    candidates : mapping of name to (embedding, matrix)
        The simplest first; each matrix is (n_deals, n_features).
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
    done : callable
        Told after each fit.

    Returns
    -------
    table : DataFrame
        A row a candidate: name, auc, log_loss, behind (mean loss above the best's), standard_error of that
        difference, chosen.
    scores : dict of name to ndarray of shape (n_deals,)
        Held-out scores.
    """
    scores = {name: held_out_scores(*candidate, won, splits, done) for name, candidate in candidates.items()}
    tested = np.unique(np.concatenate([test for _, test in splits]))
    losses = {name: _losses(values[tested], won[tested]) for name, values in scores.items()}
    best = min(losses, key=lambda name: float(losses[name].mean()))
    rows = []
    for name, loss in losses.items():
        difference = loss - losses[best]
        rows.append(
            {
                "embedding": name,
                "auc": auc(won[tested], scores[name][tested]),
                "log_loss": loss.mean(),
                "behind": difference.mean(),
                "standard_error": difference.std(ddof=1) / np.sqrt(len(difference)),
            }
        )
    table = pd.DataFrame(rows)
    simplest = int(np.argmax(table["behind"] <= table["standard_error"]))
    table["chosen"] = table.index == simplest
    return table, scores


def _losses(scores: Floats, won: NDArray[np.bool_]) -> Floats:
    p = np.clip(Calibrator().fit(scores, won).predict(scores), 1e-12, 1 - 1e-12)
    return np.where(won, -np.log(p), -np.log(1 - p))
