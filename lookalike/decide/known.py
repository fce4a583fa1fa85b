"""Leads whose scores and outcomes are known: a table of both, or the deals a model held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ColumnError, ModelError
from lookalike.cells import as_numbers, as_text, blank, decimal_mark
from lookalike.decide.curve import Floats
from lookalike.model import LookalikeModel
from lookalike.schema import ID_COLUMNS, Schema, first_column, with_text_names

#: What leads are ranked by where nothing is named, the first that is there and filled.
RANKED_BY = ("probability", "score")
WEEK = 7.0


@dataclass(frozen=True)
class Known:
    """Leads with score and outcome.

    Attributes
    ----------
    scores : ndarray of shape (n_leads,)
    won : ndarray of bool, shape (n_leads,)
    value : ndarray of shape (n_leads,)
        What each is worth if it is won; NaN where that is not known.
    days : ndarray of shape (n_leads,)
        When each came, in days; NaN where that is not known.
    score : str
        What the scores are called.
    left_out : int
        Leads without score or outcome.
    """

    scores: Floats
    won: NDArray[np.bool_]
    value: Floats
    days: Floats
    score: str
    left_out: int

    @property
    def weeks(self) -> float | None:
        """Weeks from the first to the last lead; nothing where they have no dates."""
        known = self.days[~np.isnan(self.days)]
        span = float(np.ptp(known)) if len(known) else 0.0
        return max(1.0, span / WEEK) if span > 0 else None


def from_table(
    table: pd.DataFrame,
    outcomes: pd.DataFrame | None,
    *,
    outcome: str,
    won: object,
    score: str | None = None,
    value: str | None = None,
    time: str | None = None,
) -> Known:
    """Read leads from a table of scores.

    Parameters
    ----------
    table : DataFrame of n_leads rows
    outcomes : DataFrame, optional
        Where the outcomes are, if not in `table`; joined by id.
    outcome, won : str, object
        The column that says how a lead ended, and its value that means won.
    score : str, optional
        The column to rank by; "probability" or else "score" if absent, and "expected_value" where `value` is
        given and the table has it.
    value, time : str, optional
        Columns with the worth of a won lead, and when it came.

    Raises
    ------
    ColumnError
        If a column is missing, or only one outcome occurs.
    """
    table = with_text_names(table)
    if outcomes is not None:
        table = _joined(table, with_text_names(outcomes), outcome)
    schema = Schema.of(table, outcome=outcome, won=won, time=time, value=value)
    is_won, known = schema.won_deals(table)
    if score is None:
        wanted = ("expected_value", *RANKED_BY) if value else RANKED_BY
        score = next((name for name in wanted if name in table and not blank(table[name]).all()), None)
    if score is None or score not in table:
        named = "'probability' or 'score'" if score is None else f"'{score}'"
        raise ColumnError(f"the table has no column {named} with scores; name it in --score")
    scores = as_numbers(table[score], decimal_mark(table[score].dropna()))
    days = schema.order(table)
    if schema.time_is_number:
        raise ColumnError(f"--time '{schema.time}' holds numbers, not dates; give --weeks instead")
    good = known & ~np.isnan(scores)
    worth = schema.worth(table)
    return Known(scores[good], is_won[good], worth[good], days[good], score, int((~good).sum()))


def from_model(model: LookalikeModel) -> Known:
    """Take the deals that a model held out when it was fitted, ranked by the probability of their scores.

    Raises
    ------
    ModelError
        If it holds none, or its won deals are too few to tell probabilities.
    """
    if model.too_few is not None:
        raise ModelError(f"{model.too_few.untold}: give a table of scores of leads that ended, and --outcome")
    if "held_out" not in model.deals:
        raise ModelError(
            "the model keeps no scores of deals held out; fit it again, or give a table of scores and "
            "--outcome"
        )
    deals = model.deals[model.deals["held_out"].notna()]
    days = deals["time"].to_numpy(dtype=float)
    if model.schema.time_is_number:
        days = np.full(len(deals), np.nan)
    return Known(
        model.calibrator.predict(deals["held_out"].to_numpy()),
        deals["won"].to_numpy(dtype=bool),
        deals["value"].to_numpy(dtype=float),
        days,
        "probability",
        len(model.deals) - len(deals),
    )


def _joined(table: pd.DataFrame, outcomes: pd.DataFrame, outcome: str) -> pd.DataFrame:
    ids = [first_column(list(part.columns), ("lead_id", *ID_COLUMNS)) for part in (table, outcomes)]
    if not all(ids):
        which = "scores" if not ids[0] else "outcomes"
        raise ColumnError(f"the {which} have no id column to join by; name one 'lead_id'")
    own, other = as_text(table[ids[0]]), as_text(outcomes[ids[1]])
    twice = other[other.duplicated() & other.notna()]
    if len(twice):
        raise ColumnError(f"the outcomes have the id '{twice.iloc[0]}' twice; keep one row for each lead")
    if outcome not in outcomes:
        raise ColumnError(f"--outcome names '{outcome}', which is no column of the outcomes")
    ended = outcomes.assign(**{ids[1]: other})[other.notna()].set_index(ids[1])
    found = table.drop(columns=outcome, errors="ignore").assign(**{ids[0]: own})
    added = [name for name in ended if name == outcome or name not in table]
    return found.merge(ended[added], how="left", left_on=ids[0], right_index=True)
