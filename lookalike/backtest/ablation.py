"""What each source of facts adds, and in which order to buy or run sources.

The same windows are scored again by models that see only some sources. A source is added alone to the columns
that a team has anyway, taken away from all, and added in the order of a greedy forward selection: at each
step the source with the highest gain in AUC for its cost. Gains are paired over the same draws of deals.
Choosing the best of several makes the gain of a step look somewhat larger than it is (the winner's curse),
and what two sources both tell is credited to the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.base import clone

from enrich.errors import ColumnError
from enrich.progress import progress
from lookalike.backtest.figures import Tally, figures_of, tallies
from lookalike.backtest.fold import MODEL, Floats, Fold
from lookalike.backtest.past import Past
from lookalike.backtest.sources import OWN, sources_of
from lookalike.cells import all_blank
from lookalike.embed import EMBEDDINGS, AdditiveEmbedding
from lookalike.evaluate.choice import Candidate, judge
from lookalike.evaluate.resampling import interval
from lookalike.evaluate.splits import Window, rolling_origin, stratified
from lookalike.selection import embedding_name
from lookalike.vectorizer import LeadVectorizer

#: What stands in for "auto" and "stack": quick, and never far behind.
QUICK = "linear"
#: Sources that are tried in turn at most; so many take about as many squared fits.
MOST_SOURCES = 15
#: Columns of the table, in order.
ABLATION_COLUMNS = [
    *("what", "place", "source", "columns", "filled", "cost", "embedding"),
    *("auc", "auc_gain", "auc_low", "auc_high", "lift_10", "lift_gain", "lift_low", "lift_high"),
    *("auc_gain_per_cost", "lift_gain_per_cost", "beyond_chance"),
]
#: The feature that tells whether there was any behaviour.
ACTIVE = "events: active days"
_DEPTHS = (10.0,)
_INNER_FOLDS = 4

Chosen = frozenset[str]


def ablate(
    past: Past,
    windows: Sequence[Window],
    sources: Mapping[str, Sequence[str]],
    embedding: str | AdditiveEmbedding = "auto",
    costs: Mapping[str, float] | None = None,
    draws: int = 1_000,
    random_state: int = 0,
    *,
    quiet: bool = False,
) -> pd.DataFrame:
    """Tell what each source adds.

    Parameters
    ----------
    past : Past
    windows : sequence of Window
    sources : mapping of str to sequence of str
        From :func:`checked_sources`.
    embedding : str or AdditiveEmbedding
        As in :func:`lookalike.fit`; *linear* stands in for "auto" and "stack".
    costs : mapping of str to float, optional
        Of a source for one lead; 0 where it is not told.
    draws, random_state : int
    quiet : bool

    Returns
    -------
    DataFrame
        what ("start", "alone": added to the start; "order": added in turn; "without": taken from all),
        place (in the order), source, columns (their number), filled (share of deals with a cell in one of
        them), cost, embedding, auc and lift_10 of what is then known, auc_gain and lift_gain (by the source;
        95 % low and high), both per unit of cost, beyond_chance (the interval of the AUC gain lies above 0).
        In "order" the best gain for its cost comes first, sources of no cost before all others.
    """
    embedding, costs = QUICK if embedding in ("auto", "stack") else embedding, costs or {}
    unfitted = EMBEDDINGS[embedding]() if isinstance(embedding, str) else embedding
    start = frozenset([OWN]) if OWN in sources else frozenset[str]()
    added = [source for source in sources if source not in start]
    fits = 2 + len(added) * (len(added) + 1) // 2 + len(added)
    with progress("Sources", fits * len(windows), quiet=quiet) as done:
        judge_on = _Judge(past, windows, sources, unfitted, draws, random_state, done)
        rows = [_row("start", 0, " + ".join(start) or "nothing", judge_on(start), None)]
        rows += [_row("alone", 0, s, judge_on(start | {s}), judge_on(start)) for s in added]
        known, waiting, place = start, list(added), 1
        while waiting:
            before = judge_on(known)

            def worth(
                source: str, known: Chosen = known, before: dict[str, Floats] = before
            ) -> tuple[bool, float]:
                gain = float(judge_on(known | {source})["auc"][0] - before["auc"][0])
                cost = costs.get(source, 0.0)
                return cost == 0 and gain > 0, gain / cost if cost else gain

            best = max(waiting, key=worth)
            rows.append(_row("order", place, best, judge_on(known | {best}), before))
            known, place = known | {best}, place + 1
            waiting.remove(best)
        whole = frozenset(sources)
        rows += [_row("without", 0, s, judge_on(whole), judge_on(whole - {s})) for s in added]
    return _table(rows, past, sources, costs, embedding_name(embedding))


class _Judge:
    """Score the windows by what some sources know; each combination once."""

    def __init__(
        self,
        past: Past,
        windows: Sequence[Window],
        sources: Mapping[str, Sequence[str]],
        embedding: AdditiveEmbedding,
        draws: int,
        random_state: int,
        done: object,
    ) -> None:
        self._past, self._windows, self._embedding = past, windows, embedding
        self._draws, self._random_state, self._done = draws, random_state, done
        self._known: dict[Chosen, dict[str, Floats]] = {}
        self._matrices = [_matrices(past, window, sources) for window in windows]

    def __call__(self, chosen: Chosen) -> dict[str, Floats]:
        """Give the figures of a combination, each of shape (1 + draws,), the same draws for all."""
        if chosen not in self._known:
            parts: list[Tally] = []
            for number, (window, known) in enumerate(zip(self._windows, self._matrices, strict=True)):
                past = self._past
                fold = Fold(window, past.won[window.test], past.company[window.test])
                fold.scores[MODEL] = self._scores(window, [known[s] for s in known if s in chosen])
                parts += tallies(fold, _DEPTHS, self._draws, [self._random_state, number]).values()
                self._done(1)  # type: ignore[operator]
            self._known[chosen] = figures_of(parts, _DEPTHS)
        return self._known[chosen]

    def _scores(self, window: Window, matrices: list[tuple[Floats, Floats]]) -> Floats:
        past, train = self._past, window.train
        if not sum(before.shape[1] for before, _ in matrices):
            return np.zeros(len(window.test))
        X, X_new = (np.hstack(side) for side in zip(*matrices, strict=True))
        won, order = past.won[train], past.order[train]
        splits = rolling_origin(order, won, _INNER_FOLDS) if past.in_time else []
        splits = splits or stratified(won, _INNER_FOLDS - 1)
        candidate = Candidate(clone(self._embedding), np.arange(X.shape[1]))
        if splits and candidate.embedding.tunings() != [{}]:
            candidate = judge(candidate, X, won, splits).candidate
        return candidate.embedding.fit(X, won).decision_function(X_new)


def _matrices(
    past: Past, window: Window, sources: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Floats, Floats]]:
    """Vectorize each source for itself, so that texts of two sources do not mix."""
    found = {}
    for source, columns in sources.items():
        table = past.features.loc[:, list(columns)]
        vectorizer = LeadVectorizer()
        before = vectorizer.fit_transform(table.iloc[window.train].reset_index(drop=True))
        found[source] = before, vectorizer.transform(table.iloc[window.test].reset_index(drop=True))
    return found


def checked_sources(
    past: Past, named: Mapping[str, Sequence[str]], costs: Mapping[str, float]
) -> dict[str, list[str]]:
    """Sort columns by source, as :func:`~lookalike.backtest.sources.sources_of` does.

    Raises
    ------
    ColumnError
        If there are fewer than two sources or too many, or a cost is told of none that is there.
    """
    sources = sources_of(past.features, past.behaviour, named)
    if len(sources) < 2:
        raise ColumnError(
            f"all columns come from one source ({', '.join(sources) or 'none'}); enrich the deals first, "
            "give --events, or name sources with --source NAME=COLUMN,…"
        )
    if len(sources) > MOST_SOURCES:
        raise ColumnError(f"{len(sources)} sources are too many to try in turn; name {MOST_SOURCES} at most")
    for source in costs:
        if source not in sources:
            raise ColumnError(
                f"--cost names '{source}', which is no source here; the sources are {', '.join(sources)}"
            )
    return sources


def _row(
    what: str, place: int, source: str, after: dict[str, Floats], before: dict[str, Floats] | None
) -> dict[str, object]:
    row: dict[str, object] = {"what": what, "place": place, "source": source}
    for name, figure in (("auc", "auc"), ("lift_10", "lift")):
        row[name] = after[name][0] if what != "without" or before is None else before[name][0]
        gain = np.full(2, np.nan) if before is None else after[name] - before[name]
        row[f"{figure}_gain"] = gain[0]
        row[f"{figure}_low"], row[f"{figure}_high"] = interval(gain[1:])
    return row


def _table(
    rows: list[dict[str, object]],
    past: Past,
    sources: Mapping[str, Sequence[str]],
    costs: Mapping[str, float],
    embedding: str,
) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    own = past.features.iloc[past.usable]
    filled = {source: _filled(own, columns) for source, columns in sources.items()}
    table["columns"] = [len(sources.get(source, ())) for source in table["source"]]
    table["filled"] = [filled.get(source, np.nan) for source in table["source"]]
    table["cost"] = [costs.get(source, np.nan) for source in table["source"]]
    table["embedding"] = embedding
    for figure in ("auc", "lift"):
        table[f"{figure}_gain_per_cost"] = table[f"{figure}_gain"] / table["cost"].where(table["cost"] > 0)
    table["beyond_chance"] = table["auc_low"] > 0
    return table[ABLATION_COLUMNS]


def _filled(features: pd.DataFrame, columns: Sequence[str]) -> float:
    """Give the share of deals of which a source knows anything; of behaviour, those who did anything."""
    if ACTIVE in columns:
        return float((features[ACTIVE] > 0).mean())
    facts = [column for column in columns if not column.endswith("_why")] or list(columns)
    return float(1 - all_blank(features, facts).mean())
