"""A points scorecard that scores leads as a model does: points, probability, and which criteria gave them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from enrich.errors import ColumnError
from lookalike.cells import all_blank
from lookalike.events import read_events
from lookalike.finding import row_of
from lookalike.ranks import ranks
from lookalike.schema import Schema, id_column, with_text_names
from lookalike.scorecard.behaviour import Behaviour, is_event
from lookalike.scorecard.matched import Matched, PointsExplanation, shown
from lookalike.scorecard.rules import Criterion

#: Columns of a score table, in order.
POINTS_COLUMNS = ["lead_id", "score", "probability", "rank", "because", "error"]
#: Columns of the table that says what each criterion gave.
CRITERION_COLUMNS = ["lead_id", "side", "place", "criterion", "value", "points"]
#: Criteria named of a lead.
NAMED = 4
NOTHING_KNOWN = "every column is blank; fill at least one"


@dataclass(frozen=True)
class Calibration:
    """From points to probability: log-odds of winning = ``intercept + slope * points``.

    Attributes
    ----------
    intercept, slope : float
    of : str
        Digest of the rules it was learned with.
    """

    intercept: float
    slope: float
    of: str = ""


@dataclass(frozen=True)
class Scorecard:
    """Points for what a lead is and does; read by :func:`~lookalike.scorecard.rule_file.read_rules`.

    Attributes
    ----------
    criteria : tuple of Criterion
    start : int
        Points every lead starts from.
    name : str
    id : str
        Column that identifies a lead; looked for among the usual names if empty.
    calibration : Calibration, optional
        Without, leads have no probability.
    behaviour : Behaviour
        How events are counted, where a criterion needs them.
    about : str
        What to say of it at the head of its file.
    """

    criteria: tuple[Criterion, ...]
    start: int = 0
    name: str = ""
    id: str = ""
    calibration: Calibration | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    about: str = ""

    @property
    def score_columns(self) -> list[str]:
        """Columns of a score table, in order."""
        return POINTS_COLUMNS

    @property
    def evidence_parts(self) -> tuple[str, ...]:
        """What the tables of :meth:`evidence_tables` are called."""
        return ("columns",)

    @property
    def digest(self) -> str:
        """What tells these rules from others, texts for people aside."""
        rules = [
            [c.column, c.otherwise, c.decimal, [vars(replace(rule, seen="")) for rule in c.rules]]
            for c in self.criteria
        ]
        text = json.dumps([self.start, rules], ensure_ascii=False, sort_keys=True)
        return sha256(text.encode()).hexdigest()[:16]

    @property
    def edited(self) -> bool:
        """Whether rules were changed since the calibration was learned."""
        return self.calibration is not None and self.calibration.of not in ("", self.digest)

    def score(self, leads: pd.DataFrame, *, events: pd.DataFrame | None = None) -> pd.DataFrame:
        """Score leads: lead_id, score (points), probability, rank, because, error; in their order.

        Parameters
        ----------
        leads : DataFrame of shape (n_leads, n_columns)
        events : DataFrame, optional
            Behaviour of the leads, as in :func:`lookalike.fit`.
        """
        scores = self.score_placed(self.place(leads, None if events is None else read_events(events)))
        return scores.assign(rank=ranks(scores["score"]))[POINTS_COLUMNS]

    @property
    def signal(self) -> None:
        """Nothing: a scorecard is judged when it is made, and people may have changed it since."""

    def place(
        self,
        leads: pd.DataFrame,
        log: pd.DataFrame | None = None,
        errors: Sequence[str] | None = None,
        first: int = 0,
    ) -> Matched:
        """Match leads with the rules; parameters as in :meth:`LookalikeModel.score_batch
        <lookalike.model.LookalikeModel.score_batch>`.

        Raises
        ------
        ColumnError
            If a column that a criterion is about is missing.
        """
        leads = with_text_names(leads).reset_index(drop=True)
        column = id_column(self.id, leads)
        ids = Schema.labels(leads, column, first)
        self._check(leads)
        wrong = np.array(errors if errors is not None else [""] * len(leads), dtype=object)
        told = [str(name) for name in leads if name != column]
        wrong[all_blank(leads, told) & (wrong == "")] = NOTHING_KNOWN
        good = np.flatnonzero(wrong == "")
        chosen = leads.iloc[good].reset_index(drop=True)
        columns = [criterion.column for criterion in self.criteria]
        table = self.behaviour.joined(chosen, [ids[i] for i in good], log, columns)
        places = [criterion.matched(table[criterion.column]) for criterion in self.criteria]
        points = [c.points(place) for c, place in zip(self.criteria, places, strict=True)]
        shape = (len(self.criteria), len(good))
        return Matched(
            ids,
            wrong.tolist(),
            good,
            table,
            np.array(places, dtype=np.int64).reshape(shape).T,
            np.array(points, dtype=np.int64).reshape(shape).T,
        )

    def score_placed(self, placed: Matched, *, because: bool = True) -> pd.DataFrame:
        """Score matched leads, all columns of :meth:`score` but the rank."""
        score, probability = np.full((2, len(placed.ids)), np.nan)
        score[placed.good] = self.start + placed.points.sum(axis=1)
        if self.calibration is not None:
            probability = expit(self.calibration.intercept + self.calibration.slope * score)
        named = np.full(len(placed.ids), "", dtype=object)
        if because:
            named[placed.good] = [
                self._because(*row) for row in zip(placed.places, placed.points, strict=True)
            ]
        return pd.DataFrame(
            {
                "lead_id": pd.array(placed.ids, dtype="str"),
                "score": score,
                "probability": probability,
                "because": pd.array(named, dtype="str"),
                "error": pd.array(placed.errors, dtype="str"),
            }
        )

    def prepare_evidence(self) -> None:
        """Do nothing; rules are all there is."""

    def evidence_tables(self, placed: Matched, a_side: int) -> list[pd.DataFrame]:
        """Name the criteria that give each lead most points and those that take most: one tidy table."""
        rows = []
        for lead, (place, points) in enumerate(zip(placed.places, placed.points, strict=True)):
            for side, sign in (("for", 1), ("against", -1)):
                chosen = [c for c in np.argsort(-sign * points, kind="stable") if sign * points[c] > 0]
                for number, c in enumerate(chosen[:a_side], start=1):
                    said = self.criteria[c].words(int(place[c]))
                    value = shown(placed.table[self.criteria[c].column].iloc[lead])
                    rows.append((placed.ids[placed.good[lead]], side, number, said, value, int(points[c])))
        made = pd.DataFrame(rows, columns=CRITERION_COLUMNS)
        kinds = {"place": "int64", "points": "int64"}
        return [made.astype({column: kinds.get(column, "str") for column in CRITERION_COLUMNS})]

    def explain(
        self,
        leads: pd.DataFrame,
        id: str,
        *,
        events: pd.DataFrame | None = None,
        top: int = 5,
        errors: Sequence[str] | None = None,
    ) -> PointsExplanation:
        """Take one lead's points apart; parameters as in :func:`~lookalike.explain.explain`.

        Raises
        ------
        ColumnError
            If no lead has the id, or the lead cannot be scored.
        """
        leads = with_text_names(leads)
        row = row_of(Schema.labels(leads, id_column(self.id, leads)), str(id))
        log = None if events is None else read_events(events)
        placed = self.place(leads.iloc[row : row + 1], log, None if errors is None else [errors[row]], row)
        scored = self.score_placed(placed).iloc[0]
        if scored["error"]:
            raise ColumnError(f"lead '{scored['lead_id']}' has no score: {scored['error']}")
        places = placed.places[0].tolist()
        table = pd.DataFrame(
            {
                "criterion": [c.words(place) for c, place in zip(self.criteria, places, strict=True)],
                "value": [shown(placed.table[c.column].iloc[0]) for c in self.criteria],
                "points": placed.points[0],
            }
        )
        order = np.argsort(-np.abs(placed.points[0]), kind="stable")
        return PointsExplanation(
            str(scored["lead_id"]),
            float(scored["score"]),
            float(scored["probability"]),
            self.start,
            table.iloc[order].reset_index(drop=True),
        )

    def save(self, path: str | Path) -> None:
        """Write the scorecard as a file that people may edit."""
        from lookalike.scorecard.rule_file import write_rules

        write_rules(self, path)

    def _check(self, leads: pd.DataFrame) -> None:
        wanted = dict.fromkeys(criterion.column for criterion in self.criteria)
        missing = [name for name in wanted if name not in leads and not is_event(name)]
        if missing:
            place = next(i for i, c in enumerate(self.criteria, start=1) if c.column == missing[0])
            raise ColumnError(
                f"the leads lack '{missing[0]}', which criterion {place} is about; add the column, or take "
                "the criterion out of the scorecard"
            )

    def _because(self, places: NDArray[np.int64], points: NDArray[np.int64]) -> str:
        best = [c for c in np.argsort(-np.abs(points), kind="stable")[:NAMED] if points[c]]
        return "; ".join(
            f"{self.criteria[c].words(int(places[c]))} ({_signed(int(points[c]))})" for c in best
        )

    def _repr_html_(self) -> str:
        from lookalike.display import scorecard_card

        return scorecard_card(self).html()


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"−{-points}"
