"""Behaviour as of a moment: never what came later, and less the longer ago."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import ColumnError
from lookalike.events import NEVER, EventFeatures, read_events

LOG = pd.DataFrame(
    {
        "lead_id": ["A", "A", "A", "B"],
        "at": ["2024-01-01", "2024-01-31", "2024-03-01 12:00", "2024-01-31"],
        "type": ["visit", "visit", "open", "Visit"],
        "url": [
            "https://acme.example/pricing/eu",
            "https://acme.example/",
            None,
            "https://acme.example/blog/1",
        ],
        "duration": ["60", "120", None, "-5"],
    }
)
JANUARY_31 = 19_753.0


def described(table, ids, as_of, **parameters):
    log = read_events(table)
    return EventFeatures(EventFeatures.of(log).kinds, **parameters).table(log, ids, np.asarray(as_of, float))


def test_decay_by_hand():
    found = described(LOG, ["A"], [JANUARY_31], half_life_days=30.0).iloc[0]
    assert found["events: recent"] == pytest.approx(1 + 0.5)
    assert found["events: minutes"] == pytest.approx(2 + 0.5 * 1)
    assert found["events: days since last"] == 0
    assert found["events: active days"] == 2
    assert found["events: visit /pricing"] == pytest.approx(0.5)
    assert found["events: visit /"] == pytest.approx(1)
    assert found["events: open"] == 0


def test_without_a_moment_all_counts_up_to_the_last_event():
    found = described(LOG, ["A", "B"], [np.nan, np.nan])
    assert found["events: active days"].tolist() == [3, 1]
    assert found["events: days since last"].tolist() == pytest.approx([0, 30.5])


def test_who_never_did_anything_is_long_gone():
    found = described(LOG, ["nobody", "A"], [JANUARY_31, 0.0])
    assert found["events: days since last"].tolist() == [NEVER, NEVER]
    assert not found.drop(columns="events: days since last").any(axis=None)


def test_one_lead_may_stand_for_several_deals_each_at_its_moment():
    found = described(LOG, ["A", "A"], [JANUARY_31 - 1, JANUARY_31])
    assert found["events: active days"].tolist() == [1, 2]


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.floats(19_000, 20_000),
        st.sampled_from(["visit", "open"]),
        st.floats(0, 99),
    ),
    max_size=15,
)


@given(EVENTS, EVENTS, st.floats(19_000, 20_000))
def test_nothing_that_came_after_the_opening_changes_a_deal(events, later, opened):
    def log(rows):
        return pd.DataFrame(rows, columns=["id", "day", "kind", "minutes"])

    later = [(who, opened + 1e-6 + day - 18_999, kind, minutes) for who, day, kind, minutes in later]
    features = EventFeatures(("open", "visit"))
    as_of = np.full(3, opened)
    before = features.table(log(events), list("ABC"), as_of)
    pd.testing.assert_frame_equal(features.table(log(events + later), list("ABC"), as_of), before)


def test_times_may_be_texts_or_timestamps():
    typed = LOG.assign(at=pd.to_datetime(LOG["at"], format="mixed"))
    pd.testing.assert_frame_equal(read_events(typed), read_events(LOG))


def test_ids_are_compared_as_they_are_written():
    table = pd.DataFrame({"id": [7.0, np.nan, 8.0], "at": ["2024-01-01"] * 3, "type": ["visit"] * 3})
    assert read_events(table)["id"].tolist() == ["7", "8"]


def test_events_without_a_readable_time_are_left_out():
    assert read_events(LOG.assign(at=["soon", None, "2024-01-01", "99.99.2024"]))["kind"].tolist() == ["open"]


def test_kinds_have_the_section_of_the_site_and_no_case():
    assert read_events(LOG)["kind"].tolist() == ["visit /pricing", "visit /", "open", "visit /blog"]
    assert read_events(LOG.assign(url="http://[broken"))["kind"].tolist() == [
        "visit",
        "visit",
        "open",
        "visit",
    ]


def test_only_the_most_frequent_kinds_are_told_apart():
    assert EventFeatures.of(read_events(LOG.drop(columns="url")), max_kinds=1).columns[-1] == "events: visit"


@pytest.mark.parametrize("column", ["lead_id", "at", "type"])
def test_a_missing_column_is_named_with_what_would_do(column):
    with pytest.raises(
        ColumnError, match=r"the events have no column for '(id|at|type)'; name one of them .+ or"
    ):
        read_events(LOG.drop(columns=column))


def test_an_empty_log_describes_nobody():
    features = EventFeatures.of(read_events(LOG.iloc[:0]))
    found = features.table(read_events(LOG.iloc[:0]), ["A"], np.array([np.nan]))
    assert found.columns.tolist() == features.columns
    assert found["events: days since last"].tolist() == [NEVER]
