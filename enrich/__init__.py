"""Extend sales leads from their e-mail domain and the company's public web presence.

The contract: one output row per input row, in input order; every value has a source and a date; what is not
known is said as precisely. :func:`run` enriches a table, :func:`show` lists the evidence on one company, and
:func:`extractor` registers one's own extractor:

>>> import enrich
>>> sorted(enrich.__all__)
['Fact', 'Field', 'Kind', 'Page', 'Settings', 'State', 'WorkbenchError', 'extractor', 'run', 'show']
"""

from typing import TYPE_CHECKING

from enrich.lazy import lazy

if TYPE_CHECKING:
    from enrich.errors import WorkbenchError
    from enrich.extract.registry import extractor
    from enrich.facts import Fact, Field, Kind, State
    from enrich.look_up import show
    from enrich.page import Page
    from enrich.pipeline import run
    from enrich.settings import Settings

__all__ = ["Fact", "Field", "Kind", "Page", "Settings", "State", "WorkbenchError", "extractor", "run", "show"]

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

__getattr__, __dir__ = lazy(__name__, _HOMES)
