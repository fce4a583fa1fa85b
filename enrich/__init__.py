"""Extend sales leads from their e-mail domain and the company's public web presence.

The contract: one output row per input row, in input order; every value has a source and a date; what is not
known is said as precisely. :func:`run` enriches a table, :func:`show` lists the evidence on one company, and
:func:`extractor` registers one's own extractor:

>>> import enrich
>>> sorted(enrich.__all__)
['Fact', 'Field', 'Kind', 'Page', 'Settings', 'State', 'WorkbenchError', 'extractor', 'run', 'show']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enrich.errors import WorkbenchError
    from enrich.extract.registry import extractor
    from enrich.facts import Fact, Field, Kind, State
    from enrich.look_up import show
    from enrich.page import Page
    from enrich.pipeline import run
    from enrich.settings import Settings

__all__ = ["Fact", "Field", "Kind", "Page", "Settings", "State", "WorkbenchError", "extractor", "run", "show"]

# Imported on first use, so that `enrich --help` does not wait for pandas.
_HOMES = {
    "Fact": "enrich.facts",
    "Field": "enrich.facts",
    "Kind": "enrich.facts",
    "Page": "enrich.page",
    "Settings": "enrich.settings",
    "State": "enrich.facts",
    "WorkbenchError": "enrich.errors",
    "extractor": "enrich.extract.registry",
    "run": "enrich.pipeline",
    "show": "enrich.look_up",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'enrich' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
