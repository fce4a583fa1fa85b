"""The whole audit of a deal table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from enrich.progress import progress
from lookalike.audit.duplicates import duplicates
from lookalike.audit.findings import Audit, Finding, by_severity
from lookalike.audit.leakage import Examined, findings_of, leakage, table_of
from lookalike.audit.maturity import maturity
from lookalike.audit.outcome_order import outcome_order
from lookalike.audit.stability import (
    calendar_findings,
    drift_findings,
    rate_findings,
    won_rate_over_time,
)
from lookalike.audit.sufficiency import learning_curve, sufficiency, won_deals_needed
from lookalike.audit.unworked import unworked
from lookalike.evaluate.among_peers import slices_of_time
from lookalike.evaluate.drift import drift
from lookalike.evaluate.signal import (
    NO_SIGNAL,
    SIGNAL,
    Signal,
    find_signal,
    held_out_scores,
    held_out_slices,
    judge_signal,
    origins,
)
from lookalike.events import EventFeatures, read_events
from lookalike.model import LookalikeModel
from lookalike.roles import role
from lookalike.schema import Schema, with_text_names
from lookalike.vectorizer import LeadVectorizer

Floats = NDArray[np.float64]

STEPS = 6


def audit(
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
    permutations: int = 1999,
    random_state: int = 0,
    quiet: bool = False,
) -> Audit:
    """Tell whether a deal table is fit to learn from, before a model does.

    Parameters
    ----------
    deals : DataFrame of shape (n_deals, n_columns)
    outcome, won, time, id, name, value, closed, events, drop
        As in :func:`lookalike.fit`.
    permutations : int
        Of the test whether there is any signal.
    random_state : int
        Seed.
    quiet : bool
        Show no progress.

    Raises
    ------
    ColumnError
        If a column is missing, only one outcome occurs, or nothing is left to learn from.
    """
    deals = with_text_names(deals).reset_index(drop=True)
    schema = Schema.of(
        deals, outcome=outcome, won=won, time=time, id=id, name=name, value=value, closed=closed, drop=drop
    )
    all_won, known = schema.won_deals(deals)
    all_order, all_cycle = schema.order(deals), schema.cycle_days(deals)
    deals, is_won, order = deals[known].reset_index(drop=True), all_won[known], all_order[known]
    schema.check_order(all_order, with_events=events is not None)
    log = None if events is None else read_events(events)
    with progress("Auditing", STEPS, quiet=quiet) as done, threadpool_limits(1):
        features = _features(deals, schema, log)
        vectorizer = LeadVectorizer()
        X = vectorizer.fit_transform(features)
        done(1)
        examined, found = _leaks(deals, features, schema, vectorizer, is_won, order, random_state)
        leaks = {one.column for one in examined if one.severity == "leak"}
        done(1)
        splits, in_order, in_time = origins(order, is_won, random_state)
        drifting = drift(features if in_time and splits else features.iloc[:, :0], vectorizer.roles_, splits)
        moved_on = set(drifting.loc[drifting["moved_on"].astype(bool), "column"])
        own, steady = (
            np.array([not parts & set(source.split(" + ")) for source in vectorizer.column_of_feature_], bool)
            for parts in (leaks, moved_on)
        )
        slices = held_out_slices(in_order, is_won, splits)

        def signal_of(kept: NDArray[np.bool_]) -> tuple[Signal, Floats]:
            scores = held_out_scores(X[:, kept], is_won, splits, steady[kept])
            return judge_signal(scores, is_won, in_order, splits, in_time, permutations, random_state), scores

        signal, scores = signal_of(own)
        done(1)
        flattered = signal_of(np.ones(len(own), dtype=bool))[0] if leaks else None
        shuffled = None
        if in_time:
            no_time = np.full(len(order), np.nan)
            shuffled = find_signal(X[:, own], is_won, no_time, None, permutations, random_state)
        done(1)
        curve = pd.DataFrame(columns=["deals", "won", "auc", "low", "high"])
        if splits and own.any():
            curve = learning_curve(X[:, own], is_won, splits[-1], slices, steady[own], random_state)
        needed = won_deals_needed(signal, int(is_won.sum()))
        done(1)
        rates = won_rate_over_time(order if in_time else np.arange(len(deals), dtype=np.float64), is_won)
        if schema.time:
            dates = not schema.time_is_number
            found += maturity(all_order, all_won, known, all_cycle, dates=dates)
        plain = [column for column in deals if column not in {outcome, time, closed, value, *leaks}]
        found += unworked(deals[plain], is_won)
        found += duplicates(deals, schema, is_won, splits, scores, slices)
        done(1)
    found += _signal_findings(signal)
    named = {one.column for one in examined if one.severity}
    found += drift_findings(drifting[~drifting["column"].isin(named)]) + calendar_findings(
        examined, signal, shuffled
    )
    found += rate_findings(rates, in_time=in_time) + sufficiency(signal, int(is_won.sum()), curve, needed)
    return Audit(
        findings=by_severity(found),
        signal=signal,
        signal_with_leaks=flattered,
        signal_shuffled=shuffled,
        deals=len(deals),
        won=int(is_won.sum()),
        columns=table_of(examined),
        learning_curve=curve,
        needed=needed,
        drift=drifting,
        won_rate=rates,
        dated=in_time and not schema.time_is_number,
    )


def _features(deals: pd.DataFrame, schema: Schema, log: pd.DataFrame | None) -> pd.DataFrame:
    """Give what a model would learn from, behaviour as of each deal's opening included."""
    return LookalikeModel(schema, None if log is None else EventFeatures.of(log)).feature_table(deals, log)


def _leaks(
    deals: pd.DataFrame,
    features: pd.DataFrame,
    schema: Schema,
    vectorizer: LeadVectorizer,
    won: NDArray[np.bool_],
    order: Floats,
    random_state: int,
) -> tuple[list[Examined], list[Finding]]:
    """Examine the columns, and the identifier and the name though they are not learned from."""
    apart = [column for column in dict.fromkeys((schema.id, schema.name)) if column]
    table = pd.concat([features, deals[apart]], axis=1)
    roles = vectorizer.roles_ | {column: role(deals[column]) for column in apart}
    found = []
    rows = np.arange(len(won), dtype=np.float64)
    in_time = not np.isnan(order).any()
    by = order if in_time else rows
    if changes := outcome_order(by, won):
        found.append(
            Finding(
                "leakage",
                schema.time if in_time else "",
                "leak" if in_time else "warning",
                f"{'by ' + repr(schema.time) if in_time else 'as they stand in the file'}, won deals "
                "stand beside "
                f"won ones: the outcome changes {changes.seen:,} times, where {changes.expected:,.0f} "
                "would be chance",
                "name another column in --time" if in_time else "learn nothing from the order of rows",
            )
        )
        by = np.random.default_rng(random_state).permutation(rows)
    opened = None if schema.time_is_number or not schema.time else order
    examined = leakage(table, roles, won, slices_of_time(by, won), opened, random_state)
    return examined, findings_of(examined) + found


def _signal_findings(signal: Signal) -> list[Finding]:
    if signal.verdict == SIGNAL:
        return [Finding("signal", "", "note", str(signal), "go on; compare models with a backtest")]
    if signal.verdict == NO_SIGNAL:
        remedy = (
            "add what might tell: enrich the deals, give --events, ask sales what they look at; a "
            "model of these "
            "columns ranks by chance"
        )
        return [Finding("signal", "", "warning", str(signal), remedy)]
    return [Finding("signal", "", "warning", str(signal), "collect more deals before trusting a model")]
