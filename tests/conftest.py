"""Shared fixtures: external test material, used where it is present."""

import os
from pathlib import Path

import pytest

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
