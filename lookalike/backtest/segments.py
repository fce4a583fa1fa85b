"""Where a model works and where it does not, and what a won deal costs at a depth of the list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lookalike.backtest.figures import Tally, figures_of, tallies
from lookalike.backtest.fold import MODEL, Fold
from lookalike.backtest.past import Past
from lookalike.cells import as_text
from lookalike.evaluate.resampling import interval

#: Values of a column that are judged apart; the rest are one.
MOST_VALUES = 12
OTHER, BLANK = "all others", "blank"
SEGMENT_COLUMNS = [
    *("column", "value", "deals", "won_rate", "won_rate_low", "won_rate_high", "mean_probability"),
    *("auc", "auc_low", "auc_high", "lift_10", "lift_10_low", "lift_10_high"),
]
COST_COLUMNS = ["method", "depth", "won_rate", "cost_per_won", "low", "high"]


def segment_table(
    past: Past, folds: Sequence[Fold], columns: Sequence[str], draws: int = 1_000, random_state: int = 0
) -> pd.DataFrame:
    """Judge the model on the deals of each value of some columns.

    Parameters
    ----------
    past : Past
    folds : sequence of Fold
    columns : sequence of str
        Any of the deals', learned from or not.
    draws, random_state : int

    Returns
    -------
    DataFrame
        A row a value, the most frequent first: column, value, deals (tested), won_rate, mean_probability,
        auc, lift_10, each but the mean with low and high (95 %). Ranks are compared within a test and value.
    """
    rows = []
    for column in columns:
        cells = as_text(past.deals[column]).fillna(BLANK).astype(object)
        tested = np.concatenate([fold.window.test[fold.scored] for fold in folds])
        counts = cells.iloc[tested].value_counts()
        frequent = list(counts.index[:MOST_VALUES])
        cells = cells.where(cells.isin(frequent), OTHER)
        for value in [*frequent, OTHER] if len(counts) > MOST_VALUES else frequent:
            parts: list[Tally] = []
            for number, fold in enumerate(folds):
                own = Fold(fold.window, fold.won, fold.groups)
                own.scores, own.probabilities = (
                    {MODEL: fold.scores[MODEL]},
                    {MODEL: fold.probabilities[MODEL]},
                )
                here = (cells.iloc[fold.window.test] == value).to_numpy()
                parts += tallies(own, (10.0,), draws, [random_state, number], here & fold.scored).values()
            figures = figures_of(parts, (10.0,))
            row: dict[str, object] = {"column": column, "value": value}
            row["deals"] = int(sum(part.deals[0] for part in parts))
            row["mean_probability"] = _mean_probability(folds, cells, value)
            for name in ("won_rate", "auc", "lift_10"):
                row[name] = figures[name][0]
                row[f"{name}_low"], row[f"{name}_high"] = interval(figures[name][1:])
            rows.append(row)
    return pd.DataFrame(rows, columns=SEGMENT_COLUMNS)


def _mean_probability(folds: Sequence[Fold], cells: pd.Series, value: object) -> float:
    said = [
        fold.probabilities[MODEL][(cells.iloc[fold.window.test] == value).to_numpy() & fold.scored]
        for fold in folds
    ]
    return float(np.concatenate(said).mean())


def cost_table(
    figures: pd.DataFrame, split: str, depths: Sequence[float], cost_per_contact: float | None
) -> pd.DataFrame:
    """Tell what a won deal costs when only the best of each list are worked.

    Parameters
    ----------
    figures : DataFrame
        From :func:`~lookalike.backtest.figures.figure_table`.
    split : str
    depths : sequence of float
        Per cent; the whole list is told too.
    cost_per_contact : float, optional
        Nothing is told without it.

    Returns
    -------
    DataFrame
        method, depth (per cent), won_rate (of those worked), cost_per_won, low, high (95 %).
    """
    if cost_per_contact is None:
        return pd.DataFrame(columns=COST_COLUMNS).astype(dict.fromkeys(COST_COLUMNS[1:], "float64"))
    names = {f"won_rate_{depth:g}": depth for depth in depths} | {"won_rate": 100.0}
    here = figures[(figures["split"] == split) & (figures["fold"] == 0) & figures["figure"].isin(list(names))]
    table = pd.DataFrame(
        {
            "method": here["method"],
            "depth": here["figure"].map(names),
            "won_rate": here["value"],
            "cost_per_won": cost_per_contact / here["value"].where(here["value"] > 0),
            "low": cost_per_contact / here["high"].where(here["high"] > 0),
            "high": cost_per_contact / here["low"].where(here["low"] > 0),
        }
    )
    return table.reset_index(drop=True)[COST_COLUMNS]
