"""A universe at size: time and memory of encoding it, and time to rank it by twenty favourites.

Companies are made up on the fly: words drawn with frequencies that fall as in real texts (Zipf), so that
vectors cost what real ones cost. They say nothing about how good a ranking is.
"""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from enrich.tables import TableWriter
from lookalike.universe.build import build
from lookalike.universe.companies import CompaniesWriter
from lookalike.universe.folder import Layout, write_layout
from lookalike.universe.rank import Universe

FAVOURITES = 20
WORDS_A_TEXT = 25
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "an")


def run_universe_benchmark(
    companies: int = 1_000_000, encoded: int | None = None, folder: Path | None = None
) -> pd.DataFrame:
    """Measure building and ranking.

    Parameters
    ----------
    companies : int
        Companies that are ranked.
    encoded : int, optional
        Companies that are encoded from texts; the rest repeat their vectors. All if absent.
    folder : Path, optional
        Where the universe is written, instead of a folder that is removed afterwards.

    Returns
    -------
    DataFrame of one row
        companies; encoded; encode_per_second; bytes_each; load_seconds; rank_seconds and rank_cpu_seconds
        (20 favourites against all, the best 1,000 of several tries); peak_gib (of the whole process).
    """
    encoded = min(companies, encoded or companies)
    with TemporaryDirectory() as place:
        target = (folder or Path(place)) / "universe"
        table = Path(place) / "companies.parquet"
        _write_companies(table, encoded)
        start = time.process_time()
        layout = build(table, target, id="domain", quiet=True)
        seconds = time.process_time() - start
        _repeat(target, layout, companies)
        start = time.perf_counter()
        universe = Universe.open(target)
        load = time.perf_counter() - start
        favourites = _companies(FAVOURITES, np.random.default_rng(1), 0)
        wall, cpu = [], []
        for _ in range(3):
            began, spent = time.perf_counter(), time.process_time()
            universe.rank(favourites)
            wall.append(time.perf_counter() - began)
            cpu.append(time.process_time() - spent)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return pd.DataFrame(
        [
            {
                "companies": companies,
                "encoded": encoded,
                "encode_per_second": encoded / seconds,
                "bytes_each": len(layout.low),
                "load_seconds": load,
                "rank_seconds": min(wall),
                "rank_cpu_seconds": min(cpu),
                "peak_gib": peak,
            }
        ]
    )


def _companies(count: int, rng: np.random.Generator, first: int) -> pd.DataFrame:
    words = np.array([a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES])
    drawn = np.minimum(rng.zipf(1.3, (count, WORDS_A_TEXT)) - 1, 10**6) % len(words)
    trade = rng.integers(0, len(words), count)[:, None] + rng.integers(0, 8, (count, 5))
    texts = [" ".join(row) for row in words[np.hstack([drawn, trade % len(words)])]]
    numbers = range(first, first + count)
    return pd.DataFrame(
        {
            "domain": [f"c{i}.example" for i in numbers],
            "name": [f"Company {i}" for i in numbers],
            "description": texts,
        }
    )


def _write_companies(path: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    with TableWriter(path) as writer:
        for first in range(0, count, 20_000):
            writer.write(_companies(min(20_000, count - first), rng, first))


def _repeat(folder: Path, layout: Layout, companies: int) -> None:
    """Let the encoded companies come again, under other names, until there are enough."""
    if companies == layout.rows:
        return
    universe = Universe.open(folder)
    codes = np.fromfile(folder / "codes.u8", np.uint8).reshape(layout.rows, -1)
    with (folder / "codes.u8").open("ab") as more:
        for first in range(layout.rows, companies, layout.rows):
            more.write(codes[: companies - first].tobytes())
    with CompaniesWriter(folder / "companies.arrow") as writer:
        for first in range(0, companies, 20_000):
            numbers = range(first, min(first + 20_000, companies))
            domains = [f"c{i}.example" for i in numbers]
            writer.write(
                pd.DataFrame({"id": domains, "name": [f"Company {i}" for i in numbers], "domain": domains})
            )
    write_layout(folder, replace(layout, rows=companies), universe.vectorizer)
