"""What each column of a lead adds to its score: a second way to take the same sum apart.

For vectors it is coefficient times value. For trees it is what the tree's value changes by at each split on
the way to the lead's leaf (Saabas 2014; :mod:`lookalike.embed.paths`), in one way for every library. Both add
up to the score exactly. They tell what the model reads off a column, not what would happen if the column
changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.embed.base import Floats

if TYPE_CHECKING:
    from lookalike.features import Seen
    from lookalike.model import LookalikeModel

#: Columns of a table of columns, in order.
COLUMN_COLUMNS = ["lead_id", "side", "place", "column", "value", "contribution"]


def column_parts(model: LookalikeModel, points: NDArray[Any]) -> tuple[float, list[str], Floats]:
    """Split the scores of embedded leads by column.

    Returns
    -------
    base : float
        Where every sum starts.
    columns : list of str
        Text columns are one, joined by " + ".
    parts : ndarray of shape (n_leads, n_columns)
        ``base + parts.sum(axis=1)`` is the score.
    """
    columns, number = np.unique(model.vectorizer.column_of_feature_, return_inverse=True)
    by_feature = model.anatomy.feature_parts(points)
    grouped = np.zeros((len(points), len(columns)))
    np.add.at(grouped.T, number, by_feature.T)
    return model.anatomy.column_base, [str(column) for column in columns], grouped


def column_table(model: LookalikeModel, seen: Seen, ids: Sequence[str], a_side: int) -> pd.DataFrame:
    """Name the columns that add most to each lead's score and those that take most from it.

    Parameters
    ----------
    model : LookalikeModel
    seen : Seen
        Leads that can be scored.
    ids : sequence of str, length n_leads
    a_side : int
        Columns for and columns against each lead at most.

    Returns
    -------
    DataFrame
        lead_id, side ("for" or "against"), place (1 the strongest), column, value (as in the leads, "given"
        for addresses and names), contribution (unit of the score).
    """
    _, columns, parts = column_parts(model, seen.points)
    names = np.asarray(columns, dtype=object)
    sides = []
    for side, signed in (("for", parts), ("against", -parts)):
        best = np.argsort(-signed, axis=1, kind="stable")[:, :a_side]
        lead, place = np.nonzero(np.take_along_axis(signed, best, axis=1) > 0)
        chosen = best[lead, place]
        sides.append(
            pd.DataFrame(
                {
                    "lead": lead,
                    "lead_id": np.asarray(ids, dtype=object)[lead].astype(str),
                    "side": side,
                    "place": place + 1,
                    "column": names[chosen].astype(str),
                    "value": shown_values(seen, lead, chosen, columns),
                    "contribution": parts[lead, chosen],
                }
            )
        )
    made = pd.concat(sides).sort_values("lead", kind="stable", ignore_index=True)[COLUMN_COLUMNS]
    return made.astype(dict.fromkeys(("lead_id", "side", "column", "value"), "str"))


def shown_values(seen: Seen, rows: NDArray[Any], chosen: NDArray[Any], columns: Sequence[str]) -> list[str]:
    """Give the cells of rows in columns, as texts fit for a table."""
    told = np.full(len(rows), "", dtype=object)
    if seen.cells is None:
        return told.tolist()
    for number in np.unique(chosen):
        here = chosen == number
        told[here] = seen.cells.of(columns[number])[rows[here]]
    return [str(text) for text in told]
