"""Find one row by its id, and say so where the id is not one row's."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from enrich.errors import ColumnError


def row_of(ids: Sequence[str], wanted: str, what: str = "lead") -> int:
    """Give the position of the row with an id.

    Where several rows have it, the first is taken and a warning names them all.

    Raises
    ------
    ColumnError
        If no row has the id.

    >>> row_of(["a", "b"], "b")
    1
    """
    rows = [row for row, found in enumerate(ids) if found == wanted]
    if not rows:
        known = f"the first ids are {', '.join(ids[:5])}" if len(ids) else "the table has no rows"
        raise ColumnError(f"no {what} has the id '{wanted}'; {known}")
    if len(rows) > 1:
        numbers = [str(row + 1) for row in rows[:5]] + ["…"] * (len(rows) > 5)
        warnings.warn(
            f"{len(rows)} {what}s have the id '{wanted}' (rows {', '.join(numbers)} below the header); row "
            f"{rows[0] + 1} is taken; to choose another, give each an id of its own",
            stacklevel=3,
        )
    return rows[0]
