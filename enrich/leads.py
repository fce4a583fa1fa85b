"""The lead table as a run reads it: a file or a DataFrame, more than once, in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from enrich.arrow import arrow_types
from enrich.errors import ColumnError
from enrich.tables import Batch, count_rows, iter_table, read_table, table_format


class Leads:
    """A lead table that can be streamed again and again.

    Parameters
    ----------
    source : path or DataFrame
        The table. Excel files are read once and kept, since they cannot be streamed.
    batch_rows : int
        Rows a batch.

    Attributes
    ----------
    header : list of str
        Names of the columns.

    Raises
    ------
    TableError
        If the file cannot be read.
    ColumnError
        If a name stands on two columns.
    """

    def __init__(self, source: str | Path | pd.DataFrame, batch_rows: int) -> None:
        self.batch_rows = batch_rows
        self._stored: Path | Batch
        if isinstance(source, pd.DataFrame):
            frame = source.rename(columns=str)
            self._stored = Batch(frame, np.arange(2, len(frame) + 2), [""] * len(frame))
        elif table_format(source) == "excel":
            self._stored = read_table(source)
        else:
            self._stored = Path(source)
        self.header = [str(name) for name in next(iter(self)).frame.columns]
        twice = [name for name, count in Counter(self.header).items() if count > 1]
        if twice:
            raise ColumnError(f"column '{twice[0]}' is there {self.header.count(twice[0])} times; rename one")

    def __len__(self) -> int:
        return len(self._stored) if isinstance(self._stored, Batch) else count_rows(self._stored)

    def __iter__(self) -> Iterator[Batch]:
        """Yield batches; at least one, which is empty when the table is."""
        if isinstance(self._stored, Path):
            yield from iter_table(self._stored, self.batch_rows)
            return
        frame, lines, errors = self._stored.frame, self._stored.lines, self._stored.errors
        for start in range(0, max(len(frame), 1), self.batch_rows):
            rows = slice(start, start + self.batch_rows)
            yield Batch(frame.iloc[rows], lines[rows], errors[rows])

    def types(self) -> Mapping[str, pa.DataType]:
        """Arrow types of the columns, settled by the whole table and not by its first batch.

        CSV columns are text and need none.
        """
        if isinstance(self._stored, Batch):
            return arrow_types(self._stored.frame)
        if table_format(self._stored) == "parquet":
            return {field.name: field.type for field in pq.read_schema(self._stored)}
        return {}
