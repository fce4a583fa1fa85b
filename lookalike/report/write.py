"""Write a report into a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from enrich.errors import TableError
from lookalike.model import LookalikeModel
from lookalike.report.render import render
from lookalike.report.summary import TOP, summarize


def write_report(
    model: LookalikeModel,
    leads: pd.DataFrame,
    scores: pd.DataFrame | None,
    path: str | Path,
    *,
    events: pd.DataFrame | None = None,
    judged: pd.DataFrame | None = None,
    results: Mapping[str, Mapping[str, Any]] | None = None,
    facts: pd.DataFrame | None = None,
    top: int = TOP,
    language: str = "en",
) -> None:
    """Write the report on leads.

    Parameters are those of :func:`~lookalike.report.summary.summarize`, and `language`, "en" or "ru", that
    the page opens in.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    report = summarize(
        model, leads, scores, events=events, judged=judged, results=results, facts=facts, top=top
    )
    page = render(report, language)
    try:
        # What is no character, half a surrogate pair, cannot be written.
        Path(path).write_bytes(page.encode("utf-8", "replace"))
    except OSError as error:
        raise TableError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
