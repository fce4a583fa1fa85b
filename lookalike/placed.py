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
from lookalike.shown_cells import ShownCells

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
    cells : ShownCells
        The table as texts, worked out for all leads read together.
    """

    model: LookalikeModel
    table: pd.DataFrame
    matrix: Floats
    rows: pd.DataFrame
    cells: ShownCells

    def _known(self, own: slice) -> dict[str, Any]:
        return {
            "table": self.table.iloc[own],
            "matrix": self.matrix[own],
            "rows": self.rows.iloc[own],
            "cells": self.cells.part(own),
        }

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
        vectorizer, features = self.model.vectorizer, self.model.features
        return features.seen(vectorizer, self.matrix, self.points, self.table, self.cells)
