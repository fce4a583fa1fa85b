"""Values that decide the outcome: all deals that have them were won, or all were lost.

What is known of a lead beforehand shifts its odds. What was filled in afterwards settles them: a contract
number that only won deals have, a reason only lost ones have. A group of deals is *decided* if

- none of it ended the other way, and that many in a row are beyond chance at the won rate of their time
  (Bonferroni over all groups of all columns); or
- some did, but its odds are 50 times those of its time or more, at 99.9% confidence (Clopper and Pearson
1934).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.stats import beta

from lookalike.audit.groups import BLANK, FILLED, Groups

#: How often chance may find a group decided in a table without any.
CHANCE = 0.001
DEALS_AT_LEAST = 10
ODDS = 50.0
CONFIDENCE = 0.999
#: Smaller shares of the won, or of the lost, are not worth telling.
SHARE_AT_LEAST = 0.02

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Decided:
    """What of a column's groups decides the outcome.

    Attributes
    ----------
    of_won, of_lost : float
        Share of all won deals that are in groups decided to be won; and of the lost.
    groups : list of (label, deals, won)
        The decided groups, the largest first.
    """

    of_won: float
    of_lost: float
    groups: list[tuple[str, int, int]]

    @property
    def by_filling(self) -> bool:
        """Whether that a cell is filled at all decides the outcome."""
        return any(label == FILLED for label, _, _ in self.groups)

    @property
    def share(self) -> float:
        """The larger of both shares."""
        return max(self.of_won, self.of_lost)


def decided(groups: Groups, won: NDArray[np.bool_], rate: Floats, tests: int) -> Decided | None:
    """Find the groups of a column that decide the outcome.

    Parameters
    ----------
    groups : Groups
    won : ndarray of bool, shape (n_deals,)
    rate : ndarray of shape (n_deals,)
        The won rate of each deal's time, inside 0 and 1.
    tests : int
        Groups that are asked about in the whole table.

    Returns
    -------
    Decided or None
        None if no group is, or too few deals are in such groups.
    """
    members, labels = _values_and_unions(groups)
    deals = np.rint(members.sum(axis=0)).astype(np.int64)
    of_won = np.rint(members.T @ won.astype(np.float64)).astype(np.int64)
    expected = (members.T @ rate) / np.maximum(deals, 1)
    sides = []
    for ended, chance, log_chance in (
        (of_won, expected, members.T @ np.log(rate)),
        (deals - of_won, 1 - expected, members.T @ np.log1p(-rate)),
    ):
        pure = (ended == deals) & (deals >= DEALS_AT_LEAST) & (log_chance < np.log(CHANCE / max(1, tests)))
        least = beta.ppf(1 - CONFIDENCE, np.maximum(ended, 1e-9), deals - ended + 1)
        nearly = least * (1 - chance) >= ODDS * chance * (1 - least)
        sides.append(pure | (nearly & (deals >= DEALS_AT_LEAST)))
    shares = []
    for side, outcome in zip(sides, (won, ~won), strict=True):
        inside = np.asarray(members[:, np.flatnonzero(side)].sum(axis=1)).ravel() > 0
        shares.append(float((inside & outcome).sum() / outcome.sum()))
    kept = [side & (share >= SHARE_AT_LEAST) for side, share in zip(sides, shares, strict=True)]
    places = np.flatnonzero(kept[0] | kept[1])
    if not len(places):
        return None
    places = places[np.argsort(-deals[places], kind="stable")]
    return Decided(
        of_won=shares[0] * bool(kept[0].any()),
        of_lost=shares[1] * bool(kept[1].any()),
        groups=[(labels[place], int(deals[place]), int(of_won[place])) for place in places],
    )


def _values_and_unions(groups: Groups) -> tuple[csr_array, list[str]]:
    """Give the groups that are one value, all filled cells, and all but the most frequent value.

    Ranges of numbers do not count: the ends of any good number are nearly decided.
    """
    one_value = np.flatnonzero(groups.values)
    members, labels = [groups.members[:, one_value]], [groups.labels[place] for place in one_value]
    deals = groups.members.sum(axis=0)
    known = np.ones(groups.members.shape[0])
    if BLANK in groups.labels and len(groups.labels) > 2:
        known = 1 - groups.members[:, [groups.labels.index(BLANK)]].toarray().ravel()
        members.append(csr_array(known[:, None]))
        labels.append(FILLED)
    usual = int(np.argmax(np.where([label == BLANK for label in groups.labels], 0, deals)))
    if groups.values[usual] and len(groups.labels) > 2 and deals[usual] > 0.5 * known.sum():
        others = known - groups.members[:, [usual]].toarray().ravel()
        members.append(csr_array(others[:, None]))
        labels.append(f"not {groups.labels[usual]}")
    return csr_array(hstack(members)), labels
