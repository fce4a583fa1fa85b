"""Progress is shown where somebody watches, and nowhere else."""

import io
import sys
from types import SimpleNamespace

import pytest
from rich.console import Console

from enrich import progress as module
from enrich.progress import in_notebook, progress


def test_nothing_is_shown_where_nobody_watches(capfd):
    with progress("Reading", total=3) as advance:
        advance(2)
    with progress("Reading", quiet=True) as advance:
        advance(1)
    assert capfd.readouterr() == ("", "")


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
