"""The journal: every fact with its evidence, every outcome, and how far each source has been read.

One SQLite file in WAL mode. Facts and the place they were read up to are committed together, so a process
may be killed at any moment and nothing is lost or there twice. It holds domains and what their pages say; of
a lead it never holds the part of an address before the @.

:class:`Journal` keeps outcomes and facts; :mod:`enrich.passes` keeps who has been looked for where.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from enrich.errors import JournalError
from enrich.facts import Channel, Evidence, Fact, State
from enrich.forgotten import without_addresses
from enrich.sources import CompanySource, Source

#: Marks the file as a journal (SQLite's application_id), and the layout of its tables.
APPLICATION_ID = 0x4C57424A
SCHEMA_VERSION = 2

_ADD_PAGE = """
INSERT INTO page (domain, source, url, state, observed_at, note) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (domain, source, url) DO UPDATE
SET state = excluded.state, observed_at = excluded.observed_at, note = excluded.note
WHERE page.state <> 'found'
RETURNING id
"""

_EVIDENCE = """
SELECT page.domain, fact.field, fact.value, page.url, fact.extractor, page.observed_at, fact.confidence
FROM page JOIN fact ON fact.page = page.id
WHERE page.domain = ?
ORDER BY fact.field, fact.confidence DESC, page.observed_at, page.url, fact.extractor, fact.value
"""

_OUTCOMES = """
SELECT source.channel, page.source, page.state
FROM page JOIN source ON source.id = page.source
WHERE page.domain = ?
ORDER BY page.observed_at, page.id
"""


@dataclass(frozen=True)
class Outcome:
    """What came of one page: its state and, if it was read, the facts on it.

    Attributes
    ----------
    domain, url, state, observed_at, note
        As in :class:`enrich.sources.Observation`.
    facts : tuple of (str, Fact)
        Each with the name of its extractor.
    mishaps : tuple of (str, str)
        Extractors that raised, each with its message.
    """

    domain: str
    url: str
    state: State
    observed_at: str
    note: str = ""
    facts: tuple[tuple[str, Fact], ...] = ()
    mishaps: tuple[tuple[str, str], ...] = ()


def _layout() -> str:
    return files(__package__).joinpath("journal.sql").read_text(encoding="utf-8")


class Journal:
    """An open journal; use it as a context manager or call :meth:`close`.

    Parameters
    ----------
    path : str or Path
        The file.
    create : bool
        Make it where there is none.

    Raises
    ------
    JournalError
        If the file is missing, cannot be opened, is not a journal, or is one of a newer version.
    """

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise JournalError(f"{path}: is a folder; name a file for the journal")
        if not create and not self.path.exists():
            raise JournalError(f"{path}: no such journal; 'enrich run' writes one")
        if not self.path.parent.is_dir():
            raise JournalError(f"{path}: the folder {self.path.parent} does not exist; create it first")
        try:
            self.connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self._prepare(create)
        except sqlite3.Error as error:
            raise JournalError(
                f"{path}: is no journal, or cannot be opened ({error}); name another"
            ) from error

    def _prepare(self, create: bool) -> None:
        mark, version = (self._pragma(name) for name in ("application_id", "user_version"))
        tables = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not tables and not mark and create:
            self.connection.execute("PRAGMA journal_mode = WAL")
            with self.transaction():
                for statement in _layout().split(";"):
                    self.connection.execute(statement)
                self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif mark != APPLICATION_ID:
            raise JournalError(f"{self.path}: is a database but no journal; name another file")
        elif version != SCHEMA_VERSION:
            raise JournalError(
                f"{self.path}: has layout {version}, this version reads {SCHEMA_VERSION}; name another file"
            )
        # NORMAL survives a killed process; a power cut may take the last commits, never the consistency.
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute("PRAGMA secure_delete = ON")
        self.forgotten = frozenset(row[0] for row in self.connection.execute("SELECT digest FROM forgotten"))

    def _pragma(self, name: str) -> int:
        return int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything committed is in it."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run statements that hold together or not at all.

        Raises
        ------
        JournalError
            If the disk is full, another process holds the journal, and the like.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalError(
                f"{self.path}: cannot be written ({error}); free the disk or the file"
            ) from error

    def rebuild(self) -> None:
        """Write the file anew, so that nothing deleted is left in it or its log.

        Raises
        ------
        JournalError
            If another process has the journal open.
        """
        try:
            self.connection.execute("VACUUM")
            (busy, *_) = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise JournalError(
                f"{self.path}: cannot be rebuilt ({error}); free the disk or the file"
            ) from error
        if busy:
            raise JournalError(f"{self.path}: another process reads it; end that and forget again")

    def source(self, source: Source | CompanySource) -> int:
        """Return the key of a source within a transaction, made where it is new."""
        (key,) = self.connection.execute(
            "INSERT INTO source (identity, channel, name) VALUES (?, ?, ?) "
            "ON CONFLICT (identity) DO UPDATE SET name = excluded.name RETURNING id",
            (source.identity, source.channel, source.name),
        ).fetchone()
        return int(key)

    def archive_size(self, path: Path) -> int:
        """Return how much of an archive is complete, in bytes; 0 for one that this journal does not know."""
        row = self.connection.execute("SELECT size FROM archive WHERE path = ?", (str(path),)).fetchone()
        return int(row[0]) if row else 0

    def add(self, source: int, outcomes: Iterable[Outcome]) -> None:
        """Add outcomes within a transaction; a page that the source has twice keeps its first reading.

        What names a forgotten person is left out or has the name removed.
        """
        for outcome in outcomes:
            if self.forgotten:
                outcome = self._without_forgotten(outcome)
            added = self.connection.execute(
                _ADD_PAGE,
                (outcome.domain, source, outcome.url, outcome.state, outcome.observed_at, outcome.note),
            ).fetchone()
            if added is None:
                continue
            self.connection.executemany(
                "INSERT INTO fact (page, field, value, confidence, extractor) VALUES (?, ?, ?, ?, ?)",
                [
                    (added[0], fact.field, json.dumps(fact.value), fact.confidence, extractor)
                    for extractor, fact in outcome.facts
                ],
            )
            self.connection.executemany(
                "INSERT INTO mishap (page, extractor, message) VALUES (?, ?, ?)",
                [(added[0], extractor, message) for extractor, message in outcome.mishaps],
            )

    def _without_forgotten(self, outcome: Outcome) -> Outcome:
        kept = (
            (extractor, replace(fact, value=value))
            for extractor, fact in outcome.facts
            if (value := without_addresses(fact.value, self.forgotten)) is not None
        )
        return replace(
            outcome,
            url=str(without_addresses(outcome.url, self.forgotten) or f"https://{outcome.domain}/"),
            note=str(without_addresses(outcome.note, self.forgotten) or ""),
            facts=tuple(kept),
            mishaps=(),
        )

    def asked(self) -> list[str]:
        """Return the live sources that companies were looked up in."""
        query = "SELECT DISTINCT identity FROM source JOIN look ON look.source = id WHERE identity = channel"
        return [identity for (identity,) in self.connection.execute(query)]

    def has_read(self, source: int, domain: str, url: str) -> bool:
        """Tell whether the page was read from that source before."""
        query = "SELECT 1 FROM page WHERE domain = ? AND source = ? AND url = ? AND state = ?"
        return self.connection.execute(query, (domain, source, url, State.FOUND)).fetchone() is not None

    def pages_read(self, domain: str, without: int = 0) -> int:
        """Count the pages of a company's website that were read, but for those of one source."""
        query = (
            "SELECT count(*) FROM page JOIN source ON source.id = page.source "
            "WHERE page.domain = ? AND page.state = ? AND source.channel = ? AND source.id <> ?"
        )
        values = (domain, State.FOUND, Channel.WEBSITE, without)
        return int(self.connection.execute(query, values).fetchone()[0])

    def facts(self, domain: str) -> pd.DataFrame:
        """Return all evidence on a company, best first within a field.

        Returns
        -------
        DataFrame of shape (facts, 7)
            Columns domain, field, value, url, extractor, observed_at, confidence.
        """
        columns = list(Evidence.__dataclass_fields__)
        rows = [[getattr(item, name) for name in columns] for item in self.evidence(domain)]
        return pd.DataFrame(rows, columns=pd.Index(columns))

    def evidence(self, domain: str) -> list[Evidence]:
        """Return all evidence on a company in an order that depends on nothing but the evidence."""
        rows = self.connection.execute(_EVIDENCE, (domain,))
        return [
            Evidence(name, field, json.loads(value), url, extractor, observed_at, confidence)
            for name, field, value, url, extractor, observed_at, confidence in rows
        ]

    def outcomes(self, domain: str) -> dict[Channel, list[list[State]]]:
        """Return the states of the looks at a company by channel, a list a source, in their order."""
        found: dict[Channel, dict[int, list[State]]] = {}
        for channel, source, state in self.connection.execute(_OUTCOMES, (domain,)):
            found.setdefault(Channel(channel), {}).setdefault(source, []).append(State(state))
        return {channel: list(sources.values()) for channel, sources in found.items()}
