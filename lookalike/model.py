"""A fitted model: past deals in a space, and what it takes to put leads among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.anatomy import Anatomy, anatomy
from lookalike.cells import all_blank
from lookalike.embed.base import AdditiveEmbedding, Floats
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.reference import Reference
from lookalike.evaluate.signal import Signal
from lookalike.events import EventFeatures, read_events
from lookalike.features import DealFeatures
from lookalike.finding import row_of
from lookalike.grades.rules import Grades
from lookalike.hidden import HiddenPositives
from lookalike.index import DealIndex
from lookalike.placed import Placed
from lookalike.ranks import ranks
from lookalike.schema import Schema, with_text_names
from lookalike.shown_cells import ShownCells
from lookalike.strongest import StrongestDeals
from lookalike.traits import Traits
from lookalike.value import NeighbourValue, Worth
from lookalike.vectorizer import LeadVectorizer

if TYPE_CHECKING:
    from lookalike.explain import Explanation
    from lookalike.profile import Profile

#: Won deals that likeness is the mean over, and that ``because`` names.
NEIGHBOURS = 5
#: Leads scored at once: encoding a table costs as much for a hundred rows as for a thousand.
BATCH_ROWS = 5_000

#: What is said of a lead that nothing is known of.
NOTHING_KNOWN = "every column the model uses is blank; fill at least one"

#: Columns of a score table, in order.
SCORE_COLUMNS = ["lead_id", "score", "probability", "likeness", "rank", "because", "coverage", "error"]
#: And where won deals have a value, before the error.
VALUE_COLUMNS = ["value", "expected_value"]


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
        deal_id, name, won, time, value, days (from opening to close), the columns of
        :class:`~lookalike.personas.Personas` and, where deals could be held out, held_out (the score by a
        model that had not seen the deal; NaN where there is none).
    features : DealFeatures
        What the past deals were like.
    groupings : DataFrame
        The numbers of personas that were compared.
    choice : DataFrame, optional
        The comparison that "auto" decided on.
    drift : DataFrame, optional
        How columns move with time, where deals have one.
    hidden : HiddenPositives, optional
        Where only won deals are known: the share of the universe that looks like them.
    worth : Worth, optional
        How the value of a lead is told, where won deals have one.
    grades : Grades, optional
        How leads are graded, where deals could be held out; the file in the model's folder is what counts.
    ece : float, optional
        Expected calibration error of the probabilities, on deals that neither model nor calibration had seen.
    reference : Reference, optional
        What the deals were like, for :mod:`lookalike.monitor`.
    signal : Signal, optional
        Whether the deals' columns say anything of how deals end, where won and lost deals are known.
    """

    schema: Schema
    behaviour: EventFeatures | None = None
    vectorizer: LeadVectorizer = field(init=False)
    embedding: AdditiveEmbedding = field(init=False)
    embedding_name: str = field(init=False)
    calibrator: Calibrator = field(init=False)
    deals: pd.DataFrame = field(init=False)
    features: DealFeatures = field(init=False)
    groupings: pd.DataFrame = field(init=False, default_factory=pd.DataFrame)
    choice: pd.DataFrame | None = None
    drift: pd.DataFrame | None = None
    hidden: HiddenPositives | None = None
    worth: Worth | None = None
    grades: Grades | None = None
    ece: float | None = None
    reference: Reference | None = None
    signal: Signal | None = None

    @cached_property
    def value(self) -> NeighbourValue | None:
        """What tells the value of leads, where won deals have one."""
        values = self.deals["value"].to_numpy(dtype=float)
        if not (self.deals["won"].to_numpy() & ~np.isnan(values)).any():
            return None
        return NeighbourValue(self.embedding, values, self.worth)

    @property
    def too_few(self) -> HiddenPositives | None:
        """The won deals alone, where they are too few to tell chances by; None where chances are told."""
        return None if self.hidden is None or self.hidden.reliable else self.hidden

    @property
    def score_columns(self) -> list[str]:
        """Columns of a score table, in order."""
        return [*SCORE_COLUMNS[:-1], *(VALUE_COLUMNS if self.value else ()), SCORE_COLUMNS[-1]]

    @property
    def win_rate(self) -> float:
        """Share won of all past deals; NaN where only won deals are known."""
        return self.win_rate_of(self.deals)

    def win_rate_of(self, deals: pd.DataFrame) -> float:
        """Give the share won of some rows of `deals`; NaN where only won deals are known."""
        return float(deals["won"].mean()) if self.hidden is None else float("nan")

    @property
    def outcome_words(self) -> tuple[str, str]:
        """What to call a past deal that was not won, and one that was."""
        return "lost" if self.hidden is None else "unlabelled", "won"

    def prepare(self) -> None:
        """Build the index of won deals; called once all else is there."""
        self.index = DealIndex(self.embedding, np.flatnonzero(self.embedding.won_))

    @cached_property
    def strongest(self) -> StrongestDeals:
        """What finds the deals that speak most for and against leads; made when first asked for."""
        return StrongestDeals(self.embedding)

    def feature_table(self, rows: pd.DataFrame, log: pd.DataFrame | None) -> pd.DataFrame:
        """Give the columns that are learned from: the table's own, then behaviour.

        `log` holds events in :func:`~lookalike.events.read_events` form; a model without events ignores it.
        """
        table = rows.loc[:, list(self.schema.features)].reset_index(drop=True)
        if self.behaviour is None:
            return table
        if log is None:
            log = read_events(pd.DataFrame({"id": [], "at": [], "type": []}, dtype="str"))
        ids = self.schema.lead_ids(rows)
        events = self.behaviour.table(log, ids, self.schema.order(rows))
        return table.join(
            events.rename(columns={name: f"{name} (events)" for name in events if name in table})
        )

    @cached_property
    def anatomy(self) -> Anatomy:
        """What the embedding can say of features and of leads among themselves."""
        return anatomy(self.embedding)

    @cached_property
    def traits(self) -> Traits:
        """What names the traits that rows share."""
        return Traits(self.features, self.anatomy, len(self.vectorizer.column_of_feature_))

    def embed(self, leads: pd.DataFrame, log: pd.DataFrame | None = None) -> NDArray[Any]:
        """Put leads among the past deals, those too that nothing is known of.

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
            lead_id; score (the sum of all contributions, higher is better); probability of being won (missing
            where it cannot be told, see `too_few`); likeness (mean similarity to the nearest won deals,
            0 to 1); rank (1 is best); because (these deals' names); coverage (their share of all that speaks
            for or against, 0 to 1); where won deals have a value, value (of the lead, if it were won) and
            expected_value (probability × value); error.
        """
        log = None if events is None else read_events(events)
        parts = [
            self.score_batch(leads.iloc[start : start + BATCH_ROWS], log, first=start)
            for start in range(0, max(len(leads), 1), BATCH_ROWS)
        ]
        scores = pd.concat(parts, ignore_index=True)
        scores["rank"] = ranks(scores["score"])
        return scores[self.score_columns]

    def score_batch(
        self,
        leads: pd.DataFrame,
        log: pd.DataFrame | None = None,
        errors: Sequence[str] | None = None,
        first: int = 0,
        *,
        because: bool = True,
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
        because : bool
            Look for the nearest won deals; without, ``likeness``, ``because`` and ``coverage`` stay blank.
        """
        return self.score_placed(self.place(leads, log, errors, first), because=because)

    def place(
        self,
        leads: pd.DataFrame,
        log: pd.DataFrame | None = None,
        errors: Sequence[str] | None = None,
        first: int = 0,
    ) -> Placed:
        """Put those leads among the past deals that can be; parameters as in :meth:`score_batch`."""
        leads = with_text_names(leads).reset_index(drop=True)
        self.schema.check(leads)
        wrong = np.array(errors if errors is not None else [""] * len(leads), dtype=object)
        wrong[all_blank(leads, self.schema.features) & (wrong == "")] = NOTHING_KNOWN
        good = np.flatnonzero(wrong == "")
        rows = leads.iloc[good]
        table = self.feature_table(rows, log)
        ids = self.schema.lead_ids(leads, first)
        cells = ShownCells(table, self.vectorizer.roles_)
        return Placed(ids, wrong.tolist(), good, self, table, self.vectorizer.transform(table), rows, cells)

    def score_placed(self, placed: Placed, *, because: bool = True) -> pd.DataFrame:
        """Score leads that have their place; see :meth:`score_batch`."""
        table = pd.DataFrame({"lead_id": placed.ids, "error": placed.errors})
        numbers = np.full((len(table), 4), np.nan)
        named = np.full(len(table), "", dtype=object)
        worth = np.full(len(table), np.nan)
        if len(placed.good):
            scores = self.embedding.score_points(placed.points)
            numbers[placed.good, 0] = scores
            if self.too_few is None:
                numbers[placed.good, 1] = self.calibrator.predict(scores)
            if because:
                numbers[placed.good, 2:], named[placed.good] = self._because(placed)
                if self.value is not None:
                    worth[placed.good] = self.value.predict(placed.points)
        table[["score", "probability", "likeness", "coverage"]] = numbers
        table["because"] = named
        if self.value is not None:
            table["value"], table["expected_value"] = worth, worth * numbers[:, 1]
        return table

    def _because(self, placed: Placed) -> tuple[Floats, list[str]]:
        """Give likeness and coverage, shape (n_placed, 2), and the names of the nearest won deals."""
        nearest, similarity = self.index.search(placed.points, NEIGHBOURS)
        said = np.abs(self.embedding.contributions(placed.points, nearest)).sum(axis=1)
        coverage = np.divide(said, placed.weight, out=np.zeros_like(said), where=placed.weight > 0)
        names = self.deals["name"].to_numpy()[nearest]
        named = ["; ".join(dict.fromkeys(row)) for row in names.tolist()]
        return np.column_stack([similarity.mean(axis=1), coverage]), named

    @property
    def evidence_parts(self) -> tuple[str, ...]:
        """What the tables of :meth:`evidence_tables` are called."""
        return ("evidence", "columns")

    def prepare_evidence(self) -> None:
        """Make what finds and compares deals, so that threads that share the model need not."""
        _ = self.strongest, self.traits

    def evidence_tables(self, placed: Placed, a_side: int) -> list[pd.DataFrame]:
        """Name what speaks most for and against placed leads: deals, and columns."""
        from lookalike.columns import column_table
        from lookalike.evidence import evidence_of_placed

        ids = np.asarray(placed.ids, dtype=object)[placed.good].tolist()
        by_deal = evidence_of_placed(self, placed, a_side)
        return [by_deal, column_table(self, placed.seen, ids, a_side)]

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

    def reasons(
        self,
        leads: pd.DataFrame,
        id: str,
        *,
        events: pd.DataFrame | None = None,
        language: str = "en",
        errors: Sequence[str] | None = None,
    ) -> list[str]:
        """Say in short sentences why a lead has its score; parameters as of :meth:`explain`.

        Raises
        ------
        ColumnError
            If no lead has the id, or the lead cannot be scored.
        SettingsError
            If `language` is neither "en" nor "ru".
        """
        from lookalike.reasons import Reasons

        leads = with_text_names(leads)
        row = row_of(self.schema.lead_ids(leads), str(id))
        log = None if events is None else read_events(events)
        placed = self.place(leads.iloc[row : row + 1], log, [""] if errors is None else [errors[row]], row)
        if placed.errors[0]:
            raise ColumnError(f"lead '{placed.ids[0]}' has no score: {placed.errors[0]}")
        return Reasons(self, language).sentences(placed)[0]

    def profile(self) -> Profile:
        """Describe the personas of the past deals; see :mod:`lookalike.profile`."""
        from lookalike.profile import profile

        return profile(self)

    def similar(
        self,
        leads: pd.DataFrame,
        to: str,
        *,
        top: int = 10,
        deals: bool = False,
        events: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Find the leads, or past deals, most like one of them; see :func:`lookalike.similar.similar`."""
        from lookalike.similar import similar

        return similar(self, leads, to, top=top, deals=deals, events=events)

    def rows(
        self,
        leads: pd.DataFrame,
        *,
        rows: int = 8,
        per_row: int = 10,
        events: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Lay leads out in rows, "Because you won Acme"; see :func:`lookalike.rows.lead_rows`."""
        from lookalike.rows import lead_rows

        return lead_rows(self, leads, rows=rows, per_row=per_row, events=events)

    def save(self, folder: Any) -> None:
        """Write the model into a folder; see :mod:`lookalike.storage`."""
        from lookalike.storage import save

        save(self, folder)

    def __repr__(self) -> str:
        if not hasattr(self, "embedding"):
            return "<LookalikeModel, not fitted>"
        won = int(self.deals["won"].sum())
        return f"<LookalikeModel: {self.embedding_name}, {len(self.deals)} past deals, {won} of them won>"

    def _repr_html_(self) -> str:
        from lookalike.display import model_card

        return model_card(self).html()
