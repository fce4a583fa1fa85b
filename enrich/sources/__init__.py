"""Sources: the only code that reads an archive or a network.

A source turns what it reads into observations of companies' pages. It knows nothing of facts, tables or
journals, and the rest of the package knows nothing of how a page was obtained. :class:`Source` is the
contract of those that are read from beginning to end, such as archives; positions are the source's own and
only ever handed back to it. :class:`CompanySource` is that of those asked for one company after another, as
the web is, which have no order and so no positions.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from enrich.facts import Channel, State
from enrich.page import Page
from enrich.records import Certificate, DnsRecords, Registration


@dataclass(frozen=True)
class Observation:
    """What came of one look at one page.

    Attributes
    ----------
    domain : str
        The company's registrable domain in ASCII.
    url : str
        Where the look went.
    state : State
        ``FOUND`` with a page; otherwise why there is none.
    observed_at : str
        RFC 3339 in UTC.
    page : Page or None
        The page.
    record : DnsRecords, Certificate, Registration or None
        What was found instead, where the source is no website.
    note : str
        A word on the outcome: a status, a cut body, an encoding nobody can read.
    """

    domain: str
    url: str
    state: State
    observed_at: str
    page: Page | None = None
    note: str = ""
    record: DnsRecords | Certificate | Registration | None = None


@dataclass(frozen=True)
class Reached:
    """A place to resume from: all that comes before it has been observed.

    Attributes
    ----------
    position : int
        The source's own measure, growing; 0 is the start.
    """

    position: int


class Source(Protocol):
    """Something that can be looked at for companies.

    Attributes
    ----------
    identity : str
        The same for the same content under any path; the journal knows the source by it.
    channel : Channel
        What is looked at.
    name : str
        For people.
    size : int
        The position at the end, for progress bars.
    skipped : int
        What was passed over so far because it holds no page: redirects, images and the like.
    """

    @property
    def identity(self) -> str: ...  # noqa: D102

    @property
    def channel(self) -> Channel: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def size(self) -> int: ...  # noqa: D102

    @property
    def skipped(self) -> int: ...  # noqa: D102

    def observe(self, wanted: Container[str], start: int = 0) -> Iterator[Observation | Reached]:
        """Look at the companies whose domains are `wanted`.

        Parameters
        ----------
        wanted : container of str
            Registrable domains; asked for each page, so membership may change meanwhile.
        start : int
            A position reached before, from which to resume.

        Yields
        ------
        Observation or Reached
            In the same order each time. Everything observed since the last `Reached` is observed again
            by whoever resumes from that one.

        Raises
        ------
        SourceDamaged
            If the rest cannot be read.
        """
        ...


@dataclass(frozen=True)
class Looked:
    """All that came of looking at one company; recorded together or not at all.

    Attributes
    ----------
    domain : str
        The company's registrable domain in ASCII.
    observations : tuple of Observation
        In the order of the looks, which is the same each time the same is found.
    """

    domain: str
    observations: tuple[Observation, ...]


class CompanySource(Protocol):
    """Something that can be asked about companies one by one.

    Attributes
    ----------
    identity : str
        The journal knows the source by it.
    channel : Channel
        What is looked at.
    name : str
        For people.
    """

    @property
    def identity(self) -> str: ...  # noqa: D102

    @property
    def channel(self) -> Channel: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    def look(self, domains: Iterable[str]) -> Generator[Looked, None, None]:
        """Look at companies.

        Parameters
        ----------
        domains : iterable of str
            Registrable domains, each once; taken one after another as there is room, however many there are.

        Yields
        ------
        Looked
            One for each domain, in the order in which they are done. Closing the iterator ends all work.
        """
        ...


class SourceDamaged(Exception):  # noqa: N818 - what was observed before counts; only the rest is lost
    """The rest of a source cannot be read; the message names the source, the position and the reason."""
