"""Leads among the past deals: what is known of them, worked out once and when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from numpy.typing import NDArray

from lookalike.embed.base import Floats
from lookalike.features import Seen
from lookalike.lead_batch import LeadBatch

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel


@dataclass
class Placed(LeadBatch):
    """Leads that a model has a place for, and why others have none.

    Attributes
    ----------
    model : LookalikeModel
    table : DataFrame of n_placed rows
        The columns that the model learned from.
    matrix : ndarray of shape (n_placed, n_features)
        The same, vectorized.
    rows : DataFrame of n_placed rows
        All their columns, as they came.
    """

    model: LookalikeModel
    table: pd.DataFrame
    matrix: Floats
    rows: pd.DataFrame

    def _known(self, own: slice) -> dict[str, Any]:
        return {"table": self.table.iloc[own], "matrix": self.matrix[own], "rows": self.rows.iloc[own]}

    @cached_property
    def points(self) -> NDArray[Any]:
        """Their places, shape (n_placed, n_dimensions)."""
        embedding = self.model.embedding
        return embedding.transform(self.matrix) if len(self.matrix) else embedding.points_[:0]

    @cached_property
    def weight(self) -> Floats:
        """All that speaks for or against each placed lead, shape (n_placed,)."""
        gains, losses = self.model.embedding.totals(self.points)
        return gains - losses

    @cached_property
    def seen(self) -> Seen:
        """What the model sees of the placed leads."""
        return self.model.features.seen(self.model.vectorizer, self.matrix, self.points, self.table)
