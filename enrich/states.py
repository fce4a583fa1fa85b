"""From the looks at a company to the one word that says why something is there, or is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from enrich.facts import Channel, State

#: States of the looks at one company by channel, in the order of the looks.
Outcomes = Mapping[Channel, Sequence[State]]

# Why there is nothing of a company, the most telling outcome first.
_NOTHING = (
    State.PARKED,
    State.REFUSED,
    State.BLOCKED,
    State.RATE_LIMITED,
    State.TIMED_OUT,
    State.FAILED,
    State.NO_SUCH_DOMAIN,
    State.ABSENT,
)


# What may have kept something from us where other looks at the company succeeded.
_GAPS = (State.RATE_LIMITED, State.TIMED_OUT, State.BLOCKED, State.REFUSED, State.FAILED)


def company_state(outcomes: Outcomes) -> State:
    """State of a company: that of its website; where nobody looked there, of the first channel looked at.

    >>> company_state({Channel.WEBSITE: [State.TIMED_OUT], Channel.DNS: [State.FOUND]})
    <State.TIMED_OUT: 'timed out'>
    >>> company_state({})
    <State.NOT_LOOKED: 'not looked'>
    """
    return next(
        (channel_state(outcomes[channel]) for channel in Channel if outcomes.get(channel)), State.NOT_LOOKED
    )


def channel_state(states: Collection[State]) -> State:
    """State of a company in one channel by those of the looks there.

    >>> channel_state([State.REFUSED, State.FOUND]), channel_state([State.ABSENT, State.REFUSED])
    (<State.FOUND: 'found'>, <State.REFUSED: 'refused'>)
    """
    return State.FOUND if State.FOUND in states else first_of(states)


def missing_state(states: Sequence[State]) -> State:
    """Why a field has no value, by the looks in a channel: absent only if nothing was kept from us.

    Attempts before the first success (https before http, the bare domain before www) do not count.

    >>> missing_state([State.FAILED, State.FOUND, State.ABSENT])
    <State.ABSENT: 'absent'>
    >>> missing_state([State.FOUND, State.TIMED_OUT])
    <State.TIMED_OUT: 'timed out'>
    """
    if State.FOUND not in states:
        return first_of(states)
    later = states[states.index(State.FOUND) :]
    return next((state for state in _GAPS if state in later), State.ABSENT)


def first_of(states: Collection[State]) -> State:
    """Return the most telling of the states of not having something."""
    return next((state for state in _NOTHING if state in states), State.NOT_LOOKED)
