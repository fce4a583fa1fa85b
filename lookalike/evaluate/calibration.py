"""From scores to probabilities.

Platt's sigmoid for few deals, isotonic regression for many: isotonic regression overfits below about a
thousand (Niculescu-Mizil and Caruana 2005, "Predicting good probabilities with supervised learning"). The
scores to fit on must be held out, as scores of deals a model has seen are too sure of themselves.

Isotonic regression pools deals into blocks of one probability each, and so would leave leads tied that the
scores tell apart: sorted by probability they would rank worse, and where leads have moved on from the deals
most of them may fall into one block. Here it is centred (Oron and Flournoy 2017, "Centered isotonic
regression: point and interval estimation for dose-response studies"): a block's probability holds at the mean
of its scores, between blocks it is interpolated, beyond the outermost it goes on with the sigmoid's slope.

Where columns move on with time it is another matter. A map learned on last year's deals knows last year's won
rate by heart, while a model refitted since may know better. So the model's own probability, where it has one,
stays as it is unless such maps did better on the deals that came next.
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted, column_or_1d

from lookalike.embed.base import Link
from lookalike.evaluate.metrics import beyond_chance, calibration_error
from lookalike.evaluate.splits import Split

ISOTONIC_FROM_DEALS = 1_000
#: Nothing is certain: no probability is nearer to 0 or 1.
NEVER = 1e-12

Method = Literal["auto", "sigmoid", "isotonic"] | Link


class Calibrator(BaseEstimator):  # type: ignore[misc]
    """A map from score to probability that rises with the score.

    Where held-out scores do not rise with the outcome, the map is flat at the share of won deals.

    Parameters
    ----------
    method : {"auto", "sigmoid", "isotonic", "logit", "vote"}
        "auto" takes isotonic regression from a thousand deals on; "logit" and "vote" learn nothing: the
        scores are log-odds, or P(won) − P(lost).

    Attributes
    ----------
    method_ : {"sigmoid", "isotonic", "logit", "vote"}
    """

    def __init__(self, method: Method = "auto") -> None:
        self.method = method

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

    def fit(self, scores: ArrayLike, won: ArrayLike) -> Self:
        """Fit on held-out scores and outcomes, each of shape (n_deals,)."""
        scores, won = _checked(scores), np.asarray(column_or_1d(won), dtype=bool)
        check_consistent_length(scores, won)
        by_size = "sigmoid" if len(scores) < ISOTONIC_FROM_DEALS else "isotonic"
        self.method_ = by_size if self.method == "auto" else self.method
        if self.method_ in ("sigmoid", "isotonic"):
            self._fit_sigmoid(scores, won)
        if self.method_ == "isotonic":
            edge = 1.0 / (len(scores) + 2)  # nothing is certain
            pooled = IsotonicRegression(y_min=edge, y_max=1 - edge).fit_transform(scores, won)
            self.y_, block = np.unique(pooled, return_inverse=True)
            self.x_ = np.bincount(block, scores) / np.bincount(block)
        return self

    def _fit_sigmoid(self, scores: NDArray[np.float64], won: NDArray[np.bool_]) -> None:
        # Platt's targets: one deal more on each side keeps the sigmoid off 0 and 1.
        doubled = np.concatenate([scores, scores])[:, None]
        outcome = np.repeat([True, False], len(scores))
        high, low = (won.sum() + 1) / (won.sum() + 2), 1 / ((~won).sum() + 2)
        target = np.where(won, high, low)
        scale = scores.std() or 1.0
        model = LogisticRegression(C=1e6).fit(
            doubled / scale, outcome, sample_weight=np.concatenate([target, 1 - target])
        )
        slope = float(model.coef_[0, 0])
        if slope > 0:
            self.slope_, self.intercept_ = slope / scale, float(model.intercept_[0])
        else:
            share = (won.sum() + 1) / (len(won) + 2)
            self.slope_, self.intercept_ = 0.0, float(np.log(share / (1 - share)))

    def predict(self, scores: ArrayLike) -> NDArray[np.float64]:
        """Give P(won) of scores, shape (n_leads,)."""
        check_is_fitted(self)
        scores = _checked(scores)
        if self.method_ == "isotonic":
            beyond = scores - np.clip(scores, self.x_[0], self.x_[-1])
            p = expit(logit(np.interp(scores, self.x_, self.y_)) + self.slope_ * beyond)
        elif self.method_ == "vote":
            p = (1 + scores) / 2
        else:
            p = expit(scores if self.method_ == "logit" else self.slope_ * scores + self.intercept_)
        return np.clip(p, NEVER, 1 - NEVER)

    def to_dict(self) -> dict[str, Any]:
        """Give what was learnt as JSON-ready values."""
        if self.method_ == "sigmoid":
            return {"method": "sigmoid", "slope": self.slope_, "intercept": self.intercept_}
        if self.method_ == "isotonic":
            return {"method": "isotonic", "x": self.x_.tolist(), "y": self.y_.tolist(), "slope": self.slope_}
        return {"method": self.method_}

    @classmethod
    def from_dict(cls, learnt: dict[str, Any]) -> Self:
        """Make a fitted calibrator from :meth:`to_dict`."""
        calibrator = cls()
        calibrator.method_ = learnt["method"]
        if calibrator.method_ == "sigmoid":
            calibrator.slope_, calibrator.intercept_ = learnt["slope"], learnt["intercept"]
        elif calibrator.method_ == "isotonic":
            calibrator.x_, calibrator.y_ = np.array(learnt["x"]), np.array(learnt["y"])
            calibrator.slope_ = learnt["slope"]
        return calibrator


def choose_method(
    scores: NDArray[np.float64],
    won: NDArray[np.bool_],
    splits: list[Split],
    link: Link | None,
) -> Method:
    """Choose between a model's own probability and a map learned on earlier deals, by later deals.

    Parameters
    ----------
    scores : ndarray of shape (n_deals,)
        Scores by models that had not seen the deal; NaN where no split tests it.
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
        In the order of time.
    link : {"logit", "vote"}, optional
        What turns scores into the model's own probability.

    Returns
    -------
    {"auto", "logit", "vote"}
        "auto" if there is no own probability, or maps learned on the tests before had a smaller log-loss on
        the next, beyond chance.
    """
    if link is None:
        return "auto"
    tests = [test for _, test in splits]
    gains = []
    for place, test in enumerate(tests[1:], start=1):
        before = np.concatenate(tests[:place])
        own, mapped = (_carried_over(scores, won, before, test, method) for method in (link, "auto"))
        gains.append(log_loss(won[test], own) - log_loss(won[test], mapped))
    return "auto" if beyond_chance(gains) else link


def held_out_ece(
    scores: NDArray[np.float64], won: NDArray[np.bool_], splits: list[Split], method: Method = "auto"
) -> float:
    """Give the expected calibration error of held-out scores, each split calibrated on the others.

    Parameters
    ----------
    scores : ndarray of shape (n_deals,)
        Scores by models that had not seen the deal; NaN where no split tests it.
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
    method : str
        As in :class:`Calibrator`.
    """
    tests = [test for _, test in splits]
    probabilities = []
    for fold, test in enumerate(tests):
        others = np.concatenate(tests[:fold] + tests[fold + 1 :] or [test])
        probabilities.append(_carried_over(scores, won, others, test, method))
    return calibration_error(won[np.concatenate(tests)], np.concatenate(probabilities))


def _carried_over(
    scores: NDArray[np.float64],
    won: NDArray[np.bool_],
    learned_on: NDArray[np.int64],
    test: NDArray[np.int64],
    method: Method,
) -> NDArray[np.float64]:
    """Give the probabilities of some deals by a map learned on others."""
    return Calibrator(method).fit(scores[learned_on], won[learned_on]).predict(scores[test])


def _checked(scores: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(
        check_array(column_or_1d(scores), dtype=np.float64, ensure_2d=False, ensure_min_samples=0)
    )
