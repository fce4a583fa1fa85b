"""How good a ranking of leads is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import ttest_1samp
from sklearn.metrics import roc_auc_score

#: Bins of the expected calibration error (Guo et al. 2017).
ECE_BINS = 15


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


def probability_bin(probabilities: ArrayLike, bins: int = ECE_BINS) -> NDArray[np.int64]:
    """Give the bin of each probability, from 0; bins are of equal width.

    >>> probability_bin([0.0, 0.1, 1.0]).tolist()
    [0, 1, 14]
    """
    return np.minimum((np.asarray(probabilities, dtype=float) * bins).astype(np.int64), bins - 1)


def calibration_error(won: ArrayLike, probabilities: ArrayLike, bins: int = ECE_BINS) -> float:
    """Give the expected calibration error: |won rate − mean probability| by bin, weighted by the leads in it.

    Bins are of equal width (Guo et al. 2017, "On calibration of modern neural networks").

    >>> calibration_error([True, False, True, True], [0.9, 0.1, 0.9, 0.9])
    0.1
    """
    won, p = np.asarray(won, dtype=float), np.asarray(probabilities, dtype=float)
    gaps = np.bincount(probability_bin(p, bins), won - p, bins)
    return round(float(np.abs(gaps).sum() / len(p)), 12)


def beyond_chance(leads: ArrayLike) -> bool:
    """Tell whether one is ahead of another period after period: a one-sided t-test at five per cent.

    Deals of one period win and lose together, so it is periods that are counted, not deals.

    >>> beyond_chance([0.10, 0.12, 0.09]), beyond_chance([0.3, -0.1, 0.2]), beyond_chance([0.1])
    (True, False, False)
    """
    leads = np.asarray(leads, dtype=float)
    return len(leads) > 1 and bool(ttest_1samp(leads, 0, alternative="greater").pvalue < 0.05)
