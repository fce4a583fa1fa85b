"""Is this deal table fit to learn from: signal, leaks, duplicates, size, stability.

:func:`audit` answers with findings, each with column, evidence, severity and remedy.
"""

from lookalike.audit.findings import Audit, Finding
from lookalike.audit.run import audit

__all__ = ["Audit", "Finding", "audit"]
