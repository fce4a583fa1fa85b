"""Text from a lead file or the web made fit to be read: one line, no control characters, not endless."""

from __future__ import annotations

import unicodedata

#: Letters of a text at most.
LETTERS = 200
#: Marks over one letter at most: more would be written over what stands above.
MARKS = 2
ELLIPSIS = "…"


def one_line(text: str) -> str:
    r"""Give a text on one line; control and direction characters become blanks.

    >>> one_line("Acme\x1b[31m\nGmbH\u202e")
    'Acme [31m GmbH'
    """
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def cut(line: str, letters: int) -> str:
    """Give a line, or its beginning where it has more letters.

    >>> cut("Acme Holding", 6), cut("Acme", 6)
    ('Acme…', 'Acme')
    """
    return line if len(line) <= letters else line[: letters - 1].rstrip() + ELLIPSIS


def plain(text: object, letters: int = LETTERS) -> str:
    r"""Give a text as one line of letters that can be seen.

    Control and direction characters become blanks, marks that pile up over a letter are left out.

    >>> plain("<b>Acme</b>\n\x00 \u202eGmbH $x^2$"), plain("x" * 10_000, 8)
    ('<b>Acme</b> GmbH $x^2$', 'xxxxxxx…')
    """
    found, marks = [], 0
    for letter in str(text)[: 20 * letters]:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= MARKS:
            found.append(letter)
    return cut(one_line("".join(found)), letters)
