"""Watching a model in use: are new leads like the deals it learned from, and does it keep its promises?

>>> from lookalike.monitor import monitor  # monitor(model, leads, outcomes=...) gives a Monitored
"""

from lookalike.monitor.finding import Finding, Severity
from lookalike.monitor.run import Monitored, monitor

__all__ = ["Finding", "Monitored", "Severity", "monitor"]
