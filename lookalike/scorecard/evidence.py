"""Weight of evidence and information value: how much a group of deals tells won from lost.

Good 1950, "Probability and the weighing of evidence"; Siddiqi 2006, "Credit risk scorecards".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Added to each count, so that a group without won deals says something finite.
SMOOTHING = 0.5


def weight_of_evidence(won: ArrayLike, lost: ArrayLike, smoothing: float = 0.0) -> Floats:
    """Give the natural logarithm of how much more often won deals are in each group than lost ones.

    Parameters
    ----------
    won, lost : array-like of shape (n_groups,)
        Counts of deals.
    smoothing : float
        Added to every count, those of all deals included.

    >>> weight_of_evidence([30, 10], [20, 40]).round(4).tolist()
    [0.8109, -0.9808]
    """
    won, lost = np.asarray(won, dtype=float), np.asarray(lost, dtype=float)
    return evidence_among(won, lost, float(won.sum()), float(lost.sum()), smoothing)


def evidence_among(
    won: Floats, lost: Floats, all_won: float, all_lost: float, smoothing: float = SMOOTHING
) -> Floats:
    """Give the weight of evidence of any groups of `all_won` won and `all_lost` lost deals; see above."""
    with np.errstate(divide="ignore"):
        return np.asarray(
            np.log((won + smoothing) / (all_won + smoothing))
            - np.log((lost + smoothing) / (all_lost + smoothing))
        )


def information_value(won: ArrayLike, lost: ArrayLike, smoothing: float = 0.0) -> float:
    """Give the difference of shares times weight of evidence, summed over groups; 0 where nothing is told.

    Parameters as in :func:`weight_of_evidence`.

    >>> round(information_value([30, 10], [20, 40]), 4)
    0.7466
    """
    won, lost = np.asarray(won, dtype=float), np.asarray(lost, dtype=float)
    shares = won / won.sum() - lost / lost.sum()
    told = shares != 0  # an empty group weighs nothing, whatever its logarithm
    return float((shares[told] * weight_of_evidence(won, lost, smoothing)[told]).sum())
