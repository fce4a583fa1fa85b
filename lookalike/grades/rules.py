"""The rules of grades: where each begins, and what events weigh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lookalike.events import EventFeatures

Floats = NDArray[np.float64]

#: Grades, the best first; the last has no lower end.
FIT = ("A", "B", "C", "D")
ENGAGEMENT = ("4", "3", "2", "1")


@dataclass(frozen=True)
class Engagement:
    """How events become a grade.

    Attributes
    ----------
    starts : tuple of float, length 3
        The lowest sums of grades 4, 3 and 2.
    weights : mapping of str to float
        What an event of each type weighs, with the section visited, such as "visit /pricing"; others nothing.
    half_life_days : float
        Age at which an event counts half.
    notes : tuple of str, length 4
        What past deals say of each grade, the best first.
    """

    starts: tuple[float, ...]
    weights: Mapping[str, float]
    half_life_days: float = 30.0
    notes: tuple[str, ...] = ("", "", "", "")

    def sums(self, log: pd.DataFrame, ids: Sequence[str], as_of: Floats) -> Floats:
        """Weigh what leads did up to a moment, shape (n_leads,); parameters as of EventFeatures.table."""
        kinds = tuple(self.weights)
        counts = EventFeatures(kinds, self.half_life_days).table(log, ids, as_of)
        counted = counts[[f"events: {kind}" for kind in kinds]].to_numpy(dtype=float)
        return np.asarray(counted @ np.array([self.weights[kind] for kind in kinds], dtype=float))


@dataclass(frozen=True)
class Grades:
    """The rules of both axes.

    Attributes
    ----------
    fit : tuple of float, length 3
        The lowest values of A, B and C, in the unit of the model's score.
    engagement : Engagement, optional
        Nothing where the model knows no events.
    notes : tuple of str, length 4
        What past deals say of each grade of fit, the best first.
    deals : int
        Past deals that the grades of fit were set with.
    """

    fit: tuple[float, ...]
    engagement: Engagement | None = None
    notes: tuple[str, ...] = ("", "", "", "")
    deals: int = field(default=0)


def graded(values: ArrayLike, starts: Sequence[float], names: Sequence[str]) -> NDArray[np.object_]:
    """Give the grade of each value, shape (n_leads,).

    >>> graded([5.0, 2.0, -1.0], [4, 2, 0], FIT).tolist()
    ['A', 'B', 'D']
    """
    below = np.sum(np.asarray(values, dtype=float)[:, None] < np.asarray(starts, dtype=float), axis=1)
    return np.asarray(names, dtype=object)[below]
