"""Rules by which a cut-off is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.decide.curve import Floats

#: No cut-off.
NONE = -1


@dataclass(frozen=True)
class Capacity:
    """As many leads as can be called.

    Attributes
    ----------
    calls : float
        Calls a week.
    weeks : float
        Weeks over which the leads came.
    """

    calls: float
    weeks: float = 1.0

    def place(self, contacts: Floats, won: Floats, gained: Floats) -> int:
        """Give the lowest cut that is not above the capacity; −1 where even the highest is."""
        return int(np.searchsorted(contacts, self.calls * self.weeks, side="right")) - 1

    def __str__(self) -> str:
        return f"{self.calls:g} calls a week"


@dataclass(frozen=True)
class Profit:
    """As much as can be earned.

    Attributes
    ----------
    cost : float
        Of contacting a lead, in the unit of the deals' worth.
    """

    cost: float

    def place(self, contacts: Floats, won: Floats, gained: Floats) -> int:
        """Give the cut with the highest profit, of equals the highest; −1 where every cut loses."""
        profit = gained - self.cost * contacts
        best = int(np.argmax(profit))
        return best if profit[best] > 0 else NONE

    def __str__(self) -> str:
        return f"the most profit at a cost of {self.cost:g} a contact"


@dataclass(frozen=True)
class Precision:
    """As many leads as can be called with such a share of them won."""

    share: float

    def place(self, contacts: Floats, won: Floats, gained: Floats) -> int:
        """Give the lowest cut with the share or more; −1 where there is none."""
        return _last(won >= self.share * contacts - 1e-9)

    def __str__(self) -> str:
        return f"{self.share:.0%} of the contacted won"


@dataclass(frozen=True)
class Recall:
    """As few leads as must be called to reach such a share of all that are won."""

    share: float

    def place(self, contacts: Floats, won: Floats, gained: Floats) -> int:
        """Give the highest cut with the share or more; −1 where nothing is won at all."""
        enough = np.flatnonzero(won >= self.share * won[-1] - 1e-9)
        return int(enough[0]) if won[-1] else NONE

    def __str__(self) -> str:
        return f"{self.share:.0%} of all won deals reached"


Rule = Capacity | Profit | Precision | Recall


def _last(found: NDArray[np.bool_]) -> int:
    places = np.flatnonzero(found)
    return int(places[-1]) if len(places) else NONE
