"""From scores to probabilities where only won deals are known.

Of rows with one score, favourites and unlabelled taken together, a share p is positive, and a positive is
labelled with frequency c (Elkan and Noto 2008, "Learning classifiers from only positive and unlabeled data").
So P(labelled | score) = c·p can never exceed c, however high the score; with p a sigmoid this is the modified
logistic regression of Jaskie, Elkan and Spanias (2019). What an unlabelled company's chance is follows:

    ``P(positive | score, unlabelled) = (1 − c) · p / (1 − c · p)``
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit

from lookalike.evaluate.calibration import NEVER, Calibrator


class UnlabelledCalibrator(Calibrator):
    """A non-decreasing map from score to the probability that an unlabelled company is a positive.

    Attributes
    ----------
    label_frequency_ : float
        Elkan and Noto's c.
    """

    method_: Any

    def fit_with(self, scores: ArrayLike, labelled: ArrayLike, label_frequency: float) -> Self:
        """Fit on held-out scores, whether each row is a favourite, and the label frequency c in (0, 1]."""
        scores, labelled = np.asarray(scores, float), np.asarray(labelled, bool)
        self.method_ = "positive-unlabelled"
        self.label_frequency_ = c = min(label_frequency, 1 - NEVER)
        centre, scale = float(scores.mean()), float(scores.std()) or 1.0
        standard = (scores - centre) / scale

        def loss(parts: NDArray[np.float64]) -> float:
            chance = c * expit(np.exp(parts[0]) * standard + parts[1])  # exp: it never falls with the score
            told = np.where(labelled, chance, 1 - chance)
            # A weak pull to a gentle slope: where scores part the two sides, likelihood alone has no end.
            return float(-np.log(np.maximum(told, NEVER)).sum() + 0.5 * parts[0] ** 2)

        start = np.array([0.0, np.log(labelled.mean() / (1 - labelled.mean()))])
        slope, intercept = minimize(loss, start, method="Nelder-Mead").x
        self.slope_ = float(np.exp(slope)) / scale
        self.intercept_ = float(intercept) - self.slope_ * centre
        return self

    def predict(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Give P(positive) of unlabelled companies' scores, shape (n_leads,)."""
        c = self.label_frequency_
        p = expit(self.slope_ * np.asarray(scores, float) + self.intercept_)
        return np.clip((1 - c) * p / (1 - c * p), NEVER, 1 - NEVER)

    def to_dict(self) -> dict[str, Any]:
        """Give what was learnt as JSON-ready values."""
        return {
            "method": self.method_,
            "slope": self.slope_,
            "intercept": self.intercept_,
            "label_frequency": self.label_frequency_,
        }

    @classmethod
    def from_dict(cls, learnt: dict[str, Any]) -> Self:
        """Make a fitted calibrator from :meth:`to_dict`."""
        calibrator = cls()
        calibrator.method_ = learnt["method"]
        calibrator.slope_, calibrator.intercept_ = learnt["slope"], learnt["intercept"]
        calibrator.label_frequency_ = learnt["label_frequency"]
        return calibrator


def calibrator_from(learnt: dict[str, Any]) -> Calibrator:
    """Make the calibrator that a stored model describes, of either kind."""
    kind = UnlabelledCalibrator if learnt["method"] == "positive-unlabelled" else Calibrator
    return kind.from_dict(learnt)
