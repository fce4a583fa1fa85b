"""What a column is, decided on the past deals."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from lookalike.roles import Kind, role

N = 40
COLUMNS = {
    "whole numbers": ([1, 2, 3, 4] * 10, Kind.NUMBER),
    "numbers as text": (["1 234,5", "7", "Select", "8"] * 10, Kind.NUMBER),
    "nullable whole numbers": (pd.array([1, None, 2, 3] * 10, dtype="Int64"), Kind.NUMBER),
    "nullable numbers": (pd.array([1.5, None, 2, 3] * 10, dtype="Float64"), Kind.NUMBER),
    "single precision": (np.arange(N, dtype=np.float32), Kind.NUMBER),
    "Arrow numbers": (pd.array([1, None, 2, 3] * 10, dtype="int64[pyarrow]"), Kind.NUMBER),
    "booleans": ([True, False] * 20, Kind.NUMBER),
    "nullable booleans": (pd.array([True, None, False, True] * 10, dtype="boolean"), Kind.NUMBER),
    "booleans with gaps": ([True, False, None, True] * 10, Kind.NUMBER),
    "sparse numbers": (pd.arrays.SparseArray([0, 0, 1, 0] * 10), Kind.NUMBER),
    "ISO dates": (pd.date_range("2024", periods=N).strftime("%Y-%m-%d"), Kind.DATE),
    "German dates": (pd.date_range("2024", periods=N).strftime("%d.%m.%Y"), Kind.DATE),
    "American dates": (pd.date_range("2024", periods=N).strftime("%m/%d/%Y"), Kind.DATE),
    "timestamps": (pd.date_range("2024", periods=N, tz="Europe/Moscow"), Kind.DATE),
    "date objects": ([dt.date(2024, 1, 1 + i % 28) for i in range(N)], Kind.DATE),
    "categories": (["Berlin", "Paris", None, "Москва"] * 10, Kind.CATEGORY),
    "pandas categories": (pd.Categorical(["Berlin", "Paris"] * 20), Kind.CATEGORY),
    "yes and no": (["да", "нет"] * 20, Kind.CATEGORY),
    "mixed objects": ([1, "x", 2.5, None] * 10, Kind.CATEGORY),
    "structs": ([{"a": 1}, {"a": 2}] * 20, Kind.CATEGORY),
    "bytes": ([b"x", b"y"] * 20, Kind.CATEGORY),
    "joined lists": (["CRM; Shop", "CRM", "Shop", "Mail; CRM"] * 10, Kind.LIST),
    "Parquet lists": ([["CRM", "Shop"], ["CRM"], None, []] * 10, Kind.LIST),
    "Parquet arrays": ([np.array(["CRM"]), np.array(["Shop", "CRM"])] * 20, Kind.LIST),
    "texts": ([f"We make machine number {i} for farms" for i in range(N)], Kind.TEXT),
    "e-mails": ([f"info@firm{i}.example" for i in range(N)], Kind.PRESENCE),
    "websites": ([f"https://firm{i}.example/en" for i in range(N)], Kind.PRESENCE),
    "domains": ([f"firm{i}.example" for i in range(N)], Kind.PRESENCE),
    "phones": ([f"+49 30 12345{i:02}" for i in range(N)], Kind.PRESENCE),
    "names": ([f"Firm {i}" for i in range(N)], Kind.PRESENCE),
    "nothing": ([None] * N, Kind.NOTHING),
    "nothing chosen": (["Select", "-"] * 20, Kind.NOTHING),
    "one number": ([7] * N, Kind.NOTHING),
    "one word": (["EU"] * N, Kind.NOTHING),
}


@pytest.mark.parametrize(("cells", "kind"), COLUMNS.values(), ids=COLUMNS)
def test_kind_of_column(cells, kind):
    assert role(pd.Series(cells)).kind == kind


def test_a_column_with_gaps_and_one_value_tells_who_has_it():
    assert role(pd.Series(["ISO 9001", None] * 20)).kind == Kind.CATEGORY
    assert role(pd.Series([1.0, None] * 20)).kind == Kind.NUMBER


@pytest.mark.parametrize(
    ("junk", "kind"), [(1, Kind.NUMBER), (20, Kind.CATEGORY)], ids=["a slip", "every other cell"]
)
def test_nearly_all_cells_must_be_numbers(junk, kind):
    assert role(pd.Series(["n/k"] * junk + [str(i % 5) for i in range(N - junk)])).kind == kind


def test_how_a_column_is_written_is_kept():
    german = role(pd.Series(["1.234,5", "7,25"] * 20))
    american = role(pd.Series(["12/31/2024", "01/02/2024"] * 20))
    assert (german.decimal, american.dayfirst) == (",", False)
