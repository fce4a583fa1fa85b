"""Facts, fields and the catalogue of fields; and the names the package promises."""

import subprocess
import sys

import pytest

import enrich
from enrich.errors import SettingsError
from enrich.facts import Catalogue, Field, Kind, State


def test_the_catalogue_keeps_the_order_of_registration():
    catalogue = Catalogue()
    for name in ("b", "a", "c"):
        catalogue.add(Field(name, "own", Kind.ONE, "a letter"))
    assert list(catalogue) == ["b", "a", "c"]
    assert (len(catalogue), catalogue["a"].name, "d" in catalogue) == (3, "a", False)


def test_a_name_means_one_thing():
    catalogue = Catalogue()
    field = Field("size", "own", Kind.ONE, "how big", "int")
    catalogue.add(field)
    catalogue.add(Field("size", "own", Kind.ONE, "how big", "int"))
    assert catalogue["size"] is field
    with pytest.raises(
        SettingsError, match=r"'size' is already defined as one \(how big\); choose another name"
    ):
        catalogue.add(Field("size", "own", Kind.MANY, "how big"))


def test_states_are_the_words_of_the_why_columns():
    assert [str(state) for state in State] == [
        *("found", "absent", "not looked", "refused", "blocked", "rate-limited"),
        *("timed out", "no such domain", "parked", "failed"),
    ]


def test_the_package_exports_what_it_promises():
    assert enrich.__all__ == [
        *("Fact", "Field", "Kind", "Page", "Settings", "State", "WorkbenchError"),
        *("extractor", "run", "show"),
    ]
    for name in enrich.__all__:
        assert getattr(enrich, name).__name__ == name
        assert name in dir(enrich)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        enrich.nothing  # noqa: B018


def test_importing_the_package_is_quick():
    code = "import enrich, sys; print([m for m in ('pandas', 'bs4', 'requests', 'lxml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
