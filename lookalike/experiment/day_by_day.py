"""What one would have seen of an experiment, had one looked every day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lookalike.experiment.anytime import looks
from lookalike.experiment.comparison import Comparison
from lookalike.experiment.estimate import ALPHA
from lookalike.experiment.outcome_cells import day_text

#: Looks that are listed.
LOOKS = 60


@dataclass(frozen=True)
class Path:
    """What one would have seen day by day.

    Attributes
    ----------
    treatment, measure : str
    looks : DataFrame
        ``date``, ``leads``, ``difference`` as observed, not adjusted, and ``p_value``, always valid and the
        least so far.
    first_proof : str or None
        Date from which the experiment could have been stopped.
    """

    treatment: str
    measure: str
    looks: pd.DataFrame
    first_proof: str | None


def with_earlier_looks(one: Comparison, path: Path) -> Comparison:
    """Let a proof of an earlier day stand, where it is the observed difference that is told."""
    if one.adjusted is not None:
        return one
    least = min(one.anytime.p_value, float(path.looks["p_value"].iloc[-1]))
    return replace(one, anytime=replace(one.anytime, p_value=least))


def day_by_day(frame: pd.DataFrame, measure: str, treatment: str, control: str, planned: int) -> Path | None:
    """Give what one would have seen of a treatment; none where some leads have no date.

    Parameters
    ----------
    frame : DataFrame
        As :func:`lookalike.experiment.units.read_units` reads it.
    measure : {"conversion", "revenue"}
    treatment, control : str
    planned : int
        Leads of all arms the experiment is planned for.
    """
    both = frame[frame["arm"].isin([treatment, control]) & frame["day"].notna()].sort_values(
        "day", kind="stable"
    )
    if len(both) < int(frame["arm"].isin([treatment, control]).sum()) or both.empty:
        return None  # some have no date: what was known when cannot be told
    y = both["converted" if measure == "conversion" else "revenue"].to_numpy(dtype=np.float64)
    arm = (both["arm"] == treatment).to_numpy()
    difference, _, p = looks(y, arm, planned, conversion=measure == "conversion")
    day = np.floor(both["day"].to_numpy(dtype=np.float64))
    ends = np.r_[np.flatnonzero(np.diff(day)), len(day) - 1]
    p = np.minimum.accumulate(p[ends])  # within a day nobody looked
    proven = np.flatnonzero(p < ALPHA)
    shown = np.unique(np.linspace(0, len(ends) - 1, min(len(ends), LOOKS)).round().astype(int))
    listed = pd.DataFrame(
        {
            "date": [day_text(day[ends[one]]) for one in shown],
            "leads": ends[shown] + 1,
            "difference": difference[ends[shown]],
            "p_value": p[shown],
        }
    )
    return Path(treatment, measure, listed, day_text(day[ends[proven[0]]]) if len(proven) else None)
