"""Gain and reliability of a model: from its kept backtest, or from the deals it held out when it was fitted.

Both come in the form that :mod:`lookalike.pictures` draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.backtest.result import figure_of
from lookalike.embed.base import Floats
from lookalike.evaluate.metrics import calibration_error
from lookalike.evaluate.reliability import even_bins, reliability_table
from lookalike.model import LookalikeModel

#: Places of a gain curve, draws of the bootstrap and fewest deals drawn.
SHARES = np.linspace(0, 1, 41)
DRAWS, FEWEST = 300, 40


@dataclass(frozen=True)
class Promises:
    """What pictures of gain and reliability need of a backtest.

    Attributes
    ----------
    split : {"time", "random"}
        How deals were held out.
    curves, windows, figures : DataFrame
        As of :class:`~lookalike.backtest.result.Backtest`.
    """

    split: str
    curves: pd.DataFrame
    windows: pd.DataFrame
    figures: pd.DataFrame

    def figure(self, name: str, method: str = "model", split: str | None = None, fold: int = 0) -> pd.Series:
        """Give value, low and high of one figure; all NaN if it is not there."""
        return figure_of(self.figures, name, method, split or self.split, fold)


def promises(model: LookalikeModel, results: Mapping[str, Mapping[str, Any]]) -> Promises | None:
    """Find what tells a model's gain and reliability; nothing where no deal was held out."""
    kept = results.get("backtest", {}).get("result", {})
    if all(kept.get(part) for part in ("split", "curves", "folds", "figures")):
        tables = (pd.DataFrame(kept[part]) for part in ("curves", "folds", "figures"))
        return Promises(str(kept["split"]), *tables)
    if "held_out" not in model.deals or model.hidden is not None:
        return None
    deals = model.deals[model.deals["held_out"].notna()]
    won = deals["won"].to_numpy(dtype=bool)
    if len(deals) < FEWEST or won.all() or not won.any():
        return None
    probability = model.calibrator.predict(deals["held_out"].to_numpy())
    split = "time" if model.schema.time else "random"
    figure = {"split": split, "method": "model", "figure": "ece", "fold": 0}
    low, high = np.quantile(
        [calibration_error(won[d], probability[d]) for d in _draws(len(won))], [0.025, 0.975]
    )
    return Promises(
        split,
        pd.concat([_gain(probability, won), _reliability(probability, won)]).assign(
            split=split, method="model"
        ),
        pd.DataFrame({"split": [split], "fold": [1], "tested": [len(deals)]}),
        pd.DataFrame(
            [{**figure, "value": calibration_error(won, probability), "low": low, "high": high}]
        ).astype({"value": float}),
    )


def _gain(probability: Floats, won: NDArray[np.bool_]) -> pd.DataFrame:
    """Give the share of won deals in each share of the list, with 95 % intervals by the bootstrap."""
    drawn = np.array([_caught(probability[d], won[d]) for d in _draws(len(won)) if won[d].any()])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    value = _caught(probability, won)
    return pd.DataFrame(
        {"curve": "gain", "x": SHARES, "y": value, "low": low, "high": high, "deals": len(won)}
    )


def _draws(n: int) -> Iterator[NDArray[np.int64]]:
    """Draw deals with replacement, time and again."""
    rng = np.random.default_rng(0)
    return (rng.integers(0, n, n) for _ in range(DRAWS))


def _caught(probability: Floats, won: NDArray[np.bool_]) -> Floats:
    order = np.argsort(-probability, kind="stable")
    found = np.concatenate([[0.0], np.cumsum(won[order]) / won.sum()])
    return np.interp(SHARES, np.linspace(0, 1, len(found)), found)


def _reliability(probability: Floats, won: NDArray[np.bool_]) -> pd.DataFrame:
    table = reliability_table(won, probability, even_bins(probability))
    names = {"probability": "x", "won_rate": "y", "leads": "deals"}
    return table.rename(columns=names).assign(curve="reliability")
