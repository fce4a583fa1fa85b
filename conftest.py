"""What every test and every example in a docstring can rely on."""

import pytest
from hypothesis import settings

from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS, FIELDS

# Machines differ in speed; a slow example is no wrong one.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser):
    """Add what ``make notebooks`` asks for."""
    parser.addoption(
        "--write-notebooks", action="store_true", help="write the notebooks back as they were executed"
    )


@pytest.fixture(autouse=True)
def _own_extractors_are_gone_afterwards():
    """Registering an extractor is global; no test sees another's."""
    load_built_in()
    extractors, fields = dict(EXTRACTORS), dict(FIELDS)
    yield
    EXTRACTORS.clear()
    EXTRACTORS.update(extractors)
    FIELDS._fields = fields
