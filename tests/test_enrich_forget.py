"""A person or a company is erased for good, and the files are searched to prove it."""

import json
import sqlite3

import pandas as pd
import pytest
from test_enrich_cli import call
from warc_writing import html, write_warc
from web_serving import Web

import enrich
from enrich import Settings
from enrich.errors import SettingsError, TableError
from enrich.forget import _search, forget
from enrich.forgotten import Forgotten
from enrich.sources.live import LiveWeb

QUICK = Settings(pause_seconds=0.0, deadline_seconds=1.0, max_attempts_per_page=1)
TEXT = "We make anvils for smiths everywhere, and have done so for more than a hundred years now. " * 3


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A journal and the archive saved with it: Acme with two mailboxes, a partner that names one of them."""
    monkeypatch.chdir(tmp_path)
    web = Web(
        {
            "acme.example": {
                "/": f"<title>Acme</title><p>{TEXT}</p><a href=/contact>Contact</a>",
                "/contact": "<p>jan@acme.example, info@acme.example, marjan@acme.example, Jan@ACME.example",
            },
            "partner.example": {
                "/": f"<title>Partner</title><p>{TEXT} Write to jan@acme.example for more. {TEXT}</p>"
                "<p>us@partner.example"
            },
            "notacme.example": {"/": "<title>Not Acme</title><p>x@notacme.example"},
        }
    )
    look(web)
    yield tmp_path
    web.close()


def look(web=None, **source):
    frame = pd.DataFrame({"domain": ["acme.example", "partner.example", "notacme.example"]})
    source = source or {"live": [LiveWeb(QUICK, web.reach())], "save_warc": "pages.warc.gz"}
    return enrich.run(frame, journal="journal", settings=QUICK, quiet=True, **source)


def values(domain):
    return [str(value) for value in enrich.show(domain, "journal")["value"]]


def test_a_person_is_erased_everywhere_and_nobody_else(folder):
    assert any("jan@acme.example" in value for value in values("partner.example"))
    proofs = forget("JAN@acme.example", "journal")
    assert [(proof.path.name, proof.left) for proof in proofs] == [("journal", 0), ("pages.warc.gz", 0)]
    assert [proof.erased > 0 for proof in proofs] == [True, True]
    assert b"jan@acme.example" not in (folder / "journal").read_bytes().replace(b"marjan@acme.example", b"")
    left = values("acme.example")
    assert {"info@acme.example", "marjan@acme.example"} <= set(left)
    assert "jan@acme.example" not in left
    partner = values("partner.example")
    assert "us@partner.example" in partner
    (text,) = (value for value in partner if "anvils" in value and "Write to" in value)
    assert "Write to [removed] for more" in text


def test_a_company_is_erased_with_its_mailboxes_elsewhere(folder):
    proofs = forget("https://www.acme.example/", "journal")
    assert [proof.left for proof in proofs] == [0, 0]
    with pytest.raises(enrich.WorkbenchError, match=r"nothing on acme\.example"):
        values("acme.example")
    assert not [value for value in values("partner.example") if "acme.example" in value]
    assert "x@notacme.example" in values("notacme.example")


@pytest.mark.parametrize("who", ["jan@acme.example", "acme.example"])
def test_later_runs_leave_the_forgotten_out(folder, who):
    write_warc(
        folder / "again.warc.gz",
        [
            html("http://acme.example/team", "<p>jan@acme.example, new@acme.example"),
            html("http://partner.example/b", f"<title>B</title><p>{TEXT} Ask jan@acme.example. {TEXT}"),
        ],
    )
    forget(who, "journal", ["again.warc.gz"])
    write_warc(
        folder / "again.warc.gz", [html("http://acme.example/team", "<p>jan@acme.example, new@acme.example")]
    )
    table = look(warc="again.warc.gz")
    if who == "acme.example":
        assert table["company_state"][0] == "not looked"
    else:
        assert "new@acme.example" in table["company_emails"][0]
    assert "jan@acme.example" not in table.to_csv().replace("marjan@acme.example", "")
    assert forget(who, "journal")[0].left == 0


def test_the_search_finds_what_was_left(folder):
    """The proof is a search: it counts a name that somebody put back behind the journal's back."""
    with sqlite3.connect("journal") as other:
        page = other.execute("SELECT id FROM page WHERE domain = 'notacme.example'").fetchone()[0]
        other.execute("CREATE TABLE other (text)")
        other.execute("INSERT INTO other VALUES (?)", ("call JAN@acme.example",))
        other.execute("INSERT INTO fact VALUES (?, 'f', ?, 1, 'e')", (page, json.dumps("jan@acme.example")))
    assert forget("jan@acme.example", "journal")[0].left == 1


@pytest.mark.parametrize("shift", range(0, 24, 3))
def test_the_search_counts_once_across_blocks_and_no_longer_name(tmp_path, shift):
    innocent = b"not-acme.example"
    body = b"." * ((1 << 20) - 24 + shift) + innocent + b" Acme.example " + innocent
    (tmp_path / "file").write_bytes(body)
    assert _search(tmp_path / "file", Forgotten("acme.example"), {innocent}) == (len(body), 1)


def test_a_damaged_archive_is_left_as_it_was(folder):
    damaged = (folder / "pages.warc.gz").read_bytes()[:-30]
    (folder / "damaged.warc.gz").write_bytes(damaged)
    with pytest.raises(TableError, match="nothing was erased from it: mend or delete it"):
        forget("jan@acme.example", "journal", ["damaged.warc.gz"])
    assert (folder / "damaged.warc.gz").read_bytes() == damaged
    assert sorted(path.name for path in folder.iterdir()) == ["damaged.warc.gz", "journal", "pages.warc.gz"]


def test_the_command_prints_the_proof(folder, capsys):
    assert call("forget", "jan@acme.example", "--journal", "journal") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition(", ")[2] for line in lines] == ["no trace left", "no trace left"]
    assert call("forget", "jan", "--journal", "journal") == 2
    assert "jan@acme.example or acme.example" in capsys.readouterr().err


@pytest.mark.parametrize(
    "who", ["", "jan", "@acme.example", "jan@", "co.uk", "a b@acme.example", "127.0.0.1"]
)
def test_neither_person_nor_company(who):
    with pytest.raises(SettingsError, match="neither an e-mail address nor a company's domain"):
        Forgotten(who)


ELSEWHERE = "x.a.b@acme.example, a.b@acme.example.org"


@pytest.mark.parametrize(
    ("who", "text", "left"),
    [
        ("jan@müller.example", "jan@xn--mller-kva.example", None),
        ("jan@xn--mller-kva.example", "an jan@müller.example!", "an [removed]!"),
        ("a.b@acme.example", ELSEWHERE, ELSEWHERE),
        ("acme.example", "https://shop.acme.example/x or a@acme.example", "https://[removed]/x or [removed]"),
        ("acme.co", "acme.com acme.co.uk notacme.co", "acme.com acme.co.uk notacme.co"),
        ("почта@пример.рф", "пишите: почта@пример.рф", "пишите: [removed]"),
    ],
)
def test_a_name_is_found_in_its_notations_and_in_no_longer_one(who, text, left):
    assert Forgotten(who).without(text) == left
