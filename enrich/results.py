"""What a command found, as JSON with a documented schema.

Every result stands in the same envelope::

    {"command": "run", "format": 1, "made_at": "2026-01-31T09:30:00+00:00", "headline": "…", "result": {…}}

The envelope is described by ``enrich/schemas/envelope.json``; ``result``, for each command, by a JSON Schema
(draft 2020-12) beside it, or in ``lookalike/schemas``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from enrich.errors import TableError

FORMAT = 1


class Result(Protocol):
    """What a command found."""

    @property
    def command(self) -> str:
        """The command that finds it, such as "audit"; also the name of its schema."""

    @property
    def headline(self) -> str:
        """One sentence for people: what was found and what follows from it."""

    def to_dict(self) -> dict[str, Any]:
        """Give everything found; tables, arrays and numpy's numbers may stay as they are."""


@dataclass(frozen=True)
class Found:
    """A result that needs no class of its own, such as a table.

    Attributes
    ----------
    command, headline : str
    content : mapping
        As the command's schema describes it.
    """

    command: str
    headline: str
    content: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Give everything found."""
        return dict(self.content)


def enveloped(result: Result) -> dict[str, Any]:
    """Give a result as JSON knows it, in its envelope."""
    return {
        "command": result.command,
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "headline": result.headline,
        "result": plain(result.to_dict()),
    }


def to_text(result: Result) -> str:
    """Give a result in its envelope as JSON text."""
    return as_text(enveloped(result))


def as_text(content: Any) -> str:
    """Give what JSON knows as text."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)


def write(result: Result, path: str | Path) -> None:
    """Write a result as JSON.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    write_text(to_text(result), path)


def write_text(text: str, path: str | Path) -> None:
    """Write JSON text; errors as of :func:`write`."""
    try:
        Path(path).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def schema(command: str, package: str = "enrich") -> dict[str, Any]:
    """Give the JSON Schema of what a command of a package finds.

    Raises
    ------
    KeyError
        If the command gives no result.
    """
    file = files(package) / "schemas" / f"{command}.json"
    if not file.is_file():
        raise KeyError(command)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def plain(value: Any) -> Any:
    """Give a value as JSON knows it: tables as lists of rows, no numpy, null for what is no number.

    >>> plain({"rows": pd.DataFrame({"a": [1, 2]}), "p": np.float64("nan")})
    {'rows': [{'a': 1}, {'a': 2}], 'p': None}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(cell) for key, cell in value.items()}
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, (list, tuple, np.ndarray, pd.Series)):
        return [plain(cell) for cell in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, Path):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value
