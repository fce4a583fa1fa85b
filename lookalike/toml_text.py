"""Values as TOML writes them, for files that people may edit; Python reads TOML, but writes none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence


def value(cell: bool | float | str | Sequence[str]) -> str:
    r"""Write a value.

    >>> value("a\x1b"), value(["x", "y"]), value(True), value(10.0), value(0.25)
    ('"a\\u001b"', '["x", "y"]', 'true', '10', '0.25')
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        # JSON's escapes are TOML's too, but TOML has more control characters escaped.
        return re.sub(r"[\x7f-\x9f\ud800-\udfff]", _escaped, json.dumps(cell, ensure_ascii=False))
    if isinstance(cell, int | float):
        return f"{cell:.0f}" if float(cell).is_integer() and abs(cell) < 1e15 else repr(float(cell))
    return f"[{', '.join(value(item) for item in cell)}]"


def key(name: str) -> str:
    """Write a key, in quotes where it needs them.

    >>> key("from"), key("visit /pricing")
    ('from', '"visit /pricing"')
    """
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value(name)


def comment(text: object) -> str:
    r"""Give a text as one line of a comment, without control characters.

    >>> comment("a\nb")
    'a b'
    """
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", str(text)).split())


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return "�" if code >= 0xD800 else f"\\u{code:04x}"
