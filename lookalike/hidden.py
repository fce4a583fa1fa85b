"""How many of the unlabelled are hidden positives: companies like the favourites that nobody has won yet.

Best bin estimation (Garg, Wu, Smola, Balakrishnan and Lipton 2021, "Mixture proportion estimation and PU
learning: a modern approach"). Of held-out scores, let q(t) be the share of favourites and u(t) the share of
the unlabelled at or above t. If a share α of the unlabelled is drawn like the favourites, u(t) >= α·q(t)
everywhere, so every u(t)/q(t) bounds α from above; the threshold is taken where that ratio plus the sampling
error of both shares is the smallest. The label frequency of Elkan and Noto (2008) follows from it:
``c = favourites / (favourites + α · unlabelled)``.

What no method can tell from such data: companies that score like strangers but would have been won.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta

#: Fewer favourites say too little: the interval is all there is.
ENOUGH = 20
_CONFIDENCE = 0.95
# As in the paper: δ, and the γ that keeps the bound away from empty bins.
_DELTA, _GAMMA = 0.1, 0.01


@dataclass(frozen=True)
class HiddenPositives:
    """The estimated share of hidden positives.

    Attributes
    ----------
    share : float
        Of the unlabelled, 0 to 1.
    low, high : float
        95% interval of it, from the sampling of favourites and unlabelled alone.
    label_frequency : float
        Chance that a positive is labelled (Elkan and Noto's c), for the rows that were compared.
    favourites, unlabelled : int
        Held-out rows it rests on.
    """

    share: float
    low: float
    high: float
    label_frequency: float
    favourites: int
    unlabelled: int

    @property
    def reliable(self) -> bool:
        """Whether there are favourites enough to speak of a share."""
        return self.favourites >= ENOUGH

    @property
    def untold(self) -> str:
        """Say that the chances of leads, which rest on the share, cannot be told, and what helps."""
        return (
            f"{self.favourites} won deals are too few to tell chances, at least {ENOUGH} are needed; add won "
            "deals, or rank by score"
        )

    def __str__(self) -> str:
        interval = f"{self.low:.1%} to {self.high:.1%}"
        if self.reliable:
            return (
                f"about {self.share:.1%} of the universe looks like the won deals (95% interval {interval})"
            )
        return (
            f"what share of the universe looks like the won deals cannot be told from {self.favourites} of "
            f"them (anything from {interval}); at least {ENOUGH} are needed"
        )


def hidden_positives(favourites: ArrayLike, unlabelled: ArrayLike) -> HiddenPositives:
    """Estimate the share of hidden positives.

    Parameters
    ----------
    favourites : array-like of shape (n_favourites,)
        Scores of won deals by models that had not seen them.
    unlabelled : array-like of shape (n_unlabelled,)
        Scores of the unlabelled, held out likewise.

    Raises
    ------
    ValueError
        If either is empty.

    >>> found = hidden_positives(np.linspace(5, 6, 200), np.r_[np.linspace(5, 6, 100), np.zeros(900)])
    >>> round(found.share, 2), found.reliable
    (0.1, True)
    """
    won, rest = np.sort(np.asarray(favourites, float)), np.sort(np.asarray(unlabelled, float))
    if not len(won) or not len(rest):
        raise ValueError(f"{len(won)} favourites and {len(rest)} unlabelled; neither may be empty")
    thresholds = np.unique(won)
    won_above = len(won) - np.searchsorted(won, thresholds)
    rest_above = len(rest) - np.searchsorted(rest, thresholds)
    q, u = won_above / len(won), rest_above / len(rest)
    error = np.sqrt(np.log(4 / _DELTA) / (2 * len(rest))) + np.sqrt(np.log(4 / _DELTA) / (2 * len(won)))
    best = int(np.argmin(u / q + (1 + _GAMMA) / q * error))
    share = min(1.0, float(u[best] / q[best]))
    low_u, high_u = _interval(int(rest_above[best]), len(rest))
    low_q, high_q = _interval(int(won_above[best]), len(won))
    return HiddenPositives(
        share=share,
        low=min(share, low_u / high_q),
        high=max(share, min(1.0, high_u / low_q)),
        label_frequency=len(won) / (len(won) + share * len(rest)),
        favourites=len(won),
        unlabelled=len(rest),
    )


def _interval(count: int, total: int) -> tuple[float, float]:
    """Give the exact interval of a share (Clopper and Pearson 1934)."""
    tail = (1 - _CONFIDENCE) / 2
    low = 0.0 if count == 0 else float(beta.ppf(tail, count, total - count + 1))
    high = 1.0 if count == total else float(beta.ppf(1 - tail, count + 1, total - count))
    return low, high
