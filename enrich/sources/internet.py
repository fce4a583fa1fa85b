"""The sources that ask the Internet, by the channel they look in."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from enrich.errors import SettingsError
from enrich.facts import Channel
from enrich.settings import Settings
from enrich.sources import CompanySource

# Module and class, imported where it is asked for: each brings a protocol's library.
_SOURCES = {
    Channel.WEBSITE: ("enrich.sources.live", "LiveWeb"),
    Channel.DNS: ("enrich.sources.dns", "Dns"),
    Channel.TLS: ("enrich.sources.tls", "Tls"),
    Channel.RDAP: ("enrich.sources.rdap", "Rdap"),
}

#: What can be asked for: everything, some channels by name, or sources made by the caller.
Live = bool | Iterable[str | CompanySource]


def open_live(live: Live, settings: Settings) -> list[CompanySource]:
    """Make the sources that a run is to ask, in the order of :class:`~enrich.facts.Channel`.

    Raises
    ------
    SettingsError
        If a name is no channel's, or a source cannot work by the settings.

    >>> [source.name for source in open_live(["rdap", "web"], Settings())]
    ["companies' websites", 'domain registries']
    """
    asked = list(_SOURCES) if live is True else list(live or ())
    sources = [_open(one, settings) if isinstance(one, str) else one for one in asked]
    order = list(Channel)
    return sorted(sources, key=lambda source: order.index(source.channel))


def _open(name: str, settings: Settings) -> CompanySource:
    home = next((home for channel, home in _SOURCES.items() if channel == name), None)
    if home is None:
        raise SettingsError(f"live: '{name}' is no source; there are {', '.join(_SOURCES)}")
    module, kind = home
    source: CompanySource = getattr(import_module(module), kind)(settings)
    return source
