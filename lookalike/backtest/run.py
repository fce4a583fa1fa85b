"""Fit at moments of the past, score what came next, and judge that."""

from __future__ import annotations

import time as clock
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from enrich.errors import ColumnError
from enrich.progress import Advance, progress
from lookalike.backtest.ablation import ablate as ablated
from lookalike.backtest.ablation import checked_sources
from lookalike.backtest.baselines import METHODS, scored_by
from lookalike.backtest.figures import DEPTHS, curve_table, figure_table, tallies
from lookalike.backtest.fold import MODEL, Floats, Fold
from lookalike.backtest.listing import deal_table, window_table
from lookalike.backtest.past import Past
from lookalike.backtest.result import Backtest
from lookalike.backtest.resume import Unfinished
from lookalike.backtest.segments import cost_table, segment_table
from lookalike.backtest.windows import windows_of
from lookalike.embed.base import AdditiveEmbedding
from lookalike.evaluate.drift import drift
from lookalike.evaluate.splits import Window, random_windows
from lookalike.fitting import fit
from lookalike.model import BATCH_ROWS
from lookalike.roles import Kind, role
from lookalike.selection import check_embedding, embedding_name

#: What the two kinds of test are called.
TIME, RANDOM = "time", "random"
#: A category with fewer deals a value is a name of its own kind, and no column that could move on.
DEALS_A_VALUE = 5


@dataclass(frozen=True)
class _Fitting:
    """How the model is fitted at each moment; as :func:`lookalike.fit` takes it."""

    options: dict[str, Any]
    events: pd.DataFrame | None
    rivals: Mapping[str, Any]
    random_state: int


def backtest(
    deals: pd.DataFrame,
    *,
    outcome: str,
    won: object,
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
    folds: int = 4,
    window: str | int | None = None,
    gap: float = 0.0,
    group: str | None = None,
    companies_apart: bool = True,
    random_split: bool = True,
    rivals: Mapping[str, Any] | None = None,
    depths: Sequence[float] = DEPTHS,
    segments: Sequence[str] = (),
    cost_per_contact: float | None = None,
    ablate: bool = False,
    sources: Mapping[str, Sequence[str]] | None = None,
    costs: Mapping[str, float] | None = None,
    draws: int = 1_000,
    random_state: int = 0,
    errors: Sequence[str] | None = None,
    unfinished: Path | None = None,
    quiet: bool = False,
) -> Backtest:
    """Tell how good scores would have been.

    Parameters
    ----------
    deals, outcome, won, time, id, name, value, events, drop, embedding, half_life, weigh_by_value
        As in :func:`lookalike.fit`; without `time`, deals are held out at random.
    closed : str, optional
        Column with the date a deal ended: a deal is learned from only at moments after it.
    folds : int
        Moments at which a model is fitted.
    window : int or str, optional
        Learn from the last so many deals (``2000``) or days (``"365d"``, in the unit of a time column of
        numbers) alone; from all that came before if absent.
    gap : float
        Days, or units of a time column of numbers: deals opened so shortly before a moment are not known.
    group : str, optional
        Column that tells companies apart; by default their web domain or name, where there is one.
    companies_apart : bool
        Keep the deals of a company on one side of a split.
    random_split : bool
        Also judge on splits at random of the same sizes, to tell how much they flatter.
    rivals : mapping of str to object, optional
        Scorers to compare with, each with ``score(deals, events=…)`` that gives the columns score and, maybe,
        probability, such as a points scorecard made by hand.
    depths : sequence of float
        Per cent of a list that lift is told for.
    segments : sequence of str
        Columns whose values are judged apart.
    cost_per_contact : float, optional
        What working one lead costs; tells the cost of a won deal.
    ablate : bool
        Tell what each source of facts adds; see :mod:`lookalike.backtest.ablation`.
    sources : mapping of str to sequence of str, optional
        Columns of sources that are known by no pattern.
    costs : mapping of str to float, optional
        What a source costs for one lead.
    draws : int
        Of the bootstrap.
    random_state : int
    errors : sequence of str, length n_rows, optional
        What is wrong with each row; such rows are listed, not used.
    unfinished : Path, optional
        Folder that keeps each finished fold, so that an interrupted backtest goes on where it was; remove it
        when the result is safe.
    quiet : bool
        Show no progress.

    Raises
    ------
    ColumnError
        If a column is missing, `embedding` is no embedding, or no test has both outcomes on both sides.
    """
    started = clock.perf_counter()
    check_embedding(embedding)
    past = Past.of(
        deals,
        errors,
        events,
        outcome=outcome, won=won, time=time, id=id, name=name, value=value, closed=closed, drop=drop,
    )  # fmt: skip
    past.check(segments, "segment")
    past.number_companies(group, apart=companies_apart)
    windows = windows_of(past, folds, window, gap, random_state)
    check_rivals(rivals or {})
    known = checked_sources(past, sources or {}, costs or {}) if ablate else {}
    fitting = _Fitting(
        {
            "outcome": outcome, "won": won, "time": time, "id": past.schema.id or None, "name": name,
            "value": value, "closed": closed, "drop": tuple(drop), "embedding": embedding,
            "half_life": half_life, "weigh_by_value": weigh_by_value,
        },
        events,
        rivals or {},
        random_state,
    )  # fmt: skip
    splits = {TIME if past.in_time else RANDOM: windows}
    if random_split and past.in_time:
        splits[RANDOM] = random_windows(windows, past.usable, past.won, past.company, random_state)
    keeper = Unfinished(unfinished, past.deals, events, fitting.options)
    judged: dict[str, list[Fold]] = {}
    with progress("Backtesting", sum(map(len, splits.values())), quiet=quiet) as done:
        for split, some in splits.items():
            judged[split] = [_judge(past, one, fitting, keeper, done) for one in some]
    main = next(iter(judged))
    found = {
        split: [
            tallies(fold, depths, draws, [random_state, place, number]) for number, fold in enumerate(some)
        ]
        for place, (split, some) in enumerate(judged.items())
        if some
    }
    tables = {split: figure_table(split, parts, depths) for split, parts in found.items()}
    figures = pd.concat([figures for figures, _ in tables.values()], ignore_index=True)
    table = None
    if ablate:
        table = ablated(past, windows, known, embedding, costs or {}, draws, random_state, quiet=quiet)
    return Backtest(
        schema=past.schema,
        embedding=embedding_name(embedding),
        split=main,
        windows=window_table(past, judged),
        figures=figures,
        differences=pd.concat([apart for _, apart in tables.values()], ignore_index=True),
        curves=pd.concat(
            [curve_table(split, some) for split, some in judged.items() if some], ignore_index=True
        ),
        deals=deal_table(past, judged[main]),
        drift=_moves(past, windows) if past.in_time else None,
        segments=segment_table(past, judged[main], segments, draws, random_state),
        costs=cost_table(figures, main, depths, cost_per_contact),
        ablation=table,
        cost_per_contact=cost_per_contact,
        window=None if window is None else str(window),
        gap=gap,
        companies=past.company_columns,
        draws=draws,
        seconds=clock.perf_counter() - started,
    )


def _moves(past: Past, windows: Sequence[Window]) -> pd.DataFrame:
    """Tell how columns move; names and the like, new for nearly every deal, are none that could."""
    roles = {str(column): role(past.features[column]) for column in past.features}
    told = [
        column
        for column, found in roles.items()
        if found.kind != Kind.CATEGORY
        or past.features[column].nunique() * DEALS_A_VALUE <= past.features[column].count()
    ]
    return drift(past.features[told], roles, [one.split for one in windows])


def _judge(past: Past, window: Window, fitting: _Fitting, keeper: Unfinished, done: Advance) -> Fold:
    """Fit on what was known, score what came next by the model and by simple methods."""
    fold = Fold(window, past.won[window.test], past.company[window.test])
    kept = keeper.find(window)
    if kept is None:
        begun = clock.perf_counter()
        scores, probabilities, fold.embedding = _model(past, window, fitting)
        fold.seconds = clock.perf_counter() - begun
        keeper.keep(window, scores, probabilities, fold.embedding, fold.seconds)
    else:
        scores, probabilities, fold.embedding, fold.seconds = kept
    fold.scores[MODEL], fold.probabilities[MODEL] = scores, probabilities
    tested = past.deals.iloc[window.test]
    for rival, scorer in fitting.rivals.items():
        said = scorer.score(tested, events=fitting.events)
        fold.scores[rival] = said["score"].to_numpy(dtype=float)
        if "probability" in said and said["probability"].notna().all():
            fold.probabilities[rival] = said["probability"].to_numpy(dtype=float)
    simple = scored_by(
        METHODS, past.features, past.won, past.order, window.train, window.test, fitting.random_state
    )
    for method, (ranked, chances) in simple.items():
        fold.scores[method] = ranked
        if chances is not None:
            fold.probabilities[method] = chances
    done(1, fold.embedding)
    return fold


def _model(past: Past, window: Window, fitting: _Fitting) -> tuple[Floats, Floats, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a moment may lack dates or outcomes; it is judged all the same
        model = fit(
            past.deals.iloc[window.train],
            events=fitting.events,
            described=False,
            quiet=True,
            **fitting.options,
        )
    parts = [
        model.score_batch(past.deals.iloc[window.test[start : start + BATCH_ROWS]], past.log, because=False)
        for start in range(0, len(window.test), BATCH_ROWS)
    ]
    table = pd.concat(parts)
    scores, chances = (table[part].to_numpy(dtype=np.float64) for part in ("score", "probability"))
    return scores, chances, model.embedding_name


def check_rivals(rivals: Mapping[str, object]) -> None:
    """Check that no rival bears the name of a method that is there anyway.

    Raises
    ------
    ColumnError
        If one does.
    """
    for rival in rivals:
        if rival in (MODEL, *METHODS, "random", "newest first"):
            raise ColumnError(f"a rival is called '{rival}', as another method is; rename it")
