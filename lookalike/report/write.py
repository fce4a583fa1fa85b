"""Write a report into a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from enrich.errors import TableError
from lookalike.model import LookalikeModel
from lookalike.report.render import render
from lookalike.report.summary import summarize


def write_report(
    model: LookalikeModel,
    leads: pd.DataFrame,
    scores: pd.DataFrame,
    path: str | Path,
    *,
    events: pd.DataFrame | None = None,
    judged: pd.DataFrame | None = None,
    results: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Write the report on scored leads; parameters as in :func:`~lookalike.report.summary.summarize`.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    page = render(summarize(model, leads, scores, events=events, judged=judged, results=results))
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
