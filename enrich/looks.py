"""Which companies a source has been asked about: looks, each recorded with all that came of it.

Where a source is read from beginning to end, :mod:`enrich.passes` keeps how far. A source that is asked for
one company after another has no such place: each company is recorded in one transaction with all its pages,
or not at all, so a run that is killed repeats only the visits that were under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from enrich.errors import JournalError
from enrich.journal import Outcome
from enrich.passes import Passes
from enrich.sources import CompanySource

# Domains taken from the journal at a time.
_BATCH = 500

_UNLOOKED = """
FROM wanted WHERE domain > ? AND NOT EXISTS (
    SELECT 1 FROM look WHERE look.source = ? AND look.domain = wanted.domain
)
"""


class Looks:
    """The looks of one run at one source.

    Parameters
    ----------
    passes : Passes
        Who is wanted, and by which recipe. Looks made by another recipe are forgotten with their facts.
    source : CompanySource
        Asked by the caller; here it is only named.

    Attributes
    ----------
    source : int
        The source's key.
    """

    def __init__(self, passes: Passes, source: CompanySource) -> None:
        self.journal = passes.journal
        with self.journal.transaction() as connection:
            self.source = self.journal.source(source.identity, source.name)
            passes.forget_stale(self.source)
            # A look belongs to a pass, which tells its recipe; this one is at its end from the beginning.
            values = (self.source, passes.recipe)
            begun = "SELECT id FROM pass WHERE source = ? AND recipe = ? AND finished"
            insert = "INSERT INTO pass (source, recipe, finished) VALUES (?, ?, 1) RETURNING id"
            row = (
                connection.execute(begun, values).fetchone() or connection.execute(insert, values).fetchone()
            )
            self._pass = row[0]

    def __len__(self) -> int:
        """Count the wanted companies not looked at yet."""
        query = f"SELECT count(*) {_UNLOOKED}"
        return int(self.journal.connection.execute(query, ("", self.source)).fetchone()[0])

    def left(self) -> Iterator[str]:
        """Yield the wanted companies not looked at yet, in order; looks may be recorded meanwhile."""
        query = f"SELECT domain {_UNLOOKED} ORDER BY domain LIMIT {_BATCH}"
        last = ""
        while rows := self.journal.connection.execute(query, (last, self.source)).fetchall():
            for (last,) in rows:
                yield last

    def record(self, domain: str, outcomes: Iterable[Outcome]) -> None:
        """Commit a look with its outcomes.

        Raises
        ------
        JournalError
            If another run recorded the company meanwhile; nothing is written then.
        """
        with self.journal.transaction() as connection:
            added = connection.execute(
                "INSERT INTO look VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (self.source, domain, self._pass)
            )
            if added.rowcount != 1:
                raise JournalError(
                    f"{self.journal.path}: another run has taken over; wait for it or name another journal"
                )
            self.journal.add(self.source, outcomes)
