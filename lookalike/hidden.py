"""How many of the unlabelled are hidden positives: companies like the favourites that nobody has won yet.

Of held-out scores, let q(t) be the share of favourites and u(t) the share of the unlabelled at or above t. If
a share α of the unlabelled is drawn like the favourites, u(t) >= α·q(t) everywhere, so every u(t)/q(t) bounds
α from above, and the smallest bound is the estimate (Blanchard, Lee and Scott 2010, "Semi-supervised novelty
detection"; Garg, Wu, Smola, Balakrishnan and Lipton 2021, "Mixture proportion estimation and PU learning: a
modern approach"). Both shares are counted in samples, so each enters by its exact binomial bound, a lenient
one for the estimate: the smallest of many ratios is mostly a lucky one, and leniency makes up for that. (The
papers' bounds hold for all thresholds at once. With 20 favourites they are so wide that nearly all of these
must lie above the threshold, and many a stranger with them: on three tables of companies where the share is
known, it came out five to twenty times too high.) The label frequency of Elkan and Noto (2008) follows:
``c = favourites / (favourites + α · unlabelled)``.

What no method can tell from such data: how many of those above the threshold are strangers all the same, so
that there may always be fewer positives; nor who scores like a stranger but would have been won.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: Fewer favourites say too little: the bound is all there is.
ENOUGH = 20
# Of each of the two shares, for the estimate and for what there is hardly more than.
_LENIENT, _STRICT = 0.75, 0.99
# A threshold has this share of the favourites above it, at least: of many thresholds, one with a favourite or
# two above would often be the smallest by luck.
_FEWEST = 0.05


@dataclass(frozen=True)
class HiddenPositives:
    """The estimated share of hidden positives.

    Attributes
    ----------
    share : float
        Of the unlabelled, 0 to 1.
    high : float
        There are hardly more, by 99% bounds of both samples. How many fewer there may be cannot be told.
    label_frequency : float
        Chance that a positive is labelled (Elkan and Noto's c), for the rows that were compared.
    favourites, unlabelled : int
        Held-out rows it rests on.
    """

    share: float
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
        if self.reliable:
            return (
                f"about {self.share:.1%} of the universe looks like the won deals, hardly more than "
                f"{self.high:.1%}"
            )
        return (
            f"what share of the universe looks like the won deals cannot be told from {self.favourites} of "
            f"them (hardly more than {self.high:.1%}); at least {ENOUGH} are needed"
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
    (0.11, True)
    """
    won, rest = np.sort(np.asarray(favourites, float)), np.sort(np.asarray(unlabelled, float))
    if not len(won) or not len(rest):
        raise ValueError(f"{len(won)} favourites and {len(rest)} unlabelled; neither may be empty")
    thresholds = np.unique(won)
    won_above = len(won) - np.searchsorted(won, thresholds)
    thresholds, won_above = (each[won_above >= _FEWEST * len(won)] for each in (thresholds, won_above))
    rest_above = len(rest) - np.searchsorted(rest, thresholds)

    def smallest(confidence: float) -> float:
        most, least = _most(rest_above, len(rest), confidence), _least(won_above, len(won), confidence)
        return min(1.0, float((most / least).min()))

    share = smallest(_LENIENT)
    return HiddenPositives(
        share=share,
        high=smallest(_STRICT),
        label_frequency=len(won) / (len(won) + share * len(rest)),
        favourites=len(won),
        unlabelled=len(rest),
    )


def _least(counts: Counts, total: int, confidence: float) -> Floats:
    """Give the smallest shares that leave counts, all above 0, likely (Clopper and Pearson 1934)."""
    return np.asarray(beta.ppf(1 - confidence, counts, total - counts + 1))


def _most(counts: Counts, total: int, confidence: float) -> Floats:
    """Give the largest shares that leave counts likely (Clopper and Pearson 1934)."""
    most = beta.ppf(confidence, counts + 1, np.maximum(total - counts, 1))
    return np.where(counts == total, 1.0, most)
