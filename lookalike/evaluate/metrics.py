"""How good a ranking of leads is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import roc_auc_score


def auc(won: ArrayLike, scores: ArrayLike) -> float:
    """Give the chance that a won lead scores above a lost one (area under the ROC curve).

    >>> auc([True, False, True], [0.9, 0.2, 0.4])
    1.0
    """
    return float(roc_auc_score(won, scores))


def lift(won: ArrayLike, scores: ArrayLike, share: float = 0.1) -> float:
    """Give the won rate among the best-scored `share` of leads over the won rate of all.

    Leads that tie at the edge count in proportion, so the order of the file cannot help.

    >>> lift([True, False, False, False], [0.9, 0.5, 0.3, 0.1], share=0.25)
    4.0
    """
    won, scores = np.asarray(won, dtype=float), np.asarray(scores, dtype=float)
    count = max(1, round(share * len(scores)))
    edge = np.sort(scores)[-count]
    above, at_edge = scores > edge, scores == edge
    hits = won[above].sum() + won[at_edge].mean() * (count - above.sum())
    return float(hits / count / won.mean())
