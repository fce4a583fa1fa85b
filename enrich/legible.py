"""Text from a lead file or the web made fit to be read: one line, no control characters, not endless."""

from __future__ import annotations

import unicodedata

#: Letters of a text at most.
LETTERS = 200
#: Marks over one letter at most: more would be written over what stands above.
MARKS = 2
ELLIPSIS = "…"


def plain(text: object, letters: int = LETTERS) -> str:
    r"""Give a text as one line of letters that can be seen.

    Control and direction characters become blanks, marks that pile up over a letter are left out.

    >>> plain("<b>Acme</b>\n\x00 \u202eGmbH $x^2$"), plain("x" * 10_000, 8)
    ('<b>Acme</b> GmbH $x^2$', 'xxxxxxx…')
    """
    found, marks = [], 0
    for letter in str(text)[: 20 * letters]:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks <= MARKS:
            found.append(" " if kind[0] in "CZ" else letter)
    line = " ".join("".join(found).split())
    return line if len(line) <= letters else line[: letters - 1].rstrip() + ELLIPSIS
