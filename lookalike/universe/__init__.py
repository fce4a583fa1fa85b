"""A universe of companies: sampled as background, encoded once, ranked in one scan.

A score is linear in a company's vector, so ranking ten million companies by twenty favourites is one product
a company with vectors that were encoded and quantised beforehand.
"""

from typing import TYPE_CHECKING

from enrich.lazy import lazy

if TYPE_CHECKING:
    from lookalike.universe.rank import Universe

__all__ = ["Universe"]

# On first use: the parts of a universe also serve what it is ranked by.
__getattr__, __dir__ = lazy(__name__, {"Universe": "lookalike.universe.rank"})
