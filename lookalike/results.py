"""What a command found: as JSON with a documented schema, and kept in a model's folder for its report.

Every result stands in the same envelope::

    {"command": "audit", "format": 1, "made_at": "2026-01-31T09:30:00+00:00", "headline": "…", "result": {…}}

``result`` is described for each command by a JSON Schema (draft 2020-12) in ``lookalike/schemas``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from enrich.errors import ModelError, TableError

FORMAT = 1
#: Folder of a model that holds what commands found about it.
KEPT = "results"


class Result(Protocol):
    """What a command found."""

    #: The command that finds it, such as "audit"; also the name of its schema.
    command: ClassVar[str]

    @property
    def headline(self) -> str:
        """One sentence for people: what was found and what follows from it."""

    def to_dict(self) -> dict[str, Any]:
        """Give everything found; tables, arrays and numpy's numbers may stay as they are."""


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
    return json.dumps(enveloped(result), ensure_ascii=False, indent=1, allow_nan=False)


def write(result: Result, path: str | Path) -> None:
    """Write a result as JSON.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    try:
        Path(path).write_text(to_text(result) + "\n", encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def keep(result: Result, model: str | Path) -> None:
    """Keep a result in a model's folder, in place of the one before; the report tells its headline.

    Raises
    ------
    ModelError
        If there is no model, or its folder cannot be written.
    """
    folder = Path(model)
    if not (folder / "model.json").is_file():
        raise ModelError(f"{folder}: no model is there to keep the result with; name a folder that fit wrote")
    try:
        (folder / KEPT).mkdir(exist_ok=True)
        (folder / KEPT / f"{result.command}.json").write_text(to_text(result) + "\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{folder}: the result cannot be kept there ({error.strerror})") from error


def kept(model: str | Path) -> dict[str, dict[str, Any]]:
    """Give the results kept in a model's folder, in their envelopes, by command.

    Raises
    ------
    ModelError
        If a file there is no result.
    """
    found = {}
    for path in sorted((Path(model) / KEPT).glob("*.json")):
        try:
            envelope = json.loads(path.read_text(encoding="utf-8"))
            found[str(envelope["command"])] = envelope
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: this is no result ({error}); delete it") from error
    return found


def schema(command: str) -> dict[str, Any]:
    """Give the JSON Schema of what a command finds.

    Raises
    ------
    KeyError
        If the command gives no result.
    """
    file = files("lookalike") / "schemas" / f"{command}.json"
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
    return value.isoformat() if isinstance(value, datetime) else value
