"""Tables as Arrow columns whose types hold for every batch."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa


def arrow_types(frame: pd.DataFrame) -> dict[str, pa.DataType]:
    """Arrow types that hold a table's columns; text for those that mix types or have no value.

    >>> arrow_types(pd.DataFrame({"a": [1, 2], "b": [1, "x"], "c": [None, None]}))
    {'a': DataType(int64), 'b': DataType(string), 'c': DataType(string)}
    """
    return {str(name): _arrow_type(frame[name]) for name in frame.columns}


def _arrow_type(cells: pd.Series[Any]) -> pa.DataType:
    try:
        kind = pa.array(cells, from_pandas=True).type
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.string()
    # A column without values has no type yet; text can hold whatever comes.
    return pa.string() if pa.types.is_null(kind) else kind


def arrow_array(cells: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    """Turn a column into an array of that type, by way of text where cells do not fit it as they are."""
    try:
        return pa.array(cells, type=kind, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array(cells.map(str, na_action="ignore"), type=pa.string(), from_pandas=True).cast(kind)
