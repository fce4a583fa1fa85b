"""What was fetched can be kept and read again in place of the web, state for state."""

import os

import pandas as pd
import pytest
from warcio.archiveiterator import ArchiveIterator
from web_serving import Reply, Web, redirect

import enrich
from enrich import Settings, State
from enrich.errors import TableError
from enrich.page import Page
from enrich.sources import Observation
from enrich.sources.archive import Archive
from enrich.sources.live import LiveWeb
from enrich.sources.warc import WarcFile

QUICK = Settings(pause_seconds=0.0, deadline_seconds=1.0, max_attempts_per_page=1)
AT = "2026-01-02T03:04:05.678901Z"
DOMAINS = [f"{name}.example" for name in ("acme", "blocked", "busy", "closed", "gone", "moved")]


@pytest.fixture
def web():
    home = "<title>Acme</title><p>Мы делаем наковальни <a href=/contact>Contact</a><a href=/about>About</a>"
    one = Web(
        {
            "acme.example": {
                "/": Reply(home.encode("cp1251"), media_type="text/html; charset=windows-1251"),
                "/contact": "<p>mail@acme.example",
                "/about": Reply("later", 429),
            },
            "blocked.example": {"/": Reply("no", 403)},
            "busy.example": {"/": Reply("wait", 429)},
            "closed.example": {"/robots.txt": "User-agent: *\nDisallow: /", "/": "<p>secret"},
            "moved.example": {"/": redirect("http://acme.example/")},
        }
    )
    yield one
    one.close()


def run(source, tmp_path, name, **options):
    frame = pd.DataFrame({"domain": DOMAINS})
    return enrich.run(frame, journal=tmp_path / name, settings=QUICK, quiet=True, **source, **options)


@pytest.mark.parametrize("name", ["pages.warc", "pages.warc.gz"])
def test_an_archive_replays_the_visit(web, tmp_path, name):
    live = {"live": [LiveWeb(QUICK, web.reach())]}
    fetched = run(live, tmp_path, "one", save_warc=tmp_path / name)
    replayed = run({"warc": tmp_path / name}, tmp_path, "two")
    pd.testing.assert_frame_equal(fetched, replayed)
    assert fetched["company_state"].tolist() == [
        "found",
        "blocked",
        "rate-limited",
        "refused",
        "no such domain",
        "found",
    ]
    assert fetched["company_street_why"][0] == "rate-limited"
    notes = [seen.note for seen in observed(tmp_path / name, "acme.example")]
    assert "chosen as contact by 'Contact'" in notes


def observed(path, domain):
    return [seen for seen in WarcFile(path).observe({domain}) if isinstance(seen, Observation)]


def test_other_readers_find_ordinary_records(web, tmp_path):
    run({"live": [LiveWeb(QUICK, web.reach())]}, tmp_path, "one", save_warc=tmp_path / "p.warc.gz")
    with (tmp_path / "p.warc.gz").open("rb") as stream:
        records = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(stream, check_digests=True)
        ]
    assert records[0][0] == "warcinfo"
    assert ("response", "http://acme.example/contact", b"<p>mail@acme.example") in records
    assert {kind for kind, *_ in records} == {"warcinfo", "response", "metadata"}


def test_what_a_killed_run_left_behind_is_cut_off(web, tmp_path):
    """The archive holds what the journal knows: no look is in it twice, none half."""
    path = tmp_path / "p.warc.gz"
    source = {"live": [LiveWeb(QUICK, web.reach())]}
    run(source, tmp_path, "one", save_warc=path)
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(whole[: len(whole) // 2])
    run(source, tmp_path, "one", save_warc=path)
    assert path.read_bytes() == whole


def test_a_file_that_is_not_of_the_journal_is_left_alone(web, tmp_path):
    path = tmp_path / "p.warc"
    path.write_bytes(b"mine")
    for name, reason in ((path, "exists and is not of this journal"), (tmp_path / "p.txt", "ends in .warc")):
        with pytest.raises(TableError, match=reason):
            run({}, tmp_path, "one", save_warc=name)
    assert path.read_bytes() == b"mine"
    assert not (tmp_path / "p.txt").exists()
    with pytest.raises(TableError, match="is shorter than it was"):
        Archive(path, 5)
    with pytest.raises(TableError, match="cannot be written"):
        Archive(tmp_path / "none" / "p.warc")


def test_hostile_headers_and_notes_stay_in_their_place(tmp_path):
    """A server's headers, a page's link text and the URL cannot make a record of their own."""
    path = tmp_path / "p.warc"
    headers = {
        "content-type": "text/html",
        "set-cookie": "a=1\nb=2",
        "x-odd": "a\r\nWARC-Type: response\r\n\r\nö",
        "content-encoding": "br",
    }
    page = Page("http://acme.example/?q=\u2028", b"<p>body\r\n\r\nWARC/1.1\r\n", AT, 200, headers)
    note = "chosen as about by 'x'\r\nWARC-Target-URI: http://evil.example/\r\n\r\n\u2028ö'"
    with Archive(path) as archive:
        archive.append([Observation("acme.example", page.url, State.FOUND, AT, page, note)])
        archive.append([Observation("acme.example", "http://acme.example/b", State.TIMED_OUT, AT, note=note)])
        assert archive.size == os.path.getsize(path)
    first, second = observed(path, "acme.example")
    assert (first.page.body, first.note, first.observed_at) == (page.body, note, AT)
    assert first.page.headers["set-cookie"] == "a=1\nb=2"
    assert (second.state, second.note, second.page) == (State.TIMED_OUT, note, None)
    assert observed(path, "evil.example") == []
