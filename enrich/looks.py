"""Which companies a source has been asked about: looks, each recorded with all that came of it.

Where a source is read from beginning to end, :mod:`enrich.passes` keeps how far. A source that is asked for
one company after another has no such place: each company is recorded in one transaction with all its pages,
or not at all, so a run that is killed repeats only the looks that were under way.

A look that has become due again (it is old, or somebody asked for a retry) leaves what was known in place
until another one finds something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from enrich.clock import now
from enrich.errors import JournalError
from enrich.facts import State
from enrich.journal import Outcome
from enrich.passes import Passes
from enrich.sources import CompanySource
from enrich.sources.archive import Archive

# Domains taken from the journal at a time.
_BATCH = 500

# A look without a time, one that is to be made again, is older than any.
_DUE = """
FROM wanted WHERE domain > ? AND NOT EXISTS (
    SELECT 1 FROM look WHERE look.source = ? AND look.domain = wanted.domain AND looked_at >= ?
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
    since : str
        RFC 3339 in UTC; looks made before are made again. By default none is.

    Attributes
    ----------
    source : int
        The source's key.
    """

    def __init__(self, passes: Passes, source: CompanySource, since: str = "") -> None:
        self.journal = passes.journal
        self.since = since
        recipe = passes.recipe(source.channel)
        with self.journal.transaction() as connection:
            self.source = self.journal.source(source)
            passes.forget_stale(self.source, recipe)
            # A look belongs to a pass, which tells its recipe; this one is at its end from the beginning.
            values = (self.source, recipe)
            begun = "SELECT id FROM pass WHERE source = ? AND recipe = ? AND finished"
            insert = "INSERT INTO pass (source, recipe, finished) VALUES (?, ?, 1) RETURNING id"
            row = (
                connection.execute(begun, values).fetchone() or connection.execute(insert, values).fetchone()
            )
            self._pass = row[0]

    def __len__(self) -> int:
        """Count the wanted companies to look at."""
        query = f"SELECT count(*) {_DUE}"
        return int(self.journal.connection.execute(query, ("", self.source, self.since)).fetchone()[0])

    def left(self) -> Iterator[str]:
        """Yield the wanted companies to look at, in order; looks may be recorded meanwhile."""
        query = f"SELECT domain {_DUE} ORDER BY domain LIMIT {_BATCH}"
        last = ""
        while rows := self.journal.connection.execute(query, (last, self.source, self.since)).fetchall():
            for (last,) in rows:
                yield last

    def record(self, domain: str, outcomes: Sequence[Outcome], archive: Archive | None = None) -> None:
        """Commit a look with its outcomes, in place of those of an earlier look unless only that found any.

        Parameters
        ----------
        domain : str
            The company's domain.
        outcomes : sequence of Outcome
            What came of the look.
        archive : Archive, optional
            Where it was kept; how far that goes is committed along.

        Raises
        ------
        JournalError
            If another run recorded the company meanwhile; nothing is written then.
        """
        with self.journal.transaction() as connection:
            looked = connection.execute(
                "INSERT INTO look (source, domain, pass, looked_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET looked_at = excluded.looked_at, pass = excluded.pass "
                "WHERE looked_at IS NULL OR looked_at < ?",
                (self.source, domain, self._pass, now(), self.since),
            )
            if looked.rowcount != 1:
                raise JournalError(
                    f"{self.journal.path}: another run has taken over; wait for it or name another journal"
                )
            found = any(outcome.state is State.FOUND for outcome in outcomes)
            known = "" if found else " AND state <> 'found'"
            connection.execute(
                f"DELETE FROM page WHERE source = ? AND domain = ?{known}",  # noqa: S608 - one of two texts
                (self.source, domain),
            )
            self.journal.add(self.source, outcomes)
            if archive is not None:
                connection.execute(
                    "INSERT INTO archive VALUES (?, ?) ON CONFLICT DO UPDATE SET size = excluded.size",
                    (str(archive.path), archive.size),
                )

    def make_due(self, state: State) -> int:
        """Have the wanted companies looked at again of which a look had an outcome; returns how many.

        Parameters
        ----------
        state : State
            The outcome, of the home page or any other.
        """
        with self.journal.transaction() as connection:
            marked = connection.execute(
                "UPDATE look SET looked_at = NULL WHERE source = :source AND domain IN ("
                "SELECT page.domain FROM page JOIN wanted USING (domain) "
                "WHERE page.source = :source AND page.state = :state)",
                {"source": self.source, "state": state},
            )
        return int(marked.rowcount)
