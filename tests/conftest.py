"""Shared fixtures: external test material, used where it is present."""

import os
from pathlib import Path

import pytest
from browser_driving import Window, chromium

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def material():
    """Path of a part of the external test material, or a skip that says what is missing.

    The folder is named by WORKBENCH_MATERIAL, by default ``shared`` beside the checkout.
    """
    root = Path(os.environ.get("WORKBENCH_MATERIAL", REPOSITORY.parent / "shared"))

    def find(part: str) -> Path:
        path = root / part
        if not path.exists():
            pytest.skip(f"external test material '{part}' is absent; set WORKBENCH_MATERIAL to its folder")
        return path

    return find


@pytest.fixture(scope="module")
def browser():
    """Chromium, or a skip. Not for the session: other modules' tests run event loops of their own."""
    with chromium() as running:
        yield running


@pytest.fixture
def window(browser):
    """Opens files in the browser; whatever a console or a network saw of them fails the test."""
    window = Window(browser)
    yield window
    window.close()
    assert window.faults == []
