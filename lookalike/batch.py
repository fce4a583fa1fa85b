"""Scoring a file: batch by batch on all cores, so memory does not grow with the number of leads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from enrich.errors import ModelError
from enrich.progress import progress
from enrich.tables import TableWriter, count_rows, iter_table, read_table
from lookalike.columns import column_table
from lookalike.evaluate.signal import NO_SIGNAL
from lookalike.events import read_events
from lookalike.evidence import evidence_of_placed
from lookalike.in_order import in_order
from lookalike.model import BATCH_ROWS, LookalikeModel, ranks
from lookalike.placed import Placed

#: Leads named deals are sought for at once: fewer, so that all cores have work in files of some thousands.
NAMED_ROWS = BATCH_ROWS // 2
#: Columns of a score table that come from the nearest won deals.
BY_NEIGHBOURS = ("likeness", "because", "coverage", "value", "expected_value")


@dataclass(frozen=True)
class Scored:
    """What scoring a file did.

    Attributes
    ----------
    leads : int
        Rows read and written.
    errors : int
        Rows without a score; their ``error`` column says why.
    evidence, columns : Path, optional
        Where the evidence was written: deals, and columns.
    """

    leads: int
    errors: int
    evidence: Path | None
    columns: Path | None = None


def score_file(
    model: LookalikeModel,
    leads: str | Path,
    out: str | Path,
    *,
    events: str | Path | None = None,
    deals_a_side: int | None = None,
    because: bool = True,
    threads: int | None = None,
    force: bool = False,
    quiet: bool = False,
) -> Scored:
    """Score a table of leads into another table.

    Parameters
    ----------
    model : LookalikeModel
    leads, out : path
        CSV, Parquet or Excel; `out` gets one row per row of `leads`, in order, with the columns of
        :meth:`LookalikeModel.score <lookalike.model.LookalikeModel.score>`.
    events : path, optional
        Behaviour of the leads.
    deals_a_side : int, optional
        Write so many deals for and against each lead, with their contributions and shared traits, into a
        tidy table beside `out` (``scores.csv`` → ``scores.evidence.csv``), and as many columns into another
        (``scores.columns.csv``).
    because : bool
        Look for the nearest won deals. Without, `out` has neither ``likeness`` nor ``because`` nor
        ``coverage``, and scoring takes little longer than the ensemble's own prediction.
    threads : int, optional
        One for each core if absent; the result does not depend on it.
    force : bool
        Score although the model's deals have no usable signal.
    quiet : bool
        Show no progress.

    Raises
    ------
    TableError
        If a file cannot be read or written.
    ColumnError
        If the leads lack a column the model was trained on.
    ModelError
        If there is no usable signal in the deals that the model was trained on.
    """
    if not force:
        _check_signal(model)
    out = Path(out)
    result = TableWriter(out)  # so that a wrong path is told before the work, not after it
    beside, by_column = (
        out.with_name(f"{out.stem}.{part}{out.suffix}") if deals_a_side else None
        for part in ("evidence", "columns")
    )
    log = None if events is None else read_events(read_table(events).frame)
    scores: list[np.ndarray] = []
    errors = first = 0
    if deals_a_side:
        _ = model.strongest, model.traits  # made once, not by each thread
    total = None if quiet else count_rows(leads)
    with TemporaryDirectory() as folder, progress("Scoring", total, quiet=quiet) as done:
        # Ranks need all scores, so the rows wait in a file until the last lead is scored.
        waiting = Path(folder) / "scores.parquet"
        work = partial(_score, model, because=because, deals_a_side=deals_a_side or 0)
        rows = NAMED_ROWS if deals_a_side else BATCH_ROWS
        paths = [path for path in (waiting, beside, by_column) if path is not None]
        with ExitStack() as open_files:
            writers = [open_files.enter_context(TableWriter(path)) for path in paths]
            for tables in in_order(work, _placed(model, leads, log, rows), threads):
                for writer, table in zip(writers, tables, strict=True):
                    writer.write(table)
                scores.append(tables[0]["score"].to_numpy())
                errors += int(tables[0]["error"].ne("").sum())
                first += len(tables[0])
                done(len(tables[0]))
        rank = ranks(pd.Series(np.concatenate(scores)))
        columns = [name for name in model.score_columns if because or name not in BY_NEIGHBOURS]
        with result:
            start = 0
            for batch in iter_table(waiting, BATCH_ROWS):
                part = rank.iloc[start : start + len(batch)].array
                result.write(batch.frame.assign(rank=part)[columns])
                start += len(batch)
    return Scored(leads=first, errors=errors, evidence=beside, columns=by_column)


def _check_signal(model: LookalikeModel) -> None:
    if model.signal is not None and model.signal.verdict == NO_SIGNAL:
        raise ModelError(
            f"the model's deals hold {NO_SIGNAL}: {model.signal}; its ranking would be chance. Add "
            "what might "
            "tell (enrich the deals, --events) or more deals and fit again, see what 'lookalike "
            "audit' says, or "
            "score all the same with --force"
        )


def _placed(
    model: LookalikeModel, leads: str | Path, log: pd.DataFrame | None, rows: int
) -> Iterator[Placed]:
    """Read and vectorize: what holds Python's lock, and so is done by one thread."""
    first = 0
    for batch in iter_table(leads, rows):
        yield model.place(batch.frame, log, batch.errors, first)
        first += len(batch)


def _score(model: LookalikeModel, placed: Placed, because: bool, deals_a_side: int) -> list[pd.DataFrame]:
    """Give scores and, if asked for, evidence by deal and by column."""
    scores = model.score_placed(placed, because=because)
    if not deals_a_side:
        return [scores]
    ids = np.asarray(placed.ids, dtype=object)[placed.good].tolist()
    by_deal = evidence_of_placed(model, placed, deals_a_side)
    return [scores, by_deal, column_table(model, placed.seen, ids, deals_a_side)]
