"""Which of many literals a text holds, at a cost that hardly grows with their number.

A text is read once into a table of its four-byte runs; a literal is searched for if its runs are in the
table. This is the filter of Bloom (1970) with one hash function over q-grams (Ukkonen 1992): it never misses
a literal, and what it lets through wrongly costs one search. A few runs of a literal suffice to turn it away,
those that it shares with the fewest others. Where every literal has two runs, only every other run of the
text is entered: of a literal, every other run is then in the table, from the first or from the second on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

_RUN = 4
# A long text has more runs than fit a small table, and a large table does not fit the processor's cache.
_BITS, _BITS_FOR_LONG = 16, 20
_LONG = 1 << 16
# Knuth's multiplicative hashing: 2 ** 32 divided by the golden ratio, made odd.
_FACTOR = np.uint32(0x9E3779B1)
# To search for so many literals of one run costs less than to enter every run of the text for them.
_FEW = 2
# More let hardly fewer literals through.
_RUNS_ASKED_FOR = 6
# Searching a text this short for every literal costs less than the table.
_SHORT = 256


def _runs(data: bytes, step: int = 1) -> NDArray[np.uint32]:
    """Hashes of the four-byte runs of `data` that are `step` apart, of which the upper bits are used."""
    count = max(0, len(data) - _RUN + step) // step
    runs: NDArray[np.uint32] = np.ndarray((count,), "<u4", data, strides=(step,))
    return runs * _FACTOR


def _indexes(runs: NDArray[np.uint32], bits: int) -> NDArray[np.intp]:
    """Where in a table hashes stand; they are used up, which spares a long text's being copied once more."""
    runs >>= np.uint32(32 - bits)
    # Numpy indexes twice as fast by its own integers as by others.
    return runs.astype(np.intp)


class Literals:
    """A set of literals, ready to be looked for in texts.

    Parameters
    ----------
    literals : iterable of str
        Compared as they are, upper and lower case apart.

    >>> traces = Literals(["/wp-content/", "cdn.shopify.com", "js"])
    >>> traces.within(b'<script src="/wp-content/themes/acme/main.js">' * 20)
    ['js', '/wp-content/']
    """

    def __init__(self, literals: Iterable[str]) -> None:
        encoded = [(literal, literal.encode("utf-8", "replace")) for literal in dict.fromkeys(literals)]
        few = sum(len(data) == _RUN for _, data in encoded) <= _FEW
        self._short = [pair for pair in encoded if len(pair[1]) < _RUN + few]
        self._long = [pair for pair in encoded if len(pair[1]) >= _RUN + few]
        self._step = 2 if all(len(data) > _RUN for _, data in self._long) else 1
        # The runs of each literal, from each of the places on where its first one may be.
        hashes = [
            _runs(data[start:], self._step).tolist() for _, data in self._long for start in range(self._step)
        ]
        shared = Counter(chain.from_iterable(map(set, hashes)))
        rarest = [
            (sorted(set(runs), key=lambda run: (shared[run], run)) * _RUNS_ASKED_FOR)[:_RUNS_ASKED_FOR]
            for runs in hashes
        ]
        asked = np.array(rarest, np.uint32).reshape(-1, _RUNS_ASKED_FOR)
        self._rarest = {bits: _indexes(asked[:, 0].copy(), bits) for bits in (_BITS, _BITS_FOR_LONG)}
        self._others = {bits: _indexes(asked[:, 1:].copy(), bits) for bits in (_BITS, _BITS_FOR_LONG)}

    def within(self, text: bytes) -> list[str]:
        """The literals that `text`, in UTF-8, holds; linear in its length."""
        return [literal for literal, data in self.possible_in(text) if data in text]

    def possible_in(self, text: bytes) -> list[tuple[str, bytes]]:
        """The literals, as text and in UTF-8, that `text` may hold; it holds no other."""
        if len(text) < _SHORT or not self._long:
            return self._short + self._long
        bits = _BITS if len(text) < _LONG * self._step else _BITS_FOR_LONG
        seen = np.zeros(1 << bits, np.bool_)
        seen[_indexes(_runs(text, self._step), bits)] = True
        possible = np.flatnonzero(seen[self._rarest[bits]])
        possible = possible[seen[self._others[bits][possible]].all(axis=1)]
        return self._short + [self._long[at] for at in dict.fromkeys((possible // self._step).tolist())]
