"""How well a scorecard ranks past deals, its own makers' or somebody else's."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.evaluate.calibration import Calibrator
from lookalike.evaluate.metrics import auc
from lookalike.events import read_events
from lookalike.schema import Schema, with_text_names
from lookalike.scorecard.card import Calibration, Scorecard
from lookalike.scorecard.evidence import Floats
from lookalike.scorecard.rules import Criterion


@dataclass(frozen=True)
class JudgedScorecard:
    """A scorecard and how well it ranks past deals.

    Attributes
    ----------
    card : Scorecard
    deals, won : int
    auc : float
        Mean over the tests; NaN where none was possible.
    auc_error : float
        Its standard error; NaN with one test.
    tests : int
        Times deals were held out.
    later : bool
        Whether these came later than the deals learned from.
    fitted : bool
        Whether the points were made from these deals, or are somebody's own.
    """

    command: ClassVar[str] = "scorecard"
    card: Scorecard
    deals: int
    won: int
    auc: float
    auc_error: float
    tests: int
    later: bool
    fitted: bool

    @property
    def headline(self) -> str:
        """One sentence for people."""
        if not self.card.criteria:
            return "no column tells won from lost deals beyond chance, so there are no points to give"
        ranked = "no deal could be held out to judge it on"
        if np.isfinite(self.auc):
            error = f" ± {self.auc_error:.3f}" if np.isfinite(self.auc_error) else ""
            which = "later deals" if self.later else "deals held out"
            where = f"on {which} that it was not made from" if self.fitted else "on these deals"
            ranked = f"AUC {self.auc:.3f}{error} {where}"
        n = len(self.card.criteria)
        return f"{n} {'criterion' if n == 1 else 'criteria'}, {ranked}"

    def to_dict(self) -> dict[str, Any]:
        """Give all that was found."""
        learned = self.card.calibration
        return {
            "deals": self.deals,
            "won": self.won,
            "auc": self.auc,
            "auc_error": self.auc_error,
            "tests": self.tests,
            "later": self.later,
            "fitted": self.fitted,
            "start": self.card.start,
            "calibration": None
            if learned is None
            else {"intercept": learned.intercept, "slope": learned.slope},
            "criteria": [_told(criterion) for criterion in self.card.criteria],
        }

    def _repr_html_(self) -> str:
        from lookalike.display import judged_card

        return judged_card(self).html()


def _told(criterion: Criterion) -> dict[str, Any]:
    rules = [{"condition": r.words, "points": r.points, "seen": r.seen} for r in criterion.rules]
    return {
        "column": criterion.column,
        "name": criterion.label,
        "rules": rules,
        "otherwise": criterion.otherwise,
    }


def judge_rules(
    card: Scorecard,
    deals: pd.DataFrame,
    *,
    outcome: str,
    won: object,
    time: str | None = None,
    events: pd.DataFrame | None = None,
) -> JudgedScorecard:
    """Judge somebody's own points on past deals, and learn probabilities for them.

    Parameters
    ----------
    card : Scorecard
    deals : DataFrame of shape (n_deals, n_columns)
    outcome, won, time, events
        As in :func:`lookalike.fit`; `time` becomes the card's own.

    Raises
    ------
    ColumnError
        If a column is missing, or only one outcome occurs.
    """
    deals = with_text_names(deals)
    schema = Schema.of(deals, outcome=outcome, won=won, time=time)
    if time is not None:
        behaviour = replace(card.behaviour, time=schema.time, day_first=schema.time_dayfirst)
        card = replace(card, behaviour=behaviour)
    elif events is not None and not card.behaviour.time:
        warnings.warn(
            "without the date each deal was opened (--time), its events count whenever they came, which can "
            "give the outcome away",
            stacklevel=2,
        )
    is_won, known = schema.won_deals(deals)
    deals, is_won = deals[known].reset_index(drop=True), is_won[known]
    placed = card.place(deals, None if events is None else read_events(events))
    scores = card.score_placed(placed, because=False)["score"].to_numpy()
    scored = ~np.isnan(scores)
    if len(np.unique(is_won[scored])) < 2:
        raise ColumnError("the deals that can be scored all ended alike; fill the columns that the rules use")
    seen = [
        replace(c, rules=tuple(_seen(c, place, is_won[placed.good])))
        for c, place in zip(card.criteria, placed.places.T, strict=True)
    ]
    card = replace(card, criteria=tuple(seen))
    card = replace(card, calibration=calibrated(card, scores[scored], is_won[scored]))
    found = judged(card, scores, is_won, [np.flatnonzero(scored)], later=False, fitted=False)
    about = (
        f"{card.name or 'Points scorecard'}: {found.headline}.\n"
        f"Judged on {found.deals} deals, {found.won} of them won. Comments behind rules say for how many\n"
        "of them each held, and how many of those were won."
    )
    return replace(found, card=replace(card, about=about))


def _seen(criterion: Criterion, places: NDArray[np.int64], won: NDArray[np.bool_]) -> Iterable[Any]:
    for number, rule in enumerate(criterion.rules):
        here = places == number
        words = f"{here.mean():.0%} of deals" + (f", {won[here].mean():.0%} won" if here.any() else "")
        yield replace(rule, seen=words)


def judged(
    card: Scorecard,
    scores: Floats,
    won: NDArray[np.bool_],
    tests: list[NDArray[np.int64]],
    *,
    later: bool,
    fitted: bool,
) -> JudgedScorecard:
    """Judge scores of deals, test by test; NaN where no test has the deal."""
    found = [auc(won[test], scores[test]) for test in tests]
    several = len(found) > 1
    return JudgedScorecard(
        card=card,
        deals=len(won),
        won=int(won.sum()),
        auc=float(np.mean(found)) if found else np.nan,
        auc_error=float(np.std(found, ddof=1) / np.sqrt(len(found))) if several else np.nan,
        tests=len(found),
        later=later,
        fitted=fitted,
    )


def calibrated(card: Scorecard, scores: Floats, won: NDArray[np.bool_]) -> Calibration | None:
    """Learn probabilities from the scores and outcomes of deals; nothing where there is nothing to learn."""
    if not len(scores) or not card.criteria:
        return None
    found = Calibrator("sigmoid").fit(scores, won).to_dict()
    return Calibration(round(found["intercept"], 6), round(found["slope"], 6), card.digest)
