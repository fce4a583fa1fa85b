"""Is there any signal: do deals' columns tell how deals end that no model has seen?

One fixed, cheap scorer is judged: the mean of a penalised logistic regression's and a small boosted
ensemble's log-odds, one for what adds up, one for what does not. Choosing the best of several would find
the luckiest. The deals are taken in the order of time, or in a random order where there is none, and each
block is scored by models that were fitted on the blocks before it alone. A block's outcomes are then
exchangeable given its scores if columns tell nothing, whatever happened before, so a permutation test of
the held-out AUC needs no refitting. (In cross-validation every fold is also trained on, folds are not
independent, and such a test finds signal in noise: Noirhomme et al. 2014, "Biased binomial assessment of
cross-validated estimation of classification accuracies".)

Columns that move on with time are a calendar; the regression, which would extrapolate it, does without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from lookalike.embed.base import Floats
from lookalike.embed.boosters import Growth, grow
from lookalike.embed.linear import LinearEmbedding
from lookalike.evaluate.among_peers import among_peers, permutation_p, slices_of_time
from lookalike.evaluate.choice import USEFUL_AUC
from lookalike.evaluate.splits import Split, rolling_origin

Verdict = Literal["signal", "no usable signal", "cannot be told"]
SIGNAL: Verdict = "signal"
NO_SIGNAL: Verdict = "no usable signal"
UNTOLD: Verdict = "cannot be told"

#: Chance must do as well less often than this.
LEVEL = 0.01
#: Where chance does as well, deals are too few to say that there is nothing if the interval reaches up to
#: this.
NOT_RULED_OUT = 0.60

BLOCKS = 5
#: The penalty is stronger than a model's: the first block is small.
STRENGTH = 0.1
_SMALL = Growth(
    n_estimators=60,
    n_ensembles=1,
    learning_rate=0.1,
    num_leaves=7,
    min_child_samples=20,
    colsample=0.5,
    reg_lambda=1.0,
    random_state=0,
)


@dataclass(frozen=True)
class Signal:
    """What was found, as numbers that JSON knows.

    Attributes
    ----------
    verdict : {"signal", "no usable signal", "cannot be told"}
    auc, low, high : float, optional
        Of held-out deals among those of the same time, with the 95% interval; none if nothing can be held
        out.
    p_value : float, optional
        How often chance does as well.
    permutations : int
    deals, won : int
        Deals that were held out, and those of them that were won.
    in_time : bool
        Whether models were judged on later deals.
    blocks : list of dict
        For each block: deals, won, auc, low, high.
    blocks_low, blocks_high : float, optional
        95% interval of the mean over blocks as if these were drawn at random (Student's t): what the next
        block may bring.
    """

    verdict: Verdict
    auc: float | None
    low: float | None
    high: float | None
    p_value: float | None
    permutations: int
    deals: int
    won: int
    in_time: bool
    blocks: list[dict[str, Any]]
    blocks_low: float | None = None
    blocks_high: float | None = None

    def __str__(self) -> str:
        """Say the figures in one sentence, without the verdict."""
        if self.auc is None:
            return "no deal could be held out: an outcome occurs too seldom"
        later = "later" if self.in_time else "held-out"
        chance = f"p {'<' if self.p_value == self._least else '='} {self.p_value:.2g}"
        return (
            f"AUC {self.auc:.3f} ({self.low:.3f} to {self.high:.3f}) on {self.deals:,} {later} deals, "
            f"{self.won:,} of them won; {chance} by {self.permutations:,} permutations"
        )

    @property
    def _least(self) -> float:
        return 1 / (1 + self.permutations)

    def _repr_html_(self) -> str:
        from lookalike.display import signal_card

        return signal_card(self).html()


def held_out_scores(
    X: Floats, won: NDArray[np.bool_], splits: list[Split], steady: NDArray[np.bool_] | None = None
) -> Floats:
    """Score the deals that each split holds out.

    Parameters
    ----------
    X : ndarray of shape (n_deals, n_features)
        Vectorized without a look at outcomes.
    won : ndarray of bool, shape (n_deals,)
    splits : list of (train, test)
    steady : ndarray of bool, shape (n_features,), optional
        Features of columns that do not move on with time; all if absent.

    Returns
    -------
    ndarray of shape (n_deals,)
        In units of a block's standard deviation; NaN where no split holds the deal out.
    """
    steady = np.ones(X.shape[1], dtype=bool) if steady is None else steady
    scores = np.full(len(won), np.nan)
    for train, test in splits:
        if not X.shape[1]:
            scores[test] = 0.0
            continue
        parts = []
        if steady.any():
            linear = LinearEmbedding(C=STRENGTH).fit(X[train][:, steady], won[train])
            parts.append(linear.model_score(X[test][:, steady]))
        parts.append(grow(X[train], won[train], np.ones(len(train)), _SMALL).raw_score(X[test]))
        scores[test] = np.mean([_standardised(part) for part in parts], axis=0)
    return scores


def origins(order: Floats, won: NDArray[np.bool_], random_state: int = 0) -> tuple[list[Split], Floats, bool]:
    """Give the splits, what they are ordered by, and whether that is time.

    Parameters
    ----------
    order : ndarray of shape (n_deals,)
        What orders deals in time; a random order is taken if any is NaN.
    won : ndarray of bool, shape (n_deals,)
    random_state : int
        Seed of that order.
    """
    in_time = not np.isnan(order).any()
    if not in_time:
        order = np.random.default_rng(random_state).permutation(len(won)).astype(np.float64)
    return rolling_origin(order, won, BLOCKS), order, in_time


def held_out_slices(order: Floats, won: NDArray[np.bool_], splits: list[Split]) -> NDArray[np.int64]:
    """Give the slice of time of each held-out deal, shape (n_deals,), within its block; -1 for all others."""
    slices = np.full(len(won), -1, dtype=np.int64)
    for _, test in splits:
        slices[test] = slices_of_time(order[test], won[test]) + slices.max() + 1
    return slices


def find_signal(
    X: Floats,
    won: NDArray[np.bool_],
    order: Floats,
    steady: NDArray[np.bool_] | None = None,
    permutations: int = 1999,
    random_state: int = 0,
) -> Signal:
    """Tell whether columns say anything of how deals end.

    Parameters
    ----------
    X : ndarray of shape (n_deals, n_features)
    won : ndarray of bool, shape (n_deals,)
    order : ndarray of shape (n_deals,)
        What orders deals in time, NaN where that is unknown.
    steady : ndarray of bool, shape (n_features,), optional
        Features of columns that do not move on.
    permutations : int
    random_state : int
        Seed of permutations, and of the order where there is no time.
    """
    splits, order, in_time = origins(order, won, random_state)
    scores = held_out_scores(X, won, splits, steady)
    return judge_signal(scores, won, order, splits, in_time, permutations, random_state)


def judge_signal(
    scores: Floats,
    won: NDArray[np.bool_],
    order: Floats,
    splits: list[Split],
    in_time: bool,
    permutations: int = 1999,
    random_state: int = 0,
) -> Signal:
    """Tell whether held-out scores say anything of how deals end; parameters as above."""
    if not splits:
        return Signal(UNTOLD, None, None, None, None, permutations, 0, 0, in_time, [])
    slices = held_out_slices(order, won, splits)
    tested = np.flatnonzero(slices >= 0)
    found = among_peers(scores[tested], won[tested], slices[tested])
    if not found.pairs:
        return Signal(UNTOLD, None, None, None, None, permutations, len(tested), 0, in_time, [])
    p = permutation_p(scores[tested], won[tested], slices[tested], permutations, random_state)
    low, high = found.interval()
    blocks = []
    for _, test in splits:
        own = among_peers(scores[test], won[test], slices[test])
        ends = own.interval() if own.pairs else (None, None)
        counts = {"deals": len(test), "won": int(won[test].sum())}
        blocks.append({**counts, "auc": own.auc if own.pairs else None, "low": ends[0], "high": ends[1]})
    reach = _reach([block["auc"] for block in blocks if block["auc"] is not None])
    return Signal(
        verdict=_verdict(p, high),
        auc=found.auc,
        low=low,
        high=high,
        p_value=p,
        permutations=permutations,
        deals=len(tested),
        won=int(won[tested].sum()),
        in_time=in_time,
        blocks=blocks,
        blocks_low=None if reach is None else reach[0],
        blocks_high=None if reach is None else reach[1],
    )


def _verdict(p: float, high: float) -> Verdict:
    if p < LEVEL:
        return "signal" if high >= USEFUL_AUC else "no usable signal"
    return "cannot be told" if high >= NOT_RULED_OUT else "no usable signal"


def _reach(aucs: list[float]) -> tuple[float, float] | None:
    if len(aucs) < 2:
        return None
    mean = float(np.mean(aucs))
    reach = float(student.ppf(0.975, len(aucs) - 1) * np.std(aucs, ddof=1) / np.sqrt(len(aucs)))
    return max(0.0, mean - reach), min(1.0, mean + reach)


def _standardised(scores: Floats) -> Floats:
    return (scores - scores.mean()) / (scores.std() or 1.0)
