"""Leads whose outcome can be judged: old enough, and ended.

Of young leads only the quick ones have ended, and the quick ones are won or lost more often than the rest. So
a lead counts from a certain age on, whether it ended sooner or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError
from lookalike.cells import as_text, blank, is_value
from lookalike.model import LookalikeModel
from lookalike.monitor.finding import Finding, Severity
from lookalike.schema import ID_COLUMNS, first_column, with_text_names

#: Share of the past deals that had ended by the age from which leads count.
ENDED = 0.9

#: Leads that are old enough and still open, to those that ended: so many make what is found doubtful.
STILL_OPEN = 0.25
#: So many ended leads, none of them won: it is the name of the outcome that is wrong.
_NEVER_ALL_LOST = 100

_OUTCOME_COLUMNS = ("outcome", "result", "status", "stage", "исход", "результат", "статус")


@dataclass(frozen=True)
class Matured:
    """Which leads can be judged, and why others cannot.

    Attributes
    ----------
    positions : ndarray of int, shape (n_matured,)
        Among the leads.
    won : ndarray of bool, shape (n_matured,)
    after_days : float, optional
        Age from which leads count; missing where their age is unknown, and all that ended count.
    young : int
        Leads too young.
    open : int
        Leads old enough that have no outcome.
    undated : int
        Leads without a date of opening, left out where age counts.
    strangers : int
        Outcomes of leads that are not among these.
    """

    positions: NDArray[np.int64]
    won: NDArray[np.bool_]
    after_days: float | None
    young: int
    open: int
    undated: int
    strangers: int


def matured(
    model: LookalikeModel,
    leads: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    after_days: float | None = None,
    as_of: date | None = None,
    won: str | None = None,
) -> Matured:
    """Find the leads whose outcome can be judged.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of n_leads rows
    outcomes : DataFrame
        An id and an outcome for each lead that ended, blank or absent for one that did not.
    after_days : float, optional
        Age in days from which leads count; the age by which nine in ten past deals had ended if absent, where
        the model knows.
    as_of : date, optional
        The day the outcomes were written down; today if absent.
    won : str, optional
        The outcome that means won; as the model learned it if absent.

    Raises
    ------
    ColumnError
        If ids or outcomes cannot be found, an id has two outcomes, or the leads' age is needed and unknown.
    """
    told = _outcomes(model, with_text_names(outcomes), won)
    ids = pd.Index(model.schema.lead_ids(with_text_names(leads)))
    ended = ids.isin(told.index)
    age = _age(model, leads, as_of)
    days = _cycle(model) if after_days is None and not np.isnan(age).all() else after_days
    if after_days is not None and np.isnan(age).all():
        raise ColumnError(
            "--matured-after needs the date each lead was opened, and the leads have no readable "
            f"'{model.schema.time or '--time column of fit'}'; add it, or give outcomes of old leads only"
        )
    undated = np.isnan(age) if days is not None else np.zeros(len(ids), dtype=bool)
    young = np.zeros(len(ids), dtype=bool) if days is None else age < days
    judged = np.flatnonzero(ended & ~young & ~undated)
    return Matured(
        judged,
        told.reindex(ids[judged]).to_numpy(dtype=bool),
        days,
        int(young.sum()),
        int((~ended & ~young & ~undated).sum()),
        int(undated.sum()),
        int((~told.index.isin(ids)).sum()),
    )


def ripeness(found: Matured) -> list[Finding]:
    """Report which leads were judged, and whether those left out could matter."""
    aged = "whatever their age" if found.after_days is None else f"at least {found.after_days:.0f} days old"
    parts = [
        f"{found.young} too young" if found.young else "",
        f"{found.open} still open" if found.open else "",
    ]
    parts += [f"{found.undated} without a date" if found.undated else ""]
    parts += [f"{found.strangers} outcomes of leads not in the table" if found.strangers else ""]
    left_out = "; ".join(filter(None, parts))
    evidence = f"{len(found.positions)} leads ended, {aged}" + (f" ({left_out})" if left_out else "")
    if not len(found.positions):
        remedy = "nothing can be judged yet; try again later, or lower --matured-after"
        return [Finding(Severity.WATCH, "outcomes", "", evidence, remedy)]
    if found.open > len(found.positions) * STILL_OPEN:
        remedy = "close leads that nobody works on any more: those that are left open are seldom won"
        return [Finding(Severity.WATCH, "outcomes", "", evidence, remedy)]
    return [Finding(Severity.OK, "outcomes", "", evidence)]


def _outcomes(model: LookalikeModel, outcomes: pd.DataFrame, won: str | None) -> pd.Series:
    """Give whether each lead that ended was won, by id."""
    columns = [str(column) for column in outcomes.columns]
    id_column = first_column(
        columns, (model.schema.id.casefold(), *ID_COLUMNS) if model.schema.id else ID_COLUMNS
    )
    if not id_column:
        raise ColumnError(
            f"the outcomes have no id column; their columns are {', '.join(columns[:6])}; name it 'id'"
        )
    others = [column for column in columns if column != id_column]
    wanted = (model.schema.outcome.casefold(), *_OUTCOME_COLUMNS)
    column = others[0] if len(others) == 1 else first_column(others, wanted)
    if not column:
        raise ColumnError(f"the outcomes have no column '{model.schema.outcome}'; name it so")
    known = outcomes[~blank(outcomes[column]).to_numpy(dtype=bool)]
    ids = as_text(known[id_column])
    if ids.duplicated().any():
        raise ColumnError(
            f"'{ids[ids.duplicated()].iloc[0]}' has several outcomes; keep the last of each lead"
        )
    wins = str(model.schema.won if won is None else won)
    is_won = is_value(known[column], wins)
    if len(known) >= _NEVER_ALL_LOST and not is_won.any():
        seen = ", ".join(f"'{text}'" for text in as_text(known[column]).value_counts().head(5).index)
        raise ColumnError(
            f"'{wins}', which means won, is no outcome in '{column}': {seen}; name it with --won"
        )
    return pd.Series(is_won, index=ids.to_numpy(dtype=object))


def _age(model: LookalikeModel, leads: pd.DataFrame, as_of: date | None) -> NDArray[np.float64]:
    if not model.schema.time or model.schema.time_is_number:
        return np.full(len(leads), np.nan)
    day = datetime.now(UTC).date() if as_of is None else as_of
    return (day - date(1970, 1, 1)).days - model.schema.order(with_text_names(leads))


def _cycle(model: LookalikeModel) -> float | None:
    """Give the age by which most past deals had ended, where the model knows how long they took."""
    days = model.deals["days"].to_numpy(dtype=float)
    days = days[~np.isnan(days)]
    return float(np.ceil(np.quantile(days, ENDED))) if len(days) else None
