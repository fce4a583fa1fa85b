"""Ways to hold past deals out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

Split = tuple[NDArray[np.int64], NDArray[np.int64]]


def rolling_origin(order: NDArray[np.float64], won: NDArray[np.bool_], folds: int = 5) -> list[Split]:
    """Train on the past, test on what came next, again and again (Tashman 2000, rolling-origin evaluation).

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        What orders the deals in time.
    won : ndarray of bool, shape (n_deals,)
    folds : int
        Blocks of equal size; each but the first is tested once.

    Returns
    -------
    list of (train, test)
        Positions. Origins with only one outcome on either side are left out.
    """
    blocks = np.array_split(np.argsort(order, kind="stable"), folds)
    splits = [(np.concatenate(blocks[:i]), blocks[i]) for i in range(1, folds)]
    return [(past, next_) for past, next_ in splits if _both(won[past]) and _both(won[next_])]


def stratified(won: NDArray[np.bool_], folds: int = 5, random_state: int = 0) -> list[Split]:
    """Hold every deal out once at random, outcomes in proportion; no split if an outcome occurs once."""
    folds = min(folds, int(won.sum()), int((~won).sum()))
    if folds < 2:
        return []
    splitter = StratifiedKFold(folds, shuffle=True, random_state=random_state)
    return list(splitter.split(won[:, None], won))


def _both(won: NDArray[np.bool_]) -> bool:
    return bool(won.any() and not won.all())
