"""Leads that are customers already: where favourites are all that is known, finding them again is no news."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.schema import NAME_COLUMNS
from lookalike.universe.same_company import company_keys, same_company

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel


def own_customers(model: LookalikeModel, leads: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which leads are the model's favourites themselves, shape (n_leads,).

    They are told by domain, where that is the favourites' id, or by name. Other ids tell nothing: those of
    deals and those of leads may be counted alike. None is where lost deals are known, too: there another
    deal with a customer is a lead as any other.
    """
    if model.hidden is None:
        return np.zeros(len(leads), dtype=bool)
    won = model.deals[model.deals["won"]]
    told = {model.schema.id: won["deal_id"]} | ({NAME_COLUMNS[0]: won["name"]} if model.schema.name else {})
    return same_company(company_keys(leads), company_keys(pd.DataFrame(told)))
