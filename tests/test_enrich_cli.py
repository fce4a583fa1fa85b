"""The command as a user meets it: real processes, real files, one line for each mistake."""

import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from warc_writing import html, write_warc

from enrich import cli
from enrich.benchmark.commands import benchmark

SCRIPT = Path(sys.executable).with_name("enrich")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with leads and an archive."""
    monkeypatch.chdir(tmp_path)
    text = "<title>Acme [bold]GmbH[/bold]</title><meta name=description content='We\x1b[31m make anvils'>"
    write_warc(tmp_path / "pages.warc.gz", [html("https://www.acme.example/", text)])
    Path("leads.csv").write_text("id,email\n1,jan@acme.example\n2,anna@gmail.com\n")
    return tmp_path


def call(*words):
    """Run the command in this process; returns its exit status."""
    arguments = sys.argv
    sys.argv = ["enrich", *words]
    try:
        cli.main()
    except SystemExit as done:
        return done.code or 0
    finally:
        sys.argv = arguments
    return 0


def test_run_then_show(folder, capsys):
    assert call("run", "leads.csv", "-o", "out.csv", "--warc", "pages.warc.gz") == 0
    said = capsys.readouterr().out
    assert said.startswith("2 rows: 1 company, 1 free\n1 company: 1 found\n1 page read in ")
    assert said.endswith("written: out.csv\nsources: enrich show DOMAIN --journal out.csv.journal\n")
    assert pd.read_csv("out.csv")["company_pages"].tolist() == [1, 0]
    for name in ("acme.example", "https://shop.acme.example/x", "someone@acme.example"):
        assert call("show", name, "--journal", "out.csv.journal") == 0
        said = capsys.readouterr().out
        assert "https://www.acme.example/" in said
        assert "[bold]GmbH[/bold]" in said
        assert "2026-01-02T03:04:05Z" in said
        assert "\x1b" not in said
        assert "someone" not in said


def test_without_a_source_the_summary_says_how_to_give_one(folder, capsys):
    assert call("run", "leads.csv", "-o", "out.csv") == 0
    assert "no source was given: --web fetches the companies' websites" in capsys.readouterr().out


def test_web_visits_the_companies(folder, capsys, monkeypatch):
    """No name resolves here, so nothing is connected to."""
    asked = []

    def resolve(host, port, **options):
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    Path("enrich.toml").write_text("pause_seconds = 0\n")
    assert call("run", "leads.csv", "-o", "out.csv", "--web", "--config", "enrich.toml") == 0
    assert "1 company: 1 no such domain" in capsys.readouterr().out
    assert asked == ["acme.example", "www.acme.example"]


def test_quiet_says_nothing(folder, capfd):
    assert call("run", "leads.csv", "-o", "out.csv", "--warc", "pages.warc.gz", "--quiet") == 0
    assert capfd.readouterr() == ("", "")


def test_a_damaged_archive_is_reported_even_when_quiet(folder, capfd):
    archive = Path("pages.warc.gz")
    archive.write_bytes(archive.read_bytes()[:-50])
    assert call("run", "leads.csv", "-o", "out.csv", "--warc", "pages.warc.gz", "--quiet") == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("enrich: pages.warc.gz: cannot be read beyond offset ")
    assert pd.read_csv("out.csv")["company_state"].tolist() == ["not looked"] * 2


def test_facts_say_where_every_value_of_the_table_comes_from(folder, capsys):
    call("run", "leads.csv", "-o", "out.csv", "--warc", "pages.warc.gz", "--quiet")
    assert call("facts", "--journal", "out.csv.journal", "-o", "facts.csv") == 0
    assert "written: facts.csv" in capsys.readouterr().out
    facts, table = pd.read_csv("facts.csv"), pd.read_csv("out.csv")
    filled = {c for c in table if f"{c}_why" in table and pd.notna(table.loc[0, c])}
    assert set(facts["field"]) == filled
    assert facts["url"].str.startswith("https://").all()
    assert set(facts["domain"]) == {"acme.example"}
    assert pd.to_datetime(facts["observed_at"]).notna().all()


def test_a_configuration_and_a_journal_of_ones_own(folder, capsys):
    Path("own.py").write_text(
        "from enrich import extractor\n@extractor('company_shout')\ndef shout(page):\n    return ['HELLO']\n"
    )
    Path("enrich.toml").write_text('extractor_modules = ["own.py"]\n')
    options = ["--warc", "pages.warc.gz", "--journal", "facts.db", "--config", "enrich.toml", "--quiet"]
    script = [SCRIPT, "run", "leads.csv", "-o", "out.csv", *options]
    assert subprocess.run(script, check=False).returncode == 0
    assert pd.read_csv("out.csv")["company_shout"].tolist()[0] == "HELLO"
    assert call("show", "acme.example", "--journal", "facts.db") == 0
    assert "HELLO" in capsys.readouterr().out


def test_fields_lists_the_catalogue(capsys):
    from enrich.extract.registry import FIELDS

    assert call("fields") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["group", "field", "values", "type", "from", "meaning"]
    assert len(lines) > 15
    for field in FIELDS.values():
        assert any(field.name in line and field.group in line for line in lines)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("run none.csv -o out.csv", "none.csv: no such file; check the path"),
        ("run empty.csv -o out.csv", "empty.csv: the file is empty; it needs a header row"),
        ("run blank.csv -o out.csv", "blank.csv: line 1 is blank; it must name the columns"),
        ("run . -o out.csv", ".: '' is no table format; use .csv"),
        ("run names.csv -o out.csv", "no column names a company among 'name', 'city'; name one 'email'"),
        ("run leads.csv -o out.json", "out.json: '.json' is no table format; use .csv"),
        ("run leads.csv -o none/out.csv", "the folder none does not exist; create it first"),
        ("run leads.csv -o leads.csv", "leads.csv: is the lead table itself; name another file"),
        ("run leads.csv -o out.csv --warc none.warc", "none.warc: cannot be read (No such file"),
        ("run leads.csv -o out.csv --warc leads.csv", "leads.csv: is no WARC file; --warc takes"),
        ("run leads.csv -o out.csv --config none.toml", "none.toml: cannot be read (No such file"),
        ("run leads.csv -o out.csv --config bad.toml", "unknown setting 'max_page'; did you mean 'max_"),
        ("run leads.csv -o out.csv --config own.toml", "own.py' cannot be loaded (SyntaxError: "),
        ("run leads.csv -o out.csv --config lost.toml", "lost.py' is no file; check the path"),
        ("run leads.csv -o out.csv --config module.toml", "'no.such.module' cannot be loaded ("),
        ("run leads.csv -o out.csv --journal leads.csv", "leads.csv: is no journal, or cannot be opened ("),
        ("run leads.csv -o out.csv --journal other.db", "other.db: is a database but no journal"),
        ("show acme.example --journal none", "none: no such journal; 'enrich run' writes one"),
        ("show acme.example --journal empty.csv", "empty.csv: is a database but no journal"),
        ("show acme --journal good", "'acme' is no company's domain; give one such as acme.example"),
        ("show secret@acme --journal good", "enrich: 'acme' is no company's domain"),
        ("show other.example --journal good", "good: nothing on other.example (not looked); 'enrich run'"),
        ("run leads.csv", "Missing option '-o'"),
        ("run -o out.csv", "Missing argument 'LEADS'"),
        ("rnu", "No such command 'rnu'"),
        ("run leads.csv -o out.csv --wrac x", "No such option"),
    ],
)
def test_mistakes_are_one_line_and_status_2(folder, capfd, words, message):
    Path("empty.csv").touch()
    Path("blank.csv").write_text("\nx\n")
    Path("names.csv").write_text("name,city\nAcme,Bonn\n")
    Path("bad.toml").write_text("max_page = 3")
    Path("own.toml").write_text('extractor_modules = ["own.py"]')
    Path("own.py").write_text("def broken(:\n")
    Path("lost.toml").write_text('extractor_modules = ["lost.py"]')
    Path("module.toml").write_text('extractor_modules = ["no.such.module"]')
    with sqlite3.connect("other.db") as other:
        other.execute("CREATE TABLE t (a)")
    call("run", "leads.csv", "-o", "good.csv", "--journal", "good", "--quiet")
    assert capfd.readouterr() == ("", "")
    assert call(*words.split()) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert message in said.err
    assert "Traceback" not in said.err
    if not said.err.startswith("Usage:"):
        assert said.err.startswith("enrich: ")
        assert said.err.count("\n") == 1
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    "words",
    [
        [],
        *([name] for name in cli.cli.commands if name != "benchmark"),
        *(["benchmark", name] for name in benchmark.commands),
    ],
)
def test_help_has_an_example(words, capsys):
    assert call(*words, "--help") == 0
    said = capsys.readouterr().out
    assert said.startswith("Usage: ")
    assert not words or re.search(rf"Examples?:\n    enrich {' '.join(words)}", said)


def test_help_is_quick():
    started = time.perf_counter()
    subprocess.run([SCRIPT, "--help"], check=True, capture_output=True)
    assert time.perf_counter() - started < 0.5 * max(1.0, os.getloadavg()[0])


def test_ctrl_c_commits_and_says_how_to_go_on(folder):
    pages = [html(f"https://www.c{n}.example/", f"<title>{n}") for n in range(100)]
    write_warc(folder / "many.warc.gz", pages)
    Path("many.csv").write_text("domain\n" + "".join(f"c{n}.example\n" for n in range(100)))
    Path("slow.py").write_text(
        "import time\nfrom enrich import extractor\n@extractor('company_slow')\n"
        "def slow(page):\n    time.sleep(0.05)\n    return []\n"
    )
    Path("enrich.toml").write_text('extractor_modules = ["slow.py"]\ncommit_every_pages = 10\n')
    command = [
        SCRIPT,
        "run",
        "many.csv",
        "-o",
        "out.csv",
        "--warc",
        "many.warc.gz",
        "--config",
        "enrich.toml",
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A job in the background inherits that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )

    def pages_kept():
        try:
            with sqlite3.connect("file:out.csv.journal?mode=ro", uri=True) as journal:
                return journal.execute("SELECT count(*) FROM page").fetchone()[0]
        except sqlite3.Error:
            return 0  # not laid out yet

    while not pages_kept() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "enrich: interrupted; give the same command again to go on where it stopped"
    assert 0 < pages_kept() < 100
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "100 companies: 100 found" in done.stdout
    assert pages_kept() == 100


def test_a_terminal_gets_a_table_and_no_escape_codes_of_a_page(folder):
    call("run", "leads.csv", "-o", "out.csv", "--warc", "pages.warc.gz", "--quiet")
    reader, terminal = pty.openpty()
    subprocess.run(
        [SCRIPT, "show", "acme.example", "--journal", "out.csv.journal"],
        stdout=terminal, check=True, env=os.environ | {"COLUMNS": "200", "TERM": "xterm"},
    )  # fmt: skip
    os.close(terminal)
    said = os.read(reader, 100_000).decode()
    os.close(reader)
    assert "\x1b[1m" in said  # the bold header is ours
    assert "\x1b[31m" not in said  # the red of the page is not
    assert "[bold]GmbH[/bold]" in said
