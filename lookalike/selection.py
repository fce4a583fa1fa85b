"""Which embedding on which columns: candidates for a deal table, judged on deals that they have not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from enrich.errors import ColumnError
from lookalike.embed import EMBEDDINGS, AdditiveEmbedding, TextEmbedding
from lookalike.evaluate.choice import HEDGED, Candidate, Floats, compare, hedged, judge, stacked
from lookalike.evaluate.splits import Split
from lookalike.vectorizer import LeadVectorizer

#: What ``--embedding`` takes.
CHOICES = (*EMBEDDINGS, "auto")

#: With so few won or lost deals there is nothing to grow trees on.
FEW = 30
FOR_FEW = ("plain", "linear", "text")
#: What the stack is made of; *plain* is the baseline and no part.
PARTS = ("linear", "text", "forest", "boosted")

#: By embedding and columns, the simplest first.
Candidates = dict[tuple[str, str], Candidate]

#: Names of column sets: all, and those that do not move on with time.
ALL, STEADY = "all", "steady"
#: What the hedge against columns that move on is made of.
HEDGE = (("linear", STEADY), ("boosted", ALL))


@dataclass(frozen=True)
class Selection:
    """What to fit.

    Attributes
    ----------
    name : str
    candidate : Candidate
        The embedding, unfitted, and the positions of its features.
    held_out : ndarray of shape (n_deals,), optional
        Scores of deals that were not seen; NaN where none was tested, nothing if there were no splits.
    choice : DataFrame, optional
        The comparison, if there was one.
    """

    name: str
    candidate: Candidate
    held_out: Floats | None
    choice: pd.DataFrame | None


def check_embedding(wanted: object) -> None:
    """Tell whether `wanted` is what "embedding" takes: one of ``CHOICES``, or an embedding of one's own.

    Raises
    ------
    ColumnError
        If it is neither.
    """
    if isinstance(wanted, AdditiveEmbedding) or (isinstance(wanted, str) and wanted in CHOICES):
        return
    if isinstance(wanted, type) and issubclass(wanted, AdditiveEmbedding):
        raise ColumnError(f"{wanted.__name__} is a class; give one of its kind: {wanted.__name__}()")
    raise ColumnError(
        f"'{wanted}' is no embedding; choose {', '.join(CHOICES)}, or give your own, a "
        "lookalike.embed.AdditiveEmbedding"
    )


def embedding_name(wanted: str | AdditiveEmbedding) -> str:
    """Give the name of an embedding: one's own is called by its class."""
    return wanted if isinstance(wanted, str) else type(wanted).__name__


def candidates_for(
    wanted: str | AdditiveEmbedding,
    vectorizer: LeadVectorizer,
    won: NDArray[np.bool_],
    moved_on: Iterable[str] = (),
) -> Candidates:
    """Give what is to be compared, by embedding and columns, the simplest first.

    Parameters
    ----------
    wanted : str or AdditiveEmbedding
        One of ``CHOICES``, or an unfitted embedding of one's own.
    vectorizer : LeadVectorizer
        Fitted, with the text vectors as they are.
    won : ndarray of bool, shape (n_deals,)
    moved_on : iterable of str
        Columns that "auto" also tries to do without.

    Raises
    ------
    ColumnError
        If there is nothing to learn from.
    """
    column_sets = {ALL: np.ones(len(vectorizer.column_of_feature_), dtype=bool)}
    if wanted == "auto" and (moved := set(moved_on)):
        steady = np.array([column not in moved for column in vectorizer.column_of_feature_], dtype=bool)
        column_sets = {STEADY: steady, **column_sets} if steady.any() else column_sets
    found = {}
    for name, embedding in _unfitted(wanted, won).items():
        for columns, mask in column_sets.items():
            features = np.flatnonzero(mask & (vectorizer.full_text_ == isinstance(embedding, TextEmbedding)))
            if len(features):
                found[name, columns] = Candidate(clone(embedding), features, columns)
    if not found:
        raise ColumnError(_nothing(wanted))
    return found


def _unfitted(wanted: str | AdditiveEmbedding, won: NDArray[np.bool_]) -> dict[str, AdditiveEmbedding]:
    """Give the embeddings to judge by name, the simplest first."""
    if isinstance(wanted, str):
        return {name: EMBEDDINGS[name]() for name in _names(wanted, won)}
    return {embedding_name(wanted): wanted}


def _names(wanted: str, won: NDArray[np.bool_]) -> tuple[str, ...]:
    """Give the names to judge, the simplest first: one, the parts of a stack, or all that can be had."""
    if wanted == "stack":
        return PARTS
    if wanted != "auto":
        return (wanted,)
    if _few(won):
        return FOR_FEW
    return tuple(name for name in EMBEDDINGS if name != "stack")


def _few(won: NDArray[np.bool_]) -> bool:
    return bool(min(won.sum(), (~won).sum()) <= FEW)


def select(
    wanted: str | AdditiveEmbedding,
    candidates: Candidates,
    X: Floats,
    won: NDArray[np.bool_],
    splits: list[Split],
    weight: Floats,
    done: Callable[[int], object] = lambda steps: None,
) -> Selection:
    """Choose what to fit.

    Parameters
    ----------
    wanted : str or AdditiveEmbedding
        As in :func:`candidates_for`.
    candidates : mapping of (embedding, columns) to Candidate
        From :func:`candidates_for`.
    X : ndarray of shape (n_deals, n_features)
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
        Empty if nothing can be held out; then the simplest is taken.
    weight : ndarray of shape (n_deals,)
    done : callable
        Told after each split of each candidate.
    """
    if not splits:
        (name, _), candidate = next(iter(candidates.items()))
        return Selection(name, candidate, None, None)
    judged = {key: judge(candidate, X, won, splits, weight, done) for key, candidate in candidates.items()}
    for columns in dict.fromkeys(columns for _, columns in candidates):
        parts = {name: found for (name, own), found in judged.items() if own == columns and name in PARTS}
        if wanted == "stack" or (wanted == "auto" and len(parts) > 1):
            judged["stack", columns] = stacked(parts, won, splits)
    if wanted == "auto" and all(key in judged for key in HEDGE):
        judged["stack", HEDGED] = hedged(judged[HEDGE[0]], judged[HEDGE[1]], won, splits)
    table = compare(judged, won, splits)
    (name, columns), found = list(judged.items())[-1]
    if wanted == "auto":
        (name, columns), found = list(judged.items())[int(np.flatnonzero(table["chosen"])[0])]
        if _few(won):
            table.loc[table["chosen"], "because"] += f"; trees need more than {FEW} won and {FEW} lost deals"
    return Selection(name, found.candidate, found.scores, table if wanted == "auto" else None)


def _nothing(wanted: str | AdditiveEmbedding) -> str:
    if wanted == "auto":
        return "every column is blank or the same in all deals; there is nothing to learn from"
    name = embedding_name(wanted)
    what = "text" if name == "text" or isinstance(wanted, TextEmbedding) else "usable"
    return f"no column holds {what} cells, which the embedding '{name}' needs; choose another"
