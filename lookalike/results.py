"""What a command found, kept in a model's folder for its report.

Envelope and schemas are those of :mod:`enrich.results`; the schemas of these commands are in
``lookalike/schemas``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from enrich import results
from enrich.errors import ModelError
from enrich.results import FORMAT, Found, Result, enveloped, plain, to_text, write

__all__ = [
    "FORMAT",
    "KEPT",
    "Found",
    "Result",
    "enveloped",
    "keep",
    "kept",
    "place",
    "plain",
    "schema",
    "to_text",
    "write",
]

#: Folder of a model that holds what commands found about it.
KEPT = "results"


def place(model: str | Path) -> Path:
    """Give the folder of a model that results are kept with: of a registry, the champion's.

    Raises
    ------
    ModelError
        If there is no model.
    """
    from lookalike.storage import model_folder

    folder = model_folder(Path(model))
    if not (folder / "model.json").is_file():
        raise ModelError(f"{folder}: no model is there to keep the result with; name a folder that fit wrote")
    return folder


def keep(result: Result, model: str | Path) -> None:
    """Keep a result with a model (:func:`place`), instead of the one before; the report tells its headline.

    Raises
    ------
    ModelError
        If there is no model, or its folder cannot be written.
    """
    folder = place(model)
    try:
        (folder / KEPT).mkdir(exist_ok=True)
        (folder / KEPT / f"{result.command}.json").write_text(to_text(result) + "\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{folder}: the result cannot be kept there ({error.strerror})") from error


def kept(model: str | Path) -> dict[str, dict[str, Any]]:
    """Give the results kept in a model's folder, in their envelopes, by command.

    Of a registry, those of its champion, and as "registry" who made it that, when and why.

    Raises
    ------
    ModelError
        If a file there is no result, or a registry is damaged.
    """
    from lookalike.registry.standing import told
    from lookalike.storage import model_folder

    found = {}
    for path in sorted((model_folder(Path(model)) / KEPT).glob("*.json")):
        try:
            envelope = json.loads(path.read_text(encoding="utf-8"))
            found[str(envelope["command"])] = envelope
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: this is no result ({error}); delete it") from error
    if (decided := told(Path(model))) is not None:
        found["registry"] = decided
    return found


def schema(command: str) -> dict[str, Any]:
    """Give the JSON Schema of what a command of ``lookalike`` finds; errors as of the other one's."""
    return results.schema(command, "lookalike")
