"""The deals of a backtest: which can be used, when they were opened, whose they are, what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.backtest.company import companies, company_columns
from lookalike.backtest.fold import Floats
from lookalike.cells import read_days
from lookalike.events import EventFeatures, read_events
from lookalike.model import LookalikeModel
from lookalike.schema import Schema, with_text_names


@dataclass
class Past:
    """Past deals, a position for each row of the table as it came.

    Attributes
    ----------
    schema : Schema
    deals : DataFrame of n_rows rows
    features : DataFrame of n_rows rows
        The columns that are learned from, then behaviour as of each deal's opening.
    won : ndarray of bool, shape (n_rows,)
    order : ndarray of shape (n_rows,)
        When each was opened; NaN where it cannot be used or there is no time.
    known_at : ndarray of shape (n_rows,)
        When each ended; NaN where that is unknown.
    usable : ndarray of int
        Positions of the rows that can be used.
    why_not : ndarray of object, shape (n_rows,)
        Why a row cannot be used; empty if it can.
    in_time : bool
        Whether deals have a time.
    log : DataFrame, optional
        Events in :func:`~lookalike.events.read_events` form.
    behaviour : list of str
        The features that come from events.
    company : ndarray of int, shape (n_rows,)
    company_columns : list of str
        What tells companies apart; empty if nothing does.
    """

    schema: Schema
    deals: pd.DataFrame
    features: pd.DataFrame
    won: NDArray[np.bool_]
    order: Floats
    known_at: Floats
    usable: NDArray[np.int64]
    why_not: NDArray[Any]
    in_time: bool
    log: pd.DataFrame | None
    behaviour: list[str]
    company: NDArray[np.int64] = field(init=False)
    company_columns: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        deals: pd.DataFrame,
        errors: Sequence[str] | None = None,
        events: pd.DataFrame | None = None,
        **parts: Any,
    ) -> Self:
        """Settle the parts that columns play, as :func:`lookalike.fit` does, and which rows can be used."""
        deals = with_text_names(deals).reset_index(drop=True)
        schema = Schema.of(deals, **parts)
        if events is not None and not schema.id:
            raise ColumnError("--events belong to deals by their id; name its column in --id")
        why = np.array(
            ["" if errors is None else error for error in errors or [""] * len(deals)], dtype=object
        )
        good = np.flatnonzero(why == "")
        won, known = np.zeros((2, len(deals)), dtype=bool)
        won[good], known[good] = schema.won_deals(deals.iloc[good])
        why[(why == "") & ~known] = f"no outcome in '{schema.outcome}'"
        order = schema.order(deals)
        schema.check_order(order, with_events=events is not None)
        if schema.time:
            why[(why == "") & np.isnan(order)] = f"no readable '{schema.time}'"
        known_at = np.full(len(deals), np.nan)
        if schema.closed and schema.time and not schema.time_is_number:
            known_at = read_days(deals[schema.closed])
        log = None if events is None else read_events(events)
        counted = None if log is None else EventFeatures.of(log)
        features = LookalikeModel(schema, counted).feature_table(deals, log)
        behaviour = [str(name) for name in features if name not in schema.features]
        order[why != ""] = np.nan
        usable = np.flatnonzero(why == "")
        return cls(
            schema, deals, features, won, order, known_at, usable, why, bool(schema.time), log, behaviour
        )

    def check(self, columns: Sequence[str], option: str) -> None:
        """Check that columns are there.

        Raises
        ------
        ColumnError
            If one is not.
        """
        for column in columns:
            if column not in self.deals:
                raise ColumnError(f"--{option} names '{column}', which is no column of the deals")

    def number_companies(self, group: str | None = None, *, apart: bool = True) -> None:
        """Settle which deals are of one company; all are of different ones unless they are kept `apart`."""
        self.check([] if group is None else [group], "group")
        self.company_columns = company_columns(self.deals, self.schema.name, group) if apart else []
        self.company = np.arange(len(self.deals))
        if self.company_columns:
            self.company = companies(self.deals, self.schema.name, group)

    def shown_time(self, moment: float) -> str:
        """Give a moment as people write it."""
        if np.isnan(moment):
            return ""
        if self.schema.time_is_number:
            return f"{moment:g}"
        return str(np.datetime64("1970-01-01") + np.timedelta64(int(np.floor(moment)), "D"))
