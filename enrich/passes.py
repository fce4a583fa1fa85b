"""Who has been looked for where: passes through a source, resumed where they stopped.

A pass is a set of companies and the position up to which a source has been read for them. A new run splits
off the companies it wants from unfinished passes and begins a pass at 0 for those never looked for. The pass
that is furthest behind goes first; when it reaches the next one, the two go on as one. So each stretch of a
source is read once for each company, whatever was killed, added or repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from enrich.errors import JournalError
from enrich.facts import Channel, State
from enrich.forgotten import digest
from enrich.journal import Journal, Outcome
from enrich.sources import Source
from enrich.states import channel_state

_STATES = """
SELECT DISTINCT wanted.domain, source.channel, page.state
FROM wanted LEFT JOIN page ON page.domain = wanted.domain LEFT JOIN source ON source.id = page.source
ORDER BY wanted.domain
"""


@dataclass(frozen=True)
class Pass:
    """A pass, as a container of the domains it looks for.

    Attributes
    ----------
    journal : Journal
        Where it is kept.
    id, source : int
        Its key and its source's.
    position : int
        All before it has been observed for these domains.
    """

    journal: Journal
    id: int
    source: int
    position: int

    def __contains__(self, domain: object) -> bool:
        query = "SELECT 1 FROM look WHERE source = ? AND domain = ? AND pass = ?"
        row = self.journal.connection.execute(query, (self.source, domain, self.id)).fetchone()
        return row is not None


class Passes:
    """The passes of one run.

    Parameters
    ----------
    journal : Journal
        Where looks are kept.
    recipe : callable
        Tells for a channel what its facts depend on beside what is seen (extractors, limits). Looks made by
        another recipe are forgotten with their facts and made again.
    """

    def __init__(self, journal: Journal, recipe: Callable[[Channel], str]) -> None:
        self.journal = journal
        self.recipe = recipe
        journal.connection.execute("DROP TABLE IF EXISTS temp.wanted")
        journal.connection.execute("CREATE TEMP TABLE wanted (domain TEXT PRIMARY KEY) WITHOUT ROWID")

    def want(self, domains: Iterable[str]) -> None:
        """Add companies to those this run is about, but for forgotten ones; they are held on disk."""
        forgotten = self.journal.forgotten
        if forgotten:
            domains = (domain for domain in domains if digest(domain) not in forgotten)
        with self.journal.transaction() as connection:
            connection.executemany(
                "INSERT INTO wanted VALUES (?) ON CONFLICT DO NOTHING", ((domain,) for domain in domains)
            )

    def plan(self, source: Source) -> list[Pass]:
        """Settle what has to be read of a source in this run: unfinished passes, furthest behind first."""
        recipe = self.recipe(source.channel)
        with self.journal.transaction() as connection:
            key = self.journal.source(source)
            self.forget_stale(key, recipe)
            begun = connection.execute(
                "SELECT id, position FROM pass WHERE source = ? AND recipe = ? AND NOT finished",
                (key, recipe),
            ).fetchall()
            passes = [self._split_off(key, recipe, *row) for row in begun] + [self._begin(key, recipe)]
            connection.execute(
                "DELETE FROM pass WHERE source = ? AND id NOT IN (SELECT pass FROM look WHERE source = ?)",
                (key, key),
            )
            left = {row[0] for row in connection.execute("SELECT id FROM pass WHERE source = ?", (key,))}
        return sorted((one for one in passes if one.id in left), key=lambda one: (one.position, one.id))

    def forget_stale(self, source: int, recipe: str) -> None:
        """Forget what was found of the wanted companies by another recipe, within a transaction."""
        stale = (
            "SELECT look.domain FROM look JOIN wanted USING (domain) JOIN pass ON pass.id = look.pass "
            "WHERE look.source = :source AND pass.recipe <> :recipe"
        )
        values = {"source": source, "recipe": recipe}
        connection = self.journal.connection
        connection.execute(f"DELETE FROM page WHERE source = :source AND domain IN ({stale})", values)  # noqa: S608
        connection.execute(f"DELETE FROM look WHERE source = :source AND domain IN ({stale})", values)  # noqa: S608

    def _split_off(self, source: int, recipe: str, begun: int, position: int) -> Pass:
        part = self._new_pass(source, recipe, position)
        self.journal.connection.execute(
            "UPDATE look SET pass = ? WHERE pass = ? AND domain IN (SELECT domain FROM wanted)",
            (part.id, begun),
        )
        return part

    def _begin(self, source: int, recipe: str) -> Pass:
        new = self._new_pass(source, recipe, 0)
        self.journal.connection.execute(
            "INSERT INTO look (source, domain, pass) "
            "SELECT ?, domain, ? FROM wanted WHERE true ON CONFLICT DO NOTHING",
            (source, new.id),
        )
        return new

    def _new_pass(self, source: int, recipe: str, position: int) -> Pass:
        insert = "INSERT INTO pass (source, recipe, position) VALUES (?, ?, ?) RETURNING id"
        (key,) = self.journal.connection.execute(insert, (source, recipe, position)).fetchone()
        return Pass(self.journal, key, source, position)

    def advance(self, one: Pass, position: int, outcomes: Iterable[Outcome]) -> Pass:
        """Commit outcomes together with the position they were observed up to; returns the pass there.

        Raises
        ------
        JournalError
            If another run moved the pass meanwhile; nothing is written then.
        """
        with self.journal.transaction() as connection:
            self.journal.add(one.source, outcomes)
            moved = connection.execute(
                "UPDATE pass SET position = ? WHERE id = ? AND position = ?", (position, one.id, one.position)
            )
            if moved.rowcount != 1:
                raise JournalError(
                    f"{self.journal.path}: another run has taken over; wait for it or name another journal"
                )
        return Pass(self.journal, one.id, one.source, position)

    def join(self, behind: Pass, ahead: Pass) -> None:
        """Let a pass that caught up go on as part of the one it reached."""
        with self.journal.transaction() as connection:
            connection.execute("UPDATE look SET pass = ? WHERE pass = ?", (ahead.id, behind.id))
            connection.execute("DELETE FROM pass WHERE id = ?", (behind.id,))

    def finish(self, one: Pass, damage: str = "") -> None:
        """Mark a pass as read to the end, or to where the source is damaged."""
        with self.journal.transaction() as connection:
            connection.execute("UPDATE pass SET finished = 1 WHERE id = ?", (one.id,))
            connection.execute("UPDATE source SET damage = ? WHERE id = ?", (damage, one.source))

    def states(self) -> dict[Channel, dict[State, int]]:
        """Count the companies of this run by state in each channel that was looked at for any of them."""
        rows = self.journal.connection.execute(_STATES)
        counts: dict[Channel, Counter[State]] = {channel: Counter() for channel in Channel}
        companies = 0
        for _, looks in groupby(rows, key=itemgetter(0)):
            companies += 1
            seen: dict[str, set[State]] = {}
            for _, channel, state in looks:
                if channel:
                    seen.setdefault(channel, set()).add(State(state))
            for channel, states in seen.items():
                counts[Channel(channel)][channel_state(states)] += 1
        for counted in counts.values():
            counted[State.NOT_LOOKED] += companies - counted.total()
        return {
            channel: {state: counted[state] for state in State if counted[state]}
            for channel, counted in counts.items()
            if channel is Channel.WEBSITE or counted[State.NOT_LOOKED] < companies
        }

    def damage(self, source: Source) -> str:
        """Return what is wrong with a source, as far as it was read; empty if nothing."""
        query = "SELECT damage FROM source WHERE identity = ?"
        row = self.journal.connection.execute(query, (source.identity,)).fetchone()
        return row[0] if row else ""
