"""Seeded randomness, one independent stream per subject, so that a new phrase never changes an outcome."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """A stream of random choices that depends on the seed and on what it is for, and on nothing else.

    Parameters
    ----------
    seed : int
        The world's seed.
    *subject : str or int
        What is being made, for example ``"site", 17``.

    >>> Dice(7, "site", 1).between(1, 100) == Dice(7, "site", 1).between(1, 100)
    True
    """

    def __init__(self, seed: int, *subject: str | int) -> None:
        words = [s if isinstance(s, int) else zlib.crc32(s.encode()) for s in subject]
        self._generator = np.random.default_rng([seed, *words])

    def unit(self) -> float:
        """A number from 0 to 1."""
        return float(self._generator.random())

    def chance(self, probability: float) -> bool:
        """Say yes with the given probability."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self._generator.integers(low, high + 1))

    def normal(self) -> float:
        """A standard normal number."""
        return float(self._generator.standard_normal())

    def count(self, mean: float) -> int:
        """A Poisson number of the given mean."""
        return int(self._generator.poisson(mean))

    def spread(self, low: float, high: float) -> float:
        """A number from `low` to `high` whose logarithm is uniform."""
        return math.exp(math.log(low) + self.unit() * (math.log(high) - math.log(low)))

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self._generator.integers(len(options)))]

    def sample(self, options: Sequence[T], size: int) -> list[T]:
        """Up to `size` different options in random order."""
        order = self._generator.permutation(len(options))[:size]
        return [options[int(position)] for position in order]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, by weight."""
        rest = self.unit() * sum(weights.values())
        for option, weight in weights.items():
            rest -= weight
            if rest < 0:
                return option
        return next(reversed(list(weights)))

    def digits(self, pattern: str) -> str:
        """Replace every ``#`` of `pattern` by a digit."""
        return "".join(str(self.between(0, 9)) if sign == "#" else sign for sign in pattern)

    def token(self, length: int, alphabet: str = "0123456789abcdef") -> str:
        """An identifier such as scripts and cookies carry."""
        return "".join(self.pick(alphabet) for _ in range(length))
