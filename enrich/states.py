"""From the looks at a company to the one word that says why something is there, or is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from enrich.errors import SettingsError
from enrich.facts import Channel, State

#: States of the looks at one company: by channel, one sequence a source, in the order of the looks.
Outcomes = Mapping[Channel, Sequence[Sequence[State]]]

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

_ALIASES = {"timeout": State.TIMED_OUT, "error": State.FAILED, "nxdomain": State.NO_SUCH_DOMAIN}

# What may have kept something from us where other looks at the company succeeded.
_GAPS = (State.RATE_LIMITED, State.TIMED_OUT, State.BLOCKED, State.REFUSED, State.FAILED)


def company_state(outcomes: Outcomes) -> State:
    """State of a company: that of its website; where nobody looked there, of the first channel looked at.

    >>> company_state({Channel.WEBSITE: [[State.TIMED_OUT]], Channel.DNS: [[State.FOUND]]})
    <State.TIMED_OUT: 'timed out'>
    >>> company_state({})
    <State.NOT_LOOKED: 'not looked'>
    """
    looked = next((outcomes[channel] for channel in Channel if outcomes.get(channel)), ())
    return channel_state({state for source in looked for state in source})


def channel_state(states: Collection[State]) -> State:
    """State of a company in one channel by those of the looks there.

    >>> channel_state([State.REFUSED, State.FOUND]), channel_state([State.ABSENT, State.REFUSED])
    (<State.FOUND: 'found'>, <State.REFUSED: 'refused'>)
    """
    return State.FOUND if State.FOUND in states else first_of(states)


def missing_state(outcomes: Outcomes, channels: Collection[Channel]) -> State:
    """Why a field has no value, by the looks in the channels it can be found in.

    It is absent only if nothing was kept from us. At a website, attempts before the first success (https
    before http, the bare domain before www) do not count.

    >>> missing_state({Channel.WEBSITE: [[State.FAILED, State.FOUND, State.ABSENT]]}, [Channel.WEBSITE])
    <State.ABSENT: 'absent'>
    >>> missing_state({Channel.WEBSITE: [[State.FOUND, State.TIMED_OUT]]}, [Channel.WEBSITE, Channel.TLS])
    <State.TIMED_OUT: 'timed out'>
    """
    whys = set()
    for channel in channels:
        for states in outcomes.get(channel, ()):
            if State.FOUND not in states:
                whys.add(first_of(states))
                continue
            counted = states[states.index(State.FOUND) :] if channel is Channel.WEBSITE else states
            whys.add(next((state for state in _GAPS if state in counted), State.ABSENT))
    return first_of(whys)


def first_of(states: Collection[State]) -> State:
    """Return the most telling of the states of not having something."""
    return next((state for state in _NOTHING if state in states), State.NOT_LOOKED)


def parse_state(text: str) -> State:
    """Read the name of a state as people type it.

    Raises
    ------
    SettingsError
        If there is none like it.

    >>> parse_state("timeout"), parse_state("rate_limited")
    (<State.TIMED_OUT: 'timed out'>, <State.RATE_LIMITED: 'rate-limited'>)
    """
    names = {_letters(state): state for state in State} | _ALIASES
    if (state := names.get(_letters(text))) is None:
        raise SettingsError(f"'{text}' is no state; there are {', '.join(map(repr, map(str, State)))}")
    return state


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.casefold()))
