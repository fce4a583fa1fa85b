"""A challenger beside the champion: how far they agree and, by outcomes, which ranks better.

They are compared on the same leads, by the difference of their AUCs. Outcomes are of use only if leads were
worked whatever their score: where the champion's best were called first, they won for that too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import brier_score_loss

from lookalike.evaluate.metrics import auc
from lookalike.evaluate.resampling import paired_interval
from lookalike.monitor.matured import Matured
from lookalike.ranks import ranks

#: Best-scored share that is compared.
TOP = 0.1
#: Fewer leads won or lost than this, and outcomes are not compared.
FEW = 5

Verdict = Literal["promote", "keep", "undecided", "no outcomes", "cannot score"]


@dataclass(frozen=True)
class Challenge:
    """A challenger beside the champion.

    Attributes
    ----------
    version : int
    verdict : {"promote", "keep", "undecided", "no outcomes", "cannot score"}
        "promote" and "keep" if the interval of the difference is above and below 0.
    because : str
    rank_correlation : float
        Spearman's.
    top_agreement : float
        Share of the champion's best tenth that is among the challenger's.
    ended, won : int
        Leads with an outcome.
    auc, champion_auc, difference, low, high : float
        Difference is the challenger's less the champion's, with its 95 % interval by paired bootstrap.
    brier, champion_brier : float
        Mean squared error of the probabilities; missing where a model cannot tell them.
    leads : DataFrame
        A row a lead: lead_id; score, probability and rank of each, as ``champion_score`` and so on;
        rank_difference (above 0 where the challenger ranks the lead higher); top (both, champion, challenger
        or blank: whose best tenth it is among); outcome (won, lost, or blank if young or open); error.
    """

    version: int
    verdict: Verdict
    because: str
    rank_correlation: float = np.nan
    top_agreement: float = np.nan
    ended: int = 0
    won: int = 0
    auc: float = np.nan
    champion_auc: float = np.nan
    difference: float = np.nan
    low: float = np.nan
    high: float = np.nan
    brier: float = np.nan
    champion_brier: float = np.nan
    leads: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)


def compare(
    version: int,
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    ripe: Matured | None = None,
    random_state: int = 0,
) -> Challenge:
    """Compare the scores of two models on the same leads.

    Parameters
    ----------
    version : int
        The challenger's.
    champion, challenger : DataFrame of n_leads rows
        lead_id, score, probability, error.
    ripe : Matured, optional
        The leads that ended.
    random_state : int
    """
    table = _side_by_side(champion, challenger, ripe)
    both = table["error"].eq("").to_numpy(dtype=bool)
    scores = [table[f"{side}_score"].to_numpy(dtype=float) for side in ("champion", "challenger")]
    top = table["top"]
    shared, of_champion = int(top.eq("both").sum()), int(top.isin(["both", "champion"]).sum())
    agree = spearmanr(scores[0][both], scores[1][both]).statistic if both.sum() > 1 else np.nan
    found: dict[str, Any] = {
        "rank_correlation": float(agree),
        "top_agreement": shared / of_champion if of_champion else np.nan,
        "leads": table,
    }
    ended = np.flatnonzero(both & table["outcome"].ne("").to_numpy(dtype=bool))
    won = table["outcome"].eq("won").to_numpy(dtype=bool)[ended]
    if ripe is None:
        return Challenge(version, "no outcomes", _agreement(found), **found)
    found |= {"ended": len(ended), "won": int(won.sum())}
    if min(won.sum(), (~won).sum()) < FEW:
        because = f"{won.sum()} won and {(~won).sum()} lost leads are too few to compare"
        return Challenge(version, "undecided", because, **found)
    found |= _judged(table.iloc[ended], won, scores[0][ended], scores[1][ended], random_state)
    verdict: Verdict = "promote" if found["low"] > 0 else "keep" if found["high"] < 0 else "undecided"
    return Challenge(version, verdict, _because(verdict, found), **found)


def _judged(
    table: pd.DataFrame,
    won: NDArray[np.bool_],
    champion: NDArray[np.float64],
    challenger: NDArray[np.float64],
    random_state: int,
) -> dict[str, float]:
    low, high = paired_interval(won, challenger, champion, random_state=random_state)
    areas = {"auc": auc(won, challenger), "champion_auc": auc(won, champion)}
    return {
        **areas,
        "difference": areas["auc"] - areas["champion_auc"],
        "low": low,
        "high": high,
        "brier": _brier(won, table["challenger_probability"]),
        "champion_brier": _brier(won, table["champion_probability"]),
    }


def _brier(won: NDArray[np.bool_], probabilities: pd.Series) -> float:
    """Give the mean squared error; missing for a model that tells scores alone."""
    return np.nan if probabilities.isna().all() else float(brier_score_loss(won, probabilities))


def _because(verdict: Verdict, found: dict[str, Any]) -> str:
    compared = (
        f"AUC {found['auc']:.3f}, the champion's {found['champion_auc']:.3f} on {found['ended']} leads that "
        f"ended; difference {found['difference']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"
    )
    said = {
        "promote": "promotion is justified",
        "keep": "the champion ranks better, keep it",
        "undecided": "promotion is not justified yet, the difference may be chance",
    }
    return f"{said[verdict]}: {compared}"


def _agreement(found: dict[str, Any]) -> str:
    return (
        f"ranks correlate by {found['rank_correlation']:.2f}, {found['top_agreement']:.0%} of the champion's "
        "best tenth is the challenger's too; outcomes are needed to say which is better"
    )


def _side_by_side(champion: pd.DataFrame, challenger: pd.DataFrame, ripe: Matured | None) -> pd.DataFrame:
    sides = {"champion": champion, "challenger": challenger}
    table = pd.DataFrame({"lead_id": champion["lead_id"]})
    for side, scores in sides.items():
        table[f"{side}_score"] = scores["score"].array
        table[f"{side}_probability"] = scores["probability"].array
        table[f"{side}_rank"] = ranks(scores["score"]).array
    table["rank_difference"] = table["champion_rank"] - table["challenger_rank"]
    best = max(1, round(TOP * len(table)))
    top = {side: table[f"{side}_rank"].le(best).to_numpy(dtype=bool, na_value=False) for side in sides}
    whose = [top["champion"] & top["challenger"], top["champion"], top["challenger"]]
    table["top"] = np.select(whose, ["both", "champion", "challenger"], default="")
    outcome = np.full(len(table), "", dtype=object)
    if ripe is not None:
        outcome[ripe.positions] = np.where(ripe.won, "won", "lost")
    table["outcome"] = outcome
    table["error"] = champion["error"].where(champion["error"].ne(""), challenger["error"])
    return table
