"""Identifiers in outcome order: sorted by them, won deals stand beside won ones.

Running numbers follow time, and the won rate follows time too, so that some neighbours are alike is ordinary.
But where a number is given when a deal is won, or a file was sorted by outcome, the outcome hardly changes
from one deal to the next. The runs test (Wald and Wolfowitz 1940) counts these changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Changes of the outcome over what a random order would have; a won rate that rises from 3% to 46% along the
#: file leaves four fifths.
ORDERED = 0.5
LEVEL = 1e-4


@dataclass(frozen=True)
class Changes:
    """How often the outcome changes from one deal to the next.

    Attributes
    ----------
    seen : int
    expected : float
        In a random order.
    """

    seen: int
    expected: float


def outcome_order(keys: NDArray[np.float64], won: NDArray[np.bool_]) -> Changes | None:
    """Tell whether deals sorted by a key stand in the order of outcome.

    Parameters
    ----------
    keys : ndarray of shape (n_deals,)
        NaN where there is none; those deals are left out.
    won : ndarray of bool, shape (n_deals,)

    Returns
    -------
    Changes or None
        None if they do not.

    >>> outcome_order(np.arange(100.0), np.arange(100) < 30)
    Changes(seen=1, expected=42.0)
    """
    from statsmodels.sandbox.stats.runs import runstest_1samp

    known = ~np.isnan(keys)
    own = won[known][np.argsort(keys[known], kind="stable")]
    if len(own) < 2 or own.all() or not own.any():
        return None
    seen = int((own[1:] != own[:-1]).sum())
    expected = float(2 * own.sum() * (~own).sum() / len(own))
    if seen >= ORDERED * expected:
        return None
    _, p = runstest_1samp(own.astype(np.float64), cutoff=0.5, correction=False)
    return Changes(seen, expected) if p < LEVEL else None
