"""The results of commands that justified a decision, kept with it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from enrich.errors import ModelError
from lookalike.registry.digests import digest


def keep(result: Path, place: Path) -> dict[str, str]:
    """Copy a result, as ``--json`` writes it, and give what a decision says of it.

    Raises
    ------
    ModelError
        If the file cannot be read or is no result.
    """
    try:
        text = result.read_bytes()
        envelope = json.loads(text)
        about = {key: str(envelope[key]) for key in ("command", "headline", "made_at")}
        _ = envelope["result"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{result}: is no result of a command ({error}); make one with --json") from error
    part = place.with_name(f".{place.name}.part")
    part.write_bytes(text)
    os.replace(part, place)
    return {"file": place.name, "sha256": digest(place), **about}


def is_kept(place: Path, about: Mapping[str, str]) -> bool:
    """Tell whether the file that a decision speaks of is there and the same."""
    return place.is_file() and digest(place) == about["sha256"]
