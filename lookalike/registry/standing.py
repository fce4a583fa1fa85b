"""What a registry says of a version, for the report: who put it there, when, why, by what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lookalike.registry.folder import place_of
from lookalike.registry.record import Decision, Record
from lookalike.registry.state import State
from lookalike.results import enveloped

_DONE = {"add": "added", "promote": "promoted", "revert": "gone back to"}


def told(folder: Path) -> dict[str, Any] | None:
    """Give what a registry says of its champion, or of the version whose folder it is, as a result.

    None where the folder has nothing to do with a registry.

    Raises
    ------
    ModelError
        If the registry is damaged.
    """
    found = place_of(folder)
    if found is None:
        return None
    registry, number = found
    record = registry.record
    number = record.champion if number is None else number
    if number is None or not 1 <= number <= len(record.versions):
        return None
    said, when = _said(record, number)
    return enveloped(State(str(registry.folder), record)) | {"headline": said, "made_at": when}


def _said(record: Record, version: int) -> tuple[str, str]:
    decisions = [decision for decision in record.decisions if decision.version == version]
    last = decisions[-1]
    done = f'{_DONE[last.action]} on {last.when[:10]} by {last.who}: "{last.why}"'
    part = f"version {version} of {len(record.versions)}, {record.part(version)}: {done}"
    # Going back to a version rests, where nothing new was found, on what had spoken for it before.
    return "; ".join([part, *_evidence(decisions)[-1:]]), last.when


def _evidence(decisions: list[Decision]) -> list[str]:
    every = [decision.evidence for decision in decisions if decision.evidence is not None]
    return [f"by the {one['command']} of {one['made_at'][:10]}: {one['headline']}" for one in every]
