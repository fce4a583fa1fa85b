"""Draw a report as one HTML page."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from lookalike.report.summary import Report


def render(report: Report) -> str:
    """Give the report as a self-contained HTML page; every value is escaped."""
    environment = Environment(
        loader=PackageLoader("lookalike.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(report=report)
