"""Leads and the rules that hold for them, and one lead's points taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.numerals import percent
from lookalike.lead_batch import LeadBatch


@dataclass
class Matched(LeadBatch):
    """Leads and the rules that hold for them.

    Attributes
    ----------
    table : DataFrame of n_matched rows
        Their columns.
    places : ndarray of int, shape (n_matched, n_criteria)
        The rule that holds, −1 where none does.
    points : ndarray of int, shape (n_matched, n_criteria)
    """

    table: pd.DataFrame
    places: NDArray[np.int64]
    points: NDArray[np.int64]

    def _known(self, own: slice) -> dict[str, Any]:
        return {"table": self.table.iloc[own], "places": self.places[own], "points": self.points[own]}


@dataclass(frozen=True)
class PointsExplanation:
    """A lead's points, taken apart.

    Attributes
    ----------
    lead_id : str
    score : float
    probability : float
        NaN without a calibration.
    start : int
        Points every lead starts from.
    criteria : DataFrame
        criterion (with what holds), value, points; most points first.
    """

    lead_id: str
    score: float
    probability: float
    start: int
    criteria: pd.DataFrame

    @property
    def headline(self) -> str:
        """One sentence for people."""
        chance = "" if self.probability != self.probability else f", probability {percent(self.probability)}"
        return f"lead {self.lead_id}: {self.score:.0f} points{chance}"

    def to_dict(self) -> dict[str, Any]:
        """Give everything."""
        return {**vars(self), "total": self.total}

    @property
    def total(self) -> float:
        """The start and all points added up; equals ``score``."""
        return float(self.start + self.criteria["points"].sum())

    def _repr_html_(self) -> str:
        from lookalike.display import points_card

        return points_card(self).html()


def shown(cell: object) -> str:
    """Give a cell as text fit for a table."""
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:.6g}"
    return "" if cell is None or cell is pd.NA else str(cell)
