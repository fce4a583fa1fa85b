"""Pages read by processes beside the run's own: the same digests in the same order, whatever happens."""

import os
import signal

import pandas as pd
import pytest
from warc_writing import html, write_warc

import enrich
from enrich import Settings, extractor
from enrich.digest import digest
from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS, FIELDS
from enrich.page import Page
from enrich.processes import Processes

OWN = """
from enrich import extractor
from enrich.facts import Kind

@extractor("where", kind=Kind.MANY)
def where(page):
    import os
    print("printed, and no answer")
    return [str(os.getpid())]
"""


def pages(count):
    names = (f"Acme {n}" for n in range(count))
    return [
        Page(
            f"https://c{n}.example/",
            f"<title>{name}</title><p>Tel: 316-691-8519, info@c{n}.example é".encode(),
            "",
        )
        for n, name in enumerate(names)
    ]


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """Whatever a test registers is gone after it."""
    load_built_in()
    monkeypatch.setattr(FIELDS, "_fields", dict(FIELDS))
    before = dict(EXTRACTORS)
    yield
    EXTRACTORS.clear()
    EXTRACTORS.update(before)


@pytest.fixture
def made():
    every = []

    def make(extractors=None, **settings):
        one = Processes(EXTRACTORS if extractors is None else extractors, Settings(**settings))
        every.append(one)
        return one

    yield make
    for one in every:
        one.close()


@pytest.fixture
def two(monkeypatch):
    """A machine of two processors, whatever this one has."""
    monkeypatch.setattr("enrich.processes._processors", lambda: 2)


def test_digests_are_those_of_the_run_itself_in_the_order_of_the_pages(made, two):
    processes = made()
    processes.begin()
    assert processes.wait()
    asked = pages(40)
    portions = [(n, asked[n : n + n % 3]) for n in range(38)]
    for (number, given), (thing, digests) in zip(portions, processes.digest(portions), strict=True):
        assert thing == number
        assert list(digests) == [digest(page, EXTRACTORS.values()) for page in given]


def test_pages_may_be_sent_before_the_thing_that_they_come_with(made, two):
    processes = made()
    processes.begin()
    processes.wait()
    first, second, third = pages(3)
    for page in (third, first):
        processes.ahead(page)
    ((_, digests),) = processes.digest([("company", [first, second, third])])
    assert list(digests) == [digest(page, EXTRACTORS.values()) for page in (first, second, third)]


def test_few_pages_stay_in_the_run(made, two):
    processes = made()
    assert [
        list(digests) for _, digests in processes.digest((n, [page]) for n, page in enumerate(pages(20)))
    ] == [[]] * 20
    assert not processes.wait()


def test_one_process_is_enough_where_the_settings_say_so(made, two):
    processes = made(max_processes=1)
    processes.begin()
    assert not processes.wait()


def test_extractors_that_others_cannot_have_are_not_left_to_them(made, two):
    """Typed at a prompt, or in a test: another process would read without it."""

    @extractor("typed")
    def typed(page):
        return ["here"]

    processes = made()
    processes.begin()
    assert not processes.wait()


def test_what_a_killed_process_had_is_read_by_the_run(made, two):
    processes = made()
    processes.begin()
    processes.wait()
    asked = [(n, [page]) for n, page in enumerate(pages(30))]
    answers = processes.digest(asked)
    taken = [next(answers)]
    for worker in processes._workers:
        os.kill(worker._process.pid, signal.SIGKILL)
    taken += answers
    assert [thing for thing, _ in taken] == list(range(30))
    assert not list(taken[-1][1])
    assert all(
        not digests or digests[0] == digest(*pages, EXTRACTORS.values())
        for (_, pages), (_, digests) in zip(asked, taken, strict=True)
    )


def test_a_source_that_breaks_off_is_heard_after_what_came_before(made, two):
    processes = made()
    processes.begin()
    processes.wait()

    def broken():
        yield from ((n, [page]) for n, page in enumerate(pages(5)))
        raise OSError("the rest is lost")

    heard = []
    with pytest.raises(OSError, match="the rest is lost"):
        heard.extend(thing for thing, _ in processes.digest(broken()))
    assert heard == list(range(5))


def test_a_process_ends_with_its_run(made, two):
    processes = made()
    processes.begin()
    processes.wait()
    workers = [worker._process for worker in processes._workers]
    for process in workers:
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_a_run_gives_the_same_table_by_one_process_and_by_two(tmp_path, two, monkeypatch):
    """Own extractors are loaded there too, and what they print is not taken for an answer."""
    monkeypatch.setattr("enrich.processes._BEGIN_AFTER_PAGES", 3)
    begin = Processes.begin
    monkeypatch.setattr(Processes, "begin", lambda self: (begin(self), self.wait()))
    (tmp_path / "own.py").write_text(OWN)
    count = 60
    warc = write_warc(tmp_path / "a.warc.gz", [html(page.url, page.body.decode()) for page in pages(count)])
    leads = pd.DataFrame({"domain": [f"c{n}.example" for n in range(count)]})

    def run(processes):
        settings = Settings(extractor_modules=(str(tmp_path / "own.py"),), max_processes=processes)
        return enrich.run(leads, warc=warc, settings=settings, quiet=True)

    alone, beside = run(1), run(2)
    assert set(alone["where"]) == {str(os.getpid())}
    assert len(set(beside["where"])) > 1
    same = [name for name in alone if not name.startswith("where")]
    pd.testing.assert_frame_equal(alone[same], beside[same])
