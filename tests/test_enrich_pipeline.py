"""The run as a whole: rows kept, evidence merged, resumable anywhere, addresses kept to itself."""

import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from warc_writing import Response, html, write_warc

import enrich
from enrich import Fact, Field, Kind, Settings, extractor
from enrich.errors import ColumnError, JournalError, SettingsError, TableError, WorkbenchError
from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS, FIELDS
from enrich.journal import Journal
from enrich.leads import Leads
from enrich.reading import Reader

load_built_in()


@pytest.fixture
def words():
    """Fields of each kind and type, filled from simple markup."""

    @extractor("word", kind=Kind.MANY, doc="words in bold")
    def bold(page):
        return [node.text() for node in page.tree.css("b")]

    @extractor(Field("size", "own", Kind.ONE, "a number", "int"), Field("new", "own", Kind.FLAG, "a flag"))
    def numbers(page):
        for node in page.tree.css("i"):
            yield Fact("size", int(node.text()), 0.9)
        if page.tree.css_first("u"):
            yield Fact("new", True)

    @extractor("motto", kind=Kind.ONE)
    def motto(page):
        return [node.text() for node in page.tree.css("q")]


def site(number, *pages):
    paths = ["", "about", "contact", "team"]
    return [
        html(f"https://www.c{number}.example/{path}", text) for path, text in zip(paths, pages, strict=False)
    ]


def frame_of(table):
    """A table as plain values, blanks as None."""
    rows = table.to_numpy(object).tolist()
    return [[None if cell is pd.NA or cell != cell else cell for cell in row] for row in rows]


def test_pages_that_are_not_the_company_speaking_yield_states_and_no_facts(words, tmp_path):
    pages = [
        *site(1, "<title>c1</title><p>This domain is for sale! <b>cheap</b>"),
        *site(2, "<p>Under construction. <b>soon</b>"),
        *site(3, "<title>Just a moment...</title><p>Checking your browser <b>now</b>"),
        *site(4, "<title>404 Not Found</title><h1>Page not found</h1>", "<p>We make <b>anvils</b>."),
    ]
    warc = write_warc(tmp_path / "a.warc.gz", pages)
    leads = pd.DataFrame({"domain": [f"c{number}.example" for number in range(1, 5)]})
    table = enrich.run(leads, warc=warc, quiet=True)
    assert table["company_state"].tolist() == ["parked", "absent", "blocked", "found"]
    assert table["company_pages"].tolist() == [0, 0, 0, 1]
    assert table["word"].fillna("").tolist() == ["", "", "", "anvils"]
    assert table["word_why"].fillna("").tolist() == ["parked", "absent", "blocked", ""]


def test_evidence_of_all_pages_becomes_one_row(words, tmp_path):
    pages = site(1, "<b>red</b><i>7</i>", "<b>blue; sky</b><b>red</b><i>8</i><i>7</i><u>x</u>")
    pages += site(2, "<p>bare")
    warc = write_warc(tmp_path / "a.warc.gz", pages)
    leads = pd.DataFrame({"email": ["jan@c1.example", "info@c2.example", "x@c3.example"]}, index=[5, 3, 9])
    table = enrich.run(leads, warc=warc, quiet=True)
    assert list(table.index) == [5, 3, 9]
    kept = ["company_domain", "mailbox", "company_state", "company_pages", "word", "word_why", "size"]
    kept += ["size_why", "new"]
    assert frame_of(table[kept]) == [
        ["c1.example", "company", "found", 2, "red; blue, sky", None, 7, None, True],
        ["c2.example", "role", "found", 1, None, "absent", None, "absent", None],
        ["c3.example", "company", "not looked", 0, None, "not looked", None, "not looked", None],
    ]
    assert table["size"].dtype == "Int64"
    assert table["new"].dtype == "boolean"
    assert list(leads.columns) == ["email"]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["403 Forbidden", "404 Not Found"], "blocked"),
        (["429 Too Many Requests", "404 Not Found"], "rate-limited"),
        (["500 Error", "404 Not Found"], "failed"),
        (["404 Not Found"], "absent"),
        (["301 Moved"], "not looked"),
        (["403 Forbidden", "200 OK"], "found"),
    ],
)
def test_states_of_a_company_and_its_fields(words, tmp_path, statuses, state):
    pages = [Response(f"http://acme.example/{n}", status=status) for n, status in enumerate(statuses)]
    warc = write_warc(tmp_path / "a.warc.gz", pages)
    table = enrich.run(pd.DataFrame({"domain": ["acme.example"]}), warc=[warc], quiet=True)
    assert table["company_state"].tolist() == [state]
    assert table["motto_why"].tolist() == ["absent" if state == "found" else state]


def test_columns_do_not_depend_on_what_is_found(words, tmp_path):
    warc = write_warc(tmp_path / "a.warc.gz", site(1, "<b>red</b><i>7</i><u></u>"))
    found = enrich.run(pd.DataFrame({"email": ["a@c1.example"]}), warc=warc, quiet=True)
    nothing = enrich.run(pd.DataFrame({"email": ["a@c2.example"]}), quiet=True)
    no_rows = enrich.run(pd.DataFrame({"email": []}), warc=warc, quiet=True)
    assert found.dtypes.to_dict() == nothing.dtypes.to_dict()
    assert list(found.columns) == list(no_rows.columns)
    assert list(found.columns)[:5] == ["email", "company_domain", "mailbox", "company_state", "company_pages"]
    assert list(found.columns)[-2:] == ["conflicts", "error"]
    assert [column for name in FIELDS for column in (name, f"{name}_why")] == list(found.columns)[5:-2]


def test_an_added_column_makes_way_for_one_of_the_input(words, tmp_path):
    leads = pd.DataFrame({"email": ["a@c1.example"], "error": ["?"], "word": ["own"], "word_enriched": [1]})
    table = enrich.run(leads, quiet=True)
    assert table[list(leads.columns)].equals(leads)
    assert {"error_enriched", "word_enriched_enriched", "word_why"} < set(table.columns)
    assert not table.columns.duplicated().any()


def test_enriching_the_result_again_keeps_its_columns(words):
    once = enrich.run(pd.DataFrame({"email": ["a@c1.example"]}), quiet=True)
    twice = enrich.run(once, quiet=True)
    assert twice[list(once.columns)].equals(once)


MALFORMED = """id;E-Mail;Сайт;Notiz
1;jan@c1.example;;"ein; Satz"
2;jan@c1.example
3;"JAN <jan@c1.example>";;b;zu;viel
4;;;
5;kaputt;;=1+1
6;anna@gmail.com;https://c2.example/über;x
7;anna@gmail.com;;x

8;;www.c1.example;äöü
9;jan@münchen.example;;x"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("batch_rows", [2, 1000])
def test_every_row_is_there_in_its_place(words, tmp_path, encoding, separator, batch_rows):
    text = MALFORMED.replace(";", separator)
    if encoding == "cp1251":
        text = text.translate(str.maketrans("äöüÄ", "жщюЖ"))
    leads = tmp_path / "leads.csv"
    leads.write_text(text, encoding=encoding)
    warc = write_warc(tmp_path / "a.warc.gz", site(1, "<q>We care</q>"))
    out = tmp_path / "out.csv"
    summary = enrich.run(leads, out, warc=warc, settings=Settings(batch_rows=batch_rows), quiet=True)
    table = pd.read_csv(out, dtype="str", keep_default_na=False)
    assert table["id"].tolist() == [str(n) for n in range(1, 10)]
    assert table["company_domain"].tolist()[:8] == ["c1.example"] * 3 + [
        "",
        "",
        "c2.example",
        "",
        "c1.example",
    ]
    assert table["mailbox"].tolist() == [
        *["company"] * 3, "missing", "invalid", "free", "free", "missing", "company"
    ]  # fmt: skip
    assert table["motto"].tolist()[:3] == ["We care"] * 3
    errors = table["error"].tolist()
    assert [bool(error) for error in errors] == [False, True, True, True, True, False, False, False, False]
    assert errors[1].startswith("line 3 has 2 cells where the header has 4; check")
    assert errors[4] == "line 6: 'kaputt' is no e-mail address (no @ in it); correct it"
    assert table["Notiz"].tolist()[4] == "'=1+1"
    assert (summary.rows, summary.rows_with_error, summary.pages) == (9, 4, 1)


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "xlsx"])
def test_every_format_in_and_out(words, tmp_path, ending):
    leads = pd.DataFrame({"email": ["jan@c1.example", None, "x@c2.example"], "n": [1, 2, 3]})
    path = tmp_path / f"leads.{ending}"
    {
        "csv": lambda: leads.to_csv(path, index=False),
        "tsv": lambda: leads.to_csv(path, index=False, sep="\t"),
        "parquet": lambda: leads.to_parquet(path),
        "xlsx": lambda: leads.to_excel(path, index=False),
    }[ending]()
    warc = write_warc(tmp_path / "a.warc.gz", site(1, "<i>7</i><q>a\x0bb</q>") + site(2, "<u></u>"))
    out = tmp_path / f"out.{ending}"
    enrich.run(path, out, warc=warc, quiet=True)
    table = {
        "csv": pd.read_csv,
        "tsv": lambda path: pd.read_csv(path, sep="\t"),
        "parquet": pd.read_parquet,
        "xlsx": pd.read_excel,
    }[ending](out)
    assert table["n"].tolist() == [1, 2, 3]
    assert table["size"].tolist()[0] == 7
    assert table["motto"].tolist()[0] == "ab"
    assert len(table) == 3


def test_parquet_types_survive_whatever_the_first_batch_holds(words, tmp_path):
    leads = pd.DataFrame(
        {
            "email": [None, None, "a@c1.example", "b@c2.example"],
            "count": pd.array([1, 2, None, 4], dtype="Int64"),
            "late": [None, None, None, 1.5],
            "when": pd.to_datetime(["2026-01-01", None, None, "2026-02-01"]),
            "kind": pd.Categorical(["a", "b", None, "a"]),
            "big": pd.array([2**60 + 1, None, None, 5], dtype="Int64"),
        }
    )
    path, out = tmp_path / "leads.parquet", tmp_path / "out.parquet"
    leads.to_parquet(path)
    warc = write_warc(tmp_path / "a.warc.gz", site(2, "<i>7</i><u></u>"))
    enrich.run(path, out, warc=warc, settings=Settings(batch_rows=1), quiet=True)
    schema = pq.read_schema(out)
    types = {name: str(schema.field(name).type) for name in [*leads, "size", "new", "company_pages", "word"]}
    assert types["count"] == types["big"] == types["size"] == types["company_pages"] == "int64"
    assert (types["late"], types["new"]) == ("double", "bool")
    assert types["when"].startswith("timestamp")
    columns = pq.read_table(out).to_pydict()
    assert columns["count"] == [1, 2, None, 4]
    assert columns["big"] == [2**60 + 1, None, None, 5]
    assert columns["kind"] == ["a", "b", None, "a"]
    assert columns["size"] == [None, None, None, 7]


def test_a_frame_with_mixed_cells_can_be_written(words, tmp_path):
    leads = pd.DataFrame({"email": ["a@c1.example", 5, np.nan], "mixed": [1, "x", {"a": 1}]})
    out = tmp_path / "out.parquet"
    enrich.run(leads, out, settings=Settings(batch_rows=1), quiet=True)
    assert pq.read_table(out)["mixed"].to_pylist() == ["1", "x", "{'a': 1}"]


def test_an_extractor_that_raises_costs_its_own_facts_only(words, tmp_path):
    @extractor("risky")
    def risky(page):
        yield "before"
        raise ValueError(f"cannot read {page.url}")

    @extractor("wrong")
    def wrong(page):
        return [["no", "text"]]

    warc = write_warc(tmp_path / "a.warc.gz", site(1, "<b>red</b>", "<b>red</b>"))
    leads = tmp_path / "leads.csv"
    leads.write_text("email\na@c1.example\n")
    summary = enrich.run(leads, tmp_path / "out.csv", warc=warc, quiet=True)
    table = pd.read_csv(tmp_path / "out.csv")
    assert (table["word"][0], table["risky_why"][0], table["wrong_why"][0]) == ("red", "absent", "absent")
    assert summary.mishaps == {"risky": 2, "wrong": 2}
    assert "extractors that failed on pages: 2 risky, 2 wrong" in str(summary)
    with sqlite3.connect(tmp_path / "out.csv.journal") as journal:
        messages = [message for (message,) in journal.execute("SELECT message FROM mishap ORDER BY message")]
    assert messages[0] == "TypeError: value of wrong is list; it must be text, a number or a flag"
    assert messages[-1] == "ValueError: cannot read https://www.c1.example/about"


def test_nothing_is_extracted_twice(tmp_path):
    read = []

    @extractor("seen")
    def seen(page):
        read.append(page.url)
        yield "x"

    warc = write_warc(tmp_path / "a.warc.gz", site(1, "a", "b") + site(1, "again") + site(2, "c"))
    same = shutil.copy(warc, tmp_path / "b.warc.gz")
    leads = pd.DataFrame({"email": ["a@c1.example", "b@c1.example", "c@c2.example"]})
    for _ in range(2):
        enrich.run(leads, warc=[warc, warc, same], journal=tmp_path / "journal", quiet=True)
    assert sorted(read) == [
        "https://www.c1.example/",
        "https://www.c1.example/about",
        "https://www.c2.example/",
    ]


def test_companies_added_later_get_a_full_pass_of_their_own(tmp_path):
    read = []

    @extractor("seen")
    def seen(page):
        read.append(page.host)
        yield page.host

    warc = write_warc(tmp_path / "a.warc.gz", [page for n in range(6) for page in site(n, "a", "b")])

    def run(*numbers):
        read.clear()
        leads = pd.DataFrame({"domain": [f"c{n}.example" for n in numbers]})
        table = enrich.run(leads, warc=warc, journal=tmp_path / "journal", quiet=True)
        assert table["company_pages"].tolist() == [2] * len(numbers)
        return {host[5] for host in read}

    assert run(1, 3) == {"1", "3"}
    assert run(1, 2, 3) == {"2"}
    assert run(0, 1, 2, 3, 4, 5) == {"0", "4", "5"}


def interrupted_after(monkeypatch, pages):
    """Let the reader be interrupted by Ctrl-C after so many pages."""
    outcome = Reader._outcome
    left = [pages]

    def counted(self, *rest):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return outcome(self, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "_outcome", counted)
        yield


@pytest.mark.parametrize("later", [(0, 1, 2, 3, 4, 5), (4, 5), (0,), (1, 5)])
@pytest.mark.parametrize("stop", [0, 1, 5, 7])
def test_new_companies_join_a_pass_that_was_interrupted(tmp_path, monkeypatch, stop, later):
    """Whoever is added while a pass is unfinished catches up; nobody's page is read twice or missed."""
    read = []

    @extractor("seen")
    def seen(page):
        read.append(page.url)
        yield page.url

    settings = Settings(commit_every_pages=1)

    def run(numbers):
        leads = pd.DataFrame({"domain": [f"c{n}.example" for n in numbers]})
        return enrich.run(leads, warc=warc, journal=tmp_path / "journal", settings=settings, quiet=True)

    pages = [page for n in range(6) for page in site(n, "a", "b", "c")]
    warc = write_warc(tmp_path / "a.warc.gz", pages[::2] + pages[1::2])
    for _ in interrupted_after(monkeypatch, stop):
        with pytest.raises(KeyboardInterrupt):
            run([1, 2, 3])
    assert len(read) == stop
    for numbers in (later, [1, 2, 3], [0, 1, 2, 3, 4, 5]):
        table = run(numbers)
        assert table["company_pages"].tolist() == [3] * len(numbers)
    assert sorted(read) == sorted(page.url for page in pages)
    with sqlite3.connect(tmp_path / "journal") as journal:
        assert journal.execute("SELECT count(*) FROM fact WHERE field = 'seen'").fetchone() == (18,)
        assert journal.execute("SELECT count(*) FROM pass WHERE NOT finished").fetchone() == (0,)


def test_an_edited_extractor_reads_again(tmp_path):
    warc = write_warc(tmp_path / "a.warc.gz", site(1, "a") + site(2, "b"))
    journal = tmp_path / "journal"
    both, first = (pd.DataFrame({"domain": [f"c{n}.example" for n in numbers]}) for numbers in [(1, 2), (1,)])

    @extractor("answer", kind=Kind.ONE)
    def answer(page):
        yield "old"

    assert enrich.run(both, warc=warc, journal=journal, quiet=True)["answer"].tolist() == ["old", "old"]

    @extractor("answer", kind=Kind.ONE, name="answer")
    def edited(page):
        yield "new"

    assert enrich.run(first, warc=warc, journal=journal, quiet=True)["answer"].tolist() == ["new"]
    assert enrich.run(both, warc=warc, journal=journal, quiet=True)["answer"].tolist() == ["new", "new"]


def test_at_most_so_many_pages_a_company(words, tmp_path):
    archives = [
        write_warc(
            tmp_path / f"{part}.warc.gz", [html(f"http://c1.example/{part}{n}", "a") for n in range(5)]
        )
        for part in "ab"
    ]
    table = enrich.run(
        pd.DataFrame({"domain": ["c1.example"]}),
        warc=archives,
        settings=Settings(max_pages_per_company=7, commit_every_pages=2),
        quiet=True,
    )
    assert table["company_pages"].tolist() == [7]


def test_facts_below_the_least_confidence_stay_in_the_journal(words, tmp_path):
    warc = write_warc(tmp_path / "a.warc.gz", site(1, "<b>red</b><i>7</i>"))
    journal = tmp_path / "journal"
    settings = Settings(min_confidence=0.8)
    leads = pd.DataFrame({"domain": ["c1.example"]})
    table = enrich.run(leads, warc=warc, journal=journal, settings=settings, quiet=True)
    assert (table["size"][0], table["word_why"][0]) == (7, "absent")
    assert "red" in enrich.show("c1.example", journal)["value"].tolist()


def test_a_damaged_archive_counts_as_far_as_it_goes(words, tmp_path):
    pages = [page for n in range(20) for page in site(n, "<q>x</q>" + "y" * 500)]
    warc = write_warc(tmp_path / "a.warc.gz", pages)
    warc.write_bytes(warc.read_bytes()[: warc.stat().st_size // 2])
    leads = tmp_path / "leads.csv"
    leads.write_text("domain\n" + "".join(f"c{n}.example\n" for n in range(20)))
    for _ in range(2):  # the second run reads nothing and still says so
        summary = enrich.run(leads, tmp_path / "out.csv", warc=warc, quiet=True)
        (damage,) = summary.damage
        assert damage.startswith(f"{warc}: cannot be read beyond offset ")
        assert damage in str(summary)
    states = pd.read_csv(tmp_path / "out.csv")["company_state"].tolist()
    assert 5 < states.index("not looked") < 15
    assert states == sorted(states)


def test_local_parts_are_nowhere_but_in_the_table(words, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    warc = write_warc(tmp_path / "a.warc.gz", site(1, "<b>red</b>"))
    leads = tmp_path / "leads.csv"
    leads.write_text("email\nsecret.person@c1.example\n<Secret.Person@gmail.com>\nsecret.person@\n")
    journal = Journal(tmp_path / "journal", create=True)  # held open, so that the write-ahead log stays
    summary = enrich.run(leads, tmp_path / "out.csv", warc=warc, journal=tmp_path / "journal")
    files = list(tmp_path.glob("journal*"))
    assert len(files) == 3
    for file in files:
        assert b"secret" not in file.read_bytes().lower()
    journal.close()
    assert "secret" not in "".join([str(summary), repr(summary), caplog.text, *capfd.readouterr()]).lower()
    assert "secret.person@c1.example" in (tmp_path / "out.csv").read_text()


def test_the_summary_reads_well(words, tmp_path):
    blocked = Response("http://c2.example/", status="403 No")
    warc = write_warc(tmp_path / "a.warc.gz", [*site(1, "<b>red</b>"), blocked])
    leads = tmp_path / "leads.csv"
    leads.write_text("email\na@c1.example\ninfo@c2.example\nx@gmail.com\njunk\n")
    lines = str(enrich.run(leads, tmp_path / "out.csv", warc=warc, quiet=True)).splitlines()
    assert (
        lines[0] == "4 rows: 1 company, 1 role, 1 free, 1 invalid; 1 with an error (see the column 'error')"
    )
    assert lines[1] == "2 companies: 1 found, 1 blocked"
    assert lines[2].startswith("1 page read in ")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"leads": "none.csv"}, TableError, "no such file"),
        ({"leads": "empty.csv"}, TableError, "the file is empty"),
        ({"leads": "."}, TableError, "no table format"),
        ({"leads": "names.csv"}, ColumnError, "no column names a company among 'name'"),
        ({"out": "out.json"}, TableError, "no table format"),
        ({"out": "none/out.csv"}, TableError, "does not exist"),
        ({"out": "leads.csv"}, TableError, "is the lead table itself"),
        ({"warc": "none.warc"}, SettingsError, "cannot be read"),
        ({"warc": "leads.csv"}, SettingsError, "is no WARC file"),
        ({"journal": "leads.csv"}, JournalError, "is no journal"),
        ({"journal": "none/journal"}, JournalError, "does not exist"),
        ({"journal": "."}, JournalError, "is a folder"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_written(
    tmp_path, monkeypatch, change, error, message
):
    monkeypatch.chdir(tmp_path)
    Path("leads.csv").write_text("email\na@c1.example\n")
    Path("names.csv").write_text("name\nAcme\n")
    Path("empty.csv").touch()
    before = sorted(Path().iterdir())
    call = {"leads": "leads.csv", "out": "out.csv", "quiet": True} | change
    with pytest.raises(error, match=message) as raised:
        enrich.run(call.pop("leads"), call.pop("out"), **call)
    assert isinstance(raised.value, WorkbenchError)
    assert sorted(Path().iterdir()) == before
    assert Path("leads.csv").read_text() == "email\na@c1.example\n"


def test_a_frame_with_one_name_twice_is_refused():
    with pytest.raises(ColumnError, match="'email' is there 2 times"):
        Leads(pd.DataFrame([["a", "b"]], columns=["email", "email"]), 10)


OWN = """
import time
from enrich import extractor
@extractor("company_words")
def words(page):
    time.sleep(0.004)
    return page.tree.body.text().split()
"""


def kill_when(command, journal, pages):
    """Start a run, kill it once that many pages are in the journal; tell whether it was still at it."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        while process.poll() is None:
            if journal.exists():
                try:
                    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as connection:
                        if connection.execute("SELECT count(*) FROM page").fetchone()[0] >= pages:
                            break
                except sqlite3.Error:
                    pass  # not laid out yet
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()
    return process.returncode == -signal.SIGKILL


def test_killed_and_resumed_equals_undisturbed(tmp_path):
    """SIGKILL at several points of a real process; the tables are the same to the byte."""
    texts = "<title>One</title>", "<b>two", "<p>three", "<p>four"
    pages = [page for n in range(30) for page in site(n, *texts)]
    warc = write_warc(tmp_path / "a.warc.gz", pages[::3] + pages[1::3] + pages[2::3])
    leads = tmp_path / "leads.csv"
    leads.write_text("id,email\n" + "".join(f"{n},sales@c{n % 33}.example\n" for n in range(150)))
    (tmp_path / "own.py").write_text(OWN)
    config = tmp_path / "enrich.toml"
    config.write_text('extractor_modules = ["own.py"]\ncommit_every_pages = 7\nbatch_rows = 20\n')

    def command(name):
        script = Path(sys.executable).with_name("enrich")
        return [script, "run", leads, "-o", tmp_path / name, "--warc", warc, "--config", config, "--quiet"]

    subprocess.run(command("undisturbed.csv"), check=True)
    journal = tmp_path / "killed.csv.journal"
    kills = [kill_when(command("killed.csv"), journal, pages) for pages in (1, 40, 80)]
    assert all(kills)
    assert not (tmp_path / "killed.csv").exists()
    subprocess.run(command("killed.csv"), check=True)
    assert (tmp_path / "killed.csv").read_bytes() == (tmp_path / "undisturbed.csv").read_bytes()

    settings = Settings.from_toml(config)
    for name in ("killed", "undisturbed"):
        store = tmp_path / f"{name}.csv.journal"
        with sqlite3.connect(store) as connection:
            assert connection.execute("SELECT count(*), count(DISTINCT url) FROM page").fetchone() == (
                120,
                120,
            )
        before = dict(EXTRACTORS), dict(FIELDS)
        summary = enrich.run(
            leads, tmp_path / f"{name}.parquet", warc=warc, journal=store, settings=settings, quiet=True
        )
        EXTRACTORS.pop("words")
        assert set(EXTRACTORS) == set(before[0])
        del FIELDS._fields["company_words"]
        assert summary.pages == 0
    assert (tmp_path / "killed.parquet").read_bytes() == (tmp_path / "undisturbed.parquet").read_bytes()
