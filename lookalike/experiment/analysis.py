"""An experiment analyzed: is the split sound, what differs, by how much, for whom, and may one stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from enrich.errors import SettingsError
from lookalike.experiment.anytime import PLANNED
from lookalike.experiment.comparison import Comparison, compare, corrected
from lookalike.experiment.day_by_day import Path, day_by_day, with_earlier_looks
from lookalike.experiment.mismatch import ALARM, Mismatch, mismatch, unlike_losses
from lookalike.experiment.telling import told_comparison, told_mismatch
from lookalike.experiment.units import Columns, Units, read_units
from lookalike.experiment.uplift import Qini, qini, uplift_by_score


@dataclass(frozen=True)
class Uplift:
    """Whom the treatment works on: only with a score, and arms assigned at random."""

    treatment: str
    measure: str
    by_score: pd.DataFrame
    qini: Qini | None

    def to_dict(self) -> dict[str, Any]:
        """Give all attributes."""
        return dict(vars(self)) | {"qini": None if self.qini is None else dict(vars(self.qini))}


@dataclass(frozen=True)
class Analysis:
    """What an experiment showed.

    Attributes
    ----------
    split : Mismatch
        Whether arms have the sizes that were meant.
    losses_p : float
        P-value of a test that the arms lost the same share of their leads to missing outcomes.
    comparisons : list of Comparison
        Each treatment against the control, for conversion first.
    uplift : list of Uplift
    paths : list of Path
        Where leads have a date.
    left_out : DataFrame
        ``error``, ``rows``, ``first_row``.
    rows : int
    errors : list of str
        What is wrong with each row of the table; empty where it counts.
    warnings : list of str
        What casts doubt, the worst first.
    notes : list of str
        What else a reader must know.
    """

    command: ClassVar[str] = "experiment-analyze"
    split: Mismatch
    losses_p: float
    comparisons: list[Comparison]
    uplift: list[Uplift]
    paths: list[Path]
    left_out: pd.DataFrame
    rows: int
    errors: list[str]
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """The split first, then the difference and what follows from it."""
        first = self.comparisons[0].measure
        told = [told_comparison(one) for one in self.comparisons if one.measure == first]
        doubt = "" if self.split.alarm or not self.warnings else f". But {self.warnings[0]}"
        said = "; ".join(told)
        # A sentence of our own begins with a capital; the name of an arm stays as it is.
        said = f"There{said[5:]}" if said.startswith("there is no") else said
        return told_mismatch(self.split) + said + doubt

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the row errors, which are counted."""
        return {
            "split": self.split.to_dict(),
            "losses_p": self.losses_p,
            "comparisons": [one.to_dict() for one in self.comparisons],
            "uplift": [one.to_dict() for one in self.uplift],
            "paths": [dict(vars(one)) for one in self.paths],
            "rows": self.rows,
            "left_out": self.left_out,
            "warnings": self.warnings,
            "notes": self.notes,
        }

    def _repr_html_(self) -> str:
        from lookalike.display import analysis_card

        return analysis_card(self).html()


def analyze(
    table: pd.DataFrame,
    columns: Columns,
    *,
    control: str | None = None,
    shares: Mapping[str, float] | None = None,
    planned: int = PLANNED,
    strata: int = 5,
    errors: list[str] | None = None,
    random_state: int = 0,
) -> Analysis:
    """Analyze an experiment.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        A row a lead, with its arm and what became of it.
    columns : Columns
        Which column plays which part.
    control : str, optional
        The arm others are compared with; see :func:`lookalike.experiment.units.read_units`.
    shares : mapping of str to float, optional
        What was meant for each arm; the same for all if absent.
    planned : int
        Leads of all arms the experiment is planned for. It must be the same at every look.
    strata : int
        Strata of the score; 1 for none.
    errors : list of str, optional
        What is wrong with each row already.
    random_state : int
        Seed of the bootstraps.

    Raises
    ------
    ColumnError
        If a column is missing, or there are fewer than two arms.
    SettingsError
        If shares name other arms than there are, or an arm has too few leads.
    """
    units = read_units(table, columns, control=control, errors=errors)
    frame, (first, *treatments) = units.frame, units.arms
    meant = _shares(units, shares)
    split = mismatch(units.assigned, meant)
    counts = {name: int((frame["arm"] == name).sum()) for name in units.arms}
    few = [name for name, count in counts.items() if count < 2]
    if few:
        raise SettingsError(
            f"'{few[0]}' has {counts[few[0]]} leads with an outcome; an arm needs two at least"
        )
    lost = {name: units.assigned[name] - counts[name] for name in units.arms}
    losses = unlike_losses(counts, lost)
    measures = [
        measure
        for measure, column in (("conversion", columns.outcome), ("revenue", columns.revenue))
        if column is not None
    ]
    paths = {name: day_by_day(frame, measures[0], name, first, planned) for name in treatments}
    comparisons, notes = [], list(units.notes)
    for measure in measures:
        found = []
        for treatment in treatments:
            one, said = compare(
                frame, measure, treatment, first, strata=strata, planned=planned, random_state=random_state
            )
            path = paths[treatment] if measure == measures[0] else None
            found.append(one if path is None else with_earlier_looks(one, path))
            notes += said
        comparisons += corrected(found)
    if len(measures) > 1:
        notes.append(
            "conversion decides, revenue is told beside it: who takes the better of two errs more often"
        )
    analysed = [_uplift(frame, measures[0], name, first, random_state) for name in treatments]
    warnings = _warnings(split, losses, lost)
    return Analysis(
        split,
        losses,
        comparisons,
        [one for one in analysed if one is not None],
        [one for one in paths.values() if one is not None],
        units.left_out,
        len(table),
        units.errors,
        warnings,
        notes,
    )


def _shares(units: Units, shares: Mapping[str, float] | None) -> Mapping[str, float]:
    if shares is None:
        return dict.fromkeys(units.arms, 1.0)
    unmeant = [name for name in units.arms if name not in shares]
    if unmeant:
        raise SettingsError(
            f"the shares name {', '.join(shares)}, but the table has an arm '{unmeant[0]}'; put one right"
        )
    return shares


def _warnings(split: Mismatch, losses: float, lost: Mapping[str, int]) -> list[str]:
    warnings = []
    if split.alarm:
        warnings.append(told_mismatch(split).strip())
    if losses < ALARM:
        each = ", ".join(f"{name} {count:,}" for name, count in lost.items())
        warnings.append(
            f"the arms lost unlike shares of their leads ({each}; p = {losses:.1g}), which can make or hide "
            "a difference"
        )
    return warnings


def _uplift(frame: pd.DataFrame, measure: str, treatment: str, control: str, seed: int) -> Uplift | None:
    both = frame[frame["arm"].isin([treatment, control]) & frame["score"].notna()]
    arm = (both["arm"] == treatment).to_numpy()
    if min(arm.sum(), (~arm).sum()) < 2:
        return None
    score = both["score"].to_numpy(dtype=np.float64)
    conversion = measure == "conversion"
    y = both["converted" if conversion else "revenue"].to_numpy(dtype=np.float64)
    table = uplift_by_score(y, score, arm, conversion=conversion)
    return Uplift(treatment, measure, table, qini(y, score, arm, random_state=seed) if conversion else None)
