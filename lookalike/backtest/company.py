"""Which deals are of one company, so that no company stands on both sides of a split."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_text
from lookalike.schema import first_column
from lookalike.universe.same_company import DOMAIN_COLUMNS, domain_of

#: The enriched domain before what people typed.
_DOMAINS = ("company_domain", *DOMAIN_COLUMNS)


def company_columns(deals: pd.DataFrame, name: str, group: str | None = None) -> list[str]:
    """Give the columns that tell companies apart: the one named, or those of the web domain and the name."""
    if group is not None:
        return [group]
    domain = first_column([str(column) for column in deals.columns], _DOMAINS)
    return [column for column in (domain, name) if column]


def companies(deals: pd.DataFrame, name: str, group: str | None = None) -> NDArray[np.int64]:
    """Number the companies of deals, shape (n_deals,); a deal of no known company is one of its own.

    Parameters
    ----------
    deals : DataFrame
    name : str
        Column with the company's name; empty if there is none.
    group : str, optional
        Column that tells companies apart. Without it two deals are of one company when their web domains are
        equal or, where one of them has no domain, their names.

    >>> websites, names = ["www.a.com", "a.com/x", None, None], ["A", "B", "A", None]
    >>> deals = pd.DataFrame({"website": websites, "company": names})
    >>> companies(deals, "company").tolist()
    [0, 0, 0, 1]
    """
    nobody = pd.Series([None] * len(deals), index=deals.index, dtype=object)
    alone = pd.Series([f"row {row}" for row in range(len(deals))], index=deals.index)
    columns = company_columns(deals, name, group)
    if group is not None or columns in ([], [name]):
        keys = _texts(deals[columns[0]]) if columns else nobody
        return _numbered(keys.fillna(alone))
    domain = as_text(deals[columns[0]]).map(domain_of, na_action="ignore").replace("", None)
    names = _texts(deals[name]) if name else nobody
    by_name = domain[domain.notna() & names.notna()].groupby(names).first()
    return _numbered(domain.fillna(names.map(by_name)).fillna(names).fillna(alone))


def _texts(cells: pd.Series) -> pd.Series:
    return as_text(cells).str.casefold()


def _numbered(keys: pd.Series) -> NDArray[np.int64]:
    return np.asarray(pd.factorize(keys)[0], dtype=np.int64)
