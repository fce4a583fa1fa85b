"""Registering extractors: one decorator, and errors that say what to write."""

import subprocess
import sys

import pytest

from enrich import Fact, Field, Kind, Page
from enrich.errors import SettingsError
from enrich.extract import registry
from enrich.extract.registry import EXTRACTORS, FIELDS, extractor

PAGE = Page("http://acme.example/", b"<h1>Acme</h1>", "2026-01-02T03:04:05Z")


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """Whatever a test registers is gone after it."""
    monkeypatch.setattr(FIELDS, "_fields", {})
    before = dict(EXTRACTORS)
    yield
    EXTRACTORS.clear()
    EXTRACTORS.update(before)


def test_a_name_defines_a_field_and_bare_values_fill_it():
    @extractor("heading", doc="the first heading", kind=Kind.ONE, dtype="str", group="mine")
    def headings(page):
        return [node.text() for node in page.tree.css("h1")]

    assert FIELDS["heading"] == Field("heading", "mine", Kind.ONE, "the first heading")
    assert list(EXTRACTORS["headings"](PAGE)) == [Fact("heading", "Acme")]
    assert headings(PAGE) == ["Acme"]


def test_facts_of_several_fields_and_blanks_dropped():
    @extractor(Field("a", "mine", Kind.ONE, ""), "b", name="both")
    def some(page):
        yield Fact("b", 0, 0.9)
        yield ""
        yield "x"

    assert list(EXTRACTORS["both"](PAGE)) == [Fact("b", 0, 0.9), Fact("a", "x")]
    assert "some" not in EXTRACTORS


def test_a_field_that_is_known_is_taken_as_it_is():
    field = Field("known", "identity", Kind.ONE, "as before", "int")
    FIELDS.add(field)
    extractor("known", doc="ignored")(lambda page: [])
    assert FIELDS["known"] is field


def test_a_fact_of_another_field_is_refused():
    @extractor("a", "b")
    def wrong(page):
        yield Fact("c", "x")

    with pytest.raises(SettingsError, match="'wrong' gave a fact for 'c'; declare it beside a, b"):
        list(EXTRACTORS["wrong"](PAGE))


def test_no_field_is_an_error_that_shows_what_to_write():
    with pytest.raises(SettingsError, match=r"'nothing' names no field; write @extractor\(\"company_...\"\)"):

        @extractor()
        def nothing(page):
            return []


def test_the_same_name_again_replaces_the_extractor():
    for value in ("old", "new"):
        extractor("a", name="same")(lambda page, value=value: [value])
    assert list(EXTRACTORS["same"](PAGE)) == [Fact("a", "new")]
    assert registry.EXTRACTORS is EXTRACTORS


def test_order_does_not_depend_on_what_was_imported_first():
    code = (
        "import enrich.extract.{first}; from enrich.extract import load_built_in; load_built_in();"
        "from enrich.extract.registry import EXTRACTORS, FIELDS; print(list(EXTRACTORS), list(FIELDS))"
    )
    orders = {
        subprocess.run(
            [sys.executable, "-c", code.format(first=first)], capture_output=True, text=True, check=True
        ).stdout
        for first in ("names", "technologies")
    }
    assert len(orders) == 1
