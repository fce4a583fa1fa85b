"""From scores to probabilities where only won deals are known.

A sigmoid of held-out scores tells favourites from the unlabelled, g(x) = P(labelled | x). That is no chance of
being won: some of the unlabelled are positives. Elkan and Noto (2008, "Learning classifiers from only positive
and unlabeled data", equation 3 of section 2) correct it by the label frequency c:

    ``P(positive | x, unlabelled) = (1 − c) / c · g(x) / (1 − g(x))``
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lookalike.evaluate.calibration import NEVER, Calibrator


class UnlabelledCalibrator(Calibrator):
    """A non-decreasing map from score to the probability that an unlabelled company is a positive.

    Attributes
    ----------
    odds_ : float
        Elkan and Noto's (1 − c) / c.
    """

    method_: Any

    def fit_with(self, scores: ArrayLike, labelled: ArrayLike, label_frequency: float) -> Self:
        """Fit on held-out scores, whether each row is a favourite, and the label frequency c in (0, 1]."""
        scores, labelled = np.asarray(scores, float), np.asarray(labelled, bool)
        self.method_ = "positive-unlabelled"
        self._fit_sigmoid(scores, labelled)
        self.odds_ = (1 - label_frequency) / label_frequency
        return self

    def predict(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Give P(positive) of unlabelled companies' scores, shape (n_leads,)."""
        log_odds = np.clip(self.slope_ * np.asarray(scores, float) + self.intercept_, -700, 700)
        return np.clip(self.odds_ * np.exp(log_odds), NEVER, 1 - NEVER)

    def to_dict(self) -> dict[str, Any]:
        """Give what was learnt as JSON-ready values."""
        return {
            "method": self.method_,
            "slope": self.slope_,
            "intercept": self.intercept_,
            "odds": self.odds_,
        }

    @classmethod
    def from_dict(cls, learnt: dict[str, Any]) -> Self:
        """Make a fitted calibrator from :meth:`to_dict`."""
        calibrator = cls()
        calibrator.method_ = learnt["method"]
        calibrator.slope_, calibrator.intercept_ = learnt["slope"], learnt["intercept"]
        calibrator.odds_ = learnt["odds"]
        return calibrator


def calibrator_from(learnt: dict[str, Any]) -> Calibrator:
    """Make the calibrator that a stored model describes, of either kind."""
    kind = UnlabelledCalibrator if learnt["method"] == "positive-unlabelled" else Calibrator
    return kind.from_dict(learnt)
