"""What a model's deals were like and how well it ranked those held out, to compare leads with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_text
from lookalike.evaluate.column_reference import ColumnReference
from lookalike.evaluate.metrics import auc, lift
from lookalike.evaluate.splits import Split
from lookalike.roles import Role

#: Ends the name of a column that says why another is blank.
WHY = "_why"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """How well deals that were held out were ranked: what a model promises.

    Attributes
    ----------
    deals : int
    auc, lift : float
        Means over the splits; lift is that of the best tenth.
    auc_error : float
        Standard error of that mean, or of the AUC where there is one split only.
    """

    deals: int
    auc: float
    auc_error: float
    lift: float


@dataclass(frozen=True)
class Reference:
    """What a model's deals were like.

    Attributes
    ----------
    rows : int
    columns : dict of str to ColumnReference
        By name, as the model learned from them.
    states : dict of str to int
        Deals for which enrichment says, in any ``…_why`` column, "rate-limited" and the like.
    scores : ColumnReference, optional
        Scores of deals that were held out.
    held_out : HeldOut, optional
        How well they ranked these.
    """

    rows: int
    columns: dict[str, ColumnReference]
    states: dict[str, int] = field(default_factory=dict)
    scores: ColumnReference | None = None
    held_out: HeldOut | None = None

    @classmethod
    def of(
        cls,
        features: pd.DataFrame,
        roles: Mapping[str, Role],
        scores: Floats | None = None,
        won: NDArray[np.bool_] | None = None,
        splits: Sequence[Split] = (),
    ) -> Self:
        """Describe deals.

        Parameters
        ----------
        features : DataFrame of shape (n_deals, n_columns)
        roles : mapping of str to Role
        scores : ndarray of shape (n_deals,), optional
            By models that had not seen the deal; NaN where there is none.
        won : ndarray of bool, shape (n_deals,), optional
        splits : list of (train, test)
            Those the scores come from.
        """
        columns = {
            str(column): ColumnReference.of(features[column], roles[str(column)]) for column in features
        }
        known = None if scores is None else scores[~np.isnan(scores)]
        return cls(
            len(features),
            columns,
            state_rows(features),
            None if known is None else ColumnReference.of_numbers(known),
            None if scores is None or won is None or not splits else _held_out(scores, won, splits),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Make a reference from :meth:`to_dict`."""
        scores, held_out = kept["scores"], kept["held_out"]
        return cls(
            kept["rows"],
            {name: ColumnReference(**column) for name, column in kept["columns"].items()},
            kept["states"],
            None if scores is None else ColumnReference(**scores),
            None if held_out is None else HeldOut(**held_out),
        )


def why_columns(columns: Sequence[str]) -> list[str]:
    """Name the columns that say why another is blank, as enrichment writes them.

    >>> why_columns(["city", "city_why", "why"])
    ['city_why']
    """
    return [name for name in columns if name.endswith(WHY) and name.removesuffix(WHY) in columns]


def state_rows(table: pd.DataFrame) -> dict[str, int]:
    """Count the rows that have each state in any of the columns that say why another is blank."""
    rows: dict[str, NDArray[np.bool_]] = {}
    for column in why_columns([str(name) for name in table.columns]):
        texts = as_text(table[column])
        for state in texts.dropna().unique():
            here = texts.eq(state).to_numpy(dtype=bool, na_value=False)
            rows[str(state)] = rows.get(str(state), np.zeros(len(table), dtype=bool)) | here
    return {state: int(found.sum()) for state, found in sorted(rows.items())}


def _held_out(scores: Floats, won: NDArray[np.bool_], splits: Sequence[Split]) -> HeldOut:
    tests = [test for _, test in splits]
    aucs = np.array([auc(won[test], scores[test]) for test in tests])
    n_won = np.array([won[test].sum() for test in tests])
    n_lost = np.array([len(test) for test in tests]) - n_won
    # Chance alone (Hanley and McNeil 1982), or what the splits show where that is more.
    a, q1, q2 = aucs, aucs / (2 - aucs), 2 * aucs**2 / (1 + aucs)
    by_chance = (a * (1 - a) + (n_won - 1) * (q1 - a**2) + (n_lost - 1) * (q2 - a**2)) / (n_won * n_lost)
    error = float(np.sqrt(by_chance.sum()) / len(tests))
    if len(tests) > 1:
        error = max(error, float(aucs.std(ddof=1) / np.sqrt(len(tests))))
    lifts = [lift(won[test], scores[test]) for test in tests]
    deals = int(sum(map(len, tests)))
    return HeldOut(deals, float(aucs.mean()), error, float(np.mean(lifts)))
