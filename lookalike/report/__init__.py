"""The report a growth team reads: first everything is worked out, then it is drawn.

One self-contained file that opens without a network. Whatever comes from the web or a lead file is escaped
in one place, the template, and a content-security policy lets nothing run or load.
"""

from lookalike.report.render import render
from lookalike.report.summary import Report, summarize
from lookalike.report.write import write_report

__all__ = ["Report", "render", "summarize", "write_report"]
