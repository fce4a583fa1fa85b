"""Encode a universe table into a folder: one pass for a sample, one for the vectors, memory flat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from enrich.errors import ColumnError, ModelError
from enrich.progress import progress
from enrich.tables import count_rows, iter_table, write_table
from lookalike.sentence_model import lasting
from lookalike.universe.companies import CompaniesWriter
from lookalike.universe.folder import Layout, write_layout
from lookalike.universe.sample import sample_universe
from lookalike.universe.vectorizer import UniverseVectorizer

#: Rows that texts are learned from, and rows encoded at once.
SAMPLE_ROWS = 20_000
BATCH_ROWS = 5_000
#: Share of the sample's numbers beyond either end of a dimension's bytes; they become the end.
_CLIPPED = 0.0005


def build(
    universe: str | Path,
    folder: str | Path,
    *,
    id: str | None = None,
    name: str | None = None,
    drop: Iterable[str] = (),
    topics: int = 512,
    transformer: str | None = None,
    transformer_reads: int | None = None,
    quiet: bool = False,
) -> Layout:
    """Encode a universe of companies.

    Parameters
    ----------
    universe : path
        A table with a row a company: descriptions, and any other columns.
    folder : path
        Where to write; see :mod:`lookalike.universe.folder`.
    id, name : str, optional
        Columns that identify and name a company; looked for among the usual names if absent.
    drop : iterable of str
        Columns not to use.
    topics : int
        Dimensions of the TF-IDF of words at most, before what tells of the business is taken out of them. A
        text takes 256 bytes then; where texts are too few to learn that from
        (:data:`~lookalike.universe.business.LEAST_TEXTS`), one and a half times this more.
    transformer : str, optional
        A sentence transformer that reads the texts, too: a folder, or a name on the Hub, from where it is
        fetched if it is not on this machine. Ranking then needs it there; see
        :mod:`lookalike.sentence_model`.
    transformer_reads : int, optional
        Let the transformer read at most so many of the sample's texts and foretell what it would say of all
        others; ranking then does without it. See :class:`~lookalike.text.TextEncoder`.
    quiet : bool
        Show no progress.

    Returns
    -------
    Layout

    Raises
    ------
    TableError
        If the table cannot be read.
    ColumnError
        If no column holds anything to encode.
    ModelError
        If the folder cannot be written, or there is no such transformer.
    """
    folder = Path(folder)
    sample = sample_universe(universe, SAMPLE_ROWS)
    sample = sample.sample(frac=1, random_state=0).reset_index(drop=True)
    layout = Layout.of([str(c) for c in sample.columns], id, name, tuple(drop))
    for column in {id, name, *drop} - {None}:
        if column not in sample:
            raise ColumnError(f"{universe}: '{column}' is no column; it has {', '.join(map(str, sample))}")
    vectorizer = UniverseVectorizer(topics, lasting(transformer), transformer_reads)
    with progress("Learning from a sample", 1, quiet=quiet) as learned:
        background = vectorizer.fit_transform(sample[list(layout.features)]).astype(np.float32)
        learned(1)
    if not vectorizer.n_features_out_:
        raise ColumnError(f"{universe}: every column is blank or the same in all rows; add a description")
    low, high = np.quantile(background, [_CLIPPED, 1 - _CLIPPED], axis=0)
    span = np.maximum(high - low, 1e-6)
    layout = replace(layout, low=tuple(low.tolist()), span=tuple(span.tolist()))
    rows = seen = 0
    malformed: list[dict[str, object]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "universe.json").unlink(missing_ok=True)  # half-written folders are no universes
        np.save(folder / "background.npy", background, allow_pickle=False)
        write_table(layout.companies(sample, 0), folder / "background.parquet")
        with (
            progress("Encoding", count_rows(universe), quiet=quiet) as done,
            (folder / "codes.u8").open("wb") as codes,
            CompaniesWriter(folder / "companies.arrow") as companies,
        ):
            for batch in iter_table(universe, BATCH_ROWS):
                wrong = [(row, error) for row, error in enumerate(batch.errors, seen + 1) if error]
                malformed += [{"row": row, "error": error} for row, error in wrong]
                seen += len(batch)
                good = batch.frame.loc[[not error for error in batch.errors]].reset_index(drop=True)
                if len(good):
                    vectors = vectorizer.transform(good[list(layout.features)])
                    codes.write(layout.encode(vectors).tobytes())
                    companies.write(layout.companies(good, rows))
                    rows += len(good)
                done(len(batch))
        write_table(pd.DataFrame(malformed, columns=["row", "error"]), folder / "malformed.csv")
        layout = replace(layout, rows=rows, malformed=len(malformed))
        write_layout(folder, layout, vectorizer)
    except OSError as error:
        raise ModelError(
            f"{folder}: the universe cannot be written ({error.strerror}); choose another folder"
        ) from error
    return layout
