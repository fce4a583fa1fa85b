"""The effective settings as a TOML file that explains itself."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from enrich.settings import Settings

_WIDTH = 100
_NAMES = re.compile(r"(\w+(?:, \w+)*) : ")


def to_toml(settings: Settings) -> str:
    """Write settings as TOML, each with what it means; reading it gives equal settings.

    >>> print(to_toml(Settings(max_redirects=2)).partition("# Followed")[2].partition("#")[0].strip())
    from one page. Changed.
    max_redirects = 2
    """
    defaults = Settings()
    docs = dict(_docs())
    parts = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        text = docs[field.name]
        if value != getattr(defaults, field.name):
            text += " Changed."
        comment = textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"{comment}\n{field.name} = {_toml(value)}\n")
    return "\n".join(parts)


def _docs() -> Iterator[tuple[str, str]]:
    """The sentences on each setting in the docstring of `Settings`."""
    names: list[str] = []
    lines: list[str] = []
    _, _, attributes = inspect.cleandoc(Settings.__doc__ or "").partition("Attributes\n----------\n")
    for line in [*attributes.splitlines(), "end : "]:
        if match := _NAMES.match(line):
            yield from ((name, " ".join(lines)) for name in names)
            names, lines = match[1].split(", "), []
        elif line.startswith("    "):
            lines.append(line.strip())


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        listed = ", ".join(map(_toml, value))
        if len(listed) <= _WIDTH:
            return f"[{listed}]"
        return "[\n" + textwrap.indent(",\n".join(map(_toml, value)), "    ") + ",\n]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # TOML's basic strings are JSON's, but for the escape of DEL.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
