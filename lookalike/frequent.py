"""The values that most rows have: the same ones in every run, though sets of texts change their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def frequent(rows: Iterable[Iterable[str]], most: int, least: float = 1) -> list[str]:
    """Give at most so many values that at least so many rows have, the most frequent first, then by alphabet.

    >>> frequent([["CRM", "Shop"], ["Shop", "Shop"], ["Ads", "CRM"]], most=3)
    ['CRM', 'Shop', 'Ads']
    """
    counts = Counter(value for values in rows for value in set(values))
    enough = [value for value, count in counts.items() if count >= least]
    return sorted(enough, key=lambda value: (-counts[value], value))[:most]
