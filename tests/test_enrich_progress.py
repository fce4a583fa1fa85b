"""Progress is shown where somebody watches; elsewhere long work writes a line now and then."""

import io
import sys
import time
from datetime import datetime
from types import SimpleNamespace

import pytest
from rich.console import Console

from enrich import log_lines
from enrich import progress as module
from enrich.progress import in_notebook, progress


def test_short_work_says_nothing_where_nobody_watches(capfd):
    with progress("Reading", total=3) as advance:
        advance(2)
    with progress("Reading", quiet=True) as advance:
        advance(1)
    assert capfd.readouterr() == ("", "")


def test_long_work_writes_lines_for_a_log_where_nobody_watches(capfd, monkeypatch):
    monkeypatch.setattr(log_lines, "EVERY_SECONDS", 0.05)
    with progress("Asking website", total=30) as advance:
        for _ in range(3):
            advance(10, "found 7, timeout 3")
            time.sleep(0.06)
    with progress("Asking website", total=30, quiet=True) as advance:
        time.sleep(0.06)
        advance(10)
    out, said = capfd.readouterr()
    assert out == ""
    lines = said.splitlines()
    assert [line.split(" (")[0][-24:] for line in lines] == [
        "Asking website: 20 of 30",
        "Asking website: 30 of 30",
    ]
    assert datetime.fromisoformat(lines[0][:25]).tzinfo is not None
    assert lines[0].endswith(" min left; found 7, timeout 3")


def test_a_terminal_shows_description_and_count(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(
        module, "Console", lambda stderr: Console(file=screen, force_terminal=True, width=100)
    )
    with progress("Reading [x]", total=3) as advance:
        advance(3)
    assert "Reading [x]" in screen.getvalue()
    assert "3/3" in screen.getvalue()


def test_an_error_within_passes_through():
    with pytest.raises(ZeroDivisionError), progress("Reading"):
        1 / 0  # noqa: B018


def test_a_notebook_is_known_by_its_shell(monkeypatch):
    assert not in_notebook()
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook()
