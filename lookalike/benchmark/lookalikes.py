"""Look-alike companies: precision at 10, 25 and 100 by a description and by 5, 20 and 50 won deals.

The protocol is that of the data set (OpenBenchmarks Lookalike Benchmark, MIT): 24 seeds, each with companies
judged relevant; a universe in which the unjudged count as wrong; won deals drawn by
``default_rng(draw).choice(sorted relevant domains, n)``. No label is read to rank beyond those won deals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from enrich.progress import progress
from lookalike.universe.build import build
from lookalike.universe.rank import Universe

SIZES = (5, 20, 50)
DRAWS = 3
#: A seed takes part if so many relevant companies remain.
REMAINING = 30
CUTS = (10, 25, 100)
#: Texts that a transformer reads where its vectors of the others are foretold.
FORETOLD_READS = 8_000

Floats = NDArray[np.float64]
#: Gives scores of all companies from the positions of won ones, or from a text.
Peer = Callable[[NDArray[np.int64] | str], Floats]


def run_lookalikes(
    data: Path,
    json_file: Path | None = None,
    draws: int = DRAWS,
    *,
    seeds: int | None = None,
    transformer: str | None = None,
    quiet: bool = False,
) -> dict[str, dict[str, dict[str, float]]]:
    """Measure all methods.

    Parameters
    ----------
    data : Path
        Folder with seeds.parquet, universe.parquet and labels.parquet.
    json_file : Path, optional
        Where to write the result.
    draws : int
        Draws of won deals for each seed and size.
    seeds : int, optional
        Only the first so many seeds.
    transformer : str, optional
        Measure ours with this sentence transformer, too: a folder, or a name on the Hub.
    quiet : bool
        Show no progress.

    Returns
    -------
    dict
        ``{task: {method: {"p10", "p25", "p100"}}}``; ours is named "text", and with the transformer
        "text + transformer", or "text + foretold" where it read :data:`FORETOLD_READS` of the texts.
    """
    universe = pd.read_parquet(data / "universe.parquet")
    lines = pd.read_parquet(data / "seeds.parquet").sort_values("slug").head(seeds or 10**6)
    labels = pd.read_parquet(data / "labels.parquet")
    records = [{str(key): str(cell) for key, cell in row.items()} for row in lines.to_dict("records")]
    relevant = {str(slug): sorted(rows["domain"][rows["relevant"]]) for slug, rows in labels.groupby("seed")}
    hits: dict[str, dict[str, list[list[float]]]] = {}
    with TemporaryDirectory() as folder, progress("Look-alikes", None, quiet=quiet) as done:
        ours = {"text": _built(data, Path(folder, "text"))}
        if transformer is not None:
            ours["text + transformer"] = _built(data, Path(folder, "both"), transformer)
            ours["text + foretold"] = _built(data, Path(folder, "foretold"), transformer, FORETOLD_READS)
        peers = _peers(universe, ours["text"])
        for task, seed, won in _tasks(records, relevant, draws):
            excluded = {seed["domain"], *won}
            right = set(relevant[seed["slug"]]) - excluded
            rows = np.flatnonzero(universe["domain"].isin(won).to_numpy())
            text = _description(seed)
            found = {}
            for name, one in ours.items():
                top = max(CUTS) + 5
                ranked = one.rank(universe.iloc[rows], top) if won else one.rank_like(text, top)
                found[name] = ranked["id"].tolist()
            for name, peer in peers.items():
                order = np.argsort(-peer(rows if won else text), kind="stable")[: max(CUTS) + len(excluded)]
                found[name] = universe["domain"].iloc[order].tolist()
            for name, domains in found.items():
                good = [domain in right for domain in domains if domain not in excluded]
                hits.setdefault(task, {}).setdefault(name, []).append(
                    [float(np.mean(good[:cut])) for cut in CUTS]
                )
            done(1)
    result = {
        task: {
            name: dict(zip((f"p{cut}" for cut in CUTS), np.mean(rows, axis=0).tolist(), strict=True))
            for name, rows in methods.items()
        }
        for task, methods in hits.items()
    }
    if json_file is not None:
        json_file.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return result


def _built(
    data: Path, folder: Path, transformer: str | None = None, transformer_reads: int | None = None
) -> Universe:
    build(
        data / "universe.parquet",
        folder,
        id="domain",
        transformer=transformer,
        transformer_reads=transformer_reads,
        quiet=True,
    )
    return Universe.open(folder)


def _tasks(
    seeds: list[dict[str, str]], relevant: dict[str, list[str]], draws: int
) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    for seed in seeds:
        yield "query", seed, []
    for size in SIZES:
        for seed in seeds:
            known = relevant[seed["slug"]]
            if len(known) >= size + REMAINING:
                for draw in range(draws):
                    won = np.random.default_rng(draw).choice(known, size, replace=False)
                    yield f"won{size}", seed, won.tolist()


def _description(seed: dict[str, str]) -> str:
    return f"{seed['description']} {seed['anchor']}. {seed['capabilities'].replace('|', ', ')}"


def _peers(universe: pd.DataFrame, ours: Universe) -> dict[str, Peer]:
    """Make what else could be done with the same texts."""
    encoder = ours.vectorizer.encoder_
    texts = universe["description"].fillna("").tolist()
    vectors = encoder.transform(texts)
    tfidf = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, max_features=50_000)
    words = tfidf.fit_transform(texts)

    def dense(own: slice) -> Peer:
        part = vectors[:, own]

        def centroid(wanted: NDArray[np.int64] | str) -> Floats:
            query = (
                encoder.transform([wanted])[0, own] if isinstance(wanted, str) else part[wanted].mean(axis=0)
            )
            return np.asarray(part @ query)

        return centroid

    def sparse(wanted: NDArray[np.int64] | str) -> Floats:
        rows = tfidf.transform([wanted]) if isinstance(wanted, str) else words[wanted]
        return np.asarray((words @ rows.T).mean(axis=1)).ravel()

    def nearest(wanted: NDArray[np.int64] | str) -> Floats:
        rows = encoder.transform([wanted]) if isinstance(wanted, str) else vectors[wanted]
        return np.asarray((vectors @ rows.T).max(axis=1))

    meaning = len(encoder.centre_)
    topics = encoder.words_[1].n_components
    return {
        "centroid of WordLlama": dense(slice(meaning)),
        "centroid of TF-IDF/SVD": dense(slice(meaning, meaning + topics)),
        "TF-IDF cosine": sparse,
        "nearest won deal": nearest,
    }
