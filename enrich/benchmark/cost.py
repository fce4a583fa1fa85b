"""What a page costs: the CPU time from its bytes to its facts, part by part.

Every page is read once and from scratch, so nothing that was kept of a page helps to read it; what pages
share (models, rules, what the words of a link mean) is kept as in a run. The parts add up to the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd

from enrich.benchmark.labelled import pages
from enrich.digest import extract
from enrich.errors import TableError
from enrich.extract import BUILT_IN, load_built_in
from enrich.extract.registry import EXTRACTORS
from enrich.page import Page

#: The part that is chosen for embedding, not for facts; the whole is counted without it.
MAIN_TEXT = "maintext"
WHOLE = "whole"

# What all extractors share, in the order in which each builds on those before.
_SHARED: dict[str, Callable[[Page], object]] = {
    "decoding": lambda page: page.html,
    "tree": lambda page: page.tree,
    "head": lambda page: page.head,
    "visible": lambda page: page.visible.numeric_lines,
}


def extraction_cost(data: Path, most_pages: int | None = None) -> pd.DataFrame:
    """Measure all built-in extractors, and what they share, on the pages of WARC files.

    Parameters
    ----------
    data : Path
        A folder with WARC files.
    most_pages : int, optional
        How many pages are read; all of them by default.

    Returns
    -------
    DataFrame
        A row a part, then the whole but for the main text: ``part``, ``median_ms`` and ``p90_ms``, in
        milliseconds of CPU time a page, and ``pages``, on how many.

    Raises
    ------
    TableError
        If the folder holds no page.
    """
    load_built_in()
    parts = dict(_SHARED)
    for name, one in EXTRACTORS.items():
        if one.function.__module__ in {f"enrich.extract.{module}" for module in BUILT_IN}:
            parts[name] = partial(extract, extractors=[one])
    rows: list[dict[str, float]] = []
    for page in islice(pages(data), most_pages):
        if not rows:  # models are loaded on first use
            _measured(Page(page.url, page.body, page.fetched_at), parts)
        rows.append(_measured(page, parts))
    if not rows:
        raise TableError(f"'{data}' holds no pages; give a folder with WARC files")
    times = pd.DataFrame(rows)
    times[WHOLE] = times.drop(columns=MAIN_TEXT).sum(axis=1)
    return pd.DataFrame(
        {
            "part": times.columns,
            "median_ms": times.median().round(3).to_numpy(),
            "p90_ms": times.quantile(0.9).round(3).to_numpy(),
            "pages": len(times),
        }
    )


def _measured(page: Page, parts: dict[str, Callable[[Page], object]]) -> dict[str, float]:
    """Milliseconds of CPU time by part."""
    spent: dict[str, float] = {}
    for name, part in parts.items():
        started = time.process_time()
        part(page)
        spent[name] = 1000 * (time.process_time() - started)
    return spent
