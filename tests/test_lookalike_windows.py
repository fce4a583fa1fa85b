"""Windows of a backtest: nothing of the future, no company on both sides, nothing lost."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import ColumnError
from lookalike.backtest.company import companies
from lookalike.backtest.windows import window_size
from lookalike.evaluate.splits import cross_validation, random_windows, rolling_windows


@st.composite
def histories(draw):
    """When deals were opened (many at one time, some unknown), their outcomes and companies."""
    n, seed = draw(st.integers(20, 150)), draw(st.integers(0, 9_999))
    rng = np.random.default_rng(seed)
    order = rng.integers(0, draw(st.sampled_from([5, 40, 1_000])), n).astype(float)
    order[rng.random(n) < 0.05] = np.nan
    return order, rng.random(n) < 0.4, rng.integers(0, max(2, n // 2), n)


@given(histories(), st.integers(1, 6), st.floats(0, 30))
def test_nothing_is_learned_from_the_future_or_from_the_gap(history, folds, gap):
    order, won, groups = history
    for window in rolling_windows(order, won, folds, gap=gap, groups=groups):
        assert (order[window.train] < window.origin).all()
        assert (order[window.train] < window.origin - gap).all() or not gap
        assert (order[window.test] >= window.origin).all()
        assert set(won[window.train]) == set(won[window.test]) == {False, True}


@given(histories(), st.integers(1, 6))
def test_no_company_is_on_both_sides(history, folds):
    order, won, groups = history
    windows = rolling_windows(order, won, folds, groups=groups)
    dated = np.flatnonzero(~np.isnan(order))
    for window in [
        *windows,
        *random_windows(windows, dated, won, groups),
        *cross_validation(dated, won, groups, folds),
    ]:
        assert not set(groups[window.train]) & set(groups[window.test])
        assert not set(window.train) & set(window.test)


@given(histories(), st.integers(1, 6), st.floats(0, 30))
def test_every_deal_of_a_window_is_accounted_for(history, folds, gap):
    order, won, groups = history
    windows = rolling_windows(order, won, folds, gap=gap, groups=groups)
    tested = [deal for window in windows for deal in window.test]
    assert len(tested) == len(set(tested))
    for window in windows:
        past = np.flatnonzero(order < window.origin)
        assert sorted([*window.train, *window.unripe]) == past.tolist()
        assert set(groups[window.same_company]) <= set(groups[window.train])
    for window, after in pairwise(windows):
        came = np.flatnonzero((order >= window.origin) & (order < after.origin))
        assert {*window.test, *window.same_company} <= set(came)


def test_windows_grow_or_slide():
    order, won = np.arange(100.0), np.arange(100) % 3 == 0
    assert [len(w.train) for w in rolling_windows(order, won, 4)] == [20, 40, 60, 80]
    assert [len(w.train) for w in rolling_windows(order, won, 4, rows=30)] == [20, 30, 30, 30]
    slid = rolling_windows(order, won, 4, span=25.0)
    assert [(w.train.min(), w.train.max()) for w in slid] == [(0, 19), (15, 39), (35, 59), (55, 79)]


def test_a_deal_is_known_only_when_it_has_ended():
    order, won = np.arange(100.0), np.arange(100) % 3 == 0
    [window] = rolling_windows(order, won, 1, known_at=order + 10)
    assert window.train.max() == 40
    assert window.unripe.tolist() == list(range(41, 50))


def test_deals_of_one_moment_are_never_parted():
    order = np.repeat([1.0, 2.0, 3.0], 30)
    for window in rolling_windows(order, np.arange(90) % 2 == 0, 6):
        assert not set(order[window.train]) & set(order[window.test])


@given(histories())
def test_random_splits_have_the_sizes_of_the_others(history):
    order, won, _ = history
    dated = np.flatnonzero(~np.isnan(order))
    alone = np.arange(len(order))
    windows = rolling_windows(order, won, 3)
    drawn = random_windows(windows, dated, won, alone)
    sizes = [(len(w.train), len(w.test)) for w in windows]
    assert all((len(w.train), len(w.test)) in sizes for w in drawn)


def test_without_time_every_deal_is_held_out_once():
    won, groups = np.arange(60) % 3 == 0, np.arange(60) // 2
    tested = np.concatenate([w.test for w in cross_validation(np.arange(60), won, groups, 4)])
    assert sorted(tested) == list(range(60))


def test_companies_by_domain_then_by_name():
    deals = pd.DataFrame(
        {
            "website": ["https://www.acme.com/a", "acme.com", None, None, "other.org", None, "Select"],
            "company": ["Acme", "Acme Ltd", "ACME", "Bolt", "Bolt", None, None],
        }
    )
    found = companies(deals, "company").tolist()
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4] != found[0]
    assert len(set(found)) == 4


def test_a_named_column_tells_companies_apart():
    deals = pd.DataFrame({"website": ["a.com", "a.com"], "account": ["x", "y"]})
    assert len(set(companies(deals, "", "account"))) == 2


@pytest.mark.parametrize("wrong", ["0", "-3", "1.5", "soon", "12 months"])
def test_a_window_that_is_no_size_is_named(wrong):
    with pytest.raises(ColumnError, match="is no size"):
        window_size(wrong)
