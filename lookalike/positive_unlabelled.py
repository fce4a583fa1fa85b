"""A model from won deals alone: favourites against a universe that nobody labelled.

The universe gives the background that favourites are told apart from. Some of it looks like them: that share
is estimated (:mod:`lookalike.hidden`) and the probabilities are corrected for it
(:mod:`lookalike.evaluate.unlabelled`), after Elkan and Noto (2008).

A random background is mostly far away and teaches little about those nearby, so the companies nearest to the
favourites' mean join it (hard negatives; Sung and Poggio 1998, "Example-based learning for view-based human
face detection").
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from enrich.errors import ColumnError
from enrich.progress import progress
from lookalike.embed.favourites import FavouritesEmbedding
from lookalike.evaluate.reference import Reference
from lookalike.evaluate.unlabelled import UnlabelledCalibrator
from lookalike.features import DealFeatures
from lookalike.hidden import HiddenPositives, hidden_positives
from lookalike.in_order import in_order
from lookalike.model import LookalikeModel
from lookalike.personas import personas
from lookalike.schema import Schema, with_text_names
from lookalike.universe.same_company import company_keys, same_company
from lookalike.universe.sample import sample_universe
from lookalike.universe.vectorizer import UniverseVectorizer

#: Rows of the universe that texts are learned from, and those of them that favourites are compared with.
SAMPLE_ROWS = 20_000
BACKGROUND_ROWS = 3_000
#: The nearest of the others, which they are compared with, too; settled on half of the seeds of the
#: look-alike benchmark.
NEAREST_ROWS = 500
FOLDS = 5

# The fold that is no fold.
_NOTHING = -1

#: Stands in for the outcome where a table holds won deals alone; a name that no table uses.
_ALL_WON = "outcome (all won)"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Learned:
    """What favourites and a background taught.

    Attributes
    ----------
    embedding : FavouritesEmbedding
    background : ndarray of int
        Which of the unlabelled it learned from, in the order of its points after the favourites.
    calibrator : UnlabelledCalibrator
    hidden : HiddenPositives
    unlabelled_scores : ndarray of shape (n_unlabelled,)
        By models that had not seen them.
    """

    embedding: FavouritesEmbedding
    background: NDArray[np.int64]
    calibrator: UnlabelledCalibrator
    hidden: HiddenPositives
    unlabelled_scores: Floats


def learn(favourites: Floats, unlabelled: Floats) -> Learned:
    """Tell favourites from the unlabelled.

    Parameters
    ----------
    favourites : ndarray of shape (n_favourites, n_features)
        At least two.
    unlabelled : ndarray of shape (n_unlabelled, n_features)
        In random order; the first :data:`BACKGROUND_ROWS` and the :data:`NEAREST_ROWS` of the others that are
        nearest to the favourites are learned from, all are used to calibrate.

    Raises
    ------
    ColumnError
        If fewer than two are unlabelled.
    """
    if len(unlabelled) < 2:
        raise ColumnError(
            f"the universe has {len(unlabelled)} company besides the favourites, and at least 2 are needed; "
            "add more"
        )
    folds = min(FOLDS, len(favourites), len(unlabelled))
    won_fold = np.empty(len(favourites), dtype=np.int64)
    for fold, (_, test) in enumerate(KFold(folds, shuffle=True, random_state=0).split(favourites)):
        won_fold[test] = fold
    rest_fold = np.arange(len(unlabelled)) % folds
    won_scores, rest_scores = np.empty(len(favourites)), np.empty(len(unlabelled))

    def fit(left_out: int) -> tuple[FavouritesEmbedding, NDArray[np.int64]]:
        won, seen = favourites[won_fold != left_out], np.flatnonzero(rest_fold != left_out)
        at_random, others = np.split(seen, [np.searchsorted(seen, BACKGROUND_ROWS)])
        nearness = unlabelled @ (won.mean(axis=0) - unlabelled[at_random].mean(axis=0))
        nearest = others[np.argsort(-nearness[others], kind="stable")[:NEAREST_ROWS]]
        background = np.concatenate([at_random, nearest])
        is_won = np.arange(len(won) + len(background)) < len(won)
        embedding = FavouritesEmbedding(exact=left_out == _NOTHING)
        return embedding.fit(np.vstack([won, unlabelled[background]]), is_won), background

    # The one solved to the last digits takes longest and so comes first: the others run beside it.
    (embedding, background), *models = in_order(fit, [_NOTHING, *range(folds)])
    for fold, (model, _) in enumerate(models):
        won_scores[won_fold == fold] = model.decision_function(favourites[won_fold == fold])
        rest_scores[rest_fold == fold] = model.decision_function(unlabelled[rest_fold == fold])
    hidden = hidden_positives(won_scores, rest_scores)
    labelled = np.arange(len(won_scores) + len(rest_scores)) < len(won_scores)
    calibrator = UnlabelledCalibrator().fit_with(
        np.concatenate([won_scores, rest_scores]), labelled, hidden.label_frequency
    )
    return Learned(embedding, background, calibrator, hidden, rest_scores)


def fit_won_only(
    deals: pd.DataFrame,
    universe: pd.DataFrame | str | Path,
    *,
    outcome: str | None = None,
    won: object = None,
    id: str | None = None,
    name: str | None = None,
    value: str | None = None,
    drop: Iterable[str] = (),
    transformer: str | None = None,
    transformer_reads: int | None = None,
    quiet: bool = False,
) -> LookalikeModel:
    """Fit a model on won deals and a universe of companies; see :func:`lookalike.fit`.

    Parameters
    ----------
    deals : DataFrame of shape (n_deals, n_columns)
        The won deals. With an `outcome`, those that have the value `won`; the others are left out.
    universe : DataFrame or path
        Companies, nearly all of them never approached. Only columns that both tables have are learned from;
        rows that are the won companies themselves are left out.

    Raises
    ------
    ColumnError
        If fewer than two deals were won, or the tables share no column to learn from.
    TableError
        If the universe cannot be read or has no rows.
    """
    deals = with_text_names(deals)
    if outcome is None:
        deals, outcome, won = deals.assign(**{_ALL_WON: "won"}), _ALL_WON, "won"
    schema = Schema.of(deals, outcome=outcome, won=won, id=id, name=name, value=value, drop=drop)
    deals = deals[_won(schema, deals)].reset_index(drop=True)
    if len(deals) < 2:
        raise ColumnError(
            f"{len(deals)} deal was won, and at least 2 are needed; to rank a universe by a description use "
            "`lookalike universe rank --like`"
        )
    with progress("Fitting", 5, quiet=quiet) as done, threadpool_limits(2):
        sample = sample_universe(universe, SAMPLE_ROWS)
        sample = sample.loc[~same_company(company_keys(sample), company_keys(deals))]
        if sample.empty:
            raise ColumnError("every company of the universe is a won deal; the background needs others")
        # In random order, so that the first rows are as good as any.
        sample = sample.sample(frac=1, random_state=0).reset_index(drop=True)
        schema = replace(schema, features=_shared(schema, sample))
        done(1)
        model = LookalikeModel(schema)
        model.vectorizer = UniverseVectorizer(transformer=transformer, transformer_reads=transformer_reads)
        unlabelled = model.vectorizer.fit_transform(model.feature_table(sample, None))
        if not model.vectorizer.n_features_out_:
            raise ColumnError("every column is blank or the same in the whole universe; add a description")
        done(1)
        favourites = model.vectorizer.transform(model.feature_table(deals, None))
        done(1)
        learned = learn(favourites, unlabelled)
        done(1)
        model.embedding, model.calibrator, model.hidden = (
            learned.embedding,
            learned.calibrator,
            learned.hidden,
        )
        model.embedding_name = "favourites"
        # Leads are companies like those of the universe, not like the favourites.
        universe_table = model.feature_table(sample, None)
        model.reference = Reference.of(universe_table, model.vectorizer.roles_, learned.unlabelled_scores)
        _list_rows(model, deals, sample.iloc[learned.background].reset_index(drop=True))
        model.prepare()
        model.worth = None if model.value is None else model.value.worth
        done(1)
    return model


def _won(schema: Schema, deals: pd.DataFrame) -> NDArray[np.bool_]:
    if schema.outcome == _ALL_WON:
        return np.ones(len(deals), dtype=bool)
    is_won, known = schema.won_deals(deals)
    if not is_won.all():
        warnings.warn(
            f"{int((~is_won).sum())} of {len(deals)} deals are not won and are left out: --universe is the "
            "background; without --universe they would be learned from",
            stacklevel=3,
        )
    return is_won & known


def _shared(schema: Schema, universe: pd.DataFrame) -> tuple[str, ...]:
    shared = tuple(column for column in schema.features if column in universe.columns)
    if not shared:
        raise ColumnError(
            f"the deals' columns {', '.join(repr(c) for c in schema.features[:5])} are not in the universe, "
            f"which has {', '.join(repr(str(c)) for c in universe.columns[:5])}; name them alike"
        )
    return shared


def _list_rows(model: LookalikeModel, deals: pd.DataFrame, background: pd.DataFrame) -> None:
    """List what the points are, won deals and then unlabelled companies, with personas and words."""
    schema, tables = model.schema, (deals, background)

    def labels(column: str) -> list[str]:
        return schema.labels(deals, column) + schema.labels(background, column, first=len(deals))

    ids = labels(schema.id)
    names = labels(schema.name) if schema.name else ids
    found = personas(model.embedding, model.embedding.points_, names)
    groups = found.deals.assign(
        persona=found.deals["persona"].str.replace(r"^lost like ", "unlabelled, like ", regex=True)
    )
    listed = {"deal_id": ids, "name": names, "won": model.embedding.won_, "time": np.nan}
    worth = np.concatenate([schema.worth(deals), np.full(len(background), np.nan)])
    model.deals = pd.DataFrame({**listed, "value": worth, "days": np.nan}).join(groups)
    model.groupings = found.tried
    rows = pd.concat([model.feature_table(table, None) for table in tables], ignore_index=True)
    model.features = DealFeatures.of_texts(model.vectorizer, rows)
