"""Where a text holds some marks, and the lines that do.

Marks are looked for one by one: that is far faster than one expression over the text, and most are not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def places(text: str, marks: Iterable[str]) -> Iterator[int]:
    """Positions of the marks in `text`, mark by mark.

    >>> list(places("5 € and 6 €, or $7", ("$", "€")))
    [16, 2, 10]
    """
    for mark in filter(text.__contains__, marks):
        position = text.find(mark)
        while position >= 0:
            yield position
            position = text.find(mark, position + len(mark))


def marked_lines(text: str, marks: Iterable[str]) -> Iterator[str]:
    r"""The lines of `text` that hold any of the marks, each once, in their order.

    >>> list(marked_lines("none\n5 € or 6 €\n$7", ("$", "€")))
    ['5 € or 6 €', '$7']
    """
    end = -1
    for position in sorted(places(text, marks)):
        if position > end:
            start = text.rfind("\n", 0, position) + 1
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            yield text[start:end]
