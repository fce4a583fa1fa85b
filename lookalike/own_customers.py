"""Leads that are customers already: where favourites are all that is known, finding them again is no news."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.universe.same_company import DOMAIN_COLUMNS, company_keys, domain_of, same_company

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
    nothing = [""] * len(won)
    domains = map(domain_of, won["deal_id"]) if model.schema.id.casefold() in DOMAIN_COLUMNS else nothing
    names = won["name"].str.casefold() if model.schema.name else nothing
    return same_company(company_keys(leads), list(zip(domains, names, strict=True)))
