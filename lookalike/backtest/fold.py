"""One test of a backtest: the deals, what became of them, and what every method said."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluate.splits import Window

Floats = NDArray[np.float64]

#: What the model itself is called among the methods.
MODEL = "model"


@dataclass
class Fold:
    """A window and what was said of the deals that it tests.

    Attributes
    ----------
    window : Window
    won : ndarray of bool, shape (n_tested,)
        Outcomes of ``window.test``.
    groups : ndarray of int, shape (n_tested,)
        Their companies.
    scores : dict of str to ndarray of shape (n_tested,)
        By method, the higher the better; NaN where a deal could not be scored.
    probabilities : dict of str to ndarray of shape (n_tested,)
        By method, where it has them.
    embedding : str
        What the model was fitted as.
    seconds : float
        Wall-clock time of fitting and scoring the model.
    """

    window: Window
    won: NDArray[np.bool_]
    groups: NDArray[np.int64]
    scores: dict[str, Floats] = field(default_factory=dict)
    probabilities: dict[str, Floats] = field(default_factory=dict)
    embedding: str = ""
    seconds: float = 0.0

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Which deals every method scored, shape (n_tested,): only these are compared."""
        return np.all([~np.isnan(scores) for scores in self.scores.values()], axis=0)
