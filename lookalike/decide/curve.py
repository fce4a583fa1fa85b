"""What every cut-off would bring: leads contacted, deals won, precision, recall and worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Leads with known outcomes, cut at every score that occurs, the highest first.

    Attributes
    ----------
    threshold : ndarray of shape (n_cuts,)
        Contacted is who has this score or more; descending.
    contacts, won, gained : ndarray of shape (n_cuts,)
        Leads contacted, how many of them were won, and what these were worth.
    order : ndarray of int, shape (n_leads,)
        Positions of the leads by score, the highest first.
    ends : ndarray of int, shape (n_cuts,)
        Where in that order each cut ends.
    """

    threshold: Floats
    contacts: Floats
    won: Floats
    gained: Floats
    order: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, scores: ArrayLike, won: ArrayLike, value: ArrayLike = 1.0) -> Curve:
        """Cut leads at every score.

        Parameters
        ----------
        scores : array-like of shape (n_leads,)
        won : array-like of bool, shape (n_leads,)
        value : array-like of shape (n_leads,) or float
            What each lead is worth if it is won.

        >>> curve = Curve.of([0.9, 0.5, 0.5, 0.1], [True, True, False, False], 100)
        >>> curve.contacts.tolist(), curve.won.tolist(), curve.gained.tolist()
        ([1.0, 3.0, 4.0], [1.0, 2.0, 2.0], [100.0, 200.0, 200.0])
        """
        scores, won = np.asarray(scores, dtype=float), np.asarray(won, dtype=bool)
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        contacts, hits, gained = sums(won, np.broadcast_to(value, won.shape), order, ends)
        return cls(ranked[ends], contacts, hits, gained, order, ends)

    @property
    def leads(self) -> float:
        """All leads."""
        return float(self.contacts[-1])

    @property
    def all_won(self) -> float:
        """All deals won."""
        return float(self.won[-1])

    @property
    def precision(self) -> Floats:
        """Share of the contacted that were won."""
        return self.won / self.contacts

    @property
    def recall(self) -> Floats:
        """Share of the won that were contacted; NaN where none was won."""
        return self.won / self.all_won if self.all_won else np.full(len(self.won), np.nan)

    def profit(self, cost: float) -> Floats:
        """Give what the won were worth less what contacting cost."""
        return self.gained - cost * self.contacts

    def table(self, rows: int, cost: float | None = None) -> pd.DataFrame:
        """Give some of the cuts, evenly by leads contacted, with precision, recall and profit.

        Parameters
        ----------
        rows : int
            At most.
        cost : float, optional
            Of a contact; without, there is no profit.
        """
        wanted = np.linspace(self.contacts[0], self.leads, rows)
        chosen = np.unique(np.searchsorted(self.contacts, wanted).clip(max=len(self.contacts) - 1))
        parts = {
            "threshold": self.threshold,
            "contacts": self.contacts.astype(int),
            "won": self.won.astype(int),
            "precision": self.precision,
            "recall": self.recall,
            "profit": np.full(len(self.won), np.nan) if cost is None else self.profit(cost),
        }
        return pd.DataFrame({name: part[chosen] for name, part in parts.items()})


def sums(
    won: NDArray[np.bool_],
    value: Floats,
    order: NDArray[np.int64],
    ends: NDArray[np.int64],
    count: Floats | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Give contacts, won and gained at each cut, where each lead counts `count` times."""
    taken = np.ones(len(order)) if count is None else count[order]
    hits = taken * won[order]
    worth = np.where(won[order], value[order], 0.0)  # a lost deal may have no worth
    return np.cumsum(taken)[ends], np.cumsum(hits)[ends], np.cumsum(taken * worth)[ends]
