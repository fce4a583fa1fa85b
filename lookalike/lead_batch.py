"""Leads read together, with and without an error, that several threads then share out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass
class LeadBatch(ABC):
    """Leads of which some can be scored.

    Attributes
    ----------
    ids : list of str, length n_leads
    errors : list of str, length n_leads
        Why a lead cannot be scored, or nothing.
    good : ndarray of int, shape (n_good,)
        Positions of the leads that can.
    """

    ids: list[str]
    errors: list[str]
    good: NDArray[np.int64]

    def parts(self, rows: int) -> Iterator[Self]:
        """Give the same leads in parts of at most so many; one empty part if there is no lead."""
        for start in range(0, max(1, len(self.ids)), rows):
            end = start + rows
            first, last = np.searchsorted(self.good, [start, end])
            yield replace(
                self,
                ids=self.ids[start:end],
                errors=self.errors[start:end],
                good=self.good[first:last] - start,
                **self._known(slice(int(first), int(last))),
            )

    @abstractmethod
    def _known(self, own: slice) -> dict[str, Any]:
        """Give what is known of some of the good leads, by attribute."""
