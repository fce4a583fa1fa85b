"""Whether what was promised came true: the won rate of leads by their probability."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from statsmodels.stats.proportion import proportion_confint

#: Bins of like size at most, and leads that each should have.
BINS, FEWEST = 10, 20


def reliability_table(won: ArrayLike, probabilities: ArrayLike, bins: ArrayLike) -> pd.DataFrame:
    """Give the won rate in bins of probability (DeGroot and Fienberg 1983).

    Parameters
    ----------
    won : array-like of bool, shape (n_leads,)
    probabilities : array-like of shape (n_leads,)
    bins : array-like of int, shape (n_leads,)
        Of :func:`even_bins` or :func:`lookalike.evaluate.metrics.probability_bin`.

    Returns
    -------
    DataFrame
        A row a bin that has leads: leads, probability (mean), won_rate, low, high (95 %, Wilson 1927).

    Examples
    --------
    >>> reliability_table([0, 1, 1, 1], [0.1, 0.3, 0.8, 0.9], [0, 0, 1, 1]).round(2)
       leads  probability  won_rate   low  high
    0      2         0.20       0.5  0.09  0.91
    1      2         0.85       1.0  0.34  1.00
    """
    table = pd.DataFrame({"won": np.asarray(won, dtype=float), "probability": probabilities})
    of_bin = table.groupby(np.asarray(bins))
    found = of_bin.agg(
        leads=("won", "size"), probability=("probability", "mean"), won_rate=("won", "mean")
    ).reset_index(drop=True)
    low, high = proportion_confint(of_bin["won"].sum(), found["leads"], method="wilson")
    return found.assign(low=np.asarray(low), high=np.asarray(high))


def even_bins(probabilities: ArrayLike) -> NDArray[np.int64]:
    """Share leads out to bins of like size, in order of their probability.

    >>> even_bins(range(50)).tolist() == [0] * 25 + [1] * 25
    True
    """
    p = np.asarray(probabilities, dtype=float)
    found = np.empty(len(p), dtype=np.int64)
    parts = np.array_split(np.argsort(p, kind="stable"), min(BINS, max(1, len(p) // FEWEST)))
    for place, rows in enumerate(parts):
        found[rows] = place
    return found
