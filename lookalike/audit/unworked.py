"""Deals that were not won because nobody worked them: no owner, no activity, hardly a cell filled.

A model that learns from these learns whom the team chose to call, and sends it back to the same companies.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from lookalike.audit.findings import Finding
from lookalike.cells import as_numbers, blank
from lookalike.evaluate.metrics import auc

LEVEL = 1e-4
#: Share of deals without a sign of work, and their won rate over that of the others.
FEWEST, RARELY_WON = 0.02, 1 / 3
#: AUC of the number of filled cells that is worth telling.
FILLED_AUC = 0.65

_WORK = re.compile(
    r"owner|assign|sales ?rep|\bsdr\b|\bagent\b|activit|touch|meeting|\bcalls?\b|attempt|follow.?up|demo\b"
    r"|ответств|менеджер|владел|активн|касан|встреч|звон|betreuer|zuständig|anruf|aktivität|termin",
    re.IGNORECASE,
)


def unworked(table: pd.DataFrame, won: NDArray[np.bool_]) -> list[Finding]:
    """Find signs that lost deals were never worked.

    Parameters
    ----------
    table : DataFrame of shape (n_deals, n_columns)
        All that was known of the deals but time and outcome.
    won : ndarray of bool, shape (n_deals,)
    """
    findings = []
    filled = np.zeros(len(won))
    for column in table:
        empty = blank(table[column]).to_numpy(dtype=bool)
        filled += ~empty
        if not _WORK.search(str(column)):
            continue
        nothing = empty | (as_numbers(table[column]) == 0)
        if not FEWEST <= nothing.mean() <= 1 - FEWEST:
            continue
        counts = [[int((nothing & won).sum()), int((nothing & ~won).sum())]]
        counts.append([int((~nothing & won).sum()), int((~nothing & ~won).sum())])
        rates = [row[0] / sum(row) for row in counts]
        if rates[0] <= RARELY_WON * rates[1] and fisher_exact(counts, alternative="less").pvalue < LEVEL:
            findings.append(
                Finding(
                    "stability",
                    str(column),
                    "warning",
                    f"blank or 0 in {int(nothing.sum()):,} deals ({nothing.mean():.0%}), of which "
                    f"{rates[0]:.1%} were "
                    f"won, and {rates[1]:.1%} of the others: some may be lost because nobody worked them",
                    "learn from worked deals alone, or say in the outcome which were never worked",
                )
            )
    if len(np.unique(filled)) > 1 and (found := auc(won, filled)) >= FILLED_AUC:
        few = filled <= np.quantile(filled, 0.1)
        findings.append(
            Finding(
                "stability",
                "",
                "note",
                f"the mere number of filled cells ranks deals at AUC {found:.2f}; of the "
                f"{few.sum():,} deals with "
                f"fewest {won[few].mean():.0%} were won, of the others {won[~few].mean():.0%}",
                "see which columns are filled while a deal is worked; on new leads they are blank",
            )
        )
    return findings
