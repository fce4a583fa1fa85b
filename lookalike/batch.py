"""Scoring a file: batch by batch, so memory does not grow with the number of leads."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from enrich.progress import progress
from enrich.tables import TableWriter, count_rows, iter_table, read_table
from lookalike.columns import column_table
from lookalike.events import read_events
from lookalike.evidence import EVIDENCE_COLUMNS, evidence
from lookalike.model import BATCH_ROWS, SCORE_COLUMNS, LookalikeModel, ranks


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
        Write so many deals for and against each lead, with their contributions and shared traits, into a tidy
        table beside `out` (``scores.csv`` → ``scores.evidence.csv``), and as many columns into another
        (``scores.columns.csv``).
    quiet : bool
        Show no progress.

    Raises
    ------
    TableError
        If a file cannot be read or written.
    ColumnError
        If the leads lack a column the model was trained on.
    """
    out = Path(out)
    result = TableWriter(out)  # so that a wrong path is told before the work, not after it
    beside, by_column = (
        out.with_name(f"{out.stem}.{part}{out.suffix}") if deals_a_side else None
        for part in ("evidence", "columns")
    )
    log = None if events is None else read_events(read_table(events).frame)
    scores: list[np.ndarray] = []
    errors = 0
    with TemporaryDirectory() as folder, progress("Scoring", count_rows(leads), quiet=quiet) as done:
        # Ranks need all scores, so the rows wait in a file until the last lead is scored.
        waiting = Path(folder) / "scores.parquet"
        with (
            TableWriter(waiting) as writer,
            _writer(beside) as evidence_writer,
            _writer(by_column) as column_writer,
        ):
            first = 0
            for batch in iter_table(leads, BATCH_ROWS):
                table = model.score_batch(batch.frame, log, batch.errors, first)
                writer.write(table)
                scores.append(table["score"].to_numpy())
                errors += int(table["error"].ne("").sum())
                if evidence_writer is not None and column_writer is not None and deals_a_side:
                    good = table["error"].eq("").to_numpy()
                    ids = table.loc[good, "lead_id"].tolist()
                    found = evidence(model, batch.frame[good], ids, log, deals_a_side)
                    evidence_writer.write(found[EVIDENCE_COLUMNS])
                    seen = model.see(batch.frame[good], log)
                    column_writer.write(column_table(model, seen, ids, deals_a_side))
                first += len(batch)
                done(len(batch))
        rank = ranks(pd.Series(np.concatenate(scores)))
        with result:
            start = 0
            for batch in iter_table(waiting, BATCH_ROWS):
                part = rank.iloc[start : start + len(batch)].array
                result.write(batch.frame.assign(rank=part)[SCORE_COLUMNS])
                start += len(batch)
    return Scored(leads=first, errors=errors, evidence=beside, columns=by_column)


def _writer(path: Path | None) -> AbstractContextManager[TableWriter | None]:
    return nullcontext() if path is None else TableWriter(path)
