"""Whether the arms have the sizes they were meant to have, and lose leads alike.

A sample-ratio mismatch means that something other than chance decided who is in the table; then nothing
that follows can be trusted (Fabijan et al. 2019, "Diagnosing sample ratio mismatch in online controlled
experiments").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2_contingency, chisquare

#: A p-value below it is an alarm; so small since every experiment is checked, often again and again.
ALARM = 0.001


@dataclass(frozen=True)
class Mismatch:
    """Sizes of the arms beside what was meant.

    Attributes
    ----------
    observed : dict of str to int
        Leads in each arm.
    expected : dict of str to float
        Leads that were meant to be.
    p_value : float
        Of the chi-square test; 1 with a single arm.
    alarm : bool
        Whether it is below one in a thousand.
    """

    observed: dict[str, int]
    expected: dict[str, float]
    p_value: float
    alarm: bool

    def to_dict(self) -> dict[str, Any]:
        """Give the attributes."""
        return asdict(self)


def mismatch(observed: Mapping[str, int], shares: Mapping[str, float]) -> Mismatch:
    """Compare the sizes of the arms with their shares.

    Parameters
    ----------
    observed : mapping of str to int
        Leads in each arm.
    shares : mapping of str to float
        Share of each arm that was meant; only their proportions count.

    >>> mismatch({"A": 5200, "B": 4800}, {"A": 1, "B": 1}).alarm
    True
    """
    names = list(shares)
    counts = np.array([observed.get(name, 0) for name in names], dtype=np.float64)
    meant = np.array([shares[name] for name in names], dtype=np.float64)
    expected = counts.sum() * meant / meant.sum()
    p = float(chisquare(counts, expected).pvalue) if len(names) > 1 and counts.sum() else 1.0
    told = dict(zip(names, expected.tolist(), strict=True))
    return Mismatch({name: int(n) for name, n in zip(names, counts, strict=True)}, told, p, p < ALARM)


def unlike_losses(kept: Mapping[str, int], lost: Mapping[str, int]) -> float:
    """Give the p-value of a test that all arms lost the same share of their leads; 1 where none was lost."""
    table = np.array([[kept[name], lost.get(name, 0)] for name in kept])
    if table.shape[0] < 2 or not table[:, 1].any() or not table[:, 0].any() or not table.sum(axis=1).all():
        return 1.0
    return float(chi2_contingency(table, correction=False).pvalue)
