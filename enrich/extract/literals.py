"""Which of many literals a text holds, at a cost that hardly grows with their number.

A text is read once, in steps of four bytes, into a table of what it holds. A literal in the text lies in one
of four ways across the steps; if in none of them all its whole steps are in the table, it is not there. What
may be there is searched for. This is the filter of Bloom (1970) over q-grams, with one hash function: it
misses no literal, and what it lets through wrongly costs one search.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_STEP = 4
_BITS = 16
# Knuth's multiplicative hashing: 2 ** 32 divided by the golden ratio, made odd.
_FACTOR = np.uint32(0x9E3779B1)
# Literals as long as this hold a whole step however they lie.
_LONG = 2 * _STEP - 1
# Searching a text this short for every literal costs less than the table.
_SHORT_TEXT = 256


def _steps(data: bytes, start: int = 0) -> NDArray[np.intp]:
    """Hashes of the whole steps of `data` from `start`, from 0 to 2 ** 16 - 1."""
    steps = np.frombuffer(data, "<u4", (len(data) - start) // _STEP, start)
    # Numpy indexes twice as fast by its own integers as by others.
    return ((steps * _FACTOR) >> np.uint32(32 - _BITS)).astype(np.intp)


class Literals:
    """A set of literals, ready to be looked for in texts.

    Parameters
    ----------
    literals : iterable of str
        Compared as they are, upper and lower case apart.

    >>> traces = Literals(["/wp-content/", "cdn.shopify.com", "js"])
    >>> traces.within('<script src="/wp-content/themes/acme/main.js">' * 20)
    ['js', '/wp-content/']
    """

    def __init__(self, literals: Iterable[str]) -> None:
        encoded = {literal: literal.encode("utf-8", "replace") for literal in literals}
        self._short = [literal for literal, data in encoded.items() if len(data) < _LONG]
        self._long = [literal for literal, data in encoded.items() if len(data) >= _LONG]
        ways = [_steps(encoded[literal], start) for literal in self._long for start in range(_STEP)]
        self._steps = np.concatenate([np.empty(0, np.intp), *ways])
        self._starts = np.cumsum([0, *map(len, ways)])[:-1]

    def within(self, text: str) -> list[str]:
        """The literals that `text` holds; linear in its length."""
        return [literal for literal in self._candidates(text) if literal in text]

    def _candidates(self, text: str) -> list[str]:
        if len(text) < _SHORT_TEXT or not self._long:
            return self._short + self._long
        seen = np.zeros(1 << _BITS, np.bool_)
        seen[_steps(text.encode("utf-8", "replace"))] = True
        ways = np.logical_and.reduceat(seen[self._steps], self._starts).reshape(-1, _STEP)
        return self._short + [self._long[position] for position in np.flatnonzero(ways.any(axis=1))]
