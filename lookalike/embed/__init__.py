"""Embeddings: where past deals and leads become neighbours, and a score becomes a sum.

Each is a scikit-learn estimator and keeps the contract of :class:`~lookalike.embed.base.AdditiveEmbedding`.
A new one is a file here and a line in ``EMBEDDINGS``; one's own stays where it is and is given to ``fit`` as
an estimator::

    class Own(DenseEmbedding): ...

    model = lookalike.fit(deals, outcome="stage", won="won", embedding=Own())
"""

from lookalike.embed.base import AdditiveEmbedding
from lookalike.embed.boosted import BoostedEmbedding
from lookalike.embed.dense import DenseEmbedding, Standardizer
from lookalike.embed.forest import ForestEmbedding
from lookalike.embed.linear import LinearEmbedding
from lookalike.embed.plain import PlainEmbedding
from lookalike.embed.stack import StackEmbedding
from lookalike.embed.text import TextEmbedding

#: By name, the simplest first; the stack is made of others.
EMBEDDINGS: dict[str, type[AdditiveEmbedding]] = {
    "plain": PlainEmbedding,
    "linear": LinearEmbedding,
    "text": TextEmbedding,
    "forest": ForestEmbedding,
    "boosted": BoostedEmbedding,
    "stack": StackEmbedding,
}

__all__ = [
    "EMBEDDINGS",
    "AdditiveEmbedding",
    "BoostedEmbedding",
    "DenseEmbedding",
    "ForestEmbedding",
    "LinearEmbedding",
    "PlainEmbedding",
    "StackEmbedding",
    "Standardizer",
    "TextEmbedding",
]
