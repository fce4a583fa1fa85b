"""Statements of a text: its sentences, its lines, what semicolons part."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?;])\s+|\s*\n\s*")


def statements(text: str) -> list[str]:
    """Split a text into its statements, in their order; a blank text is one blank statement."""
    return _END.split(text.strip())
