"""Sources: the only code that reads an archive or, later, a network.

A source turns what it reads into observations of companies' pages. It knows nothing of facts, tables or
journals, and the rest of the package knows nothing of how a page was obtained. :class:`Source` is the
contract of all of them; positions are the source's own and only ever handed back to it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Protocol

from enrich.facts import State
from enrich.page import Page


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
    note : str
        A word on the outcome: a status, a cut body, an encoding nobody can read.
    """

    domain: str
    url: str
    state: State
    observed_at: str
    page: Page | None = None
    note: str = ""


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


class SourceDamaged(Exception):  # noqa: N818 - what was observed before counts; only the rest is lost
    """The rest of a source cannot be read; the message names the source, the position and the reason."""
