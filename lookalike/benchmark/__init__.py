"""Measurements of scores, evidence and search beside public libraries, on data the caller supplies.

Sets of deals with their splits are :class:`LeadSet`; :data:`LEAD_SETS` reads the public ones,
:func:`run_records` measures those and :func:`measure` any other.
"""

from typing import TYPE_CHECKING

from enrich.lazy import lazy

if TYPE_CHECKING:
    from lookalike.benchmark.records import measure, run_records
    from lookalike.benchmark.sets import LEAD_SETS, LeadSet

__all__ = ["LEAD_SETS", "LeadSet", "measure", "run_records"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "LEAD_SETS": "lookalike.benchmark.sets",
        "LeadSet": "lookalike.benchmark.sets",
        "measure": "lookalike.benchmark.records",
        "run_records": "lookalike.benchmark.records",
    },
)
