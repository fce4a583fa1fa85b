"""The profile of a model's past deals: several personas, and the anti-profile of those who never bought.

Each persona is a real deal, the medoid of a group (:mod:`lookalike.personas`). Its win rate is the share won
among all past deals, won and lost, that are nearer to it than to any other persona of its side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lookalike.apart import what_sets_apart
from lookalike.personas import SIDES

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel


@dataclass(frozen=True)
class Profile:
    """Personas of past deals.

    Attributes
    ----------
    personas : DataFrame
        outcome ("won", or "lost" for the anti-profile; "unlabelled" where only won deals are known and the
        others are companies of a universe), persona, deal_id and name of the deal it is named after, deals
        (its size), share (of its outcome's deals, 0 to 1), near (past deals nearest to it), win_rate (share
        won of these; missing where only won deals are known), value (median), cycle_days (median, from
        opening to close); NaN where unknown.
    apart : DataFrame
        What sets each persona apart from all other deals, as :func:`lookalike.apart.what_sets_apart` gives
        it, with outcome and persona.
    stability : DataFrame
        The numbers of personas compared: outcome, groups, ari (mean adjusted Rand index under resampling, 1
        the same every time), parted (whether there is a valley between all groups), chosen.
    win_rate : float
        Share won of all past deals; NaN where only won deals are known.
    """

    personas: pd.DataFrame
    apart: pd.DataFrame
    stability: pd.DataFrame
    win_rate: float

    def words(self, persona: str, language: str = "en") -> list[str]:
        """Say what sets a persona apart, the most telling first; `language` is "en" or "ru"."""
        from lookalike.reasons.phrasebook import Phrasebook

        book = Phrasebook(language)
        rows = self.apart[self.apart["persona"] == persona].to_dict("records")
        return [book.apart({str(key): value for key, value in row.items()}) for row in rows]

    def to_dict(self) -> dict[str, Any]:
        """Give everything as what JSON can hold; None where a number is unknown."""
        return {
            "win_rate": _json_value(self.win_rate),
            "personas": [
                {**row, "apart": self.words(str(row["persona"]))} for row in _records(self.personas)
            ],
            "apart": _records(self.apart),
            "stability": _records(self.stability),
        }

    def _repr_html_(self) -> str:
        from lookalike.display import profile_card

        return profile_card(self).html()


def profile(model: LookalikeModel) -> Profile:
    """Describe the personas of a model's past deals."""
    deals = model.deals
    outcomes = {word: model.outcome_words[won] for won, word in SIDES}
    rows, names = [], {}
    for won, word in SIDES:
        side = deals[deals["won"] == won]
        for number, members in side.groupby("group"):
            medoid = members[members["medoid"]].iloc[0]
            near = deals[deals[f"near_{word}"] == number]
            names[number] = (outcomes[word], medoid["persona"])
            rows.append(
                {
                    "outcome": outcomes[word],
                    "persona": medoid["persona"],
                    "deal_id": medoid["deal_id"],
                    "name": medoid["name"],
                    "deals": len(members),
                    "share": len(members) / len(side),
                    "near": len(near),
                    "win_rate": model.win_rate_of(near),
                    "value": float(members["value"].median()),
                    "cycle_days": float(members["days"].median()),
                }
            )
    apart = what_sets_apart(model.features, deals["group"].to_numpy())
    for position, column in enumerate(("outcome", "persona")):
        apart.insert(position, column, [names[number][position] for number in apart["group"]])
    stability = model.groupings.assign(outcome=model.groupings["outcome"].map(outcomes))
    return Profile(pd.DataFrame(rows), apart.drop(columns="group"), stability, model.win_rate)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _json_value(value) for key, value in row.items()} for row in table.to_dict("records")]


def _json_value(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value
