"""Reading and writing what a registry knows, so that a crash leaves the old state or the new one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from enrich.errors import ModelError
from lookalike.registry.record import Decision, Record

try:
    import fcntl
except ImportError:  # Windows, where the lock is left to the user
    fcntl = None  # type: ignore[assignment]

STATE, LOG, LOCK = "registry.json", "log.jsonl", ".lock"


def read(folder: Path) -> Record:
    """Read what a registry knows.

    Raises
    ------
    ModelError
        If there is no registry, it is damaged, or its log tells another story.
    """
    try:
        record = Record.from_dict(json.loads((folder / STATE).read_text(encoding="utf-8")))
        lines = _lines(folder)
    except OSError as error:
        raise ModelError(
            f"{folder}: no registry is there ({STATE} cannot be read); make one with `registry add`"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ModelError(f"{folder / STATE}: lacks or garbles {error}; restore it from a backup") from error
    told = [_line(decision) for decision in record.decisions]
    if lines != told[: len(lines)]:
        same = [line == other for line, other in zip(lines, told, strict=False)]
        first = same.index(False) if False in same else len(same)
        raise ModelError(
            f"{folder / LOG}: line {first + 1} is not what {STATE} says; restore both from a backup"
        )
    return record


def write(folder: Path, record: Record) -> None:
    """Write what a registry knows; it is so from the moment ``registry.json`` takes its name.

    The log is brought up to date after it, with what an interruption kept from it before.
    """
    part = folder / f".{STATE}.part"
    text = json.dumps(record.to_dict(), ensure_ascii=False, indent=1) + "\n"
    with part.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, folder / STATE)
    told = [_line(decision) for decision in record.decisions]
    known = len(_lines(folder))
    whole = "".join(f"{line}\n" for line in told[:known])
    with (folder / LOG).open(
        "r+" if (folder / LOG).exists() else "w", encoding="utf-8", newline="\n"
    ) as stream:
        stream.seek(len(whole.encode()))
        stream.truncate()  # a line that was cut off
        stream.write("".join(f"{line}\n" for line in told[known:]))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others from changing a registry meanwhile; the system lets go if the process dies.

    Raises
    ------
    ModelError
        If another process is changing it.
    """
    with (folder / LOCK).open("w") as stream:
        if fcntl is not None:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ModelError(f"{folder}: another command is changing it; try again") from error
        yield


def _lines(folder: Path) -> list[str]:
    """Give the whole lines of the log; one that was cut off, at its end, does not count."""
    path = folder / LOG
    if not path.is_file():
        return []
    return path.read_bytes().decode("utf-8", errors="replace").split("\n")[:-1]


def _line(decision: Decision) -> str:
    return json.dumps(asdict(decision), ensure_ascii=False)
