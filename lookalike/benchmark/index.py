"""The index against brute force: how many of the most similar deals it finds, and how soon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from lookalike.benchmark.made_up import made_up_parts
from lookalike.embed import BoostedEmbedding, ForestEmbedding, LinearEmbedding
from lookalike.embed.base import AdditiveEmbedding, Floats
from lookalike.index import DealIndex
from lookalike.vectorizer import LeadVectorizer

SIZES = (1_000, 10_000, 100_000, 1_000_000)

#: Deals that the embeddings are learned from; the index holds more.
LEARNED_FROM = 5_000

EMBEDDINGS: dict[str, Any] = {
    "boosted": lambda: BoostedEmbedding(n_estimators=150),
    "forest": lambda: ForestEmbedding(n_estimators=150),
    "linear": LinearEmbedding,
}

# Two likenesses closer than this are the same.
_SAME = 1e-6


def run_index_benchmark(
    deals: Sequence[int] = SIZES,
    *,
    k: int = 100,
    queries: int = 200,
    embeddings: Sequence[str] = tuple(EMBEDDINGS),
    json_file: Path | None = None,
) -> pd.DataFrame:
    """Search made-up deals by the index and by brute force.

    Parameters
    ----------
    deals : sequence of int
        Sizes of the index.
    k : int
        Neighbours looked for.
    queries : int
        Leads whose neighbours are looked for.
    embeddings : sequence of {"boosted", "forest", "linear"}
        Two that are searched by leaves and one by cosine.
    json_file : Path, optional
        Also write the figures there, a list of rows.

    Returns
    -------
    DataFrame
        embedding, metric, deals, recall (share of the neighbours found that are as like as the k-th by brute
        force), build_seconds, ms_per_query, brute_ms_per_query.
    """
    learned_from = next(made_up_parts(LEARNED_FROM))
    won = learned_from["stage"].eq("won").to_numpy()
    vectorizer = LeadVectorizer()
    matrix = vectorizer.fit_transform(_features(learned_from))
    leads = vectorizer.transform(_features(next(made_up_parts(queries, seed=2))))
    rows = []
    for name in embeddings:
        embedding = EMBEDDINGS[name]().fit(matrix, won)
        for size in deals:
            embedding.points_ = np.vstack(list(_points(embedding, vectorizer, size)))
            rows.append({"embedding": name, "metric": embedding.metric, "deals": size})
            rows[-1] |= _measure(embedding, embedding.transform(leads), min(k, size))
    figures = pd.DataFrame(rows)
    if json_file is not None:
        figures.to_json(json_file, orient="records", indent=2)
    return figures


def _features(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=["id", "stage"])


def _points(embedding: AdditiveEmbedding, vectorizer: LeadVectorizer, size: int) -> Iterator[Any]:
    for part in made_up_parts(size, seed=1):
        points = embedding.transform(vectorizer.transform(_features(part)))
        yield points.astype(np.float32) if points.dtype == np.float64 else points


def _measure(embedding: AdditiveEmbedding, points: Any, k: int) -> dict[str, float]:
    start = perf_counter()
    index = DealIndex(embedding, np.arange(len(embedding.points_)))
    built = perf_counter()
    _, found = index.search(points, k)
    searched = perf_counter()
    least = np.array([_kth_by_brute_force(embedding, point, k) for point in points])
    compared = perf_counter()
    return {
        "recall": float((found >= least[:, None] - _SAME).mean()),
        "build_seconds": built - start,
        "ms_per_query": 1e3 * (searched - built) / len(points),
        "brute_ms_per_query": 1e3 * (compared - searched) / len(points),
    }


def _kth_by_brute_force(embedding: AdditiveEmbedding, point: Any, k: int) -> float:
    """Give the likeness of the k-th most similar deal."""
    deals = embedding.points_
    likeness: Floats
    if embedding.metric == "leaves":
        # Few deals at a time, so that comparing needs no memory to speak of.
        parts = (deals[start : start + 10_000] == point for start in range(0, len(deals), 10_000))
        likeness = np.concatenate([part.mean(axis=1) for part in parts])
    else:
        lengths = np.sqrt(np.einsum("ij,ij->i", deals, deals, dtype=np.float64)) * np.linalg.norm(point)
        products = deals @ point.astype(deals.dtype)
        likeness = np.divide(products, lengths, out=np.zeros(len(deals)), where=lengths > 0).clip(0, 1)
    return float(np.partition(likeness, len(likeness) - k)[len(likeness) - k])
