"""Leads among the past deals: what is known of them, worked out once and when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    """

    model: LookalikeModel
    ids: list[str]
    errors: list[str]
    good: NDArray[np.int64]
    table: pd.DataFrame
    matrix: Floats

    def parts(self, rows: int) -> Iterator[Placed]:
        """Give the same leads in parts of at most so many; one empty part if there is no lead."""
        for start in range(0, max(1, len(self.ids)), rows):
            end = start + rows
            first, last = np.searchsorted(self.good, [start, end])
            yield replace(
                self,
                ids=self.ids[start:end],
                errors=self.errors[start:end],
                good=self.good[first:last] - start,
                table=self.table.iloc[first:last],
                matrix=self.matrix[first:last],
            )

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
