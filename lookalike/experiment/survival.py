"""How long until deals are decided, some still open: Kaplan–Meier, restricted means, shares won by a day.

An open deal says that it took longer than until now; leaving it out, or counting it as lost, makes a young
group look fast or bad. Curves, the logrank test and shares by a day are statsmodels'; the restricted mean
(days to a decision, of no more than a horizon) is the area under the curve, its variance Greenwood's
(Royston and Parmar 2013, "Restricted mean survival time").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

from lookalike.experiment.estimate import ALPHA, Floats


@dataclass(frozen=True)
class Measured:
    """A number with its standard error."""

    value: float
    standard_error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        far = float(norm.isf(ALPHA / 2)) * self.standard_error
        return self.value - far, self.value + far


def restricted_mean(days: ArrayLike, closed: ArrayLike, horizon: float) -> Measured:
    """Give the mean days to a decision, of no more than `horizon`.

    Parameters
    ----------
    days : array-like of shape (n_deals,)
        From opening to the decision, or to now for open deals.
    closed : array-like of bool, shape (n_deals,)
        Whether there was a decision.
    horizon : float

    Examples
    --------
    Two of four are decided after 10 and 20 days, two are open still after 30:

    >>> restricted_mean([10, 20, 30, 30], [True, True, False, False], 30).value
    22.5
    """
    times, survival, at_risk, events = _curve(days, closed)
    inside = times < horizon
    ends = np.r_[0.0, times[inside], horizon]
    steps = np.r_[1.0, survival[inside]] * np.diff(ends)
    after = steps[::-1].cumsum()[::-1]  # the area from each time on
    n, d = at_risk[inside], events[inside]
    # Where everyone who is left is decided at once, nothing comes after, and nothing is uncertain about it.
    hazard = np.divide(d, n * (n - d), out=np.zeros(len(d)), where=n > d)
    return Measured(float(after[0]), float(np.sqrt((after[1:] ** 2 * hazard).sum())))


def median_days(days: ArrayLike, closed: ArrayLike) -> float:
    """Give the days by which half of the deals are decided; NaN where that isn't reached.

    >>> median_days([10, 20, 30, 30], [True, True, False, False])
    20.0
    """
    times, survival, _, _ = _curve(days, closed)
    reached = np.flatnonzero(survival <= 0.5 + 1e-12)
    return float(times[reached[0]]) if len(reached) else float("nan")


def decided_by(
    days: ArrayLike, closed: ArrayLike, won: ArrayLike, at: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Give the shares of deals won and lost by some days, which compete (Aalen and Johansen 1978).

    Parameters
    ----------
    days, closed : array-like of shape (n_deals,)
        See :func:`restricted_mean`.
    won : array-like of bool, shape (n_deals,)
    at : array-like of shape (n_days,)

    Returns
    -------
    won, lost : ndarray of shape (n_days,)
    won_error : ndarray of shape (n_days,)
        Standard error of the share won.

    >>> closed, won = [True, True, False, False], [True, False, False, False]
    >>> won, lost, _ = decided_by([10, 20, 30, 30], closed, won, [9, 25])
    >>> won.tolist(), lost.tolist()
    ([0.0, 0.25], [0.0, 0.25])
    """
    is_closed, is_won = np.asarray(closed, dtype=bool), np.asarray(won, dtype=bool)
    wanted = np.asarray(at, dtype=np.float64)
    status = np.where(is_closed, np.where(is_won, 1, 2), 0)
    if not is_closed.any():
        return np.zeros(len(wanted)), np.zeros(len(wanted)), np.zeros(len(wanted))
    with np.errstate(
        all="ignore"
    ):  # where the last deals are decided together, statsmodels divides by nought
        found = CumIncidenceRight(np.asarray(days, dtype=np.float64), status)
    place = np.searchsorted(found.times, wanted, side="right")
    shares = [
        np.r_[0.0, found.cinc[kind]][place] if kind < len(found.cinc) else np.zeros(len(wanted))
        for kind in (0, 1)
    ]
    # There the error is that of the time before; of a single time, that of a share.
    single = np.sqrt(is_won.mean() * (1 - is_won.mean()) / len(is_won))
    errors = np.asarray(found.cinc_se[0], dtype=np.float64)
    known = np.maximum.accumulate(np.where(np.isfinite(errors), np.arange(len(errors)), -1))
    errors = np.where(known >= 0, errors[known], single)
    return shares[0], shares[1], np.r_[0.0, errors][place]


def won_by(days: ArrayLike, closed: ArrayLike, won: ArrayLike, horizon: float) -> Measured:
    """Give the share of deals won within `horizon` days, open ones honoured; see :func:`decided_by`."""
    share, _, error = decided_by(days, closed, won, [horizon])
    return Measured(float(share[0]), float(error[0]))


def logrank(days: ArrayLike, closed: ArrayLike, group: ArrayLike) -> float:
    """Give the p-value of the logrank test that all groups are decided alike.

    It is 1 where no deal is decided, or none before the day on which all that are left are: no group could
    have done otherwise.

    >>> logrank([9, 9, 9, 9], [True] * 4, ["A", "B", "A", "B"])
    1.0
    """
    lasted, status = np.asarray(days, dtype=np.float64), np.asarray(closed, dtype=np.int64)
    at_last = lasted == lasted.max(initial=0)
    if not status.any() or (not status[~at_last].any() and status[at_last].all()):
        return 1.0
    return float(survdiff(lasted, status, np.asarray(group))[1])


def _curve(days: ArrayLike, closed: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    status: NDArray[np.int64] = np.asarray(closed, dtype=np.int64)
    if not status.any():
        return np.empty(0), np.empty(0), np.empty(0), np.empty(0)
    found = SurvfuncRight(np.asarray(days, dtype=np.float64), status)
    n = np.asarray(found.n_risk, dtype=np.float64)
    return found.surv_times, found.surv_prob, n, np.asarray(found.n_events, dtype=np.float64)
