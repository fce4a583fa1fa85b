"""What past leads say about an experiment to come: rate, mean, spread, skewness, what a covariate saves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from enrich.errors import ColumnError
from lookalike.experiment.means import leads_for
from lookalike.experiment.outcome_cells import RowErrors, column, read_numbers, read_won


@dataclass(frozen=True)
class Pilot:
    """Numbers of past leads.

    Attributes
    ----------
    rate : float or None
        Conversion rate; where it is the conversion that is to be tested.
    mean, spread : float or None
        Of one lead's revenue; where it is revenue.
    leads_for_normal : float or None
        Leads an arm needs for its mean revenue to be nearly normal.
    correlation : float or None
        Of the covariate with the outcome.
    leads, left_out : int
        Rows used, and rows that could not be.
    """

    rate: float | None
    mean: float | None
    spread: float | None
    leads_for_normal: float | None
    correlation: float | None
    leads: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        told = f"{self.leads:,} past leads" + (f" ({self.left_out:,} rows left out)" if self.left_out else "")
        if self.mean is not None:
            told += f": revenue {self.mean:,.2f} a lead, spread {self.spread:,.2f}"
        elif self.rate is not None:
            told += f": {self.rate:.2%} converted"
        return told + (
            "" if self.correlation is None else f", correlation with the covariate {self.correlation:.2f}"
        )


def read_pilot(
    table: pd.DataFrame,
    *,
    outcome: str | None = None,
    won: str | None = None,
    revenue: str | None = None,
    covariate: str | None = None,
) -> Pilot:
    """Read past leads; with a column of revenue it is revenue that is to be tested.

    Revenue counts for won leads only where an outcome is named too; blank revenue is nought.

    Raises
    ------
    ColumnError
        If a column is missing, or nothing is left.
    """
    if outcome is None and revenue is None:
        raise ColumnError("the pilot needs --outcome or --revenue")
    wrong = RowErrors(len(table))
    cells, money = column(table, outcome, "--outcome"), column(table, revenue, "--revenue")
    converted = np.full(len(table), np.nan) if cells is None else read_won(cells, won, wrong)
    y = converted
    if money is not None:
        y = np.nan_to_num(read_numbers(money, wrong))
        y = y if cells is None else np.where(converted == 1, y, 0.0)
    known = wrong.none & ~np.isnan(y)
    if known.sum() < 2:
        raise ColumnError(f"the pilot has {int(known.sum())} rows that can be read; it needs two at least")
    correlation = None
    before = column(table, covariate, "--covariate")
    if before is not None:
        x = read_numbers(before, RowErrors(len(table)))
        both = known & ~np.isnan(x)
        if both.sum() > 2 and np.ptp(x[both]) > 0 and np.ptp(y[both]) > 0:
            correlation = float(np.corrcoef(x[both], y[both])[0, 1])
    used, out = int(known.sum()), int((~known).sum())
    if money is None:
        return Pilot(float(y[known].mean()), None, None, None, correlation, used, out)
    spread = float(y[known].std(ddof=1))
    return Pilot(None, float(y[known].mean()), spread, leads_for(y[known]), correlation, used, out)
