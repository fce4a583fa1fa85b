"""A fair sample of a table of any size, in one pass and flat memory.

Reservoir sampling (Vitter 1985, "Random sampling with a reservoir", algorithm R), batch by batch: every row
has the same chance to be kept, and only the kept rows are in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from enrich.errors import TableError
from enrich.tables import iter_table
from lookalike.schema import with_text_names

#: Rows read at once.
BATCH_ROWS = 20_000


def sample_universe(universe: pd.DataFrame | str | Path, rows: int, random_state: int = 0) -> pd.DataFrame:
    """Draw rows from a universe in the order they stand in; all of them if there are no more.

    Parameters
    ----------
    universe : DataFrame or path
        A file is streamed; its malformed rows are left out.
    rows : int
    random_state : int

    Raises
    ------
    TableError
        If the file cannot be read, or the universe has no rows.
    """
    rng = np.random.default_rng(random_state)
    kept: pd.DataFrame | None = None
    places = np.empty(0, dtype=np.int64)  # where each kept row stood
    seen = 0
    for batch in _batches(universe):
        arrivals = np.arange(seen, seen + len(batch))
        seen += len(batch)
        # A row that comes as the n-th takes a random slot of n; if the slot exists, it displaces its holder.
        slots = np.where(
            arrivals < rows, arrivals, (rng.random(len(batch)) * (arrivals + 1)).astype(np.int64)
        )
        taking = np.flatnonzero(slots < rows)
        last = dict(zip(slots[taking].tolist(), taking.tolist(), strict=True))
        everything = batch if kept is None else pd.concat([kept, batch], ignore_index=True)
        offset = 0 if kept is None else len(kept)
        choice = np.arange(min(seen, rows))
        positions = np.concatenate([places, arrivals])
        for slot, row in last.items():
            choice[slot] = offset + row
        kept, places = everything.iloc[choice].reset_index(drop=True), positions[choice]
    if kept is None or kept.empty:
        raise TableError(f"{_name(universe)}: the universe has no rows; it needs one for each company")
    return kept.iloc[np.argsort(places)].reset_index(drop=True)


def _batches(universe: pd.DataFrame | str | Path) -> Iterator[pd.DataFrame]:
    if isinstance(universe, pd.DataFrame):
        universe = with_text_names(universe)
        for start in range(0, len(universe), BATCH_ROWS):
            yield universe.iloc[start : start + BATCH_ROWS].reset_index(drop=True)
        return
    for batch in iter_table(universe, BATCH_ROWS):
        good = np.array([not error for error in batch.errors], dtype=bool)
        yield batch.frame if good.all() else batch.frame.loc[good].reset_index(drop=True)


def _name(universe: object) -> str:
    return "the frame" if isinstance(universe, pd.DataFrame) else str(universe)
