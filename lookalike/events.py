"""Behaviour as features: how recently, how often and how long, as of a moment.

A deal may only be described by what had happened when it was opened; what came later often *is* the outcome.
Counts decay with a half-life, so an old visit weighs less than a new one (recency, frequency and duration as
in RFM analysis; Hughes 1994).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.cells import as_dates, as_days, as_numbers, as_text, blank, day_first

Floats = NDArray[np.float64]

COLUMNS = {
    "id": ("lead_id", "deal_id", "id"),
    "at": ("at", "time", "timestamp", "date", "created_at"),
    "type": ("type", "event", "event_type"),
    "duration": ("duration", "duration_s", "seconds"),
    "url": ("url", "page"),
}
REQUIRED = ("id", "at", "type")
#: Days since the last event of someone who never did anything.
NEVER = 3650.0


def read_events(table: pd.DataFrame) -> pd.DataFrame:
    """Bring an event table into one form.

    Returns
    -------
    DataFrame
        Columns id, day (days since 1970), kind, minutes; events without id or a readable time left out.

    Raises
    ------
    ColumnError
        If a needed column is missing.
    """
    lower = {str(column).casefold(): column for column in table.columns}
    found = {part: next((lower[n] for n in names if n in lower), None) for part, names in COLUMNS.items()}
    for part in REQUIRED:
        if found[part] is None:
            raise ColumnError(
                f"the events have no column for '{part}'; name one of them {' or '.join(COLUMNS[part])}"
            )
    at = table[found["at"]]
    days = as_days(as_dates(at, day_first(at)))
    kinds = as_text(table[found["type"]]).fillna("event").str.casefold()
    if found["url"] is not None:
        kinds = kinds + as_text(table[found["url"]]).map(_section, na_action="ignore").fillna("")
    seconds = np.zeros(len(table)) if found["duration"] is None else as_numbers(table[found["duration"]])
    events = pd.DataFrame(
        {
            "id": as_text(table[found["id"]]),
            "day": days,
            "kind": kinds,
            "minutes": np.nan_to_num(np.maximum(seconds, 0.0)) / 60,
        }
    )
    return events[~blank(events["id"]) & events["day"].notna()].reset_index(drop=True)


def _section(url: str) -> str:
    """Give the first part of a URL's path, which tells a price list from a blog.

    >>> _section("https://acme.example/pricing/eu?x=1")
    ' /pricing'
    """
    try:
        first = urlsplit(url).path.strip("/").split("/")[0].casefold()
    except ValueError:
        return ""
    return f" /{first}" if first else " /"


@dataclass(frozen=True)
class EventFeatures:
    """What of the events becomes a column.

    Attributes
    ----------
    kinds : tuple of str
        Types of events told apart, with the section of the site visited; the rest only counts as events.
    half_life_days : float
        Age at which an event weighs half.
    """

    kinds: tuple[str, ...]
    half_life_days: float = 30.0

    @classmethod
    def of(cls, events: pd.DataFrame, max_kinds: int = 30) -> EventFeatures:
        """Take the most frequent kinds of the events in :func:`read_events` form."""
        return cls(tuple(sorted(events["kind"].value_counts().head(max_kinds).index)))

    @property
    def columns(self) -> list[str]:
        """Names of the features, in order."""
        overall = ["events: recent", "events: minutes", "events: days since last", "events: active days"]
        return overall + [f"events: {kind}" for kind in self.kinds]

    def table(self, events: pd.DataFrame, ids: Sequence[str], as_of: Floats) -> pd.DataFrame:
        """Describe leads by their events up to a moment.

        Parameters
        ----------
        events : DataFrame
            In :func:`read_events` form.
        ids : sequence of str, length n_leads
        as_of : ndarray of shape (n_leads,)
            Days since 1970; NaN for "all there is".

        Returns
        -------
        DataFrame of shape (n_leads, n_features)
        """
        end = float(events["day"].max()) if len(events) else 0.0
        leads = pd.DataFrame(
            {"id": list(ids), "row": range(len(ids)), "end": np.where(np.isnan(as_of), end, as_of)}
        )
        seen = events.merge(leads, on="id")
        seen = seen[seen["day"] <= seen["end"]]
        age = (seen["end"] - seen["day"]).to_numpy()
        weight = np.exp2(-age / self.half_life_days)
        rows, n = seen["row"].to_numpy(), len(leads)

        last = np.full(n, NEVER)
        np.minimum.at(last, rows, age)
        days = seen.assign(day=np.floor(seen["day"])).drop_duplicates(["row", "day"])["row"]
        features = {
            "events: recent": np.bincount(rows, weight, n),
            "events: minutes": np.bincount(rows, weight * seen["minutes"].to_numpy(), n),
            "events: days since last": last,
            "events: active days": np.bincount(days, minlength=n).astype(np.float64),
        }
        for kind in self.kinds:
            features[f"events: {kind}"] = np.bincount(rows, weight * (seen["kind"] == kind).to_numpy(), n)
        return pd.DataFrame(features)
