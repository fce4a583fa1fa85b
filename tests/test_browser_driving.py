"""The browser of the tests sees what it must see: errors, warnings, dialogs, requests."""

import pytest


@pytest.fixture
def page_of(tmp_path):
    def write(body):
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf-8><title>t</title>{body}", encoding="utf-8")
        return path

    return write


def test_a_page_without_faults_has_none(window, page_of):
    page = window.open(page_of("<p id=a>здравствуйте</p>"))
    assert page.inner_text("#a") == "здравствуйте"
    assert window.faults == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<script>console.error('bad')</script>", "console error: bad"),
        ("<script>console.warn('odd')</script>", "console warning: odd"),
        ("<script>throw new Error('thrown')</script>", "error: thrown"),
        ("<script>alert('hello')</script>", "dialog: hello"),
        ("<img src='http://192.0.2.1/a.png'>", "request: http://192.0.2.1/a.png"),
        ("<img src='b.png'>", "request: file:"),
        ("<iframe src='https://acme.example/'></iframe>", "request: https://acme.example/"),
    ],
)
def test_each_fault_is_seen(window, page_of, body, fault):
    page = window.open(page_of(body))
    page.wait_for_timeout(50)
    found, window.faults = window.faults, []
    assert any(line.startswith(fault) for line in found), found
