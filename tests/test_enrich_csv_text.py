"""CSV text made by column is the text that pandas makes by row."""

import numpy as np
import pandas as pd
import pytest

from enrich.csv_text import csv_text

TEXTS = [
    "plain",
    None,
    "",
    "a,b",
    'say "x"',
    "two\nlines",
    "tab\there",
    " spaced ",
    "Zürich 日本",
    "'=1+1",
    ";",
    "|",
]
NUMBERS = [
    0.0,
    -0.0,
    1.0,
    0.1,
    -2.5,
    1e-4,
    9.99e-5,
    1.5e-300,
    5e-324,
    123456.0,
    1e14,
    1e15,
    1e16,
    1e22,
    np.nan,
]


def by_row(frame, separator):
    return frame.to_csv(index=False, header=False, sep=separator, lineterminator="\n").encode()


def by_column(frame, separator):
    return b"".join(part.to_pybytes() for part in csv_text(frame, separator))


@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_text_is_that_of_pandas(separator, monkeypatch):
    numbers = [*NUMBERS, np.inf, -np.inf, 2 / 3, *np.random.default_rng(0).normal(size=500) ** 9]
    rows = len(numbers)
    frame = pd.DataFrame(
        {
            "text": pd.array([TEXTS[i % len(TEXTS)] for i in range(rows)], dtype="str"),
            "number": numbers,
            "whole": np.arange(rows) - 3,
            "rank": pd.array([None, *range(1, rows)], dtype="Int64"),
            "last": pd.array([TEXTS[i % 7] for i in range(rows)], dtype="str"),
        }
    )
    assert by_column(frame, separator) == by_row(frame, separator)
    monkeypatch.setattr("enrich.csv_text.ROWS", 7)
    assert by_column(frame[::-1], separator) == by_row(frame[::-1], separator)


@pytest.mark.parametrize(
    "cells",
    [
        [True, False],
        pd.to_datetime(["2026-01-01", None]),
        pd.array(["a\rb", "c"], dtype="str"),
        [["a", "b"], None],
        np.array([1, 2], dtype=np.float32),
    ],
)
def test_other_columns_are_left_to_pandas(cells):
    assert csv_text(pd.DataFrame({"a": ["x", "y"], "b": cells}), ",") is None


def test_one_column_is_left_to_pandas_as_a_blank_cell_would_be_a_blank_line():
    assert csv_text(pd.DataFrame({"a": ["x", ""]}), ",") is None


def test_no_rows_are_no_text():
    assert csv_text(pd.DataFrame({"a": pd.array([], dtype="str"), "b": []}), ",") == []
