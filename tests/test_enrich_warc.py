"""WARC files: every record has its outcome, any position resumes, damage is reported, nothing else raised."""

import gzip
import io
import random
import shutil
import tracemalloc
import zlib

import pytest
from warc_writing import DATE, Response, html, write_warc
from warcio.warcwriter import WARCWriter

from enrich.errors import SettingsError
from enrich.facts import State
from enrich.sources import Observation, Reached, SourceDamaged
from enrich.sources.warc import WarcFile

HTML_TYPE = ("Content-Type", "text/html")


class Everyone:
    def __contains__(self, domain):
        return True


def look(path, start=0, wanted=None, **options):
    """Events until the end or the damage."""
    events = []
    try:
        events.extend(WarcFile(path, **options).observe(wanted or Everyone(), start))
    except (SourceDamaged, SettingsError) as error:
        events.append(error)
    return events


def observations(events):
    return [event for event in events if isinstance(event, Observation)]


def positions(events):
    return [event.position for event in events if isinstance(event, Reached)]


def one(tmp_path, response, **options):
    found = observations(look(write_warc(tmp_path / "one.warc.gz", [response]), **options))
    assert len(found) <= 1
    return found[0] if found else None


def many(count):
    texts = (f"<h1>Acme {n}</h1>" + "x" * n * 97 for n in range(count))
    return [html(f"https://www.acme{n}.example/about", text) for n, text in enumerate(texts)]


def test_a_page_as_observed(tmp_path):
    seen = one(tmp_path, html("https://www.Acme.co.uk/a?b", "<h1>Ä</h1>"))
    assert (seen.domain, seen.url, seen.state) == ("acme.co.uk", "https://www.Acme.co.uk/a?b", State.FOUND)
    assert (seen.page.body, seen.page.status, seen.page.fetched_at) == ("<h1>Ä</h1>".encode(), 200, DATE)
    assert seen.page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("200 OK", State.FOUND),
        ("203 Non-Authoritative", State.FOUND),
        ("401 Unauthorized", State.BLOCKED),
        ("403 Forbidden", State.BLOCKED),
        ("451 Unavailable For Legal Reasons", State.BLOCKED),
        ("429 Too Many Requests", State.RATE_LIMITED),
        ("404 Not Found", State.ABSENT),
        ("410 Gone", State.ABSENT),
        ("500 Internal Server Error", State.FAILED),
        ("503 Service Unavailable", State.FAILED),
        ("400 Bad Request", State.FAILED),
        ("no status", State.FAILED),
        ("301 Moved Permanently", None),
        ("304 Not Modified", None),
    ],
)
def test_statuses_are_states(tmp_path, status, state):
    seen = one(tmp_path, Response("http://acme.example/", status=status))
    assert (seen and seen.state) == state


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ((("content-type", "TEXT/HTML;charset=x"),), b"a", True),
        ((("Content-Type", "application/xhtml+xml"),), b"a", True),
        ((), b" <html>", True),
        ((), b"%PDF", False),
        ((("Content-Type", "image/png"),), b"<html>", False),
        ((("Content-Type", "application/json"),), b"{}", False),
        ((HTML_TYPE, ("Content-Encoding", "gzip")), gzip.compress(b"<p>a", mtime=0), True),
        ((HTML_TYPE,), b"", True),
    ],
)
def test_only_html_is_a_page(tmp_path, headers, body, found):
    seen = one(tmp_path, Response("http://acme.example/", body, headers=headers))
    assert (seen is not None) == found


def test_what_holds_no_page_is_counted(tmp_path):
    picture = Response("http://acme.example/a.png", b"x", headers=(("Content-Type", "image/png"),))
    moved = Response("http://acme.example/b", status="302 Found")
    page = html("http://acme.example/", "a")
    archive = WarcFile(write_warc(tmp_path / "a.warc.gz", [picture, moved, page]))
    assert len(observations(archive.observe(Everyone()))) == 1
    assert archive.skipped == 2


@pytest.mark.parametrize(
    "url", ["dns:acme.example", "http://192.0.2.1/", "http://localhost/", "http://co.uk/"]
)
def test_urls_of_no_company_are_passed_over(tmp_path, url):
    assert one(tmp_path, html(url, "a")) is None


def test_only_wanted_companies_are_decoded(tmp_path):
    path = write_warc(tmp_path / "a.warc.gz", many(9))
    events = look(path, wanted={"acme3.example"})
    assert [seen.domain for seen in observations(events)] == ["acme3.example"]
    assert positions(events)[-1] == path.stat().st_size


@pytest.mark.parametrize("coding", ["sdch", "x-unheard-of"])
def test_a_coding_nobody_knows_is_a_failed_page(tmp_path, coding):
    headers = (HTML_TYPE, ("Content-Encoding", coding))
    seen = one(tmp_path, Response("http://acme.example/", b"\x1b\x00\xf8", headers=headers))
    assert (seen.state, seen.note) == (State.FAILED, f"content coding '{coding}' is not supported")


def test_a_bomb_stays_within_its_cap(tmp_path, material):
    bomb = (material("suites/scrapy-bombs") / "bomb-gzip.bin").read_bytes()
    headers = (HTML_TYPE, ("Content-Encoding", "gzip"))
    tracemalloc.start()
    seen = one(tmp_path, Response("http://acme.example/", bomb, headers=headers), max_body_bytes=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(seen.page.body) == 100_000
    assert seen.note == "cut at 100000 bytes"
    assert peak < 3_000_000


def test_a_resource_record_is_a_page_too(tmp_path):
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True)
        for kind in ("text/html", "image/png"):
            body = io.BytesIO(b"<p>saved")
            writer.write_record(
                writer.create_warc_record(
                    "http://acme.example/", "resource", payload=body, warc_content_type=kind
                )
            )
    (seen,) = observations(look(path))
    assert seen.page.body == b"<p>saved"


def test_an_empty_response_is_a_failed_page(tmp_path):
    path = tmp_path / "a.warc"
    start = b"WARC/1.0\r\nWARC-Type: response\r\n"
    path.write_bytes(
        start
        + b"WARC-Target-URI: http://acme.example/\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
        + start
        + b"Content-Length: 2\r\n\r\nab\r\n\r\n"
        + start
        + b"WARC-Target-URI: http://acme.example/2\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"
    )
    events = look(path)
    assert [(seen.state, seen.observed_at) for seen in observations(events)] == [(State.FAILED, "")] * 2
    assert positions(events)[-1] == path.stat().st_size


@pytest.fixture(params=["members", "plain", "one member"])
def archive(request, tmp_path):
    """The same records in each of the forms in which WARC files come."""
    path = write_warc(tmp_path / "a.warc.gz", many(40), gzip=request.param == "members")
    if request.param == "one member":
        path.write_bytes(gzip.compress(path.read_bytes()))
    return path


def test_every_form_gives_the_same_and_any_position_resumes(archive):
    events = look(archive)
    assert [seen.domain for seen in observations(events)] == [f"acme{n}.example" for n in range(40)]
    assert sorted(set(positions(events))) == positions(events)
    for index, event in enumerate(events):
        if isinstance(event, Reached) and index % 7 == 0:
            rest = observations(look(archive, event.position))
            assert [seen.url for seen in rest] == [seen.url for seen in observations(events[index:])]


def test_a_cut_file_gives_what_precedes_the_cut(archive):
    whole = observations(look(archive))
    data = archive.read_bytes()
    chance = random.Random(0)
    for cut in chance.sample(range(100, len(data) - 1), 30):
        archive.write_bytes(data[:cut])
        *events, last = look(archive) or [None]
        seen = observations(events)
        assert [one.url for one in seen] == [one.url for one in whole[: len(seen)]]
        if isinstance(last, SourceDamaged):
            assert f"{archive}: cannot be read beyond offset {([0, *positions(events)])[-1]} (" in str(last)
        else:  # the cut fell between two records, or into the blank lines after one
            assert positions([*events, last])[-1] == cut


def test_damaged_bytes_raise_nothing_else(archive, capfd):
    data = archive.read_bytes()
    chance = random.Random(1)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.choice([1, 1, 5, 50])):
            broken[chance.randrange(64, len(broken))] = chance.randrange(256)
        archive.write_bytes(broken)
        for event in look(archive):
            assert isinstance(event, Observation | Reached | SourceDamaged | SettingsError)
    assert capfd.readouterr() == ("", "")


def test_a_wrong_length_is_damage_that_names_the_place(tmp_path):
    path = write_warc(tmp_path / "a.warc", many(3), gzip=False)
    text = path.read_bytes()
    path.write_bytes(text.replace(b"Acme 1</h1>", b"Acme 1</h1> longer than said"))
    *events, damage = look(path)
    assert [seen.domain for seen in observations(events)] == ["acme0.example"]
    assert f"beyond offset {positions(events)[-1]} (a record is longer than it says)" in str(damage)


def test_the_identity_follows_the_content_not_the_path(tmp_path):
    path = write_warc(tmp_path / "a.warc.gz", many(3))
    moved = tmp_path / "moved" / "b.warc.gz"
    moved.parent.mkdir()
    shutil.copy(path, moved)
    other = write_warc(tmp_path / "a2.warc.gz", many(4))
    assert WarcFile(path).identity == WarcFile(moved).identity != WarcFile(other).identity


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"email\nx@acme.example\n",
        gzip.compress(b"no archive", mtime=0),
        b"\x1f\x8bbroken",
        zlib.compress(b"W"),
    ],
    ids=["empty", "table", "gzip of something", "broken gzip", "zlib"],
)
def test_a_file_that_is_no_archive(tmp_path, content):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"is no WARC file; --warc takes"):
        WarcFile(path)


def test_a_missing_file_or_a_folder(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        WarcFile(tmp_path / "none.warc.gz")
    with pytest.raises(SettingsError, match="Is a directory"):
        WarcFile(tmp_path)


def test_memory_stays_flat(tmp_path):
    def peak(count):
        path = write_warc(tmp_path / f"{count}.warc.gz", many(1) * count)
        tracemalloc.start()
        for _ in WarcFile(path).observe(Everyone()):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(1_000) < 1.2 * peak(100) + 100_000
