"""What so many won deals can support: intervals at this size, and what more deals would bring."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.model_selection import train_test_split

from lookalike.audit.findings import Finding
from lookalike.evaluate.among_peers import among_peers
from lookalike.evaluate.signal import NO_SIGNAL, Signal, held_out_scores
from lookalike.evaluate.splits import Split

Floats = NDArray[np.float64]

#: Shares of the deals before the last block that are learned from.
SHARES = (0.125, 0.25, 0.5, 1.0)
#: Won, and lost, deals that a share must have at least.
FEWEST = 10
#: Smaller tables are cut several times, for the mean.
SMALL, CUTS = 5_000, 3
#: Half widths of an interval of AUC that people ask for.
HALF_WIDTHS = (0.05, 0.02, 0.01)
#: A half width above which two models can seldom be told apart.
WIDE = 0.05


def learning_curve(
    X: Floats,
    won: NDArray[np.bool_],
    split: Split,
    slices: NDArray[np.int64],
    steady: NDArray[np.bool_] | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Judge models of growing parts of the past on the same held-out deals.

    Parameters
    ----------
    X : ndarray of shape (n_deals, n_features)
    won : ndarray of bool, shape (n_deals,)
    split : (train, test)
        Parts are drawn from `train` at random, in proportion of the outcomes.
    slices : ndarray of int, shape (n_deals,)
        Of time, for the deals of `test`.
    steady : ndarray of bool, shape (n_features,), optional
        As in :func:`~lookalike.evaluate.signal.held_out_scores`.
    random_state : int
        Seed of the first draw.

    Returns
    -------
    DataFrame
        A row a size: deals, won (learned from), auc (mean over the draws), low, high (95%, of the first
        draw).
    """
    train, test = split
    rows = []
    for share in SHARES:
        n_won = share * won[train].sum()
        if min(n_won, share * len(train) - n_won) < FEWEST:
            continue
        found = []
        for cut in range(CUTS if share < 1 and len(won) < SMALL else 1):
            part = train
            if share < 1:
                part, _ = train_test_split(
                    train, train_size=share, stratify=won[train], random_state=random_state + cut
                )
            scores = held_out_scores(X, won, [(part, test)], steady)
            found.append(among_peers(scores[test], won[test], slices[test]))
        mean, (low, high) = float(np.mean([one.auc for one in found])), found[0].interval()
        rows.append({"deals": len(part), "won": int(won[part].sum()), "auc": mean, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["deals", "won", "auc", "low", "high"])


def won_deals_needed(signal: Signal, won: int) -> pd.DataFrame:
    """Tell how many won deals an interval of a given width takes, the won rate and the blocks as they are.

    An interval's width falls with the root of the number of deals.

    Parameters
    ----------
    signal : Signal
    won : int
        Won deals of the whole table.

    Returns
    -------
    DataFrame
        half_width (of the 95% interval of AUC), won (in the whole table), more (than there are).
    """
    if signal.auc is None or signal.low is None or signal.high is None:
        return pd.DataFrame(columns=["half_width", "won", "more"])
    now = max(signal.high - signal.auc, signal.auc - signal.low)
    needed = [int(np.ceil(won * (now / half) ** 2)) for half in HALF_WIDTHS]
    return pd.DataFrame(
        {"half_width": HALF_WIDTHS, "won": needed, "more": [max(0, count - won) for count in needed]}
    )


def sufficiency(signal: Signal, won: int, curve: pd.DataFrame, needed: pd.DataFrame) -> list[Finding]:
    """Say what so many won deals can support."""
    findings = []
    if signal.auc is None:
        return [
            Finding(
                "sufficiency", "", "warning", f"{won:,} won deals: {signal}", "collect deals of both outcomes"
            )
        ]
    half = (float(signal.high or 0) - float(signal.low or 0)) / 2
    told_apart = half * np.sqrt(2) / norm.ppf(0.975) * (norm.ppf(0.975) + norm.ppf(0.8))
    wanted = needed[needed["more"] > 0].head(1)
    more = "".join(
        f"; ±{row['half_width']:.2f} would take {row['won']:,.0f} won deals, {row['more']:,.0f} more"
        for row in wanted.to_dict("records")
    )
    findings.append(
        Finding(
            "sufficiency",
            "",
            "warning" if half > WIDE else "note",
            f"with {won:,} won deals, AUC is known to ±{half:.3f}{more}; groups of leads half as large to ±"
            f"{half * np.sqrt(2):.3f}",
            f"take differences of AUC below {told_apart:.2f} between two independent tests for chance",
        )
    )
    if len(curve) > 1:
        last, before = curve.iloc[-1], curve.iloc[-2]
        gain, error = last["auc"] - before["auc"], (last["high"] - last["low"]) / 4
        said = (
            f"learning from {before['won']:,.0f} won deals gives AUC {before['auc']:.3f} on the last "
            "block, from "
            f"{last['won']:,.0f} {last['auc']:.3f}"
        )
        if signal.verdict == NO_SIGNAL:
            remedy = "more of the same columns will hardly help; look for columns that tell something"
        elif gain > error / 2:
            remedy = "more deals will still help"
        else:
            remedy = "more deals of the same kind will hardly help; better columns may"
        findings.append(Finding("sufficiency", "", "note", said, remedy))
    return findings
