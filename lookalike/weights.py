"""How much each past deal counts in fitting: less with age, more with its value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: A won deal counts at most so many times as much as an average one, or a single one would decide.
MOST = 10.0


def by_age(order: Floats, half_life: float) -> Floats:
    """Let a deal count half for every `half_life` of age.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        When each deal was; NaN where that is unknown.
    half_life : float
        In the unit of `order`.

    Returns
    -------
    ndarray of shape (n_deals,)
        1 on average, and where the time is unknown.

    >>> by_age(np.array([0.0, 30.0, np.nan]), half_life=30).round(2).tolist()
    [0.67, 1.33, 1.0]
    """
    weight = np.exp2((order - np.nanmax(order)) / half_life)
    return np.asarray(np.nan_to_num(weight / np.nanmean(weight), nan=1.0))


def by_value(worth: Floats, won: NDArray[np.bool_]) -> Floats:
    """Let won deals count in proportion to their value, so that the score asks for worth, not for number.

    Parameters
    ----------
    worth : ndarray of shape (n_deals,)
        NaN where it is unknown.
    won : ndarray of bool, shape (n_deals,)

    Returns
    -------
    ndarray of shape (n_deals,)
        1 for lost deals and won deals of unknown value; the others' mean is 1 but for the cap of
        :data:`MOST`. All are 1 if no won deal has a value above 0.

    >>> by_value(np.array([100.0, 300.0, np.nan, 500.0]), np.array([True, True, True, False])).tolist()
    [0.5, 1.5, 1.0, 1.0]
    """
    valued = won & ~np.isnan(worth)
    if not (worth[valued] > 0).any():
        return np.ones(len(won))
    return np.where(valued, np.clip(worth / worth[valued].mean(), 0.0, MOST), 1.0)
