"""Cells that harm whoever opens or prints them: defused where they would run, else as they were."""

import csv
import json
import unicodedata

import openpyxl
import pandas as pd
import pytest
from warc_writing import html, write_warc

import enrich
from enrich.journal import Journal
from enrich.spreadsheet import printable
from enrich.tables import TableWriter, read_table, write_table
from enrich.terminal import plain

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
OWN_PAYLOADS = [
    *("=1+1", "\t=1+1", " =1+1", "\r=1", "\n=1", "\x00=1", "＝1+1", "-1+cmd|' /C calc'!A0", "+1+1|x"),
    *("@SUM(A1)", '+HYPERLINK("http://x")', "-2+3+cmd|' /C calc'!A0", '="a"&1', "\u00a0=1"),
]
OWN_TEXTS = [
    *("NA", "null", "None", "NaN", "true", "007", "1e5", "-1", "1/2", "  lead", "trail  ", "a\tb", "a\nb"),
    *("a\rb", "a\r\nb", '"', "'", "''", ",;|", "ä\u202eb", "\u2028", "\ufeffx", "_x000D_", "💩", "\x1b[31m"),
]


@pytest.fixture(params=["own", "suite"])
def payloads(request):
    if request.param == "own":
        return OWN_PAYLOADS
    path = request.getfixturevalue("material")("suites/csv-injection") / "payloads.json"
    suite = json.loads(path.read_text(encoding="utf-8"))
    assert {name: len(cells) for name, cells in suite.items()} == {
        "payloadbox": 6,
        "payloads-all-the-things": 16,
    }
    return [payload for cells in suite.values() for payload in cells]


@pytest.fixture(params=["own", "suite"])
def texts(request):
    if request.param == "own":
        return OWN_TEXTS
    path = request.getfixturevalue("material")("suites/blns") / "blns.json"
    texts = json.loads(path.read_text(encoding="utf-8"))
    assert len(texts) == 515
    return texts


def exported(path):
    """Every cell of a file as a spreadsheet meets it, the header included."""
    if path.suffix == ".xlsx":
        rows = openpyxl.load_workbook(path).active.iter_rows()
        cells = [cell for row in rows for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        return [cell.value for cell in cells]
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.reader(handle, delimiter="\t" if path.suffix == ".tsv" else ",")
        return [cell for row in rows for cell in row]


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.xlsx"])
def test_no_exported_cell_starts_a_formula(tmp_path, payloads, name):
    frame = pd.DataFrame({"@header": payloads, "=1+1": payloads[::-1]})
    with TableWriter(tmp_path / name) as writer:
        writer.write(frame)
        writer.write(frame)
    cells = exported(tmp_path / name)
    assert len(cells) == 2 + 4 * len(payloads)
    for cell in cells:
        assert not cell.lstrip(" \t\r\n\x00\u00a0").startswith(FORMULA), repr(cell)


def test_parquet_which_no_spreadsheet_runs_keeps_them(tmp_path, payloads):
    write_table(pd.DataFrame({"@header": payloads}), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").frame["@header"].tolist() == payloads


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.parquet", "t.xlsx"])
def test_naughty_cells_come_back_as_they_were(tmp_path, texts, name):
    """But for the apostrophe before a formula, blanks in CSV, and what XML cannot hold in a workbook."""
    frame = pd.DataFrame({"id": range(len(texts)), "text": texts})
    write_table(frame, tmp_path / name)
    back = read_table(tmp_path / name).frame["text"].tolist()
    kept = printable(frame)["text"].tolist() if name.endswith("xlsx") else texts
    assert len(back) == len(texts)
    for text, found in zip(kept, back, strict=True):
        if isinstance(found, str):
            assert found in (text, f"'{text}"), (text, found)
            assert found == text or name != "t.parquet", text
        else:
            assert text.strip() == "", text
            assert name != "t.parquet", text


def test_naughty_cells_are_plain_in_a_terminal(texts):
    for text in texts:
        shown = str(plain(text))
        assert not [c for c in shown if unicodedata.category(c)[0] == "C"], repr(text)
        assert "\n" not in shown
        assert len(shown) <= 300


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_naughty_leads_and_pages_pass_through_a_whole_run(tmp_path, texts, ending):
    """As names, addresses and websites of leads, and as what a page says: rows, facts and journal hold."""

    domains = [f"c{number}.example" for number in range(len(texts))]
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in texts]
    pages = [
        html(f"https://{domain}/", f"<title>{text}</title><p>{text}<p><b>{text}</b>")
        for domain, text in zip(domains, escaped, strict=True)
    ]
    leads = pd.DataFrame(
        {"domain": domains, "name": texts, "email": [f"{text}@acme.example" for text in texts]}
    )
    out = tmp_path / f"out.{ending}"
    enrich.run(leads, out, warc=write_warc(tmp_path / "a.warc.gz", pages), quiet=True)
    table = read_table(out).frame
    assert len(table) == len(texts)
    assert table["company_domain"].tolist() == domains
    kept = printable(leads)["name"].tolist() if ending == "xlsx" else texts
    for name, text in zip(table["name"], kept, strict=True):
        found = name if isinstance(name, str) else ""
        assert found.removeprefix("'").strip() == text.removeprefix("'").strip()
    with Journal(tmp_path / f"out.{ending}.journal") as journal:
        values = [value for domain in domains for value in journal.facts(domain)["value"]]
    assert len(values) > len(texts) // 2
    assert not [value for value in values if isinstance(value, str) and value.strip() != value]


def test_naughty_websites_and_addresses_are_row_errors_at_most(texts):
    frame = pd.DataFrame({"id": range(len(texts)), "website": texts, "email": texts})
    table = enrich.run(frame, quiet=True)
    assert table["id"].tolist() == list(range(len(texts)))
