"""Logistic regression in its dual form on what texts say.

The columns are those of :class:`~lookalike.text.TextEncoder`, which are on one scale already: they are
centred, not standardised, so that strong directions stay strong. Formula as in :mod:`lookalike.embed.linear`.
"""

from __future__ import annotations

from typing import Literal

from lookalike.embed.linear import LinearEmbedding


class TextEmbedding(LinearEmbedding):
    """Embed by centred text vectors.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty; larger than for tables, as the columns are short.
    scale : {"numbers", "none"}
        As in :class:`~lookalike.embed.linear.LinearEmbedding`.
    """

    def __init__(self, C: float = 10.0, scale: Literal["numbers", "none"] = "none") -> None:
        super().__init__(C=C, scale=scale)
