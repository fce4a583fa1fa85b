"""What the report says, worked out and not yet drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lookalike.events import read_events
from lookalike.explain import Explanation, explain_row
from lookalike.model import LookalikeModel

#: Leads that get a card with their sum; the others stand in the table.
CARDS = 12
#: Leads in the table.
ROWS = 500


@dataclass(frozen=True)
class Bar:
    """A part of a lead's sum.

    Attributes
    ----------
    label : str
    contribution : float
        In the unit of the score.
    left, width : float
        Where the bar stands, in percent of the card.
    kind : {"for", "against", "base"}
    shared : str
        What a named deal has in common with the lead.
    """

    label: str
    contribution: float
    left: float
    width: float
    kind: str
    shared: str = ""


@dataclass(frozen=True)
class Card:
    """A lead with its sum.

    Attributes
    ----------
    row : dict
        The lead's line of the score table, with ``company``.
    bars : list of Bar
        Base, named deals, the rest by persona; each starts where the one before ends.
    total : float
        Where the last bar ends: the score.
    """

    row: dict[str, Any]
    bars: list[Bar]
    total: float


@dataclass(frozen=True)
class Report:
    """Everything the report shows.

    Attributes
    ----------
    deals, won, leads, unscored : int
        How many.
    embedding : str
    cards : list of Card
    rows : list of dict
        The best leads of the score table.
    personas : list of dict
        persona, deals, win_rate, value (None where unknown), apart (texts).
    judged : list of dict
        features, auc, lift; empty where no outcomes are known.
    found : list of dict
        What commands found about the model, the newest last: command, made_at (a date), headline.
    """

    deals: int
    won: int
    leads: int
    unscored: int
    embedding: str
    cards: list[Card]
    rows: list[dict[str, Any]]
    personas: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    found: list[dict[str, str]]


def summarize(
    model: LookalikeModel,
    leads: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    events: pd.DataFrame | None = None,
    judged: pd.DataFrame | None = None,
    results: Mapping[str, Mapping[str, Any]] | None = None,
) -> Report:
    """Work out what the report says.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of n_leads rows
    scores : DataFrame of n_leads rows
        From :meth:`LookalikeModel.score <lookalike.model.LookalikeModel.score>` on these leads.
    events : DataFrame, optional
        Behaviour, as given to ``score``.
    judged : DataFrame, optional
        Columns features, auc, lift: what is known of the quality.
    results : mapping, optional
        What commands found about the model, from :func:`lookalike.results.kept`.
    """
    names = model.schema.labels(leads, model.schema.name) if model.schema.name else scores["lead_id"]
    table = scores.assign(company=list(names))
    best = table[table["rank"].notna()].sort_values("rank", kind="stable").head(ROWS)
    rows = [{str(key): value for key, value in row.items()} for row in best.to_dict("records")]
    log = None if events is None else read_events(events)
    cards = [
        _card(row, explain_row(model, leads, int(position), log, top=4))
        for row, position in zip(rows[:CARDS], best.index, strict=False)
    ]
    return Report(
        deals=len(model.deals),
        won=int(model.deals["won"].sum()),
        leads=len(scores),
        unscored=int(scores["rank"].isna().sum()),
        embedding=model.embedding_name,
        cards=cards,
        rows=rows,
        personas=model.profile().to_dict()["personas"],
        judged=[]
        if judged is None
        else [{str(k): v for k, v in row.items()} for row in judged.to_dict("records")],
        found=_found(results or {}),
    )


def _found(results: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"command": command, "made_at": str(found["made_at"])[:10], "headline": str(found["headline"])}
        for command, found in sorted(results.items(), key=lambda item: str(item[1]["made_at"]))
    ]


def _card(row: dict[str, Any], found: Explanation) -> Card:
    parts = [("every lead starts here", found.base, "base", "")]
    for deal in found.named.to_dict("records"):
        parts += [_part(f"{deal['name']} ({deal['outcome']})", deal["contribution"], deal["shared"])]
    for group in found.rest.to_dict("records"):
        parts += [_part(f"{group['deals']} others {group['persona']}", group["contribution"])]
    ends = np.cumsum([contribution for _, contribution, _, _ in parts])
    starts = np.concatenate([[0.0], ends[:-1]])
    low, high = min(0.0, *starts, *ends), max(0.0, *starts, *ends)
    scale = 100 / ((high - low) or 1.0)
    bars = [
        Bar(label, contribution, (min(start, end) - low) * scale, abs(end - start) * scale, kind, shared)
        for (label, contribution, kind, shared), start, end in zip(parts, starts, ends, strict=True)
    ]
    return Card(row=row, bars=bars, total=float(ends[-1]))


def _part(label: str, contribution: float, shared: str = "") -> tuple[str, float, str, str]:
    return label, contribution, "for" if contribution >= 0 else "against", shared
