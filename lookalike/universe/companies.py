"""Who the companies of a universe are: an Arrow file, mapped and not read, so that any row is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

COLUMNS = ("id", "name", "domain")
_SCHEMA = pa.schema([(column, pa.large_string()) for column in COLUMNS])


class CompaniesWriter:
    """Writes companies batch by batch; a context manager, and the file is complete when it closes."""

    def __init__(self, path: Path) -> None:
        self._writer = pa.ipc.new_file(str(path), _SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, companies: pd.DataFrame) -> None:
        """Add companies with the columns id, name and domain."""
        batch = pa.RecordBatch.from_pandas(companies[list(COLUMNS)], schema=_SCHEMA, preserve_index=False)
        self._writer.write_batch(batch)


class Companies:
    """Companies by row number."""

    def __init__(self, path: Path) -> None:
        self._file = pa.ipc.open_file(pa.memory_map(str(path)))
        sizes = [self._file.get_batch(i).num_rows for i in range(self._file.num_record_batches)]
        self._ends = np.cumsum(np.asarray(sizes, dtype=np.int64))

    def take(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        """Give id, name and domain of rows, in their order, blank as an empty text."""
        batch = np.searchsorted(self._ends, rows, side="right")
        order = np.argsort(batch, kind="stable")
        numbers, starts = np.unique(batch[order], return_index=True)
        parts = []
        for number, places in zip(numbers, np.split(order, starts[1:]), strict=True):
            first = int(self._ends[number - 1]) if number else 0
            parts.append(self._file.get_batch(int(number)).take(pa.array(rows[places] - first)))
        found = pa.Table.from_batches(parts, schema=_SCHEMA).to_pandas(
            types_mapper={pa.large_string(): pd.StringDtype(na_value=np.nan)}.get
        )
        return found.set_index(order).sort_index().fillna("")
