"""Scoring beside LightGBM's own predict: leads a second, how right the named deals are, memory."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

import lookalike
from enrich.tables import TableWriter
from lookalike.batch import score_file
from lookalike.benchmark.made_up import made_up_deals, made_up_parts
from lookalike.embed.base import Positions
from lookalike.model import LookalikeModel

#: Deals named on each side, and leads whose named deals are compared with all deals.
NAMED = 5
COMPARED = 200


def run_scoring_benchmark(
    deals: int = 50_000,
    leads: int = 20_000,
    *,
    embedding: str = "boosted",
    threads: int | None = None,
    json_file: Path | None = None,
) -> pd.DataFrame:
    """Fit on made-up deals and score made-up leads.

    Parameters
    ----------
    deals, leads : int
        Rows.
    embedding : str
        As in :func:`lookalike.fit`.
    threads : int, optional
        As in :func:`~lookalike.batch.score_file`.
    json_file : Path, optional
        Also write the figures there, by name.

    Returns
    -------
    DataFrame
        figure and value. "on the same features" is without reading and vectorizing: embedding and adding up
        beside ``Booster.predict``, the best of three runs each, in turn. The rest is from CSV to CSV.
    """
    model = lookalike.fit(
        made_up_deals(deals), outcome="stage", won="won", id="id", embedding=embedding, quiet=True
    )
    figures = {"deals": float(deals), "leads": float(leads)} | _same_features(model, min(leads, 20_000))
    with TemporaryDirectory() as folder:
        table, out = Path(folder) / "leads.csv", Path(folder) / "scores.csv"
        with TableWriter(table) as writer:
            for part in made_up_parts(leads, seed=1):
                writer.write(part.drop(columns="stage"))
        options: dict[str, Any] = {"threads": threads, "quiet": True, "force": True}
        ways = {
            "scores only, leads/s": {"because": False},
            "scores with because, leads/s": {},
            f"scores with {NAMED} named deals a side, leads/s": {"deals_a_side": NAMED},
        }
        for name, way in ways.items():
            seconds = _seconds(lambda way=way: score_file(model, table, out, **options, **way))  # type: ignore[misc]
            figures[name] = leads / seconds
    figures["share of the strongest deals named"] = named_recall(model, COMPARED)
    figures["peak memory, MiB"] = peak_memory()
    if json_file is not None:
        pd.Series(figures).to_json(json_file, indent=2)
    return pd.DataFrame({"figure": list(figures), "value": list(figures.values())})


def _same_features(model: LookalikeModel, leads: int) -> dict[str, float]:
    import lightgbm

    matrix = model.place(made_up_deals(leads, seed=1)).matrix
    booster = lightgbm.train(
        {"objective": "binary", "verbosity": -1, "num_leaves": 15},
        lightgbm.Dataset(matrix, made_up_deals(leads, seed=1)["stage"].eq("won")),
        num_boost_round=model.embedding.points_.shape[1] if model.embedding.metric == "leaves" else 150,
    )
    own = getattr(getattr(model.embedding, "booster_", None), "_booster", booster)
    theirs, ours = [], []
    for _ in range(3):
        theirs.append(_seconds(lambda: own.predict(matrix)))
        ours.append(_seconds(lambda: model.calibrator.predict(model.embedding.decision_function(matrix))))
    return {
        "LightGBM's predict on the same features, leads/s": leads / min(theirs),
        "scores on the same features, leads/s": leads / min(ours),
        "ratio to LightGBM's predict": min(theirs) / min(ours),
    }


def named_recall(model: LookalikeModel, leads: int, k: int = NAMED) -> float:
    """Give the share of the k strongest deals of each side, by all contributions, that are named."""
    points = model.embed(made_up_deals(leads, seed=3))
    contributions = model.embedding.contributions(points)
    found: list[tuple[Positions, Any]] = list(model.strongest.search(points, k))
    right = []
    for sign, (deals, _) in zip((1.0, -1.0), found, strict=True):
        least = np.sort(sign * contributions, axis=1)[:, -k:][:, :1]
        right.append(sign * np.take_along_axis(contributions, deals, axis=1) >= least - 1e-12)
    return float(np.mean(right))


def peak_memory() -> float:
    """Give the most memory the process has held so far, in MiB."""
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / 2**20 if sys.platform == "darwin" else kib / 2**10


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
