"""The summary of a run, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from enrich.facts import Channel, State
from enrich.mailbox import Mailbox


@dataclass(frozen=True)
class Summary:
    """What a run did and what it found.

    Attributes
    ----------
    rows : int
        Rows written, as many as were read.
    rows_with_error : int
        Rows whose ``error`` column says something.
    states : mapping of Channel to mapping of State to int
        Distinct companies by state, in each channel that was looked at.
    mailboxes : mapping of Mailbox to int
        Rows by class of their e-mail address.
    pages : int
        Pages read in this run; those read before it are in the journal.
    skipped : int
        Records of those companies that hold no page: redirects, images and the like.
    mishaps : mapping of str to int
        Pages on which an extractor raised, by extractor.
    damage : tuple of str
        Sources that could not be read to the end.
    seconds : float
        Time spent reading pages, fetching included.
    asked : bool
        Whether there was a source to look at.
    """

    rows: int
    rows_with_error: int
    states: Mapping[Channel, Mapping[State, int]]
    mailboxes: Mapping[Mailbox, int]
    pages: int
    skipped: int
    mishaps: Mapping[str, int]
    damage: tuple[str, ...]
    seconds: float
    asked: bool = True

    @property
    def pages_per_second(self) -> float:
        """Pages read a second, extraction and journal included."""
        return self.pages / self.seconds if self.seconds > 0 else 0.0

    @property
    def headline(self) -> str:
        """One sentence for people."""
        return ". ".join(str(self).splitlines()[:2])

    def to_dict(self) -> dict[str, Any]:
        """Give everything as JSON knows it."""
        return {
            "rows": self.rows,
            "rows_with_error": self.rows_with_error,
            "mailboxes": {str(name): count for name, count in self.mailboxes.items()},
            "states": {
                str(channel): {str(state): count for state, count in states.items() if count}
                for channel, states in self.states.items()
            },
            "pages": self.pages,
            "skipped": self.skipped,
            "seconds": self.seconds,
            "pages_per_second": self.pages_per_second,
            "mishaps": self.mishaps,
            "damage": self.damage,
            "asked": self.asked,
        }

    def __str__(self) -> str:
        """Lines for a terminal, the most wanted first."""
        rows = f"{_count(self.rows, 'row')}: {_listed(self.mailboxes)}"
        if self.rows_with_error:
            rows += f"; {self.rows_with_error} with an error (see the column 'error')"
        total = sum(self.states[Channel.WEBSITE].values())
        companies = f"{_count(total, 'company', 'companies')}: {_listed(self.states[Channel.WEBSITE])}"
        speed = f"{self.seconds:.1f} s ({self.pages_per_second:.0f} a second)"
        pages = f"{_count(self.pages, 'page')} read in {speed}"
        if self.skipped:
            pages += f"; {_count(self.skipped, 'record')} without a page skipped"
        others = (
            f"{channel.upper()}: {_listed(states)}"
            for channel, states in self.states.items()
            if channel is not Channel.WEBSITE
        )
        lines = [rows, companies, *others, pages]
        if self.mishaps:
            lines.append(f"extractors that failed on pages: {_listed(self.mishaps)}")
        if not self.asked:
            lines.append(
                "no source was given: --web fetches the companies' websites, --warc FILE reads archives"
            )
        return "\n".join(lines + list(self.damage))


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _listed(counts: Mapping[str, int] | Mapping[State, int] | Mapping[Mailbox, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "none"
