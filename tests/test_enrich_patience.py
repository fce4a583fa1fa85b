"""Calls that know no timeout, waited for no longer than so long."""

import threading

import pytest

from enrich.sources.patience import within


def test_what_comes_of_a_call_is_returned_or_raised():
    assert within(5, lambda: "here") == "here"
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_a_call_that_does_not_come_back_holds_up_nobody():
    held = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer within 0\.01 s"):
        within(0.01, held.wait)
    assert [within(5, str) for _ in range(3)] == [""] * 3
    held.set()


def test_calls_one_after_another_need_one_thread_or_two():
    """The second where the first has not laid itself down yet."""
    before = threading.active_count()
    assert len({within(5, threading.get_ident) for _ in range(50)}) <= 3
    assert threading.active_count() <= before + 3
