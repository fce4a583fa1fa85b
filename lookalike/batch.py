"""Scoring a file: batch by batch on all cores, so memory does not grow with the number of leads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from enrich.errors import ModelError
from enrich.progress import progress
from enrich.tables import TableWriter, count_rows, iter_table, read_table
from lookalike.evaluate.signal import NO_SIGNAL, Signal
from lookalike.events import read_events
from lookalike.in_order import in_order
from lookalike.lead_batch import LeadBatch
from lookalike.model import BATCH_ROWS
from lookalike.ranks import ranks

#: Leads that a core works on at once: fewer, so that all cores have work in files of some thousands.
PART_ROWS = BATCH_ROWS // 4
#: Columns of a score table that come from the nearest won deals.
BY_NEIGHBOURS = ("likeness", "because", "coverage", "value", "expected_value")

_DIGITS = re.compile(r"\d+")


class Scorer(Protocol):
    """What can score leads: a model, or a points scorecard."""

    @property
    def signal(self) -> Signal | None:
        """Whether the deals it was made from say anything of how deals end, if that was tested."""

    @property
    def score_columns(self) -> list[str]:
        """Columns of a score table, in order."""

    @property
    def evidence_parts(self) -> tuple[str, ...]:
        """What the tables of :meth:`evidence_tables` are called, of "evidence" and "columns"."""

    def place(
        self, leads: pd.DataFrame, log: pd.DataFrame | None, errors: Sequence[str] | None, first: int
    ) -> LeadBatch:
        """Do what is quick or holds Python's lock, for leads of which `first` others came before."""

    def score_placed(self, placed: Any, *, because: bool = True) -> pd.DataFrame:
        """Give a row for each lead that was placed, all score columns but the rank."""

    def prepare_evidence(self) -> None:
        """Do what evidence needs once, before several threads ask for it."""

    def evidence_tables(self, placed: Any, a_side: int) -> list[pd.DataFrame]:
        """Say what speaks most for and against each lead, so many on each side."""


class Addition(Protocol):
    """What adds columns to a score table, before its last, such as grades."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names."""

    def of(self, placed: Any, log: pd.DataFrame | None) -> pd.DataFrame:
        """Give them for the leads placed, a row for each; blank for a lead with an error."""


@dataclass(frozen=True)
class Scored:
    """What scoring a file did.

    Attributes
    ----------
    leads : int
        Rows read and written.
    errors : int
        Rows without a score; their ``error`` column says why.
    scores : Path
        Where the scores were written.
    evidence, columns : Path, optional
        Where the evidence was written: deals, and columns.
    wrong : mapping of str to int
        Rows by error, the most frequent first; numbers in an error are left out.
    grades : mapping of str to int, optional
        Leads by grade, where they were graded.
    model, digest : str
        What scored them, and the digest of its files, where that is known.
    """

    command: ClassVar[str] = "score"

    leads: int
    errors: int
    scores: Path
    evidence: Path | None = None
    columns: Path | None = None
    wrong: Mapping[str, int] = field(default_factory=dict)
    grades: Mapping[str, int] | None = None
    model: str = ""
    digest: str = ""

    @property
    def files(self) -> list[Path]:
        """What was written."""
        return [path for path in (self.scores, self.evidence, self.columns) if path is not None]

    @property
    def headline(self) -> str:
        """One sentence for people."""
        said = f"scored {self.leads - self.errors} of {self.leads} leads"
        if self.grades is None:
            return said
        graded = sum(self.grades.values()) or 1
        shares = (f"{grade} {count} ({count / graded:.0%})" for grade, count in self.grades.items())
        return f"{said}; grades: {', '.join(shares)}"

    def to_dict(self) -> dict[str, Any]:
        """Give everything."""
        return {
            "model": self.model,
            "digest": self.digest,
            "leads": self.leads,
            "errors": self.errors,
            "wrong": [{"error": error, "leads": count} for error, count in self.wrong.items()],
            "grades": self.grades,
            "files": {"scores": self.scores, "evidence": self.evidence, "columns": self.columns},
        }


def score_file(
    model: Scorer,
    leads: str | Path,
    out: str | Path,
    *,
    events: str | Path | None = None,
    deals_a_side: int | None = None,
    because: bool = True,
    also: Sequence[Addition] = (),
    threads: int | None = None,
    force: bool = False,
    quiet: bool = False,
) -> Scored:
    """Score a table of leads into another table.

    Parameters
    ----------
    model : LookalikeModel or Scorecard
    leads, out : path
        CSV, Parquet or Excel; `out` gets one row per row of `leads`, in order, with the columns of
        :meth:`LookalikeModel.score <lookalike.model.LookalikeModel.score>`, or of
        :meth:`Scorecard.score <lookalike.scorecard.card.Scorecard.score>`.
    events : path, optional
        Behaviour of the leads.
    deals_a_side : int, optional
        Write so many deals for and against each lead, with their contributions and shared traits, into a
        tidy table beside `out` (``scores.csv`` → ``scores.evidence.csv``), and as many columns into another
        (``scores.columns.csv``).
    because : bool
        Look for the nearest won deals. Without, `out` has neither ``likeness`` nor ``because`` nor
        ``coverage``, and scoring takes little longer than the ensemble's own prediction.
    also : sequence of Addition
        What adds further columns, such as :class:`~lookalike.grades.Grading`.
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
    beside = {
        part: out.with_name(f"{out.stem}.{part}{out.suffix}")
        for part in (model.evidence_parts if deals_a_side else ())
    }
    log = None if events is None else read_events(read_table(events).frame)
    scores: list[np.ndarray] = []
    first = 0
    wrong: Counter[str] = Counter()
    grades: Counter[str] | None = Counter() if any("grade" in one.columns for one in also) else None
    if deals_a_side:
        model.prepare_evidence()
    total = None if quiet else count_rows(leads)
    with TemporaryDirectory() as folder, progress("Scoring", total, quiet=quiet) as done:
        # Ranks need all scores, so the rows wait in a file until the last lead is scored.
        waiting = Path(folder) / "scores.parquet"
        work = partial(_score, model, because=because, deals_a_side=deals_a_side or 0, also=also, log=log)
        with ExitStack() as open_files:
            writers = [open_files.enter_context(TableWriter(path)) for path in (waiting, *beside.values())]
            for tables in in_order(work, _placed(model, leads, log), threads):
                for writer, table in zip(writers, tables, strict=True):
                    writer.write(table)
                scores.append(tables[0]["score"].to_numpy())
                errors = tables[0]["error"]
                wrong.update(_DIGITS.sub("…", error) for error in errors[errors.ne("")])
                if grades is not None:
                    grades.update(tables[0].loc[errors.eq(""), "grade"])
                first += len(tables[0])
                done(len(tables[0]))
        rank = ranks(pd.Series(np.concatenate(scores)))
        columns = [name for name in model.score_columns if because or name not in BY_NEIGHBOURS]
        columns[-1:-1] = [name for addition in also for name in addition.columns]
        with result:
            start = 0
            for batch in iter_table(waiting, BATCH_ROWS):
                part = rank.iloc[start : start + len(batch)].array
                result.write(batch.frame.assign(rank=part)[columns])
                start += len(batch)
    return Scored(
        leads=first,
        errors=wrong.total(),
        scores=out,
        evidence=beside.get("evidence"),
        columns=beside.get("columns"),
        wrong=dict(wrong.most_common()),
        grades=None if grades is None else dict(sorted(grades.items())),
    )


def _check_signal(model: Scorer) -> None:
    if model.signal is not None and model.signal.verdict == NO_SIGNAL:
        raise ModelError(
            f"the model's deals hold {NO_SIGNAL}: {model.signal}; its ranking would be chance. Add what "
            "might tell (enrich the deals, --events) or more deals and fit again, see what 'lookalike audit' "
            "says, or score all the same with --force"
        )


def _placed(model: Scorer, leads: str | Path, log: pd.DataFrame | None) -> Iterator[LeadBatch]:
    """Read and vectorize: what holds Python's lock, and so is done by one thread."""
    first = 0
    for batch in iter_table(leads, BATCH_ROWS):
        yield from model.place(batch.frame, log, batch.errors, first).parts(PART_ROWS)
        first += len(batch)


def _score(
    model: Scorer,
    placed: Any,
    because: bool,
    deals_a_side: int,
    also: Sequence[Addition],
    log: pd.DataFrame | None,
) -> list[pd.DataFrame]:
    """Give scores and, if asked for, evidence."""
    scores = model.score_placed(placed, because=because)
    for addition in also:
        scores[list(addition.columns)] = addition.of(placed, log)
    return [scores, *(model.evidence_tables(placed, deals_a_side) if deals_a_side else [])]
