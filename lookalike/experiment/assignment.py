"""Who gets which arm: settled by a hash of salt and id, by nothing else.

A lead's arm depends on the salt, its own id and the shares. So it is the same in every run, in every order
of rows, on every machine, and stays when leads are added; no list of who got what need be kept. The price
is that the numbers of an arm within a stratum are left to chance, as with a coin; blocks would even them
out, but then each lead added would move others. The analysis makes it good, as it compares within strata of
the score (:mod:`lookalike.experiment.strata`); the scores that part them are settled once, in the plan.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from enrich.errors import ColumnError
from lookalike.cells import as_numbers, as_text, blank, decimal_mark
from lookalike.experiment.estimate import Floats
from lookalike.experiment.mismatch import Mismatch, mismatch
from lookalike.experiment.plan import Plan
from lookalike.experiment.shares import HOLDOUT
from lookalike.experiment.strata import edges, stratum
from lookalike.schema import ID_COLUMNS, first_column

#: What is added to the leads.
ADDED = ("arm", "stratum", "error")
NO_SCORE = "no score"
#: Where scores stand unless another column is named.
SCORE_COLUMNS = ("score", "probability")


def place(salt: str, purpose: str, id: str) -> float:
    """Give the place of an id between 0 and 1: HMAC-SHA-256 with the salt as key.

    Parameters
    ----------
    salt : str
    purpose : str
        What it is for, so that one salt gives independent places for several purposes.
    id : str
        Composed and decomposed letters (é) are the same.

    >>> place("spring", "arm", "L-0001") == place("spring", "arm", "L-0001")
    True
    """
    text = unicodedata.normalize("NFC", f"{purpose}\x1f{id}")
    digest = hmac.new(salt.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def arm_of(plan: Plan, id: str) -> str:
    """Give the arm of a lead.

    >>> arm_of(Plan("spring", {"A": 0.5, "B": 0.5}), "L-0001")
    'B'
    """
    if plan.holdout and place(plan.holdout_salt, "holdout", id) < plan.holdout:
        return HOLDOUT
    ends = np.cumsum(list(plan.shares.values()))
    at = int(np.searchsorted(ends, place(plan.salt, "arm", id), side="right"))
    return list(plan.shares)[min(at, len(plan.shares) - 1)]


@dataclass(frozen=True)
class Assignment:
    """Leads with their arms.

    Attributes
    ----------
    leads : DataFrame of shape (n_leads, n_columns + 3)
        The leads as they came, with ``arm``, ``stratum`` and ``error``.
    plan : Plan
        With the edges of the strata; what makes the same arms again.
    sizes : Mismatch
        Different leads in each arm beside what the shares say.
    strata : DataFrame
        ``stratum``, ``arm`` and ``leads`` in it.
    held_out, repeated, errors : int
        Different leads held out; rows whose id came before; rows without an arm.
    """

    command: ClassVar[str] = "experiment-assign"
    leads: pd.DataFrame
    plan: Plan
    sizes: Mismatch
    strata: pd.DataFrame
    held_out: int
    repeated: int
    errors: int

    @property
    def headline(self) -> str:
        """How many leads got which arm."""
        of = ", ".join(f"{name} {n:,}" for name, n in self.sizes.observed.items())
        out = f", {self.held_out:,} held out" if self.held_out else ""
        wrong = f"; {self.errors:,} rows have no arm" if self.errors else ""
        return f"{sum(self.sizes.observed.values()):,} leads have an arm ({of}){out}{wrong}"

    def to_dict(self) -> dict[str, Any]:
        """Give the counts and the plan; the leads are in the table that was written."""
        return {
            "rows": len(self.leads),
            "plan": self.plan.to_dict(),
            "sizes": self.sizes.to_dict(),
            "strata": self.strata,
            "held_out": self.held_out,
            "repeated": self.repeated,
            "errors": self.errors,
        }


def assign(
    leads: pd.DataFrame,
    plan: Plan,
    *,
    id: str | None = None,
    score: str | None = None,
    strata: int = 5,
    errors: list[str] | None = None,
) -> Assignment:
    """Give each lead its arm.

    Parameters
    ----------
    leads : DataFrame of shape (n_leads, n_columns)
    plan : Plan
        Its edges part the strata; where it has none yet, they are settled on these leads.
    id : str, optional
        Column that identifies a lead; looked for among the usual names if absent. Rows with the same id get
        the same arm.
    score : str, optional
        Column with the score, for strata; ``score`` or ``probability`` if there is one.
    strata : int
        Parts of equal size by score.
    errors : list of str, optional
        What is wrong with each row already; such rows get no arm.

    Raises
    ------
    ColumnError
        If a column is missing, or the leads have an arm or a stratum already.

    >>> leads = pd.DataFrame({"id": ["L-1", "L-2", None], "score": [0.2, 0.7, 0.5]})
    >>> assign(leads, Plan("spring", {"A": 1, "B": 1}), strata=2).leads["arm"].tolist()
    ['A', 'B', None]
    """
    columns = [str(column) for column in leads.columns]
    taken = [name for name in ADDED[:2] if name in columns]
    if taken:
        raise ColumnError(
            f"the leads have a column '{taken[0]}' already; rename it, or assign the table as it was before"
        )
    name = _column(columns, id, "--id", ID_COLUMNS)
    if not name:
        raise ColumnError(
            f"no column identifies the leads; name one in --id (there are: {', '.join(columns[:12])})"
        )
    ranked = _column(columns, score, "--score", SCORE_COLUMNS)
    numbers = np.full(len(leads), np.nan)
    if ranked:
        cells = leads[ranked]
        numbers = as_numbers(cells, decimal_mark(cells[~blank(cells)]))
    if not plan.edges:
        plan = replace(plan, edges=edges(numbers, strata))
    ids, wrong = as_text(leads[name]), list(errors or [""] * len(leads))
    for row in np.flatnonzero(ids.isna()):
        wrong[row] = wrong[row] or f"no '{name}', so no arm"
    known = [text if not problem else None for text, problem in zip(ids, wrong, strict=True)]
    arms = {text: arm_of(plan, text) for text in dict.fromkeys(known) if text is not None}
    found = leads.copy()
    found["arm"] = pd.Series(
        [None if text is None else arms[text] for text in known], leads.index, dtype="object"
    )
    found["stratum"] = _stratum_names(numbers, plan.edges)
    found["error"] = _with_earlier(wrong, leads)
    return _summed_up(found, plan, arms, sum(text is not None for text in known))


def _summed_up(found: pd.DataFrame, plan: Plan, arms: dict[str, str], rows: int) -> Assignment:
    counts = pd.Series(list(arms.values()), dtype="object").value_counts()
    observed = {name: int(counts.get(name, 0)) for name in plan.shares}
    table = found.groupby(["stratum", "arm"]).size().rename("leads").reset_index()
    sizes = mismatch(observed, plan.shares)
    errors, out = len(found) - rows, int(counts.get(HOLDOUT, 0))
    return Assignment(found, plan, sizes, table, out, rows - len(arms), errors)


def _stratum_names(numbers: Floats, at: list[float]) -> list[str]:
    return [str(number) if number else NO_SCORE for number in stratum(numbers, at)]


def _with_earlier(wrong: list[str], leads: pd.DataFrame) -> list[str | None]:
    earlier = leads["error"] if "error" in leads else pd.Series([None] * len(leads), dtype="object")
    said = [[str(one)] if pd.notna(one) and str(one) else [] for one in earlier]
    return [
        "; ".join([*before, *([now] if now else [])]) or None for before, now in zip(said, wrong, strict=True)
    ]


def _column(columns: list[str], named: str | None, option: str, usual: tuple[str, ...]) -> str:
    if named is None:
        return first_column(columns, usual)
    if named not in columns:
        raise ColumnError(
            f"{option} names '{named}', which is no column; the columns are {', '.join(columns[:12])}"
        )
    return named
