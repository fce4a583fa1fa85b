"""The journal: facts with evidence, all or nothing, and a clear no to files that are none."""

import sqlite3

import pandas as pd
import pytest

from enrich.errors import JournalError
from enrich.facts import Channel, Fact, State
from enrich.journal import SCHEMA_VERSION, Journal, Outcome
from enrich.passes import Passes
from enrich.sources import Observation, Reached

AT = "2026-01-02T03:04:05Z"


class Listed:
    """A source of pages in a list; the position is the index."""

    channel = Channel.WEBSITE

    def __init__(self, *domains, identity="listed"):
        self.domains = domains
        self.identity = self.name = identity
        self.size = len(domains)

    def observe(self, wanted, start=0):
        for position, domain in enumerate(self.domains[start:], start=start + 1):
            if domain in wanted:
                yield Observation(domain, f"http://{domain}/{position}", State.FOUND, AT)
            yield Reached(position)


def found(domain, url, *facts):
    return Outcome(domain, url, State.FOUND, AT, facts=tuple(("words", fact) for fact in facts))


def stored(journal, *outcomes, source="one"):
    passes = Passes(journal, lambda channel: "recipe")
    passes.want({outcome.domain for outcome in outcomes})
    (one, *_) = passes.plan(Listed(*range(9), identity=source))
    passes.advance(one, one.position + 1, outcomes)
    return one


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "journal", create=True) as journal:
        yield journal


def test_facts_come_back_typed_with_their_evidence(journal):
    values = ["text", 7, 2.5, True, "ä\n\"';\u2028"]
    stored(journal, found("a.example", "http://a.example/", *[Fact("f", value, 0.25) for value in values]))
    facts = journal.facts("a.example")
    assert list(facts.columns) == [
        "domain",
        "field",
        "value",
        "url",
        "extractor",
        "observed_at",
        "confidence",
    ]
    assert {(type(value), value) for value in facts["value"]} == {(type(value), value) for value in values}
    assert facts.iloc[0].drop("value").tolist() == ["a.example", "f", "http://a.example/", "words", AT, 0.25]


def test_a_company_never_seen_has_an_empty_frame_with_the_columns(journal):
    facts = journal.facts("none.example")
    assert (len(facts), len(facts.columns)) == (0, 7)
    assert isinstance(facts, pd.DataFrame)
    assert journal.outcomes("none.example") == {}


def test_outcomes_are_in_the_order_of_the_looks(journal):
    refused = Outcome("a.example", "http://a.example/x", State.REFUSED, "2026-01-01T00:00:00Z", "status 403")
    stored(journal, found("a.example", "http://a.example/"), refused, found("b.example", "http://b.example/"))
    assert journal.outcomes("a.example") == {Channel.WEBSITE: [[State.REFUSED, State.FOUND]]}


def test_the_first_reading_of_a_page_stays_and_replaces_only_failures(journal):
    url = "http://a.example/"
    failed = Outcome("a.example", url, State.FAILED, AT)
    one, two = (found("a.example", url, Fact("f", value)) for value in ("first", "second"))
    stored(journal, failed, one, two, failed)
    assert journal.facts("a.example")["value"].tolist() == ["first"]
    assert journal.outcomes("a.example") == {Channel.WEBSITE: [[State.FOUND]]}


def test_evidence_is_in_the_same_order_however_it_came(tmp_path):
    outcomes = [
        found("a.example", f"http://a.example/{n}", Fact("f", f"v{n % 3}"), Fact("e", n)) for n in range(5)
    ]
    orders = []
    for name, some in (("one", outcomes), ("two", outcomes[::-1])):
        with Journal(tmp_path / name, create=True) as journal:
            stored(journal, *some)
            orders.append(journal.evidence("a.example"))
    assert orders[0] == orders[1]
    assert len(orders[0]) == 10


def test_outcomes_and_position_are_committed_together_or_not_at_all(journal):
    one = stored(journal, found("a.example", "http://a.example/"))
    passes = Passes(journal, lambda channel: "recipe")
    good = found("b.example", "http://b.example/", Fact("f", "x"))
    unstorable = found("b.example", "http://b.example/2", Fact("f", {1}))
    with pytest.raises(TypeError):
        passes.advance(one, 5, [good, unstorable])
    assert journal.outcomes("b.example") == {}
    with pytest.raises(JournalError, match="another run has taken over"):  # `one` is not at 0 any more
        passes.advance(one, 5, [good])
    assert journal.outcomes("b.example") == {}


def test_a_second_run_on_the_same_journal_does_not_write_twice(tmp_path):
    with Journal(tmp_path / "journal", create=True) as first, Journal(tmp_path / "journal") as second:
        source = Listed("a.example", "b.example")
        runs = [Passes(journal, lambda channel: "recipe") for journal in (first, second)]
        begun = []
        for passes in runs:
            passes.want(["a.example"])
            begun += passes.plan(source)
        page = found("a.example", "http://a.example/", Fact("f", "x"))
        runs[1].advance(begun[1], 1, [page])
        with pytest.raises(JournalError, match="another run has taken over"):
            runs[0].advance(begun[0], 1, [page])
        assert len(first.facts("a.example")) == 1


def test_a_pass_knows_its_companies_alone(journal):
    source = Listed("a.example", "b.example", "c.example")
    passes = Passes(journal, lambda channel: "recipe")
    passes.want(["a.example", "b.example"])
    (one,) = passes.plan(source)
    one = passes.advance(one, 2, [])
    later = Passes(journal, lambda channel: "recipe")
    later.want(["b.example", "c.example"])
    behind, ahead = later.plan(source)
    assert (behind.position, ahead.position) == (0, 2)
    assert ["c.example" in behind, "b.example" in behind] == [True, False]
    assert ["b.example" in ahead, "c.example" in ahead, "a.example" in ahead] == [True, False, False]
    later.join(behind, ahead)
    assert "c.example" in ahead
    later.finish(ahead)
    assert Passes(journal, lambda channel: "recipe").plan(source) == []


def test_what_is_finished_is_not_planned_again_but_for_another_recipe(journal):
    source = Listed("a.example")
    for recipe, passes_left in (("one", 1), ("one", 0), ("two", 1), ("one", 1)):
        passes = Passes(journal, {Channel.WEBSITE: recipe}.get)
        passes.want(["a.example"])
        plan = passes.plan(source)
        assert len(plan) == passes_left
        for one in plan:
            passes.advance(one, 1, [found("a.example", "http://a.example/", Fact("f", recipe))])
            passes.finish(one)
        assert journal.facts("a.example")["value"].tolist() == [recipe]


def test_states_of_a_run_leave_other_companies_out(journal):
    stored(journal, found("a.example", "http://a.example/"), found("b.example", "http://b.example/"))
    passes = Passes(journal, lambda channel: "recipe")
    passes.want(["b.example", "c.example"])
    assert passes.states() == {Channel.WEBSITE: {State.FOUND: 1, State.NOT_LOOKED: 1}}


@pytest.mark.parametrize("content", [b"email\nx@acme.example\n", b"", b"SQLite format 3\x00" + b"x" * 5000])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path, content):
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="journal"):
        Journal(path)
    assert path.read_bytes() == content


def test_another_database_is_no_journal(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE page (a)")
    for create in (True, False):
        with pytest.raises(JournalError, match="is a database but no journal; name another file"):
            Journal(path, create=create)


def test_a_journal_of_another_layout_is_refused(tmp_path):
    Journal(tmp_path / "journal", create=True).close()
    with sqlite3.connect(tmp_path / "journal") as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match=f"has layout 99, this version reads {SCHEMA_VERSION}"):
        Journal(tmp_path / "journal")


def test_a_missing_journal_is_not_made_by_looking(tmp_path):
    with pytest.raises(JournalError, match="no such journal; 'enrich run' writes one"):
        Journal(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_closing_leaves_one_file(tmp_path):
    with Journal(tmp_path / "journal", create=True) as journal:
        stored(journal, found("a.example", "http://a.example/"))
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]
