r"""A terminal's stream that nothing steers: what would is written as JSON writes it, ``\u001b`` for escape.

A name in a lead file, a header, a file's own name or a message that quotes them may hold escape sequences
that clear the screen, set the title, fill the clipboard or turn the reading direction. Whatever a command
prints goes through here, so that no line of code has to remember. JSON on the terminal means the same so.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, TextIO

#: What has to be looked at: all but printable ASCII and the newline.
_SUSPECT = re.compile(r"[^\n\x20-\x7e]")


def escaped(text: str) -> str:
    r"""Give text in which nothing but the newline steers a terminal.

    >>> escaped("Acme\x1b[31m\n\u202eлес")
    'Acme\\u001b[31m\n\\u202eлес'
    """
    return _SUSPECT.sub(_escaped_character, text)


def _escaped_character(found: re.Match[str]) -> str:
    character = found.group()
    steers = unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"
    return json.dumps(character)[1:-1] if steers else character


class PlainStream:
    """A text stream that writes to another, escaped.

    Parameters
    ----------
    stream : TextIO
        A terminal, or what stands for it.

    Attributes
    ----------
    rich_proxied_file : TextIO
        That stream: by this name rich finds where its own colours and progress go. Cells that it shows are
        made plain by :func:`enrich.terminal.plain`.
    """

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        """Write text and give its length."""
        self.rich_proxied_file.write(escaped(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write lines of text."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)
