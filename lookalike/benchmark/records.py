"""Scores beside public methods on public lead sets, same split and same run."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from lookalike.benchmark.peers import PROBABILISTIC, Method, peers
from lookalike.benchmark.sets import LEAD_SETS, LeadSet
from lookalike.evaluate.metrics import auc, calibration_error, lift
from lookalike.evaluate.resampling import paired_interval
from lookalike.fitting import fit

Floats = NDArray[np.float64]

#: Columns of the table of records.
COLUMNS = ["set", "method", "auc", "ap", "lift10", "lift20", "ece", "seconds", "ours"]


def run_records(
    names: Sequence[str],
    data: Path | None,
    *,
    embeddings: Sequence[str] = ("auto",),
    with_peers: bool = True,
    told: Callable[[str], object] = lambda line: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit and judge on lead sets.

    Parameters
    ----------
    names : sequence of str
        Keys of :data:`~lookalike.benchmark.sets.LEAD_SETS`.
    data : path, optional
        Folder of the files; OpenML if absent.
    embeddings : sequence of str
        Ours, as ``--embedding`` takes them.
    with_peers : bool
        Run the public methods too.
    told : callable
        Told about each step.

    Returns
    -------
    records : DataFrame
        A row a set and method: set, method (ours by its embedding), auc, ap (average precision), lift10,
        lift20 (in the best tenth and fifth), ece (missing where a score is no probability), seconds (fitting
        and scoring), ours.
    differences : DataFrame
        A row a set and method of ours: set, method, peer (the best by AUC), difference in AUC, low, high
        (paired bootstrap, 95 %).
    """
    return measure(
        (LEAD_SETS[name](data) for name in names), embeddings=embeddings, with_peers=with_peers, told=told
    )


def measure(
    lead_sets: Iterable[LeadSet],
    *,
    embeddings: Sequence[str] = ("auto",),
    with_peers: bool = True,
    told: Callable[[str], object] = lambda line: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit and judge on lead sets of your own; the rest is as in :func:`run_records`.

    Parameters
    ----------
    lead_sets : iterable of LeadSet
        Taken one after the other, so that one alone need be in memory.
    """
    rows, differences = [], []
    for lead_set in lead_sets:
        name = lead_set.name
        won = lead_set.is_won[np.concatenate([test for _, test in lead_set.splits])]
        ours, theirs = [], []
        for embedding in embeddings:
            ours.append(_ours(lead_set, embedding))
            told(f"{name}: {embedding} is {ours[-1].method}, {ours[-1].seconds:.0f} s")
        for peer, method in peers().items() if with_peers else ():
            theirs.append(_theirs(lead_set, peer, method))
            told(f"{name}: {peer}, {theirs[-1].seconds:.0f} s")
        rows += [{"set": name, **_figures(won, run, ours=True)} for run in ours]
        rows += [{"set": name, **_figures(won, run, ours=False)} for run in theirs]
        if theirs:
            best = max(theirs, key=lambda run: auc(won, run.scores))
            for run in ours:
                low, high = paired_interval(won, run.scores, best.scores)
                difference = auc(won, run.scores) - auc(won, best.scores)
                row = {"set": name, "method": run.method, "peer": best.method, "difference": difference}
                differences.append({**row, "low": low, "high": high})
    return pd.DataFrame(rows, columns=COLUMNS), pd.DataFrame(differences)


def as_json(records: pd.DataFrame) -> dict[str, dict[str, dict[str, float | None]]]:
    """Give records as ``{set: {method: {figure: number}}}``."""
    figures = [column for column in COLUMNS if column not in ("set", "method", "ours")]
    found: dict[str, dict[str, dict[str, float | None]]] = {}
    for row in records.to_dict("records"):
        numbers = {name: None if pd.isna(row[name]) else float(row[name]) for name in figures}
        found.setdefault(row["set"], {})[row["method"]] = numbers
    return found


@dataclass(frozen=True)
class _Run:
    """What a method made of a set: what ranks the leads, their probabilities if it has any, and its time."""

    method: str
    scores: Floats
    probabilities: Floats | None
    seconds: float


def _ours(lead_set: LeadSet, embedding: str) -> _Run:
    """Fit and score as the commands do; of several splits the most frequent embedding gives the name."""
    started, chosen, tables = time.perf_counter(), [], []
    for train, test in lead_set.splits:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fold may lack dates or outcomes; it is judged all the same
            model = fit(
                lead_set.deals.iloc[train],
                outcome=lead_set.outcome,
                won=lead_set.won,
                time=lead_set.time,
                embedding=embedding,
                quiet=True,
            )
        chosen.append(model.embedding_name)
        tables.append(model.score(lead_set.deals.iloc[test].drop(columns=lead_set.outcome)))
    table = pd.concat(tables)
    probabilities = table["probability"].to_numpy(dtype=float)
    # One model's scores order leads more finely than probabilities; those of several have no common scale.
    scores = table["score"].to_numpy(dtype=float) if len(tables) == 1 else probabilities
    name = max(chosen, key=chosen.count)
    return _Run(name, scores, probabilities, time.perf_counter() - started)


def _theirs(lead_set: LeadSet, name: str, method: Method) -> _Run:
    started, won, features = time.perf_counter(), lead_set.is_won, lead_set.features
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as bins of no width
        scores = np.concatenate(
            [method(features.iloc[train], won[train], features.iloc[test]) for train, test in lead_set.splits]
        )
    seconds = time.perf_counter() - started
    return _Run(name, scores, scores if name in PROBABILISTIC else None, seconds)


def _figures(won: NDArray[np.bool_], run: _Run, *, ours: bool) -> dict[str, object]:
    return {
        "method": run.method,
        "auc": auc(won, run.scores),
        "ap": float(average_precision_score(won, run.scores)),
        "lift10": lift(won, run.scores, 0.1),
        "lift20": lift(won, run.scores, 0.2),
        "ece": np.nan if run.probabilities is None else calibration_error(won, run.probabilities),
        "seconds": run.seconds,
        "ours": ours,
    }
