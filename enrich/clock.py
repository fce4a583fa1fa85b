"""Times as they are written everywhere: RFC 3339 in UTC, so that their order is that of the texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def text(moment: datetime) -> str:
    """Write a moment.

    >>> text(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now() -> str:
    """Return the time."""
    return text(datetime.now(UTC))


def days_ago(days: float) -> str:
    """Return the time so many days ago."""
    return text(datetime.now(UTC) - timedelta(days=days))
