"""What an HTTP status says of a page."""

from __future__ import annotations

from enrich.facts import State


def state_of(status: int) -> State | None:
    """Return the state that a status stands for (RFC 9110, section 15); None for redirects.

    >>> state_of(200), state_of(403), state_of(429), state_of(404), state_of(503), state_of(301)
    (<State.FOUND: 'found'>, <State.BLOCKED: 'blocked'>, <State.RATE_LIMITED: 'rate-limited'>,
     <State.ABSENT: 'absent'>, <State.FAILED: 'failed'>, None)
    """
    if 200 <= status < 300:
        return State.FOUND
    if status in (401, 403, 451):
        return State.BLOCKED
    if status == 429:
        return State.RATE_LIMITED
    if status in (404, 410):
        return State.ABSENT
    return State.FAILED if status >= 400 else None
