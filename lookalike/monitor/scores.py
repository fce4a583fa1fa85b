"""Scores of new leads beside those of the deals that were held out at fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from enrich.numerals import percent
from enrich.progress import progress
from lookalike.evaluate.reference import Reference
from lookalike.model import BATCH_ROWS, LookalikeModel
from lookalike.monitor.columns import LEVEL, compare_column
from lookalike.monitor.finding import Finding, Severity, graded
from lookalike.monitor.moved import PSI_ALARM, PSI_WATCH


def score_leads(
    model: LookalikeModel, leads: pd.DataFrame, log: pd.DataFrame | None, *, quiet: bool = True
) -> pd.DataFrame:
    """Score leads batch by batch, without their neighbours: lead_id, score, probability, error.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    log : DataFrame, optional
        Events in :func:`~lookalike.events.read_events` form.
    quiet : bool
        Show no progress.
    """
    parts = []
    with progress("Scoring", len(leads), quiet=quiet) as done:
        for start in range(0, max(len(leads), 1), BATCH_ROWS):
            batch = leads.iloc[start : start + BATCH_ROWS]
            parts.append(model.score_batch(batch, log, first=start, because=False))
            done(len(batch))
    return pd.concat(parts, ignore_index=True)[["lead_id", "score", "probability", "error"]]


def compare_scores(
    reference: Reference, scored: pd.DataFrame, model: LookalikeModel
) -> dict[str, Any] | None:
    """Compare scores with the reference's; nothing if either side has none.

    Returns
    -------
    dict
        psi, psi_by_chance, p_shift as for a column; probability (mean of the leads; NaN where
        the model cannot tell any), won_rate (of the deals; NaN where only won deals are known).
    """
    if reference.scores is None or not len(scored):
        return None
    scores = pd.Series(scored["score"].to_numpy(dtype=float))
    found = compare_column(reference.scores, reference.scores.read(scores))
    known = {name: found[name] for name in ("psi", "psi_by_chance", "p_shift")}
    return {**known, "probability": float(scored["probability"].mean()), "won_rate": model.win_rate}


def scores_moved(scores: dict[str, Any] | None) -> list[Finding]:
    """Report that scores are distributed as they were, or are not; `scores` has the adjusted ``q_shift``."""
    if scores is None:
        return []
    level = _level(scores["probability"], scores["won_rate"])
    grade = graded(scores["psi"] - scores["psi_by_chance"], PSI_WATCH, PSI_ALARM)
    if not scores["q_shift"] < LEVEL or grade is Severity.OK:
        return [Finding(Severity.OK, "scores", "", f"scores are spread as the deals' were{level}")]
    evidence = (
        f"scores are spread otherwise than the deals': PSI {scores['psi']:.2f}, chance allows "
        f"{scores['psi_by_chance']:.2f}{level}"
    )
    remedy = (
        "look at the columns that moved; a threshold set on old scores lets another share of leads through"
    )
    return [Finding(grade, "scores", "", evidence, remedy)]


def _level(probability: float, won_rate: float) -> str:
    """Say how likely the leads are to be won, and how many of the deals were; what is known of it."""
    if np.isnan(probability):
        return ""
    said = f"; mean probability {percent(probability)}"
    return said if np.isnan(won_rate) else f"{said}, of the deals {percent(won_rate)} were won"


def reference_of(
    model: LookalikeModel, against: pd.DataFrame, log: pd.DataFrame | None, *, quiet: bool = True
) -> Reference:
    """Describe other leads, such as last month's, as a model's reference describes its deals."""
    model.schema.check(against)
    features = model.feature_table(against, log)
    scored = score_leads(model, against, log, quiet=quiet)
    return Reference.of(features, model.vectorizer.roles_, scored["score"].to_numpy(dtype=float))
