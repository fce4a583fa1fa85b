"""Help texts of the commands as pages show them: plain text, with the examples set as code."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_BLOCK = "| "
_MARKUP = re.compile(r"([*_|])(?=\S)|(?<=\S)([*_|])(?=[\s;,.)]|$)")


def as_text(app: Sphinx, context: Any, lines: list[str]) -> None:
    """Rewrite a help text, in place: sphinx-click has it as reStructuredText, with bars before examples."""
    made: list[str] = []
    for line in lines:
        if not line.startswith(_BLOCK):
            made.append(_MARKUP.sub(r"\\\1\2", line))
        elif line.rstrip().endswith(":"):
            made += ["", ".. code-block:: text", ""]  # "Example:" goes without saying
        else:
            made.append(f"   {line.removeprefix(_BLOCK).strip()}")
    lines[:] = made


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to sphinx-click."""
    app.connect("sphinx-click-process-description", as_text)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
