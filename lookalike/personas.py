"""Groups of past deals that are alike: the personas of customers, and of those who never became one.

Never one centre of everything: won and lost deals are grouped apart, into as many groups as are stable and
parted (:mod:`lookalike.stability`), and each group is named after a real deal, its medoid: the one nearest to
the group's centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lookalike.anatomy import anatomy
from lookalike.embed.base import AdditiveEmbedding, Floats
from lookalike.stability import groups

SIDES = ((True, "won"), (False, "lost"))


@dataclass(frozen=True)
class Personas:
    """Groups of past deals.

    Attributes
    ----------
    deals : DataFrame of n_deals rows
        group (number, 0 the largest won one, won ones before lost ones); persona (its name); medoid (whether
        the group is named after this deal); near_won and near_lost (the group of either side whose centre is
        nearest to the deal, won or lost).
    tried : DataFrame
        The numbers of groups compared: outcome, groups, ari (mean adjusted Rand index under resampling),
        parted, chosen.
    """

    deals: pd.DataFrame
    tried: pd.DataFrame


def personas(
    embedding: AdditiveEmbedding, X: Floats, names: Sequence[str], random_state: int = 0
) -> Personas:
    """Group past deals.

    Parameters
    ----------
    embedding : AdditiveEmbedding
        Fitted.
    X : ndarray of shape (n_deals, n_features)
        What it was fitted on.
    names : sequence of str, length n_deals
    random_state : int
        Seed.
    """
    vectors = anatomy(embedding).deal_vectors(X)
    n = len(vectors)
    group, medoid = np.empty(n, dtype=np.int64), np.zeros(n, dtype=bool)
    persona = np.empty(n, dtype=object)
    near, tried, taken = {}, [], 0
    for won, word in SIDES:
        deals = np.flatnonzero(embedding.won_ == won)
        made = groups(vectors[deals], random_state)
        found, distance = made.nearest(vectors)
        sizes = np.bincount(found[deals], minlength=made.means.n_clusters)
        by_size = np.argsort(-sizes, kind="stable")
        place = np.empty(len(by_size), dtype=np.int64)
        place[by_size] = np.arange(taken, taken + len(by_size))
        near[f"near_{word}"] = place[found]
        group[deals] = place[found[deals]]
        for number in place[sizes > 0]:
            members = deals[group[deals] == number]
            centre = members[np.argmin(distance[members])]
            medoid[centre] = True
            persona[members] = f"{word} like {names[centre]}"
        taken += len(by_size)
        tried.append(made.tried.assign(outcome=word))
    columns = {"group": group, "persona": persona, "medoid": medoid, **near}
    order = ["outcome", "groups", "ari", "parted", "chosen"]
    return Personas(pd.DataFrame(columns), pd.concat(tried, ignore_index=True)[order])
