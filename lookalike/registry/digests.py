"""Digests of a folder's files: what was copied in is what is there, or it is refused by name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from enrich.errors import ModelError
from lookalike.results import KEPT


def digest(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """Give the digest of each file of a model's folder, by its path within.

    Results that commands keep there may change, and hidden files are unfinished ones; neither counts.
    """
    paths = {path: path.relative_to(folder).parts for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        "/".join(parts): digest(path)
        for path, parts in paths.items()
        if parts[0] != KEPT and not any(part.startswith(".") for part in parts)
    }


def digest_of_model(folder: Path) -> str:
    """Give one digest of a model's folder: the SHA-256 of its files' names and digests, or of a scorecard."""
    if folder.is_file():
        return digest(folder)
    lines = [f"{found}  {name}\n" for name, found in sorted(digests(folder).items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check(folder: Path, expected: Mapping[str, str]) -> None:
    """Check that a model's folder holds what was copied in.

    Raises
    ------
    ModelError
        If a file is missing, was changed, or was added.
    """
    remedy = "restore it from a backup, or add the model again as another version"
    try:
        found = digests(folder)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read ({error.strerror}); {remedy}") from error
    for name in sorted({*expected, *found}):
        if name not in found:
            raise ModelError(f"{folder}: {name} is missing; {remedy}")
        if name not in expected:
            raise ModelError(f"{folder}: {name} was added after the version was; delete it")
        if found[name] != expected[name]:
            raise ModelError(f"{folder}: {name} is not the file that was added; {remedy}")
