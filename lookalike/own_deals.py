"""Leads that a model of won deals alone has among its deals: as customers, or in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.schema import NAME_COLUMNS
from lookalike.universe.same_company import Key, company_keys, same_company, same_pairs

if TYPE_CHECKING:
    from lookalike.embed.base import Positions
    from lookalike.model import LookalikeModel


def own_customers(model: LookalikeModel, leads: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which leads are the model's favourites themselves, shape (n_leads,).

    Where favourites are all that is known, finding them again is no news. They are told by domain, where that
    is the favourites' id, or by name. Other ids tell nothing: those of deals and those of leads may be
    counted alike. None is where lost deals are known, too: there another deal with a customer is a lead as
    any other.
    """
    if model.hidden is None:
        return np.zeros(len(leads), dtype=bool)
    return same_company(company_keys(leads), _deal_keys(model, model.deals["won"].to_numpy()))


def own_background(model: LookalikeModel, leads: pd.DataFrame, deals: Positions) -> NDArray[np.bool_]:
    """Tell which of the deals asked about are unlabelled companies that are the lead itself.

    Nobody approached these companies, so they come as leads, too; and that a lead is unlike the favourites
    because it is like itself tells nobody anything. They are told as :func:`own_customers` are.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of n_leads rows
    deals : ndarray of shape (n_leads, n_asked) or (n_asked,)
        Positions of deals, for each lead or for all alike.

    Returns
    -------
    ndarray of bool, shape (n_leads, n_asked)
    """
    if model.hidden is None:
        return np.zeros((len(leads), deals.shape[-1]), dtype=bool)
    same = same_pairs(company_keys(leads), _deal_keys(model, slice(None)), deals)
    return same & ~model.deals["won"].to_numpy()[deals]


def _deal_keys(model: LookalikeModel, rows: NDArray[np.bool_] | slice) -> list[Key]:
    own = model.deals[rows]
    named = {NAME_COLUMNS[0]: own["name"]} if model.schema.name else {}
    return company_keys(pd.DataFrame({model.schema.id: own["deal_id"]} | named))
