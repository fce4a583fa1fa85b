"""From a deal table to a fitted model: vectorize, choose an embedding, calibrate, group."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from enrich.errors import ColumnError
from enrich.progress import progress
from lookalike.embed import EMBEDDINGS
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.choice import Candidate, compare, held_out_scores
from lookalike.evaluate.splits import Split, rolling_origin, stratified
from lookalike.events import EventFeatures, read_events
from lookalike.model import LookalikeModel
from lookalike.personas import personas
from lookalike.positive_unlabelled import fit_won_only
from lookalike.schema import Schema, with_text_names
from lookalike.vectorizer import LeadVectorizer

#: What ``--embedding`` takes.
CHOICES = (*EMBEDDINGS, "auto")

#: Fewer deals than this are fitted on one thread.
SMALL = 5_000


def fit(
    deals: pd.DataFrame,
    *,
    outcome: str | None = None,
    won: object = None,
    universe: pd.DataFrame | str | Path | None = None,
    time: str | None = None,
    id: str | None = None,
    name: str | None = None,
    value: str | None = None,
    events: pd.DataFrame | None = None,
    drop: Iterable[str] = (),
    embedding: str = "auto",
    quiet: bool = False,
) -> LookalikeModel:
    """Fit a model on past deals.

    Parameters
    ----------
    deals : DataFrame of shape (n_deals, n_columns)
        Every column is a feature but those named here.
    outcome : str, optional
        Column that says how a deal ended; deals without an outcome are left out. It may be absent where
        `universe` is given: then all deals are won.
    won : object
        Its value that means won.
    universe : DataFrame or path, optional
        Companies without an outcome, as the background where only won deals are known; `time`, `events` and
        `embedding` are not used then. See :func:`lookalike.positive_unlabelled.fit_won_only`.
    time : str, optional
        Column that orders deals, dates or numbers; models are then judged on later deals only.
    id, name : str, optional
        Columns that identify and name a deal; looked for among the usual names if absent.
    value : str, optional
        Column with the worth of a won deal.
    events : DataFrame, optional
        Behaviour: lead id, at, type, and duration or url; used as of each deal's time.
    drop : iterable of str
        Columns not to learn from, such as those filled only after the outcome.
    embedding : {"auto", "boosted", "forest", "linear", "text", "plain"}
        How deals become neighbours.
    quiet : bool
        Show no progress.

    Returns
    -------
    LookalikeModel

    Raises
    ------
    ColumnError
        If a column is missing, only one outcome occurs, or nothing is left to learn from.
    """
    if universe is not None:
        return fit_won_only(
            deals, universe, outcome=outcome, won=won, id=id, name=name, value=value, drop=drop, quiet=quiet
        )
    if outcome is None or won is None:
        raise ColumnError(
            "--outcome and --won are needed; where only won deals are known, give --universe instead"
        )
    if embedding not in CHOICES:
        raise ColumnError(f"'{embedding}' is no embedding; choose {', '.join(CHOICES)}")
    deals = with_text_names(deals)
    schema = Schema.of(deals, outcome=outcome, won=won, time=time, id=id, name=name, value=value, drop=drop)
    is_won, known = schema.won_deals(deals)
    if not known.all():
        warnings.warn(
            f"{int((~known).sum())} of {len(known)} deals have no '{outcome}' and are left out", stacklevel=2
        )
        deals, is_won = deals[known].reset_index(drop=True), is_won[known]
    order = schema.order(deals)
    if schema.time and np.isnan(order).all():
        raise ColumnError(f"no cell of '{schema.time}' is a date or a number; name another column in --time")
    log = None if events is None else read_events(events)
    _check_times(schema, int(np.isnan(order).sum()), len(deals), with_events=log is not None)
    behaviour = None if log is None else EventFeatures.of(log)

    model = LookalikeModel(schema, behaviour)
    features = model.feature_table(deals, log)
    splits = _splits(order, is_won)
    steps = len(splits) * (len(EMBEDDINGS) if embedding == "auto" else 1) + 3
    with progress("Fitting", steps, quiet=quiet) as done, _threads(len(deals)):
        vectorizers, candidates = _candidates(embedding, features)
        done(1)
        held_out = None
        chosen = next(iter(candidates))  # the simplest, unless others can be compared with it
        if embedding == "auto" and splits:
            model.choice, scores = compare(candidates, is_won, splits, done)
            chosen = str(model.choice.loc[model.choice["chosen"], "embedding"].iloc[0])
            held_out = scores[chosen]
        template, X = candidates[chosen]
        model.vectorizer, model.embedding = vectorizers[chosen], clone(template).fit(X, is_won)
        done(1)
        if held_out is None:
            held_out = model.embedding.held_out_
        if held_out is None:
            held_out = held_out_scores(template, X, is_won, splits, done)
        model.calibrator = _calibrate(held_out, is_won)
        model.embedding_name = chosen
        model.deals = _deal_list(deals, schema, order, is_won, model)
        model.prepare()
        done(1)
    return model


def _threads(n_deals: int) -> AbstractContextManager[object]:
    """Keep to one thread where there is little to do: many waiting for each other are slower."""
    return threadpool_limits(1) if n_deals < SMALL else nullcontext()


def _check_times(schema: Schema, undated: int, deals: int, *, with_events: bool) -> None:
    if with_events and schema.time_is_number:
        raise ColumnError(
            f"--time '{schema.time}' holds numbers, but events need the date each deal was opened; name a "
            "column of dates"
        )
    if with_events and undated:
        warnings.warn(
            f"{undated} of {deals} deals have no date of opening (--time), so their events count whenever "
            "they came, which can give the outcome away",
            stacklevel=3,
        )
    elif schema.time and undated:
        warnings.warn(
            f"{undated} of {deals} deals have no readable '{schema.time}', so models are judged on deals "
            "held out at random, not on later ones",
            stacklevel=3,
        )


def _splits(order: NDArray[np.float64], won: NDArray[np.bool_]) -> list[Split]:
    if not np.isnan(order).any():
        origins = rolling_origin(order, won)
        if origins:
            return origins
    return stratified(won)


def _candidates(
    embedding: str, features: pd.DataFrame
) -> tuple[dict[str, LeadVectorizer], dict[str, Candidate]]:
    """Give a fitted vectorizer and (unfitted embedding, matrix) for each embedding in question."""
    names = [embedding] if embedding != "auto" else list(EMBEDDINGS)
    recipes = {"text": LeadVectorizer(table=False, text_components=None), "table": LeadVectorizer()}
    needed = {name: "text" if name == "text" else "table" for name in names}
    matrices = {kind: recipes[kind].fit_transform(features) for kind in set(needed.values())}
    vectorizers, candidates = {}, {}
    for name, kind in needed.items():
        vectorizer, matrix = recipes[kind], matrices[kind]
        if matrix.shape[1] == 0:
            if embedding == "auto":
                continue
            what = "text" if name == "text" else "usable"
            raise ColumnError(
                f"no column holds {what} cells, which the embedding '{name}' needs; choose another"
            )
        vectorizers[name] = vectorizer
        candidates[name] = (EMBEDDINGS[name](), matrix)
    if not candidates:
        raise ColumnError("every column is blank or the same in all deals; there is nothing to learn from")
    return vectorizers, candidates


def _calibrate(held_out: NDArray[np.float64], won: NDArray[np.bool_]) -> Calibrator:
    tested = ~np.isnan(held_out)
    if not tested.any():
        # An outcome occurs once: no split is possible, and the share of won deals is all we know.
        held_out, tested = np.zeros(len(won)), np.ones(len(won), dtype=bool)
    return Calibrator().fit(held_out[tested], won[tested])


def _deal_list(
    deals: pd.DataFrame,
    schema: Schema,
    order: NDArray[np.float64],
    won: NDArray[np.bool_],
    model: LookalikeModel,
) -> pd.DataFrame:
    ids = schema.labels(deals, schema.id)
    names = schema.labels(deals, schema.name) if schema.name else ids
    listed: dict[str, Any] = {"deal_id": ids, "name": names, "won": won, "time": order}
    return pd.DataFrame(listed).join(personas(model.embedding, names))
