"""The sources that ask the Internet, by the channel they look in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from enrich.errors import SettingsError
from enrich.facts import Channel
from enrich.settings import Settings
from enrich.sources import CompanySource
from enrich.sources.live import LiveWeb

_SOURCES: dict[Channel, Callable[[Settings], CompanySource]] = {Channel.WEBSITE: LiveWeb}

#: What can be asked for: everything, some channels by name, or sources made by the caller.
Live = bool | Iterable[str | CompanySource]


def open_live(live: Live, settings: Settings) -> list[CompanySource]:
    """Make the sources that a run is to ask, in the order of :class:`~enrich.facts.Channel`.

    Raises
    ------
    SettingsError
        If a name is no channel's.

    >>> [source.name for source in open_live(["web"], Settings())]
    ["companies' websites"]
    """
    asked = list(_SOURCES) if live is True else list(live or ())
    sources = [_open(one, settings) if isinstance(one, str) else one for one in asked]
    order = list(Channel)
    return sorted(sources, key=lambda source: order.index(source.channel))


def _open(name: str, settings: Settings) -> CompanySource:
    make = next((make for channel, make in _SOURCES.items() if channel == name), None)
    if make is None:
        raise SettingsError(f"live: '{name}' is no source; there are {', '.join(_SOURCES)}")
    return make(settings)
