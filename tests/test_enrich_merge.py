"""All evidence of a company becomes one value a field, the same whatever the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.facts import Channel, Evidence, Field, Kind, State
from enrich.merge import merge
from enrich.states import company_state

FIELDS = {
    field.name: field
    for field in (
        Field("one", "own", Kind.ONE, "", unique=True),
        Field("text", "own", Kind.ONE, ""),
        Field("many", "own", Kind.MANY, ""),
        Field("flag", "own", Kind.FLAG, ""),
        Field("count", "own", Kind.ONE, "", "int"),
        Field("share", "own", Kind.ONE, "", "float"),
    )
}
READ = {Channel.WEBSITE: [[State.FOUND]]}
WHERE = dict.fromkeys(FIELDS, frozenset([Channel.WEBSITE]))


def says(field, value, confidence=0.5, url="http://a.example/", at="2026-01-01T00:00:00Z"):
    return Evidence("a.example", field, value, url, "words", at, confidence)


def value(*evidence, **options):
    return merge(evidence, READ, FIELDS, WHERE, **options).values.get(evidence[0].field)


def test_one_is_the_surest():
    assert (
        value(says("one", "b", 0.4), says("one", "a", 0.9), says("one", "c", 0.4, "http://a.example/2"))
        == "a"
    )


def test_of_equally_sure_ones_most_pages_win_then_the_earliest_then_the_text():
    pages = [says("one", "b", url=f"http://a.example/{n}") for n in range(2)]
    assert value(says("one", "a"), says("one", "a"), *pages) == "b"
    assert value(says("one", "a"), says("one", "b", at="2025-01-01T00:00:00Z")) == "b"
    assert value(says("one", "b"), says("one", "a")) == "a"


def test_many_are_joined_best_first_without_the_separator_in_them():
    evidence = [
        says("many", "x; y", 0.5),
        says("many", "b", 0.9),
        says("many", "b", 0.6),
        says("many", "c", 0.7),
    ]
    assert value(*evidence) == "b; c; x, y"
    assert value(*evidence, max_values=2) == "b; c"


def test_unsure_values_stand_in_only_where_there_is_no_surer_one():
    unsure = [says("many", "a", 0.45), says("many", "b", 0.49)]
    assert value(*unsure) == "b; a"
    assert value(*unsure, says("many", "c", 0.5)) == "c"


def test_a_flag_is_true_if_any_page_says_so():
    assert value(says("flag", False), says("flag", True, 0.1)) is True
    assert value(says("flag", False)) is None


def test_columns_keep_their_type():
    assert value(says("count", "12")) == 12
    assert value(says("count", "many", 0.9), says("count", 3, 0.1)) == 3
    assert value(says("share", 1)) == 1.0
    assert value(says("share", "half")) is None
    assert value(says("one", 5)) == "5"
    assert value(says("many", True), says("many", 1.5)) == "1.5; yes"


def test_weak_evidence_and_unknown_fields_are_left_out():
    assert value(says("one", "a", 0.3), min_confidence=0.4) is None
    assert merge([says("gone", "a")], READ, FIELDS, WHERE).values == {}


def whys(outcomes, where=WHERE):
    record = merge([], outcomes, FIELDS, where)
    assert record.values == {}
    return record, set(record.why.values())


def test_fields_without_a_value_are_absent_where_pages_were_read():
    record, why = whys({Channel.WEBSITE: [[State.FAILED, State.FOUND, State.ABSENT, State.FOUND]]})
    assert (record.state, record.pages, why) == (State.FOUND, 2, {State.ABSENT})


@pytest.mark.parametrize(
    "gap", [State.RATE_LIMITED, State.TIMED_OUT, State.BLOCKED, State.REFUSED, State.FAILED]
)
def test_nothing_is_called_absent_where_a_page_was_kept_from_us(gap):
    record, why = whys({Channel.WEBSITE: [[State.FOUND, gap, State.FOUND]]})
    assert (record.state, why) == (State.FOUND, {gap})


def test_fields_of_a_company_without_pages_say_why():
    record, why = whys({Channel.WEBSITE: [[State.ABSENT, State.REFUSED]]})
    assert (record.state, record.pages, why) == (State.REFUSED, 0, {State.REFUSED})
    record, why = whys({})
    assert (record.state, record.pages, why) == (State.NOT_LOOKED, 0, {State.NOT_LOOKED})


def test_a_field_is_missing_for_the_reasons_of_the_channels_it_comes_from():
    outcomes = {Channel.WEBSITE: [[State.FOUND]], Channel.DNS: [[State.TIMED_OUT]]}
    where = {
        "one": frozenset([Channel.WEBSITE]),
        "many": frozenset([Channel.DNS]),
        "flag": frozenset([Channel.WEBSITE, Channel.DNS]),
        "count": frozenset([Channel.TLS]),
        "share": frozenset([Channel.WEBSITE, Channel.TLS]),
    }
    assert merge([], outcomes, FIELDS, where).why == {
        "one": State.ABSENT,
        "many": State.TIMED_OUT,
        "flag": State.TIMED_OUT,
        "count": State.NOT_LOOKED,
        "share": State.ABSENT,
        "text": State.NOT_LOOKED,  # nobody looks for it
    }


def conflicts(*evidence):
    return merge(evidence, READ, FIELDS, WHERE).conflicts


def test_sources_that_disagree_are_named():
    assert conflicts(says("one", "Utrecht", 0.9), says("one", "Delft", 0.8)) == ("one",)
    assert conflicts(says("one", "Utrecht", 0.9), says("one", "Delft", 0.6)) == ()
    assert conflicts(says("one", "Acme"), says("one", "ACME, Inc.")) == ()
    assert conflicts(says("one", "a", 0.2), says("one", "b", 0.2)) == ()
    assert conflicts(says("many", "a"), says("many", "b")) == ()
    assert conflicts(says("text", "a"), says("text", "b")) == ()


@pytest.mark.parametrize("state", [state for state in State if state not in (State.FOUND, State.NOT_LOOKED)])
def test_every_outcome_can_be_a_companys_state(state):
    assert company_state({Channel.WEBSITE: [[state]]}) is state


def test_a_company_has_the_state_of_its_website_or_else_of_what_was_looked_at():
    assert company_state({Channel.DNS: [[State.FOUND]]}) is State.FOUND
    assert company_state({Channel.DNS: [[State.FOUND]], Channel.WEBSITE: [[State.PARKED]]}) is State.PARKED


evidence = st.builds(
    says,
    st.sampled_from(sorted(FIELDS)),
    st.one_of(st.sampled_from(["a", "b", "c;d", "7"]), st.integers(0, 3), st.booleans(), st.floats(0, 1)),
    st.sampled_from([0.1, 0.5]),
    st.sampled_from(["http://a.example/", "http://a.example/2"]),
    st.sampled_from(["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]),
)


@given(st.lists(evidence, max_size=12), st.randoms())
def test_the_order_of_evidence_does_not_matter(items, chance):
    shuffled = chance.sample(items, len(items))
    assert merge(items, READ, FIELDS, WHERE) == merge(shuffled, READ, FIELDS, WHERE)
