"""What a backtest lists: a row for each test, and a row for each row of the deals as they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lookalike.backtest.fold import MODEL, Fold
from lookalike.backtest.past import Past

#: Columns of the table of deals, in order.
DEAL_COLUMNS = ["row", "id", "name", "opened", "won", "fold", "score", "probability", "why_not_tested"]


def window_table(past: Past, judged: Mapping[str, Sequence[Fold]]) -> pd.DataFrame:
    """List the tests: which deals they were learned from and made on, and what was left out."""
    rows = []
    for split, folds in judged.items():
        for number, fold in enumerate(folds, start=1):
            window, scored = fold.window, fold.scored
            opened = past.order[window.test]
            rows.append(
                {
                    "split": split,
                    "fold": number,
                    "origin": past.shown_time(window.origin),
                    "last": past.shown_time(float(np.max(opened))) if split == "time" else "",
                    "trained": len(window.train),
                    "trained_won_rate": past.won[window.train].mean(),
                    "tested": int(scored.sum()),
                    "tested_won_rate": fold.won[scored].mean() if scored.any() else np.nan,
                    "mean_probability": fold.probabilities[MODEL][scored].mean() if scored.any() else np.nan,
                    "not_known_yet": len(window.unripe),
                    "same_company": len(window.same_company),
                    "not_scored": int((~scored).sum()),
                    "embedding": fold.embedding,
                    "seconds": fold.seconds,
                }
            )
    return pd.DataFrame(rows)


def deal_table(past: Past, folds: Sequence[Fold]) -> pd.DataFrame:
    """Give a row for each row of the table: tested, with its score, or why not."""
    n = len(past.deals)
    score, probability = np.full((2, n), np.nan)
    number, why = np.zeros(n, dtype=np.int64), past.why_not.copy()
    for place, fold in enumerate(folds, start=1):
        window, scored = fold.window, fold.scored
        number[window.test[scored]] = place
        score[window.test], probability[window.test] = fold.scores[MODEL], fold.probabilities[MODEL]
        why[window.test[~scored]] = "nothing is known of it: every column is blank"
        why[window.same_company] = "a deal of its company was learned from"
    left = (number == 0) & (why == "")
    first = min((fold.window.origin for fold in folds), default=np.nan)
    early = past.order < first
    why[left & early] = "opened before the first test: only learned from"
    why[left & ~early] = "its test has only won or only lost deals"
    labels = past.schema.labels(past.deals, past.schema.id)
    return pd.DataFrame(
        {
            "row": np.arange(1, n + 1),
            "id": labels,
            "name": past.schema.labels(past.deals, past.schema.name) if past.schema.name else labels,
            "opened": [past.shown_time(moment) for moment in past.schema.order(past.deals)],
            "won": pd.array(past.won, dtype="boolean"),
            "fold": pd.array(number, dtype="Int64"),
            "score": score,
            "probability": probability,
            "why_not_tested": why.astype(str),
        }
    ).assign(
        won=lambda table: table["won"].mask(past.why_not != ""),
        fold=lambda table: table["fold"].mask(number == 0),
    )[DEAL_COLUMNS]
