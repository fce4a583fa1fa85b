"""Reading a source: its pages through the extractors into the journal, resumable at every checkpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from enrich.digest import Digest, extract
from enrich.errors import JournalError
from enrich.extract.parked import PageKind
from enrich.extract.registry import Extractor
from enrich.facts import State
from enrich.journal import Outcome
from enrich.looks import Looks
from enrich.page import Page
from enrich.passes import Pass, Passes
from enrich.processes import Processes
from enrich.progress import Advance, unseen
from enrich.settings import Settings
from enrich.sources import CompanySource, Observation, Reached, Source, SourceDamaged
from enrich.sources.archive import Archive
from enrich.sources.live import LiveWeb
from enrich.states import channel_state

# Without a wanted page in sight, the position is committed this often (in the source's own measure).
_COMMIT_EVERY_POSITIONS = 1 << 26

# Pages remembered as sent to be read, of which another of the same address hardly counts.
_MAX_AHEAD = 10_000

# Pages that answer like any other and say nothing of the company.
_NO_CONTENT = {
    PageKind.PARKED: State.PARKED,
    PageKind.PLACEHOLDER: State.ABSENT,
    PageKind.NOT_FOUND: State.ABSENT,
    PageKind.BLOCKED: State.BLOCKED,
}


@dataclass
class Tally:
    """What one run has done so far.

    Attributes
    ----------
    pages : int
        Pages read.
    mishaps : Counter of str
        Pages on which an extractor raised, by extractor.
    skipped : int
        Records of wanted companies that hold no page.
    damage : list of str
        Sources that could not be read to the end.
    """

    pages: int = 0
    mishaps: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    damage: list[str] = field(default_factory=list)


class Reader:
    """Reads sources for the companies a run wants.

    Parameters
    ----------
    passes : Passes
        Who is wanted and how far it went.
    extractors : mapping of str to Extractor
        What is read from a page.
    settings : Settings
        Limits and the distance of checkpoints.
    """

    def __init__(self, passes: Passes, extractors: Mapping[str, Extractor], settings: Settings) -> None:
        self.passes = passes
        self.extractors = tuple(extractors.values())
        self.settings = settings
        self.processes = Processes(extractors, settings)
        self.tally = Tally()

    def close(self) -> None:
        """End the processes that were begun to read pages."""
        self.processes.close()

    def read(self, source: Source, advance: Advance = unseen) -> None:
        """Read what is left of a source; call `advance` with the distance moved.

        Raises
        ------
        KeyboardInterrupt
            After what is complete has been committed.
        """
        passes = self.passes.plan(source)
        while passes:
            behind, *passes = passes
            until = passes[0].position if passes else None
            damage = ""
            try:
                behind = self._read_until(source, behind, until, advance)
            except SourceDamaged as error:
                damage = str(error)
            if passes and not damage:
                self.passes.join(behind, passes[0])
            else:
                self.passes.finish(behind, damage)
        self.tally.skipped += source.skipped
        if damage := self.passes.damage(source):
            self.tally.damage.append(damage)

    def ask(
        self, source: CompanySource, looks: Looks, advance: Advance, archive: Archive | None = None
    ) -> None:
        """Look at the companies that are due; call `advance` with 1 and the states so far for each.

        Parameters
        ----------
        source : CompanySource
            What is asked.
        looks : Looks
            The looks at that source.
        advance : callable
            Called when a company is recorded.
        archive : Archive, optional
            Where what was fetched is kept.
        """
        states: Counter[State] = Counter()
        if isinstance(source, LiveWeb):  # pages are read while the visit goes on
            source.seen = self.processes.ahead
        with closing(source.look(looks.left())) as every:
            pages = ((looked, [seen.page for seen in looked.observations if seen.page]) for looked in every)
            for looked, made in self.processes.digest(pages):
                digests = iter(made)
                outcomes: list[Outcome] = []
                for seen in looked.observations:
                    digest = next(digests, None) if seen.page else None
                    if outcome := self._outcome(seen, digest, looks.source, outcomes, again=True):
                        outcomes.append(outcome)
                if archive is not None:
                    archive.append(looked.observations)
                looks.record(looked.domain, outcomes, archive)
                states[channel_state([outcome.state for outcome in outcomes])] += 1
                advance(1, ", ".join(f"{count:,} {state}" for state, count in states.most_common()))

    def _read_until(self, source: Source, one: Pass, until: int | None, advance: Advance) -> Pass:
        if until is not None and one.position >= until:
            return one
        reached = one.position
        complete: list[Outcome] = []
        begun: list[Outcome] = []
        try:
            for event, digests in self.processes.digest(self._events(source, one, until)):
                if isinstance(event, Observation):
                    digest = digests[0] if digests else None
                    if outcome := self._outcome(event, digest, one.source, [*complete, *begun]):
                        begun.append(outcome)
                    continue
                advance(event.position - reached)
                reached = event.position
                complete += begun
                begun = []
                if self._due(complete, reached - one.position):
                    one = self.passes.advance(one, reached, complete)
                    complete = []
        except KeyboardInterrupt:
            with suppress(JournalError):  # interrupted within the commit, which then counts or does not
                self.passes.advance(one, reached, complete)
            raise
        except SourceDamaged:
            self.passes.advance(one, reached, complete)
            raise
        return self.passes.advance(one, reached, complete)

    def _events(
        self, source: Source, one: Pass, until: int | None
    ) -> Iterator[tuple[Observation | Reached, list[Page]]]:
        """What a source yields for a pass, each with the page to read ahead unless it will hardly count."""
        ahead: set[tuple[str, str]] = set()
        for event in source.observe(one, one.position):
            if isinstance(event, Observation):
                page, key = event.page, (event.domain, event.url)
                if page is None or key in ahead or self._is_known(event, one.source):
                    yield event, []
                    continue
                if len(ahead) == _MAX_AHEAD:
                    ahead.clear()
                ahead.add(key)
                yield event, [page]
            else:
                yield event, []
                if until is not None and event.position >= until:
                    return

    def _is_known(self, seen: Observation, source: int) -> bool:
        """Whether the journal shows already that a page will not count."""
        journal = self.passes.journal
        if journal.has_read(source, seen.domain, seen.url):
            return True
        return journal.pages_read(seen.domain) >= self.settings.max_pages_per_company

    def _due(self, complete: list[Outcome], distance: int) -> bool:
        return len(complete) >= self.settings.commit_every_pages or distance >= _COMMIT_EVERY_POSITIONS

    def _outcome(
        self,
        seen: Observation,
        digest: Digest | None,
        source: int,
        pending: list[Outcome],
        *,
        again: bool = False,
    ) -> Outcome | None:
        """What comes of an observation; `again` where it replaces what the source had of the company."""
        outcome = Outcome(seen.domain, seen.url, seen.state, seen.observed_at, seen.note)
        if seen.record is not None:
            facts, mishaps = extract(seen.record, self.extractors)
            self.tally.mishaps.update(name for name, _ in mishaps)
            return replace(outcome, facts=facts, mishaps=mishaps)
        if seen.page is None:
            return outcome
        journal = self.passes.journal
        read = [item for item in pending if item.domain == seen.domain and item.state is State.FOUND]
        if any(item.url == seen.url for item in read):
            return None
        if not again and journal.has_read(source, seen.domain, seen.url):
            return None
        known = journal.pages_read(seen.domain, without=source if again else 0) + len(read)
        if known >= self.settings.max_pages_per_company:
            return None
        digest = digest or self.processes.digest_here(seen.page)
        if digest.kind is not PageKind.CONTENT:
            return replace(outcome, state=_NO_CONTENT[digest.kind], note=digest.kind.value)
        self.tally.pages += 1
        self.tally.mishaps.update(name for name, _ in digest.mishaps)
        return replace(outcome, facts=digest.facts, mishaps=digest.mishaps)
