"""Reading a source: its pages through the extractors into the journal, resumable at every checkpoint."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from enrich.errors import JournalError
from enrich.extract.parked import PageKind, page_kind
from enrich.extract.registry import Extractor, Subject
from enrich.facts import Fact, State
from enrich.journal import Outcome
from enrich.looks import Looks
from enrich.passes import Pass, Passes
from enrich.progress import Advance, unseen
from enrich.settings import Settings
from enrich.sources import CompanySource, Observation, Source, SourceDamaged
from enrich.sources.archive import Archive
from enrich.states import channel_state

# Without a wanted page in sight, the position is committed this often (in the source's own measure).
_COMMIT_EVERY_POSITIONS = 1 << 26

# Pages that answer like any other and say nothing of the company.
_NO_CONTENT = {
    PageKind.PARKED: State.PARKED,
    PageKind.PLACEHOLDER: State.ABSENT,
    PageKind.NOT_FOUND: State.ABSENT,
    PageKind.BLOCKED: State.BLOCKED,
}

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


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
        self.tally = Tally()

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
        with closing(source.look(looks.left())) as every:
            for looked in every:
                outcomes: list[Outcome] = []
                for seen in looked.observations:
                    if outcome := self._outcome(seen, looks.source, outcomes, again=True):
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
            for event in source.observe(one, one.position):
                if isinstance(event, Observation):
                    if outcome := self._outcome(event, one.source, [*complete, *begun]):
                        begun.append(outcome)
                    continue
                advance(event.position - reached)
                reached = event.position
                complete += begun
                begun = []
                if until is not None and reached >= until:
                    break
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

    def _due(self, complete: list[Outcome], distance: int) -> bool:
        return len(complete) >= self.settings.commit_every_pages or distance >= _COMMIT_EVERY_POSITIONS

    def _outcome(
        self, seen: Observation, source: int, pending: list[Outcome], *, again: bool = False
    ) -> Outcome | None:
        """What comes of an observation; `again` where it replaces what the source had of the company."""
        outcome = Outcome(seen.domain, seen.url, seen.state, seen.observed_at, seen.note)
        if seen.record is not None:
            facts, mishaps = extract(seen.record, self.extractors)
            self.tally.mishaps.update(name for name, _ in mishaps)
            return replace(outcome, facts=facts, mishaps=mishaps)
        if seen.page is not None and (kind := page_kind(seen.page)) is not PageKind.CONTENT:
            outcome = replace(outcome, state=_NO_CONTENT[kind], note=kind.value)
        elif seen.page is not None:
            journal = self.passes.journal
            read = [item for item in pending if item.domain == seen.domain and item.state is State.FOUND]
            if any(item.url == seen.url for item in read):
                return None
            if not again and journal.has_read(source, seen.domain, seen.url):
                return None
            known = journal.pages_read(seen.domain, without=source if again else 0) + len(read)
            if known >= self.settings.max_pages_per_company:
                return None
            facts, mishaps = extract(seen.page, self.extractors)
            outcome = replace(outcome, facts=facts, mishaps=mishaps)
            self.tally.pages += 1
            self.tally.mishaps.update(name for name, _ in mishaps)
        return outcome


def extract(
    subject: Subject, extractors: Iterable[Extractor]
) -> tuple[tuple[tuple[str, Fact], ...], tuple[tuple[str, str], ...]]:
    """Run the extractors that read such a subject; one that raises costs its own facts and nothing else.

    Returns
    -------
    facts : tuple of (str, Fact)
        Distinct facts, each with the name of its extractor.
    mishaps : tuple of (str, str)
        Extractors that raised, each with its message.
    """
    facts: list[tuple[str, Fact]] = []
    mishaps: list[tuple[str, str]] = []
    for extractor in extractors:
        if not isinstance(subject, extractor.reads):
            continue
        try:
            found = [fact for fact in map(_clean, extractor(subject)) if fact is not None]
        except Exception as error:  # noqa: BLE001 - people's own code; the mishap is on record
            mishaps.append((extractor.name, f"{type(error).__name__}: {error}"[:500]))
        else:
            facts += [(extractor.name, fact) for fact in dict.fromkeys(found)]
    return tuple(facts), tuple(mishaps)


def _clean(fact: Fact) -> Fact | None:
    r"""Make a fact storable everywhere: no control characters or half characters, no blanks, no NaN.

    >>> _clean(Fact("company_name", " Ac\x00me\ud800 ")), _clean(Fact("company_founded", float("nan")))
    (Fact(field='company_name', value='Acme', confidence=0.5), None)
    """
    value = fact.value
    if isinstance(value, str):
        cleaned = (value if value.isprintable() else _UNPRINTABLE.sub("", value)).strip()
        return (fact if cleaned == value else replace(fact, value=cleaned)) if cleaned else None
    if not isinstance(value, bool | int | float):
        raise TypeError(
            f"value of {fact.field} is {type(value).__name__}; it must be text, a number or a flag"
        )
    return fact if math.isfinite(value) else None
