"""What an experiment says of one arm against another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: The error that is allowed: intervals hold 95 %, a p-value below is told as beyond chance.
ALPHA = 0.05


@dataclass(frozen=True)
class Estimate:
    """A difference between two arms, and their ratio.

    Attributes
    ----------
    difference, low, high : float
        Treatment less control, and its 95 % interval.
    ratio, ratio_low, ratio_high : float
        Treatment over control, and its 95 % interval; NaN where control is not above nought.
    p_value : float
        Chance of a difference as large as this, or larger, were there none.
    standard_error : float
        Of the difference; from it comes what holds under peeking.
    method : str
        How the interval and the p-value are made.
    """

    difference: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p_value: float
    standard_error: float
    method: str

    @property
    def beyond_chance(self) -> bool:
        """Whether the difference is beyond chance at five per cent: by the p-value and by the interval."""
        return self.p_value < ALPHA and not self.low <= 0 <= self.high

    def to_dict(self) -> dict[str, Any]:
        """Give the attributes, and whether the difference is beyond chance."""
        return asdict(self) | {"beyond_chance": self.beyond_chance}
