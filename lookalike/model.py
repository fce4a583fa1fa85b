"""A fitted model: past deals in a space, and what it takes to put leads among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import blank
from lookalike.embed.base import AdditiveEmbedding, Floats
from lookalike.evaluate.calibration import Calibrator
from lookalike.events import EventFeatures, read_events
from lookalike.hidden import HiddenPositives
from lookalike.index import DealIndex
from lookalike.schema import ID_COLUMNS, Schema, first_column, with_text_names
from lookalike.vectorizer import LeadVectorizer

if TYPE_CHECKING:
    from lookalike.explain import Explanation

#: Won deals that likeness is the mean over, and that ``because`` names.
NEIGHBOURS = 5
#: Leads scored at once.
BATCH_ROWS = 2_000

#: Columns of a score table, in order.
SCORE_COLUMNS = ["lead_id", "score", "probability", "likeness", "rank", "because", "coverage", "error"]


@dataclass
class LookalikeModel:
    """Score leads by the past deals they resemble; made by :func:`lookalike.fit` or :func:`lookalike.load`.

    Attributes
    ----------
    schema : Schema
        The parts columns play.
    behaviour : EventFeatures, optional
        How events become columns.
    vectorizer : LeadVectorizer
    embedding : AdditiveEmbedding
    embedding_name : str
    calibrator : Calibrator
    deals : DataFrame of n_deals rows
        deal_id, name, won, time, group, persona.
    choice : DataFrame, optional
        The comparison that "auto" decided on.
    hidden : HiddenPositives, optional
        Where only won deals are known: the share of the universe that looks like them.
    """

    schema: Schema
    behaviour: EventFeatures | None = None
    vectorizer: LeadVectorizer = field(init=False)
    embedding: AdditiveEmbedding = field(init=False)
    embedding_name: str = field(init=False)
    calibrator: Calibrator = field(init=False)
    deals: pd.DataFrame = field(init=False)
    choice: pd.DataFrame | None = None
    hidden: HiddenPositives | None = None

    def outcomes(self) -> NDArray[Any]:
        """Say how each past deal ended, shape (n_deals,); companies of a universe are "unlabelled"."""
        other = "lost" if self.hidden is None else "unlabelled"
        return np.where(self.deals["won"], "won", other)

    def prepare(self) -> None:
        """Build the index of won deals; called once all else is there."""
        self.index = DealIndex(self.embedding, np.flatnonzero(self.embedding.won_))

    def feature_table(self, rows: pd.DataFrame, log: pd.DataFrame | None) -> pd.DataFrame:
        """Give the columns that are learned from: the table's own, then behaviour.

        `log` holds events in :func:`~lookalike.events.read_events` form; a model without events ignores it.
        """
        table = rows.loc[:, list(self.schema.features)].reset_index(drop=True)
        if self.behaviour is None:
            return table
        if log is None:
            log = read_events(pd.DataFrame({"id": [], "at": [], "type": []}, dtype="str"))
        ids = self.schema.labels(rows, self.schema.id)
        events = self.behaviour.table(log, ids, self.schema.order(rows))
        return table.join(
            events.rename(columns={name: f"{name} (events)" for name in events if name in table})
        )

    def embed(self, leads: pd.DataFrame, log: pd.DataFrame | None = None) -> NDArray[Any]:
        """Put leads among the past deals.

        Raises
        ------
        ColumnError
            If a column the model was trained on is missing.
        """
        leads = with_text_names(leads)
        self.schema.check(leads)
        return self.embedding.transform(self.vectorizer.transform(self.feature_table(leads, log)))

    def score(self, leads: pd.DataFrame, *, events: pd.DataFrame | None = None) -> pd.DataFrame:
        """Score leads.

        Parameters
        ----------
        leads : DataFrame of shape (n_leads, n_columns)
        events : DataFrame, optional
            Behaviour of the leads, as in :func:`lookalike.fit`.

        Returns
        -------
        DataFrame of n_leads rows, in the order of the leads
            lead_id; score (the sum of all contributions, higher is better); probability of being won;
            likeness (mean similarity to the nearest won deals, 0 to 1); rank (1 is best); because (these
            deals' names); coverage (their share of all that speaks for or against, 0 to 1); error.
        """
        log = None if events is None else read_events(events)
        parts = [
            self.score_batch(leads.iloc[start : start + BATCH_ROWS], log, first=start)
            for start in range(0, max(len(leads), 1), BATCH_ROWS)
        ]
        scores = pd.concat(parts, ignore_index=True)
        scores["rank"] = ranks(scores["score"])
        return scores[SCORE_COLUMNS]

    def score_batch(
        self,
        leads: pd.DataFrame,
        log: pd.DataFrame | None = None,
        errors: Sequence[str] | None = None,
        first: int = 0,
    ) -> pd.DataFrame:
        """Score some of the leads, all columns of :meth:`score` but the rank.

        Parameters
        ----------
        leads : DataFrame of shape (n_leads, n_columns)
        log : DataFrame, optional
            Events in :func:`~lookalike.events.read_events` form.
        errors : sequence of str, length n_leads, optional
            What is wrong with each row; a row with an error gets no score.
        first : int
            Number of leads before this batch, for leads without an id.
        """
        leads = with_text_names(leads).reset_index(drop=True)
        self.schema.check(leads)
        table = pd.DataFrame({"lead_id": lead_ids(self.schema, leads, first)})
        features = leads[list(self.schema.features)]
        empty = np.logical_and.reduce([blank(features[column]).to_numpy() for column in features])
        known = list(errors) if errors is not None else [""] * len(leads)
        table["error"] = [
            error or ("every column the model uses is blank; fill at least one" if nothing else "")
            for error, nothing in zip(known, empty, strict=True)
        ]
        good = np.flatnonzero(table["error"].eq(""))
        numbers = np.full((len(leads), 4), np.nan)
        because = np.full(len(leads), "", dtype=object)
        if len(good):
            points = self.embed(leads.iloc[good], log)
            numbers[good], because[good] = self._score_points(points)
        table[["score", "probability", "likeness", "coverage"]] = numbers
        table["because"] = because
        return table

    def _score_points(self, points: NDArray[Any]) -> tuple[Floats, list[str]]:
        scores = self.embedding.score_points(points)
        nearest, similarity = self.index.search(points, NEIGHBOURS)
        gains, losses = self.embedding.totals(points)
        said = np.abs(self.embedding.contributions(points, nearest)).sum(axis=1)
        everything = gains - losses
        coverage = np.divide(said, everything, out=np.zeros_like(said), where=everything > 0)
        names = self.deals["name"].to_numpy()[nearest]
        because = ["; ".join(dict.fromkeys(row)) for row in names]
        likeness = similarity.mean(axis=1)
        return np.column_stack([scores, self.calibrator.predict(scores), likeness, coverage]), because

    def explain(
        self,
        leads: pd.DataFrame,
        id: str,
        *,
        events: pd.DataFrame | None = None,
        top: int = 5,
        errors: Sequence[str] | None = None,
    ) -> Explanation:
        """Explain one lead's score; see :class:`~lookalike.explain.Explanation`."""
        from lookalike.explain import explain

        return explain(self, leads, id, events=events, top=top, errors=errors)

    def save(self, folder: Any) -> None:
        """Write the model into a folder; see :mod:`lookalike.storage`."""
        from lookalike.storage import save

        save(self, folder)


def lead_ids(schema: Schema, leads: pd.DataFrame, first: int = 0) -> list[str]:
    """Give the leads' ids from the model's id column or, failing that, one of the usual names."""
    column = schema.id if schema.id in leads else first_column(list(leads.columns), ID_COLUMNS)
    return schema.labels(leads, column, first)


def ranks(scores: pd.Series) -> pd.Series:
    """Rank scores, 1 the highest, equals alike; missing where there is no score."""
    return scores.rank(method="min", ascending=False).astype("Int64")
