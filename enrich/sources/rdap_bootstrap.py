"""Which server speaks for which top-level domain: IANA's bootstrap file of RDAP (RFC 9224).

``rdap_bootstrap.json`` beside this file is IANA's ``https://data.iana.org/rdap/dns.json`` as published on
2026-07-23, unchanged; :func:`refresh` gets the present one. A registry that offers RDAP without TLS counts as
having none.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

from enrich.errors import SettingsError, WorkbenchError
from enrich.facts import State
from enrich.settings import Settings
from enrich.sources.exchange import Client
from enrich.sources.guard import Reach
from enrich.sources.robots import user_agent

#: Where IANA publishes the file.
ADDRESS = "https://data.iana.org/rdap/dns.json"

_MAX_BYTES = 4_000_000
# A file with fewer of the domains that the package knows is taken for a mistake.
_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Bootstrap:
    """The servers by domain.

    Attributes
    ----------
    publication : str
        When IANA published them, RFC 3339.
    servers : mapping of str to str
        From a domain in ASCII, mostly of one label, to the base URL of its registry, which ends in a slash.
    """

    publication: str
    servers: Mapping[str, str]

    @classmethod
    def parse(cls, content: str | bytes) -> Self:
        """Read the content of a bootstrap file.

        Raises
        ------
        ValueError
            If it is none.

        >>> Bootstrap.parse('{"publication": "2026-01-01T00:00:00Z", "services": '
        ...     '[[["example"], ["http://rdap.example/", "https://rdap.example"]]]}').servers
        {'example': 'https://rdap.example/'}
        """
        try:
            read = json.loads(content)
            publication, services = read["publication"], read["services"]
            servers: dict[str, str] = {}
            for domains, urls in services:
                secure = next((url for url in urls if url.lower().startswith("https://")), "")
                if secure:
                    secure = secure if secure.endswith("/") else f"{secure}/"
                    servers.update((domain.lower(), secure) for domain in domains)
        except (TypeError, KeyError, AttributeError, ValueError, RecursionError) as error:
            raise ValueError("is no bootstrap file of RDAP") from error
        if not isinstance(publication, str) or not servers:
            raise ValueError("is no bootstrap file of RDAP")
        return cls(publication, servers)

    def server(self, domain: str) -> str:
        """Return the base URL for a domain, that of its longest listed ending; empty if there is none.

        >>> shipped().server("acme.co.uk"), shipped().server("acme.ru")
        ('https://rdap.nominet.uk/uk/', '')
        """
        labels = domain.lower().split(".")
        endings = (".".join(labels[start:]) for start in range(1, len(labels)))
        return next((self.servers[ending] for ending in endings if ending in self.servers), "")


@cache
def shipped() -> Bootstrap:
    """Return what comes with the package."""
    return Bootstrap.parse(files(__package__).joinpath("rdap_bootstrap.json").read_bytes())


def read(path: str | Path) -> Bootstrap:
    """Read a file of one's own.

    Raises
    ------
    SettingsError
        If it cannot be read, or is no bootstrap file.
    """
    try:
        return Bootstrap.parse(Path(path).read_bytes())
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}); check rdap_bootstrap_file"
        ) from error
    except ValueError as error:
        raise SettingsError(f"{path}: {error}; get it from {ADDRESS}") from error


def refresh(path: str | Path, settings: Settings | None = None, reach: Reach | None = None) -> Bootstrap:
    """Get the present file from IANA; a file that is there stays as it is unless the new one is good.

    Parameters
    ----------
    path : path
        Where it goes; name it as ``rdap_bootstrap_file`` in the configuration.
    settings : Settings, optional
        Its ``contact`` and ``deadline_seconds`` hold for the request.
    reach : Reach, optional
        What can be reached beside the public web: a server of one's own, in tests.

    Returns
    -------
    Bootstrap
        What was written.

    Raises
    ------
    WorkbenchError
        If it cannot be had or written, or knows less than half of the domains that the package does.
    """
    settings = settings or Settings()
    path = Path(path)
    with Client(reach or Reach(), user_agent(settings.contact), settings.deadline_seconds) as client:
        answer = client.get(ADDRESS, accept="application/json", max_bytes=_MAX_BYTES)
    if answer.state is not State.FOUND or answer.note:
        raise WorkbenchError(f"{ADDRESS}: {answer.state} ({answer.note}); try again later")
    try:
        found = Bootstrap.parse(answer.body)
    except ValueError as error:
        raise WorkbenchError(f"{ADDRESS}: {error}; try again later") from error
    known = shipped().servers
    if len(known.keys() & found.servers.keys()) < _LEAST_SHARE * len(known):
        raise WorkbenchError(
            f"{ADDRESS}: has servers for {len(found.servers)} domains, which cannot be all; try again later"
        )
    try:
        _replace(path, answer.body)
    except OSError as error:
        raise WorkbenchError(f"{path}: cannot be written ({error.strerror}); name another file") from error
    return found


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
