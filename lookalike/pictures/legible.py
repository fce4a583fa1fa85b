"""Text from a lead file or the web, made fit to be drawn: one line, no control characters, not endless."""

from __future__ import annotations

import unicodedata
import warnings
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

#: Letters that are looked at of a text at most.
LETTERS = 200
#: Marks over one letter at most: more would be written over what stands above.
MARKS = 2
ELLIPSIS = "…"

_measure = TextToPath()


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
            found.append(" " if kind[0] in "CZ" or letter in "\ufffe\uffff" else letter)
    line = " ".join("".join(found).split())
    return line if len(line) <= letters else line[: letters - 1].rstrip() + ELLIPSIS


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Give how wide a text is drawn, in px."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks is drawn by the reader's browser
        font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
        return float(_measure.get_text_width_height_descent(text, font, ismath=False)[0])


def shortened(text: object, width: float, size: float, weight: str = "normal") -> str:
    """Give a text as one line no wider than so many px."""
    line = plain(text)
    if width_of(line, size, weight) <= width:
        return line
    fits, too_long = 0, len(line)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if width_of(line[:middle].rstrip() + ELLIPSIS, size, weight) <= width:
            fits = middle
        else:
            too_long = middle
    return line[:fits].rstrip() + ELLIPSIS


def wrapped(text: str, width: float, size: float, weight: str = "normal", lines: int = 4) -> list[str]:
    """Give a text in lines no wider than so many px; what is beyond the last of them is left out.

    No word stands alone on the last line where that can be.
    """
    made = _filled(text, width, size, weight, lines)
    if len(made) < 2 or width_of(made[-1], size, weight) > 0.35 * width:
        return made
    for share in (0.7, 0.8, 0.9):
        tried = _filled(text, share * width, size, weight, lines)
        if len(tried) == len(made) and tried[-1:] and not tried[-1].endswith(ELLIPSIS):
            return tried
    return made


def _filled(text: str, width: float, size: float, weight: str, lines: int) -> list[str]:
    """Give a text in lines, each as full as can be."""
    found: list[str] = []
    words = plain(text, 600).split(" ")
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size, weight) <= width:
            line = f"{line} {words.pop(0)}"
        found.append(shortened(line, width, size, weight))
    return [*found, shortened(" ".join(words), width, size, weight)] if words else found
