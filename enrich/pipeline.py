"""The run: leads in, sources through the extractors into the journal, wider leads out.

Three phases, each of which streams: split every row's address and collect the companies; read each source
once for them, the live web last; read the leads again, join and write. What is known is in the journal, so
a run may be killed anywhere and repeated, and the table is the same to the byte.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import overload

import pandas as pd

from enrich.clock import days_ago
from enrich.company import Columns, companies, find_columns
from enrich.errors import TableError
from enrich.extract import load_built_in
from enrich.extract.fingerprints import load_fingerprints
from enrich.extract.registry import EXTRACTORS, FIELDS, channels
from enrich.facts import Channel, State
from enrich.journal import Journal
from enrich.leads import Leads
from enrich.looks import Looks
from enrich.mailbox import Mailbox
from enrich.merge import Record, merge
from enrich.own_extractors import load
from enrich.passes import Passes
from enrich.progress import progress
from enrich.reading import Reader
from enrich.recipe import recipe
from enrich.settings import Settings
from enrich.sources.archive import Archive
from enrich.sources.internet import Live, open_live
from enrich.sources.warc import WarcFile
from enrich.summary import Summary
from enrich.tables import TableWriter
from enrich.widen import Widener

PathLike = str | Path

# Merged records kept for rows of the same company further down; a bound on memory, not on companies.
_RECORDS_KEPT = 1_000


@overload
def run(
    leads: PathLike | pd.DataFrame,
    out: None = None,
    *,
    warc: PathLike | Iterable[PathLike] = (),
    live: Live = False,
    save_warc: PathLike | None = None,
    journal: PathLike | None = None,
    settings: Settings | None = None,
    refresh_days: float | None = None,
    retry: Iterable[State] = (),
    quiet: bool = False,
) -> pd.DataFrame: ...


@overload
def run(
    leads: PathLike | pd.DataFrame,
    out: PathLike,
    *,
    warc: PathLike | Iterable[PathLike] = (),
    live: Live = False,
    save_warc: PathLike | None = None,
    journal: PathLike | None = None,
    settings: Settings | None = None,
    refresh_days: float | None = None,
    retry: Iterable[State] = (),
    quiet: bool = False,
) -> Summary: ...


def run(
    leads: PathLike | pd.DataFrame,
    out: PathLike | None = None,
    *,
    warc: PathLike | Iterable[PathLike] = (),
    live: Live = False,
    save_warc: PathLike | None = None,
    journal: PathLike | None = None,
    settings: Settings | None = None,
    refresh_days: float | None = None,
    retry: Iterable[State] = (),
    quiet: bool = False,
) -> pd.DataFrame | Summary:
    """Extend leads by what is publicly known of their companies.

    Parameters
    ----------
    leads : path or DataFrame
        A table with a column of e-mail addresses, domains or websites; see :mod:`enrich.company`.
    out : path, optional
        Where the wider table goes; its ending is its format.
    warc : path or paths
        WARC files to read the companies' pages from, in this order.
    live : bool or iterable of str
        Sources on the Internet to ask of the companies not asked about yet: True for all, or some of
        ``web`` (their websites), ``dns``, ``tls`` and ``rdap``. Without it nothing touches a network.
    save_warc : path, optional
        A WARC file to keep the pages in that are fetched from now on, ``.warc`` or ``.warc.gz``; given as
        `warc` to another run, it takes the place of the web.
    journal : path, optional
        Where facts and progress are kept. By default ``<out>.journal``, or nowhere without `out`.
    settings : Settings, optional
        See :class:`~enrich.settings.Settings`.
    refresh_days : float, optional
        Ask again about companies last asked about longer ago.
    retry : iterable of State
        Ask again about companies of which a look had one of these outcomes.
    quiet : bool
        Show no progress.

    Returns
    -------
    DataFrame or Summary
        The wider table without `out`; otherwise what was done.

    Raises
    ------
    WorkbenchError
        If a file or a setting cannot be used; the message names the remedy. Bad rows never raise.

    >>> run(pd.DataFrame({"email": ["jan@acme.example"]}), quiet=True)[["company_domain", "company_state"]]
      company_domain company_state
    0   acme.example    not looked
    """
    settings = settings or Settings()
    table = Leads(leads, settings.batch_rows)
    columns = find_columns(table.header, settings)
    writer = _writer(leads, out, table)
    sources = _open([warc] if isinstance(warc, str | Path) else warc, settings)
    _load_extractors(settings)
    live_sources = open_live(live, settings)
    since = "" if refresh_days is None else days_ago(refresh_days)
    with ExitStack() as stack:
        store = stack.enter_context(_journal(journal, out))
        passes = Passes(store, partial(recipe, EXTRACTORS, settings))
        mailboxes, errors = _collect(table, columns, passes, quiet)
        reader = stack.enter_context(closing(Reader(passes, EXTRACTORS, settings)))
        started = time.monotonic()
        for source in sources:
            with progress(f"Reading {source.name}, bytes", source.size, quiet=quiet) as advance:
                reader.read(source, advance)
        archive = _archive(save_warc, store, stack)
        for live_source in live_sources:
            looks = Looks(passes, live_source, since)
            for state in retry:
                looks.make_due(state)
            with progress(f"Asking {live_source.name}", len(looks), quiet=quiet) as advance:
                kept = archive if live_source.channel is Channel.WEBSITE else None
                reader.ask(live_source, looks, advance, kept)
        seconds = time.monotonic() - started
        wide = _wide(table, columns, store, settings, quiet)
        if writer is None:
            return pd.concat(list(wide))
        with writer:
            for part in wide:
                writer.write(part)
        return Summary(
            rows=mailboxes.total(),
            rows_with_error=errors,
            states=passes.states(),
            mailboxes=mailboxes,
            pages=reader.tally.pages,
            skipped=reader.tally.skipped,
            mishaps=reader.tally.mishaps,
            damage=tuple(reader.tally.damage),
            seconds=seconds,
            asked=bool(sources or live_sources),
        )


def _writer(leads: PathLike | pd.DataFrame, out: PathLike | None, table: Leads) -> TableWriter | None:
    if out is None:
        return None
    writer = TableWriter(out, table.types())
    if not isinstance(leads, pd.DataFrame) and writer.path.exists() and writer.path.samefile(leads):
        raise TableError(f"{out}: is the lead table itself; name another file for the result")
    return writer


def _open(paths: Iterable[PathLike], settings: Settings) -> list[WarcFile]:
    sources = (WarcFile(path, settings.max_body_bytes) for path in paths)
    return list({source.identity: source for source in sources}.values())


def _load_extractors(settings: Settings) -> None:
    load_built_in()
    load(settings.extractor_modules)
    load_fingerprints(settings.fingerprints)


@contextmanager
def _journal(path: PathLike | None, out: PathLike | None) -> Iterator[Journal]:
    with ExitStack() as stack:
        if path is None and out is None:
            path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enrich-"))) / "journal"
        yield stack.enter_context(Journal(path or f"{out}.journal", create=True))


def _archive(path: PathLike | None, store: Journal, stack: ExitStack) -> Archive | None:
    if path is None:
        return None
    size = store.archive_size(Path(path).absolute())
    return stack.enter_context(Archive(path, size))


def _collect(table: Leads, columns: Columns, passes: Passes, quiet: bool) -> tuple[Counter[Mailbox], int]:
    """Phase 1: note which companies the leads speak of; returns mailboxes by class and rows with an error."""
    mailboxes: Counter[Mailbox] = Counter()
    errors = 0
    with progress("Splitting addresses", len(table), quiet=quiet) as advance:
        for batch in table:
            rows = companies(batch, columns)
            passes.want({one.domain for one in rows if one.domain})
            mailboxes.update(one.mailbox for one in rows)
            errors += sum(bool(one.error) for one in rows)
            advance(len(batch))
    return mailboxes, errors


def _wide(
    table: Leads, columns: Columns, store: Journal, settings: Settings, quiet: bool
) -> Iterator[pd.DataFrame]:
    """Phase 3: the leads once more, each row with what is known of its company."""
    where = channels()

    @lru_cache(maxsize=_RECORDS_KEPT)
    def record(domain: str) -> Record:
        return merge(
            store.evidence(domain),
            store.outcomes(domain),
            FIELDS,
            where,
            min_confidence=settings.min_confidence,
            max_values=settings.max_values_per_field,
        )

    widener = Widener(table.header, FIELDS, record)
    with progress("Writing rows", len(table), quiet=quiet) as advance:
        for batch in table:
            yield widener.widen(batch.frame, companies(batch, columns))
            advance(len(batch))
