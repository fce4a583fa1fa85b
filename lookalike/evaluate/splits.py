"""Ways to hold past deals out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

Positions = NDArray[np.int64]
Split = tuple[Positions, Positions]


def _nobody() -> Positions:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Window:
    """One look into the future: what was known at a moment, and what came next.

    Attributes
    ----------
    train, test : ndarray of int
        Positions.
    origin : float
        The moment, in the unit of the order; NaN for a split at random.
    unripe : ndarray of int
        Deals opened before the origin whose outcome was not known then; not trained on.
    same_company : ndarray of int
        Later deals of a company trained on; not tested.
    """

    train: Positions
    test: Positions
    origin: float = float("nan")
    unripe: Positions = field(default_factory=_nobody)
    same_company: Positions = field(default_factory=_nobody)

    @property
    def split(self) -> Split:
        """The positions alone."""
        return self.train, self.test


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


def held_out(
    order: NDArray[np.float64], won: NDArray[np.bool_], folds: int = 5, random_state: int = 0
) -> tuple[list[Split], bool]:
    """Hold out later deals where all have a time and both outcomes come early enough, else deals at random.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        What orders the deals in time; NaN where that is unknown.
    won : ndarray of bool, shape (n_deals,)
    folds : int
        At random; blocks in time are :func:`rolling_origin`'s.
    random_state : int

    Returns
    -------
    splits : list of (train, test)
    in_time : bool
        Whether later deals are held out.
    """
    if not np.isnan(order).any() and (origins := rolling_origin(order, won)):
        return origins, True
    return stratified(won, folds, random_state), False


def rolling_windows(
    order: NDArray[np.float64],
    won: NDArray[np.bool_],
    folds: int = 4,
    *,
    rows: int | None = None,
    span: float | None = None,
    gap: float = 0.0,
    known_at: NDArray[np.float64] | None = None,
    groups: Positions | None = None,
) -> list[Window]:
    """Roll the origin as a team would live it: only what was known, only companies that are new.

    Unlike :func:`rolling_origin`, deals of one moment are never parted: all stand on one side of an origin.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        When each deal was opened; deals with NaN are in no window.
    won : ndarray of bool, shape (n_deals,)
    folds : int
        Tests; the deals are cut into one block more, of about the same size.
    rows, span : int, float, optional
        Train on the last so many deals, or on those opened no longer before the origin; on all if absent.
    gap : float
        Deals opened so shortly before the origin are not known yet.
    known_at : ndarray of shape (n_deals,), optional
        When each outcome became known; NaN where that is not told.
    groups : ndarray of int, shape (n_deals,), optional
        The company of each deal; later deals of a company trained on are not tested.

    Returns
    -------
    list of Window
        In time order. Windows with only one outcome on either side are left out.
    """
    dated = np.flatnonzero(~np.isnan(order))
    dated = dated[np.argsort(order[dated], kind="stable")]
    blocks = [block for block in np.array_split(dated, folds + 1) if len(block)]
    origins = np.unique([order[block[0]] for block in blocks[1:]])
    ends = np.append(origins[1:], np.inf)
    known_at = np.full(len(order), np.nan) if known_at is None else known_at
    windows = []
    for origin, end in zip(origins, ends, strict=True):
        when = order[dated]
        past, test = dated[when < origin], dated[(when >= origin) & (when < end)]
        ripe = (order[past] < origin - gap) if gap else np.ones(len(past), dtype=bool)
        ripe &= ~(known_at[past] > origin)
        train = past[ripe]
        if span is not None:
            train = train[order[train] >= origin - span]
        if rows is not None:
            train = train[-rows:]
        again = _nobody()
        if groups is not None:
            met = np.isin(groups[test], groups[train])
            again, test = test[met], test[~met]
        if len(train) and len(test) and _both(won[train]) and _both(won[test]):
            windows.append(Window(train, test, float(origin), past[~ripe], again))
    return windows


def random_windows(
    windows: list[Window],
    deals: Positions,
    won: NDArray[np.bool_],
    groups: Positions,
    random_state: int = 0,
) -> list[Window]:
    """Draw splits at random of the same sizes, from all deals; a company's deals stay together.

    Parameters
    ----------
    windows : list of Window
        Whose sizes to keep. Where companies have several deals, the sizes are kept but for a few.
    deals : ndarray of int
        Positions to draw from.
    won : ndarray of bool, shape (n_deals,)
    groups : ndarray of int, shape (n_deals,)
    random_state : int
    """
    chance = np.random.default_rng(random_state)
    found = []
    for window in windows:
        rank = chance.permutation(int(groups.max()) + 1)
        shuffled = deals[np.argsort(rank[groups[deals]], kind="stable")]
        place = rank[groups[shuffled]]
        edge = min(len(window.test), len(shuffled) - 1)
        test = shuffled[place <= place[edge - 1]]
        train = shuffled[len(test) : len(test) + len(window.train)]
        if len(train) and _both(won[train]) and _both(won[test]):
            found.append(Window(np.sort(train), np.sort(test)))
    return found


def cross_validation(
    deals: Positions, won: NDArray[np.bool_], groups: Positions, folds: int = 5, random_state: int = 0
) -> list[Window]:
    """Hold every deal out once at random, outcomes in proportion, a company's deals together."""
    own = won[deals]
    if len(np.unique(groups[deals])) == len(deals):
        splits = stratified(own, folds, random_state)
    else:
        folds = min(folds, *(len(np.unique(groups[deals][side])) for side in (own, ~own)))
        splitter = StratifiedGroupKFold(max(2, folds), shuffle=True, random_state=random_state)
        splits = list(splitter.split(own[:, None], own, groups[deals])) if folds > 1 else []
    return [
        Window(deals[train], deals[test]) for train, test in splits if _both(own[train]) and _both(own[test])
    ]


def _both(won: NDArray[np.bool_]) -> bool:
    return bool(won.any() and not won.all())
