"""Leads among the past deals: what is known of them, worked out once and when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.embed.base import Floats
from lookalike.features import Seen

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel


@dataclass
class Placed:
    """Leads that a model has a place for, and why others have none.

    Attributes
    ----------
    model : LookalikeModel
    ids : list of str, length n_leads
    errors : list of str, length n_leads
        Why a lead has no place, or nothing.
    good : ndarray of int, shape (n_placed,)
        Positions of the leads that have one.
    table : DataFrame of n_placed rows
        The columns that the model learned from.
    matrix : ndarray of shape (n_placed, n_features)
        The same, vectorized.
    rows : DataFrame of n_placed rows
        All their columns, as they came.
    """

    model: LookalikeModel
    ids: list[str]
    errors: list[str]
    good: NDArray[np.int64]
    table: pd.DataFrame
    matrix: Floats
    rows: pd.DataFrame

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
