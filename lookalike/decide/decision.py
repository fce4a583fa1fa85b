"""A decision: the cut-off, what it brings, how sure that is, and the curve behind it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from enrich.errors import ColumnError
from lookalike.decide.certainty import exact_interval
from lookalike.decide.curve import Curve
from lookalike.decide.resampled import resample
from lookalike.decide.rules import NONE, Capacity, Profit, Rule
from lookalike.decide.verdict import Status, sure, verdict
from lookalike.evaluate.resampling import interval

#: Cuts of the curve that are told.
ROWS = 50


@dataclass(frozen=True)
class Cut:
    """A cut-off and what it brought; intervals of shares are exact (Clopper and Pearson), at 95%.

    Attributes
    ----------
    threshold : float
        Contacted is who has this score or more.
    contacts, won : int
    precision, precision_low, precision_high : float
        Share of the contacted that were won.
    recall, recall_low, recall_high : float
        Share of the won that were contacted.
    profit : float
        NaN without a cost.
    """

    threshold: float
    contacts: int
    won: int
    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float
    profit: float

    @classmethod
    def at(cls, curve: Curve, place: int, cost: float) -> Cut:
        """Describe a cut of a curve."""
        contacts, won = curve.contacts[place], curve.won[place]
        return cls(
            float(curve.threshold[place]),
            int(contacts),
            int(won),
            float(won / contacts),
            *exact_interval(won, contacts),
            float(curve.recall[place]),
            *exact_interval(won, curve.all_won),
            float(curve.profit(cost)[place]),
        )


@dataclass(frozen=True)
class Decision:
    """Whom to contact.

    Attributes
    ----------
    rule : Rule
    score : str
        What the leads are ranked by.
    leads, won : int
    status : {"reached", "only by luck", "not reached"}
        Whether the rule's aim is met beyond the luck of these leads.
    why : str
        The status in words.
    cut : Cut, optional
        The cut-off chosen; nothing where there is none.
    threshold_low, threshold_high : float
        95% interval of the cut-off, by bootstrap.
    sure : Cut, optional
        Where another cut-off meets a target of precision or recall beyond luck: that one.
    profit_corrected, profit_low, profit_high : float
        The profit to expect of other leads like these, less what is due to choosing the best cut-off on these
        very leads, and its 95% interval; NaN without a cost.
    curve : DataFrame
        threshold, contacts, won, precision, recall, profit.
    """

    command: ClassVar[str] = "threshold"
    rule: Rule
    score: str
    leads: int
    won: int
    status: Status
    why: str
    cut: Cut | None
    threshold_low: float
    threshold_high: float
    sure: Cut | None
    profit_corrected: float
    profit_low: float
    profit_high: float
    curve: pd.DataFrame

    @property
    def headline(self) -> str:
        """One sentence for people."""
        if self.cut is None:
            return f"{self.rule}: {self.status}; {self.why}"
        taken = f"contact whoever has {self.score} {_figure(self.cut.threshold)} or more"
        if self.sure is not None:
            chosen = self.cut.threshold
            return (
                f"{self.rule}: {self.status}; to count on it, contact whoever has {self.score} "
                f"{_figure(self.sure.threshold)} or more: {self.sure.contacts} of {self.leads} leads, "
                f"{self.sure.precision:.0%} of them won; on these leads {_figure(chosen)} was enough"
            )
        weekly = (
            f", {self.cut.contacts / self.rule.weeks:.3g} a week" if isinstance(self.rule, Capacity) else ""
        )
        return (
            f"{self.rule}: {self.status}; {taken}: {self.cut.contacts} of {self.leads} leads{weekly}, "
            f"{self.cut.precision:.0%} of them won"
        )

    def to_dict(self) -> dict[str, Any]:
        """Give all that was found."""
        told = [part.name for part in fields(self) if part.name not in ("rule", "cut", "sure")]
        found = {name: getattr(self, name) for name in told}
        return {
            "rule": {"kind": type(self.rule).__name__.lower(), "words": str(self.rule), **asdict(self.rule)},
            **found,
            "cut": None if self.cut is None else asdict(self.cut),
            "sure": None if self.sure is None else asdict(self.sure),
        }

    def _repr_html_(self) -> str:
        from lookalike.display import decision_card

        return decision_card(self).html()


def decide(
    scores: ArrayLike,
    won: ArrayLike,
    rule: Rule,
    *,
    value: ArrayLike = 1.0,
    score: str = "score",
    resamples: int = 1_000,
    random_state: int = 0,
) -> Decision:
    """Choose a cut-off by leads with known outcomes that the scores did not know.

    Parameters
    ----------
    scores : array-like of shape (n_leads,)
        Higher is better.
    won : array-like of bool, shape (n_leads,)
    rule : Rule
    value : array-like of shape (n_leads,) or float
        What each lead is worth if it is won.
    score : str
        What the scores are called.
    resamples, random_state : int
        Of the bootstrap.

    Raises
    ------
    ColumnError
        If there is no lead, all of them ended alike, or a won one has no worth.
    """
    scores, won = np.asarray(scores, dtype=float), np.asarray(won, dtype=bool)
    value = np.broadcast_to(np.asarray(value, dtype=float), won.shape)
    if not len(won) or won.all() or not won.any():
        ended = "there is none" if not len(won) else "all were won" if won.all() else "none was won"
        raise ColumnError(f"a threshold needs leads with a score that were won and that were not; {ended}")
    if isinstance(rule, Profit) and np.isnan(value[won]).any():
        raise ColumnError(
            f"{int(np.isnan(value[won]).sum())} won deals have no readable worth; fill it, or give --value "
            "as a number"
        )
    curve = Curve.of(scores, won, value)
    cost = rule.cost if isinstance(rule, Profit) else np.nan
    place = rule.place(curve.contacts, curve.won, curve.gained)
    again = resample(curve, won, value, rule, place, resamples, random_state)
    cut = None if place == NONE else Cut.at(curve, place, cost)
    safe = sure(curve, rule)
    status, why = verdict(curve, rule, place, safe, again)
    low, high = interval(again.thresholds)
    corrected, shifted = np.nan, (np.nan, np.nan)
    if cut is not None and isinstance(rule, Profit):
        corrected = cut.profit - again.optimism
        shifted = interval(again.profit - again.optimism)
    return Decision(
        rule=rule,
        score=score,
        leads=len(won),
        won=int(won.sum()),
        status=status,
        why=why,
        cut=cut,
        threshold_low=low,
        threshold_high=high,
        sure=None if safe == NONE else Cut.at(curve, safe, cost),
        profit_corrected=corrected,
        profit_low=shifted[0],
        profit_high=shifted[1],
        curve=curve.table(ROWS, None if np.isnan(cost) else cost),
    )


def _figure(value: float) -> str:
    return f"{value:.4g}"
