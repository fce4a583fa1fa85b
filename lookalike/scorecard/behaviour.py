"""Behaviour in a scorecard: columns made from events, counted with decay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lookalike.cells import as_dates, as_days
from lookalike.events import EventFeatures, read_events

EVENTS = "events: "
# What events give beside the count of each kind.
_OVERALL = EventFeatures(()).columns


def is_event(column: str) -> bool:
    """Tell whether a column is made from events, by its name."""
    return column.startswith(EVENTS)


@dataclass(frozen=True)
class Behaviour:
    """How events are counted.

    Attributes
    ----------
    half_life_days : float
        Age at which an event counts half.
    time : str
        Column with the moment up to which events count; all of them if empty.
    day_first : bool
        How its dates are read where they are not ISO 8601.
    """

    half_life_days: float = 30.0
    time: str = ""
    day_first: bool = True

    def joined(
        self, leads: pd.DataFrame, ids: Sequence[str], log: pd.DataFrame | None, columns: Iterable[str]
    ) -> pd.DataFrame:
        """Add those of the columns to leads that are made from events.

        Parameters
        ----------
        leads : DataFrame of n_leads rows
        ids : sequence of str, length n_leads
        log : DataFrame, optional
            Events in :func:`~lookalike.events.read_events` form; without, nobody did anything.
        columns : iterable of str
            Columns wanted.
        """
        wanted = {name for name in columns if is_event(name) and name not in leads}
        if not wanted:
            return leads
        if log is None:
            log = read_events(pd.DataFrame({"id": [], "at": [], "type": []}, dtype="str"))
        kinds = tuple(sorted(name.removeprefix(EVENTS) for name in wanted - set(_OVERALL)))
        as_of = np.full(len(leads), np.nan)
        if self.time in leads:
            as_of = as_days(as_dates(leads[self.time], self.day_first))
        made = EventFeatures(kinds, self.half_life_days).table(log, ids, as_of)
        return leads.join(made[sorted(wanted)])
