"""How sure a cut-off is: exact intervals of shares, and cut-offs that hold beyond the luck of these leads."""

from __future__ import annotations

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from lookalike.decide.curve import Curve, Floats
from lookalike.decide.rules import NONE

#: How often an interval may miss, and a cut-off called sure may fail.
ERROR = 0.05
#: Cuts among which a sure precision is sought.
LOOKED_AT = 50


def exact_interval(count: float, n: float) -> tuple[float, float]:
    """Give the exact 95% interval of a share (Clopper and Pearson 1934); 0 to 1 where there is nothing.

    >>> tuple(round(edge, 4) for edge in exact_interval(30, 100))
    (0.2124, 0.3998)
    """
    if n <= 0:
        return 0.0, 1.0
    low, high = proportion_confint(count, n, alpha=ERROR, method="beta")
    return float(low), float(high)


def lower_bounds(count: Floats, n: Floats, error: float = ERROR) -> Floats:
    """Give what shares are above but for an error, one-sided and exact, shape (n_shares,)."""
    low, _ = proportion_confint(count, n, alpha=2 * error, method="beta")
    return np.nan_to_num(np.asarray(low, dtype=float))


def sure_of_precision(curve: Curve, share: float) -> int:
    """Give the lowest cut at which the share is reached beyond luck, −1 where there is none.

    Fifty cuts, evenly by leads, are looked at, so each has a fiftieth of the error (Bonferroni; Angelopoulos
    et al. 2021, "Learn then test").
    """
    wanted = np.linspace(0, curve.leads, LOOKED_AT + 1)[1:]
    looked_at = np.unique(np.searchsorted(curve.contacts, wanted).clip(max=len(curve.contacts) - 1))
    bounds = lower_bounds(curve.won[looked_at], curve.contacts[looked_at], ERROR / len(looked_at))
    held = looked_at[bounds >= share]
    return int(held[-1]) if len(held) else NONE


def sure_of_recall(curve: Curve, share: float) -> int:
    """Give the highest cut at which the share is reached beyond luck; at the lowest it always is.

    Going down from the highest, the bound only rises, so the cuts need no share in the error each.
    """
    bounds = lower_bounds(curve.won, np.full(len(curve.won), curve.all_won))
    held = np.flatnonzero(bounds >= share)
    return int(held[0]) if len(held) else len(curve.contacts) - 1
