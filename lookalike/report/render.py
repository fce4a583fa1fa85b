"""Draw a report as one HTML page."""

from __future__ import annotations

from enrich.html import templates
from lookalike.report.summary import Report


def render(report: Report) -> str:
    """Give the report as a self-contained HTML page; every value is escaped."""
    return templates(__package__).get_template("report.html").render(report=report)
