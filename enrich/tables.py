"""Tables in and out: CSV, Parquet and Excel by file ending, whole or in batches.

The contract of both packages rests here: *every input row has one output row, in input order*. So a
malformed CSV line becomes a row with a message in :attr:`Batch.errors`, CSV cells stay the strings they
are (``007`` remains ``007``), and a file appears under its name only when it is complete.

Encodings and separators are those exports really use: UTF-8 and UTF-16 with or without a byte-order mark,
Windows-1251 for Cyrillic and Windows-1252 for the rest; comma, semicolon, tab or bar.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from enrich.arrow import arrow_array, arrow_types
from enrich.csv_text import csv_text
from enrich.errors import TableError, first_line
from enrich.spreadsheet import defuse, holds_text, printable

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
}
SEPARATORS = ",;\t|"

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class Batch:
    """Consecutive rows of a table.

    Attributes
    ----------
    frame : DataFrame of shape (rows, columns)
        The cells; from CSV all strings, with blanks missing.
    lines : ndarray of shape (rows,)
        Line numbers as an editor shows them (the header is line 1).
    errors : list of str
        One message a row, empty where the row is well formed.
    """

    frame: pd.DataFrame
    lines: np.ndarray[Any, np.dtype[np.int64]]
    errors: list[str]

    def __len__(self) -> int:
        return len(self.frame)


def table_format(path: str | Path) -> str:
    """Name the format a file ending stands for.

    >>> table_format("leads.XLSX")
    'excel'
    >>> table_format("leads.json")
    Traceback (most recent call last):
    ...
    enrich.errors.TableError: leads.json: '.json' is no table format; use .csv, .tsv, ... or .xlsx
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        *first, last = FORMATS
        raise TableError(f"{path}: '{suffix}' is no table format; use {', '.join(first)} or {last}")
    return FORMATS[suffix]


def read_table(path: str | Path) -> Batch:
    """Read a whole table into memory; see :class:`Batch`.

    Raises
    ------
    TableError
        If the file is missing, unreadable, or has no header row.
    """
    batches = list(iter_table(path, batch_rows=1_000_000))
    if len(batches) == 1:
        return batches[0]
    return Batch(
        pd.concat([b.frame for b in batches], ignore_index=True),
        np.concatenate([b.lines for b in batches]),
        [error for b in batches for error in b.errors],
    )


def iter_table(path: str | Path, batch_rows: int = 10_000) -> Iterator[Batch]:
    """Read a table in batches of at most `batch_rows` rows, so memory stays flat.

    At least one batch is yielded, which has no rows when the table has a header alone.

    Raises
    ------
    TableError
        If the file is missing, unreadable, or has no header row.
    """
    path = Path(path)
    read = {"csv": _iter_csv, "parquet": _iter_parquet, "excel": _iter_excel}[table_format(path)]
    if not path.is_file():
        raise TableError(f"{path}: no such file; check the path")
    if path.stat().st_size == 0:
        raise TableError(f"{path}: the file is empty; it needs a header row")
    try:
        yield from read(path, batch_rows)
    except TableError:
        raise
    except Exception as error:  # three readers, each with its own exceptions
        reason = first_line(error)
        raise TableError(
            f"{path}: cannot be read as {table_format(path)} ({reason}); export it again"
        ) from error


def count_rows(path: str | Path) -> int:
    """Count the rows below the header, for a progress bar's total."""
    if table_format(path) == "parquet":
        return int(pq.read_metadata(path).num_rows)
    return sum(len(batch) for batch in iter_table(path, batch_rows=100_000))


class TableWriter:
    """Write a table batch by batch; the file takes its name only when all of it is written.

    Use as a context manager. Leaving it with an exception removes the unfinished file. The first batch
    settles the columns and, in Parquet, the types of those that `types` does not name.

    Parameters
    ----------
    path : str or Path
        The file; its ending is its format.
    types : mapping of str to DataType, optional
        Types of Parquet columns where a first batch might mislead, as :func:`arrow_types` finds them.

    Raises
    ------
    TableError
        If the folder is missing or cannot be written, or the ending is no table format.
    """

    def __init__(self, path: str | Path, types: Mapping[str, pa.DataType] | None = None) -> None:
        self.path = Path(path)
        self.format = table_format(path)
        self._types = types or {}
        if not self.path.parent.is_dir():
            raise TableError(f"{path}: the folder {self.path.parent} does not exist; create it first")
        self._part = self.path.with_name(f".{self.path.name}.part")
        self._csv: io.TextIOWrapper | None = None
        self._parquet: pq.ParquetWriter | None = None
        self._excel: list[pd.DataFrame] = []

    def __enter__(self) -> Self:
        return self

    def write(self, frame: pd.DataFrame) -> None:
        """Append the rows of `frame`, whose columns are those of the first batch."""
        try:
            if self.format == "csv":
                self._write_csv(frame)
            elif self.format == "parquet":
                self._write_parquet(frame)
            else:
                self._excel.append(printable(defuse(frame)))
        except OSError as error:
            raise TableError(
                f"{self.path}: cannot be written ({error.strerror}); choose another place"
            ) from error

    def _write_csv(self, frame: pd.DataFrame) -> None:
        first = self._csv is None
        if self._csv is None:
            self._csv = self._part.open("w", encoding="utf-8", newline="")
        frame = defuse(frame)
        # The csv module quotes a line feed, but not a carriage return, which readers take for a line's end.
        separator = "\t" if self.path.suffix.lower() == ".tsv" else ","
        text = csv_text(frame, separator)
        if text is not None:
            frame = frame.iloc[:0]
        quoting: Literal[0, 2] = csv.QUOTE_NONNUMERIC if _any_cell_has(frame, "\r") else csv.QUOTE_MINIMAL
        if first or text is None:
            frame.to_csv(
                self._csv, index=False, header=first, sep=separator, lineterminator="\n", quoting=quoting
            )
        if text:
            self._csv.flush()
            for part in text:
                self._csv.buffer.write(part)

    def _write_parquet(self, frame: pd.DataFrame) -> None:
        if self._parquet is None:
            types = arrow_types(frame) | {name: kind for name, kind in self._types.items() if name in frame}
            self._parquet = pq.ParquetWriter(self._part, pa.schema(types.items()))
        arrays = [arrow_array(frame[field.name], field.type) for field in self._parquet.schema]
        self._parquet.write_table(pa.Table.from_arrays(arrays, schema=self._parquet.schema))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._csv is not None:
            self._csv.close()
        if self._parquet is not None:
            self._parquet.close()
        try:
            if kind is None:
                self._finish()
        except (OSError, ValueError) as reason:  # a folder has that name; more rows than a sheet holds
            raise TableError(f"{self.path}: cannot be written ({reason}); choose another place") from reason
        finally:
            self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        if self.format == "excel":
            table = pd.concat(self._excel, ignore_index=True) if self._excel else pd.DataFrame()
            with pd.ExcelWriter(self._part, engine="openpyxl") as writer:
                table.to_excel(writer, index=False)
        if self._part.exists():
            os.replace(self._part, self.path)


def write_table(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a whole table; see :class:`TableWriter`."""
    with TableWriter(path) as writer:
        writer.write(frame)


def _any_cell_has(frame: pd.DataFrame, part: str) -> bool:
    return any(_has(frame.iloc[:, position], part) for position in range(frame.shape[1]))


def _has(cells: pd.Series[Any], part: str) -> bool:
    if pd.api.types.is_string_dtype(cells.dtype) and cells.dtype != object:
        return bool(cells.str.contains(part, regex=False).any())
    return holds_text(cells) and any(isinstance(cell, str) and part in cell for cell in cells)


def _iter_csv(path: Path, batch_rows: int) -> Iterator[Batch]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        separator = _separator(handle.readline())
        handle.seek(0)
        reader = csv.reader(handle, delimiter=separator)
        header = next(reader)
        if not any(cell.strip() for cell in header):
            raise TableError(f"{path}: line 1 is blank; it must name the columns")
        columns = _unique([cell.strip() for cell in header])
        rows: list[list[str]] = []
        lines: list[int] = []
        errors: list[str] = []
        yielded = False
        start = reader.line_num + 1
        for row in reader:
            line, start = start, reader.line_num + 1
            if not row:  # a blank line is no row; it carries nothing that could be lost
                continue
            errors.append(_ragged(line, len(row), len(columns)))
            rows.append((row + [""] * len(columns))[: len(columns)])
            lines.append(line)
            if len(rows) == batch_rows:
                yield _text_batch(columns, rows, lines, errors)
                rows, lines, errors, yielded = [], [], [], True
        if rows or not yielded:
            yield _text_batch(columns, rows, lines, errors)


def _ragged(line: int, cells: int, columns: int) -> str:
    if cells == columns:
        return ""
    return f"line {line} has {cells} cells where the header has {columns}; check its separators and quotes"


def _text_batch(columns: list[str], rows: list[list[str]], lines: list[int], errors: list[str]) -> Batch:
    cells: Sequence[Sequence[str]] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [pd.array([c if c.strip() else None for c in column], dtype="str") for column in cells]
    frame = pd.DataFrame(dict(zip(columns, arrays, strict=True)), columns=pd.Index(columns))
    return Batch(frame, np.asarray(lines, dtype=np.int64), errors)


def _encoding(path: Path) -> str:
    with path.open("rb") as handle:
        head = handle.read(4)
        for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
            if head.startswith(mark):
                return name
        handle.seek(0)
        sample = handle.read(1 << 20)
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return "utf-8"
        letters = sample.decode("cp1251", errors="replace")
        cyrillic = len(re.findall(r"[а-яё]{3}", letters, re.IGNORECASE))
        return "cp1251" if cyrillic * 20 > sum(byte >= 0x80 for byte in sample) else "cp1252"
    return "utf-8"


def _separator(header: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=outside_quotes.count)


def _unique(names: list[str]) -> list[str]:
    """Name blank headers by position and number repeated ones, as pandas does.

    >>> _unique(["a", "", "a"])
    ['a', 'column 2', 'a.1']
    """
    seen: dict[str, int] = {}
    unique = []
    for position, name in enumerate(names, start=1):
        base = name or f"column {position}"
        count = seen.get(base, 0)
        seen[base] = count + 1
        unique.append(f"{base}.{count}" if count else base)
    return unique


def _iter_parquet(path: Path, batch_rows: int) -> Iterator[Batch]:
    file = pq.ParquetFile(path)
    start = 2
    empty = True
    for part in file.iter_batches(batch_size=batch_rows):
        frame = pa.Table.from_batches([part]).to_pandas()
        yield _typed_batch(frame, start)
        start += len(frame)
        empty = False
    if empty:
        yield _typed_batch(file.schema_arrow.empty_table().to_pandas(), start)


def _iter_excel(path: Path, batch_rows: int) -> Iterator[Batch]:
    # Cells have types here: a text such as 007 or NA is one, and must become neither a number nor a blank.
    table = pd.read_excel(path, engine="openpyxl", dtype=object, keep_default_na=False, na_values=[""])
    table = table.infer_objects()
    if table.columns.empty:
        raise TableError(f"{path}: the first sheet is empty; it needs a header row")
    for start in range(0, max(len(table), 1), batch_rows):
        frame = table.iloc[start : start + batch_rows].reset_index(drop=True)
        yield _typed_batch(frame, start + 2)


def _typed_batch(frame: pd.DataFrame, start: int) -> Batch:
    frame.columns = frame.columns.astype("str")
    return Batch(frame, np.arange(start, start + len(frame), dtype=np.int64), [""] * len(frame))
