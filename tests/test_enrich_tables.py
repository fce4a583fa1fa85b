"""Tables in and out: cells as they are, one row a row, formulas defused, no half-written file."""

import json
import os

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.arrow import arrow_types
from enrich.errors import TableError
from enrich.spreadsheet import defuse
from enrich.tables import TableWriter, count_rows, iter_table, read_table, table_format, write_table


def cells(batch):
    return [[None if cell != cell else cell for cell in row] for row in batch.frame.to_numpy(object).tolist()]


def written(tmp_path, data, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


FRAME = pd.DataFrame({"a": ["x", None, "ä;,\"\n'"], "n": [1, 2, 3], "f": [0.5, np.nan, 2.0]})


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.parquet", "t.pq", "t.xlsx"])
def test_round_trip(tmp_path, name):
    write_table(FRAME, tmp_path / name)
    batch = read_table(tmp_path / name)
    assert list(batch.frame.columns) == ["a", "n", "f"]
    assert batch.frame["a"].fillna("").tolist() == ["x", "", "ä;,\"\n'"]
    assert [float(value) for value in batch.frame["n"]] == [1, 2, 3]
    assert count_rows(tmp_path / name) == len(batch) == 3
    assert batch.errors == [""] * 3


def test_csv_cells_stay_the_texts_they_are(tmp_path):
    path = written(tmp_path, "id,zip,blank\n007,01234,\n1e5,NA, \n")
    assert cells(read_table(path)) == [["007", "01234", None], ["1e5", "NA", None]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_separators(tmp_path, encoding, separator, newline):
    words = {"cp1251": ("имя", "Привет, мир"), "cp1252": ("Straße", "Grüße, Zoë")}
    words = words.get(encoding, ("имя", "Zoë, привет"))
    text = f'id{separator}{words[0]}{newline}1{separator}"{words[1]}"{newline}'
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    batch = read_table(written(tmp_path, mark + text.encode(encoding)))
    assert list(batch.frame.columns) == ["id", words[0]]
    assert cells(batch) == [["1", words[1]]]


def test_ragged_rows_keep_their_place_and_say_so(tmp_path):
    path = written(tmp_path, 'a,b\n1,2\n3\n4,5,6\n"7\n8",9\n10,11\n')
    batch = read_table(path)
    assert cells(batch) == [["1", "2"], ["3", None], ["4", "5"], ["7\n8", "9"], ["10", "11"]]
    assert batch.lines.tolist() == [2, 3, 4, 5, 7]
    assert [bool(error) for error in batch.errors] == [False, True, True, False, False]
    assert batch.errors[1] == "line 3 has 1 cells where the header has 2; check its separators and quotes"


def test_batches_are_the_whole(tmp_path):
    for name in ("t.csv", "t.parquet", "t.xlsx"):
        write_table(pd.DataFrame({"n": range(25)}), tmp_path / name)
        batches = list(iter_table(tmp_path / name, batch_rows=10))
        assert [len(batch) for batch in batches] == [10, 10, 5]
        assert [line for batch in batches for line in batch.lines] == list(range(2, 27))


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.xlsx"])
def test_a_header_alone_is_a_table_without_rows(tmp_path, name):
    write_table(pd.DataFrame({"a": [], "b": []}, dtype="str"), tmp_path / name)
    (batch,) = iter_table(tmp_path / name)
    assert list(batch.frame.columns) == ["a", "b"]
    assert len(batch) == count_rows(tmp_path / name) == 0


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", b"", "the file is empty"),
        ("t.csv", b"\n\na\n", "line 1 is blank"),
        ("t.parquet", b"no parquet", "cannot be read as parquet"),
        ("t.xlsx", b"no workbook", "cannot be read as excel"),
        ("t.ods", b"x", "'.ods' is no table format"),
    ],
)
def test_what_is_no_table(tmp_path, name, data, message):
    with pytest.raises(TableError, match=message):
        read_table(written(tmp_path, data, name))


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(TableError, match="no such file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TableError, match="no such file"):
        read_table(tmp_path / "folder.csv")


def test_csv_spectrum(tmp_path, material):
    """All twelve files; a blank cell is missing here. A JSON that differs from its CSV is not followed."""
    folder = material("suites/csv-spectrum")
    names = sorted(path.stem for path in (folder / "csvs").iterdir())
    assert len(names) == 12
    for name in names:
        expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
        frame = read_table(folder / "csvs" / f"{name}.csv").frame
        expected = expected if isinstance(expected, list) else [expected]
        rows = frame.fillna("").to_dict("records")
        if name == "location_coordinates":  # the JSON has another phone number
            expected[0]["Contact Phone Number"] = rows[0]["Contact Phone Number"]
        if name == "newlines_crlf":  # the CSV's line ends are line feeds alone
            expected[1]["a"] = expected[1]["a"].replace("\r", "")
        assert rows == expected, name


def test_numbers_and_phones_are_no_formulas():
    plain = [
        "-5",
        "+49 30 1234",
        "-1,5",
        "+1 (212) 555-0100",
        "-1e-5",
        "2026-01-01",
        "a=b",
        "x@y.example",
        "",
    ]
    assert defuse(pd.DataFrame({"a": plain}))["a"].tolist() == plain


def test_defuse_leaves_the_frame_alone():
    frame = pd.DataFrame({"a": ["=1"], "n": [1]}, index=[7])
    changed = defuse(frame)
    assert frame["a"].tolist() == ["=1"]
    assert changed["a"].tolist() == ["'=1"]
    assert list(changed.index) == [7]


def test_texts_in_a_workbook_stay_texts(tmp_path):
    """Neither numbers nor blanks, which pandas makes of such cells unless told otherwise."""
    frame = pd.DataFrame(
        {
            "zip": ["007", "1e5"],
            "name": ["NA", "null"],
            "flag": ["True", None],
            "n": [1, 2],
            "f": [0.5, None],
            "at": pd.to_datetime(["2026-01-01", "2026-01-02"]),
            "b": [True, False],
        }
    )
    write_table(frame, tmp_path / "t.xlsx")
    back = read_table(tmp_path / "t.xlsx").frame
    assert back[["zip", "name"]].to_numpy().tolist() == [["007", "NA"], ["1e5", "null"]]
    assert back["flag"].isna().tolist() == [False, True]
    assert [back[name].dtype.kind for name in ("n", "f", "at", "b")] == ["i", "f", "M", "b"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5))
def test_any_text_can_be_written_and_read(tmp_path_factory, rows):
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="object").assign(id="1")
    for name in ("t.csv", "t.parquet"):
        path = tmp_path_factory.mktemp("any") / name
        write_table(frame, path)
        assert count_rows(path) == len(read_table(path)) == len(rows)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes(data)
    try:
        batch = read_table(path)
    except TableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either answer will do
    else:
        assert len(batch) == len(batch.errors) == len(batch.lines)


def test_an_unfinished_file_never_has_its_name(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("before\n")
    with pytest.raises(ZeroDivisionError), TableWriter(path) as writer:  # noqa: PT012
        writer.write(FRAME)
        1 / 0  # noqa: B018
    assert path.read_text() == "before\n"
    assert os.listdir(tmp_path) == ["t.csv"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(TableError, match="does not exist; create it first"):
        TableWriter(tmp_path / "none" / "t.csv")


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.xlsx"])
def test_a_place_that_cannot_be_written(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(TableError, match="choose another place"), TableWriter(tmp_path / name) as writer:
        writer.write(FRAME)


def test_types_given_to_the_writer_outlive_a_first_batch_without_values(tmp_path):
    whole = pd.DataFrame({"n": [None, 1], "mixed": [1, "x"], "text": ["a", None]})
    types = arrow_types(whole)
    assert [str(types[name]) for name in whole] == ["double", "string", "large_string"]
    with TableWriter(tmp_path / "t.parquet", types) as writer:
        writer.write(whole.iloc[:1])
        writer.write(whole.iloc[1:])
    columns = pq.read_table(tmp_path / "t.parquet").to_pydict()
    assert columns == {"n": [None, 1.0], "mixed": ["1", "x"], "text": ["a", None]}


@pytest.mark.parametrize("name", ["leads.CSV", "a.b.tsv", "x.txt", "x.Parquet", "x.pq", "x.XLSX"])
def test_formats_by_ending(name):
    assert table_format(name) in ("csv", "parquet", "excel")
