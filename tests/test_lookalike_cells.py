"""Cells as CRMs of several countries export them."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.cells import as_dates, as_days, as_lists, as_numbers, as_text, blank, day_first, decimal_mark

NAN = float("nan")


def numbers(cells):
    series = pd.Series(cells)
    return as_numbers(series, decimal_mark(series)).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1 234,50", "3,75"], [1234.5, 3.75]),  # Germany, Russia
        (["1.234,50", "12,5"], [1234.5, 12.5]),
        (["1,234.50", "1,000,000"], [1234.5, 1e6]),  # Britain, America
        (["1 234 567", "1\N{NO-BREAK SPACE}000", "1\N{NARROW NO-BREAK SPACE}000,5"], [1234567, 1000, 1000.5]),
        (["€ 20", "20 EUR", "$1,250", "£3", "1500 руб.", "₽ 7"], [20, 20, 1250, 3, 1500, 7]),
        (["12 %", "7.5%"], [12, 7.5]),
        (["-7", "+3", "1e3", ".5", "5."], [-7, 3, 1000, 0.5, 5]),
    ],
    ids=["comma", "points group", "commas group", "spaces group", "currencies", "per cent", "signs"],
)
def test_numbers_as_people_write_them(cells, expected):
    assert numbers(cells) == expected


@pytest.mark.parametrize(
    "junk", ["abc", "1-2", "12 staff", "1,2,3", "01.02.2024", "1.2.3", "", "Select", None]
)
def test_what_is_no_number_is_missing(junk):
    found = numbers(["5", junk])
    assert found[0] == 5
    assert np.isnan(found[1])


def test_numbers_fit_single_precision_and_infinity_is_missing():
    largest = float(np.finfo(np.float32).max)
    assert numbers(["1e99", "-1e99", "2"]) == [largest, -largest, 2]
    assert np.isnan(numbers([np.inf, -np.inf, 1.0])[:2]).all()


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1.0, None], dtype="float32"),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([True, None], dtype=object),
        pd.Series([Decimal(1), None]),
        pd.Series(["1", None], dtype="category"),
        pd.Series([1, None], dtype="int64[pyarrow]"),
    ],
    ids=lambda cells: str(cells.dtype),
)
def test_every_type_of_column_gives_its_numbers(cells):
    np.testing.assert_array_equal(as_numbers(cells), [1.0, NAN])


def test_dates_are_not_numbers():
    assert np.isnan(as_numbers(pd.Series(pd.to_datetime(["2024-01-01"])))).all()


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 2)), min_size=1))
def test_a_comma_for_a_point_changes_no_number(values):
    english = [f"{value:,.2f}" for value in values]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    assert numbers(english) == numbers(german) == values


@pytest.mark.parametrize(
    "nothing", [None, NAN, pd.NaT, "", " ", "-", "—", "Select", "select", "N/A", "null", "Нет данных"]
)
def test_what_means_nothing_is_blank(nothing):
    assert blank(pd.Series([nothing, "Berlin"], dtype=object)).tolist() == [True, False]


def test_nought_and_no_are_not_blank():
    assert not blank(pd.Series([0, "0", False, "no"], dtype=object)).any()
    assert not blank(pd.Series([0.0, 1.0])).any()


def test_texts_of_whole_numbers_have_no_point():
    assert as_text(pd.Series([7.0, np.nan])).tolist()[0] == "7"
    assert as_text(pd.Series([7.5])).tolist() == ["7.5"]
    assert as_text(pd.Series([1e300])).tolist() == ["1e+300"]
    assert as_text(pd.Series([" a ", True, 3], dtype=object)).tolist() == ["a", "True", "3"]


@pytest.mark.parametrize(
    ("cells", "first"),
    [(["31.12.2025", "01.02.2025"], True), (["12/31/2025", "01/02/2025"], False), (["01.02.2025"], True)],
)
def test_a_month_above_twelve_tells_the_order_of_the_column(cells, first):
    assert day_first(pd.Series(cells)) is first


@pytest.mark.parametrize(
    "cell",
    [
        "31.12.2025",
        "31/12/2025",
        "31-12-2025",
        "2025-12-31",
        "2025-12-31T00:00:00Z",
        "2025-12-31 02:00+02:00",
        "31.12.2025 00:00",
        dt.date(2025, 12, 31),
        dt.datetime(2025, 12, 31),
        pd.Timestamp("2025-12-31", tz="UTC"),
    ],
    ids=str,
)
def test_one_day_written_many_ways(cell):
    assert as_dates(pd.Series([cell], dtype=object)).tolist() == [pd.Timestamp("2025-12-31")]


@pytest.mark.parametrize("cell", ["2019", "20251231", "12", "3,5", "soon", "99.99.2025", "1-2", "", None, 5])
def test_what_is_no_date_is_missing(cell):
    assert as_dates(pd.Series([cell], dtype=object)).isna().all()


def test_dates_far_away_are_dates():
    far = as_dates(pd.Series(["9999-12-31", "1066-10-14"]))
    assert far.dt.year.tolist() == [9999, 1066]
    assert as_days(far)[0] == 2932896


def test_a_zone_is_turned_into_utc():
    cells = pd.Series(pd.to_datetime(["2025-01-01 01:00"]).tz_localize("Europe/Berlin"))
    assert as_dates(cells).tolist() == [pd.Timestamp("2025-01-01 00:00")]


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("HubSpot; Shopify;SAP", ["HubSpot", "Shopify", "SAP"]),
        ("; HubSpot ;;", ["HubSpot"]),
        (["a", "b; c"], ["a", "b; c"]),
        (np.array(["a", None, np.nan], dtype=object), ["a"]),
        (("a",), ["a"]),
        (None, []),
        (NAN, []),
        (7, []),
    ],
    ids=str,
)
def test_cells_of_several_values(cell, values):
    assert as_lists(pd.Series([cell], dtype=object)) == [values]
