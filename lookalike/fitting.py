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
from threadpoolctl import threadpool_limits

from enrich.errors import ColumnError
from enrich.progress import progress
from lookalike.embed.base import AdditiveEmbedding, Link
from lookalike.evaluate.calibration import Calibrator, choose_method, held_out_ece
from lookalike.evaluate.drift import drift
from lookalike.evaluate.reference import Reference
from lookalike.evaluate.signal import Signal, find_signal
from lookalike.evaluate.splits import Split, held_out
from lookalike.events import EventFeatures, read_events
from lookalike.features import DealFeatures
from lookalike.grades.grading import is_company
from lookalike.grades.rules import Grades
from lookalike.grades.settle import held_out_fit, settle
from lookalike.model import LookalikeModel
from lookalike.personas import personas
from lookalike.positive_unlabelled import fit_won_only
from lookalike.schema import Schema, with_text_names
from lookalike.selection import Selection, candidates_for, check_embedding, select
from lookalike.sentence_model import lasting
from lookalike.vectorizer import LeadVectorizer
from lookalike.weights import by_age, by_value

#: Fewer deals than this are fitted on one thread.
SMALL = 5_000
#: From so many deals on fewer folds will do where deals are held out at random.
LARGE = 20_000
MANY_FOLDS, FEW_FOLDS = 5, 3


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
    closed: str | None = None,
    events: pd.DataFrame | None = None,
    drop: Iterable[str] = (),
    embedding: str | AdditiveEmbedding = "auto",
    half_life: float | None = None,
    weigh_by_value: bool = False,
    transformer: str | None = None,
    transformer_reads: int | None = None,
    described: bool = True,
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
    closed : str, optional
        Column with the date a deal ended, for the cycle time of personas; not learned from.
    events : DataFrame, optional
        Behaviour: lead id, at, type, and duration or url; used as of each deal's time.
    drop : iterable of str
        Columns not to learn from, such as those filled only after the outcome.
    embedding : {"auto", "stack", "boosted", "forest", "text", "linear", "plain"} or AdditiveEmbedding
        How deals become neighbours; "auto" takes the simplest that is not clearly worse than the best. Or an
        estimator of one's own (:mod:`lookalike.embed`), which is cloned, not changed.
    half_life : float, optional
        Age at which a deal counts half: days, or the unit of a time column of numbers.
    weigh_by_value : bool
        Let won deals count in proportion to their `value` (:mod:`lookalike.weights`); probabilities are
        still those of winning.
    transformer : str, optional
        A sentence transformer that reads the texts, too: a folder, or a name on the Hub, from where it is
        fetched if it is not on this machine. Scoring then needs it there; see
        :mod:`lookalike.sentence_model`.
    transformer_reads : int, optional
        Let the transformer read at most so many of the texts and foretell what it would say of all others;
        scoring then does without it. All texts if absent.
    described : bool
        Find personas, grades, what new leads are compared with, and whether there is any signal. A model
        without these scores the same, sooner; it is for judging, not for keeping.
    quiet : bool
        Show no progress.

    Returns
    -------
    LookalikeModel

    Raises
    ------
    ColumnError
        If a column is missing, only one outcome occurs, nothing is left to learn from, or `embedding` is no
        embedding.
    ModelError
        If there is no such transformer.
    """
    transformer = lasting(transformer)
    if universe is not None:
        return fit_won_only(
            deals,
            universe,
            outcome=outcome,
            won=won,
            id=id,
            name=name,
            value=value,
            drop=drop,
            transformer=transformer,
            transformer_reads=transformer_reads,
            quiet=quiet,
        )
    if outcome is None or won is None:
        raise ColumnError(
            "--outcome and --won are needed; where only won deals are known, give --universe instead"
        )
    check_embedding(embedding)
    deals = with_text_names(deals)
    schema = Schema.of(
        deals, outcome=outcome, won=won, time=time, id=id, name=name, value=value, closed=closed, drop=drop
    )
    is_won, known = schema.won_deals(deals)
    if not known.all():
        warnings.warn(
            f"{int((~known).sum())} of {len(known)} deals have no '{outcome}' and are left out", stacklevel=2
        )
        deals, is_won = deals[known].reset_index(drop=True), is_won[known]
    order = schema.order(deals)
    schema.check_order(order, with_events=events is not None)
    if half_life is not None and not (schema.time and half_life > 0):
        raise ColumnError(f"--half-life {half_life:g} needs a --time column and a number above 0")
    if weigh_by_value and not schema.value:
        raise ColumnError(
            "--weigh-by-value needs the column with the worth of a won deal; name it in --value"
        )
    log = None if events is None else read_events(events)
    _check_times(schema, int(np.isnan(order).sum()), len(deals), with_events=log is not None)
    behaviour = None if log is None else EventFeatures.of(log)

    model = LookalikeModel(schema, behaviour)
    features = model.feature_table(deals, log)
    splits, in_time = held_out(order, is_won, MANY_FOLDS if len(is_won) < LARGE else FEW_FOLDS)
    weight = _weights(order, half_life, schema.worth(deals) if weigh_by_value else None, is_won)
    with progress("Vectorizing", 1, quiet=quiet) as done, _threads(len(deals)):
        model.vectorizer = LeadVectorizer(
            full_text=True, transformer=transformer, transformer_reads=transformer_reads
        )
        X = model.vectorizer.fit_transform(features)
        done(1)
    if in_time:
        model.drift = drift(features, model.vectorizer.roles_, splits)
    moved_on = [] if model.drift is None else model.drift.loc[model.drift["moved_on"], "column"].tolist()
    candidates = candidates_for(embedding, model.vectorizer, is_won, moved_on)
    steps = len(splits) * len(candidates) + 3
    with progress("Fitting", steps, quiet=quiet) as done, _threads(len(deals)):
        if described:
            model.signal = _signal(model, X, is_won, order, moved_on)
        done(1)
        found = select(embedding, candidates, X, is_won, splits, weight, done)
        used = found.candidate.features
        model.features = DealFeatures.of(model.vectorizer, X, features, used)
        model.vectorizer.keep(used.tolist())
        own = X[:, used]
        model.embedding_name, model.choice = found.name, found.choice
        model.embedding = found.candidate.embedding.fit(own, is_won, weight)
        done(1)
        link = model.embedding.link if moved_on else None
        model.calibrator, model.ece = _calibrate(found.held_out, is_won, splits, link)
        model.deals = _deal_list(deals, schema, order, is_won)
        if found.held_out is not None:
            model.deals["held_out"] = found.held_out
        if described:
            groups = personas(model.embedding, own, model.deals["name"].tolist())
            model.deals, model.groupings = model.deals.join(groups.deals), groups.tried
            model.reference = Reference.of(features, model.vectorizer.roles_, found.held_out, is_won, splits)
            model.grades = _grades(model, found, X, is_won, splits, weight, order, log)
        model.prepare()
        model.worth = None if model.value is None else model.value.worth
        done(1)
    return model


def _threads(n_deals: int) -> AbstractContextManager[object]:
    """Keep to one thread where there is little to do: many waiting for each other are slower."""
    return threadpool_limits(1) if n_deals < SMALL else nullcontext()


def _check_times(schema: Schema, undated: int, deals: int, *, with_events: bool) -> None:
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


def _signal(
    model: LookalikeModel,
    X: NDArray[np.float64],
    won: NDArray[np.bool_],
    order: NDArray[np.float64],
    moved_on: list[str],
) -> Signal:
    """Tell whether there is any signal, in all the columns that may be learned from."""
    used = ~model.vectorizer.full_text_
    columns = np.array(model.vectorizer.column_of_feature_, dtype=object)[used]
    return find_signal(X[:, used], won, order, ~np.isin(columns, moved_on))


def _weights(
    order: NDArray[np.float64],
    half_life: float | None,
    worth: NDArray[np.float64] | None,
    won: NDArray[np.bool_],
) -> NDArray[np.float64]:
    weight = np.ones(len(order)) if half_life is None else by_age(order, half_life)
    return weight if worth is None else weight * by_value(worth, won)


def _calibrate(
    held_out: NDArray[np.float64] | None, won: NDArray[np.bool_], splits: list[Split], link: Link | None
) -> tuple[Calibrator, float | None]:
    """Learn probabilities from held-out scores, and give their calibration error."""
    if held_out is None:
        # An outcome occurs once: no split is possible, and the share of won deals is all we know.
        return Calibrator().fit(np.zeros(len(won)), won), None
    method = choose_method(held_out, won, splits, link)
    tested = ~np.isnan(held_out)
    calibrator = Calibrator(method).fit(held_out[tested], won[tested])
    return calibrator, held_out_ece(held_out, won, splits, method)


def _grades(
    model: LookalikeModel,
    found: Selection,
    X: NDArray[np.float64],
    won: NDArray[np.bool_],
    splits: list[Split],
    weight: NDArray[np.float64],
    order: NDArray[np.float64],
    log: pd.DataFrame | None,
) -> Grades | None:
    """Set the rules of grades by deals held out; behaviour, if there is any, is no part of the fit."""
    if found.held_out is None:
        return None
    fit_values, company = found.held_out, is_company(model)
    if not company.all():
        fit_values = held_out_fit(found.candidate, X, won, splits, weight, company)
    return settle(fit_values, won, model.behaviour, log, model.deals["deal_id"].tolist(), order)


def _deal_list(
    deals: pd.DataFrame, schema: Schema, order: NDArray[np.float64], won: NDArray[np.bool_]
) -> pd.DataFrame:
    ids = schema.labels(deals, schema.id)
    names = schema.labels(deals, schema.name) if schema.name else ids
    listed: dict[str, Any] = {"deal_id": ids, "name": names, "won": won, "time": order}
    return pd.DataFrame(listed | {"value": schema.worth(deals), "days": schema.cycle_days(deals)})
