"""At which moments a backtest fits, and on which deals."""

from __future__ import annotations

import re

from enrich.errors import ColumnError
from lookalike.backtest.past import Past
from lookalike.evaluate.splits import Window, cross_validation, rolling_windows


def windows_of(
    past: Past, folds: int = 4, window: str | int | None = None, gap: float = 0.0, random_state: int = 0
) -> list[Window]:
    """Give the windows of past deals: rolling origins, or a cross-validation where deals have no time.

    Parameters
    ----------
    past : Past
    folds : int
    window : int or str, optional
        Deals to learn from at most, or how old they may be ("365d").
    gap : float
    random_state : int
        Of the cross-validation.

    Raises
    ------
    ColumnError
        If there is no window with both outcomes on both sides, or options do not go together.
    """
    rows, span = window_size(window)
    if not past.in_time:
        if window is not None or gap:
            raise ColumnError("--window and --gap need a --time column; name it, or leave them out")
        found = cross_validation(past.usable, past.won, past.company, max(2, folds), random_state)
    else:
        found = rolling_windows(
            past.order,
            past.won,
            folds,
            rows=rows,
            span=span,
            gap=gap,
            known_at=past.known_at,
            groups=past.company,
        )
    if not found:
        won, n = int(past.won[past.usable].sum()), len(past.usable)
        raise ColumnError(
            f"no test has won and lost deals both before and after it ({won} of {n} usable deals are won); "
            "name fewer --folds, a smaller --gap, or bring more deals"
        )
    return found


def window_size(window: str | int | None) -> tuple[int | None, float | None]:
    """Read the size of a sliding window: rows, or days.

    >>> window_size(2000), window_size("365d"), window_size(None)
    ((2000, None), (None, 365.0), (None, None))
    """
    if window is None:
        return None, None
    told = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(d|days?)?\s*", str(window))
    number = float(told[1]) if told else 0.0
    if told is None or number <= 0 or (not told[2] and number % 1):
        raise ColumnError(f"--window '{window}' is no size; write a number of deals (2000) or of days (365d)")
    return (None, number) if told[2] else (int(number), None)
