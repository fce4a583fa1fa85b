"""Which companies of a universe are the favourites themselves: the same web domain, or the same name."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lookalike.cells import as_text
from lookalike.schema import NAME_COLUMNS, first_column

#: Columns taken for a company's place on the web; compared in lower case.
DOMAIN_COLUMNS = ("domain", "company_domain", "website", "web", "url", "homepage", "company_website", "сайт")

#: What tells a company: its host and its name.
Key = tuple[str, str]

_AROUND = re.compile(r"^[a-z]+://|^www\d?\.|[/?#:].*$")


def domain_of(cell: str) -> str:
    """Give the bare host of a domain or address.

    >>> domain_of("https://WWW.Acme.com/about"), domain_of("acme.com")
    ('acme.com', 'acme.com')
    """
    bare = cell.strip().casefold()
    for _ in range(2):  # the scheme, then what stands around the host
        bare = _AROUND.sub("", bare)
    return bare.strip(".")


def company_keys(table: pd.DataFrame) -> list[Key]:
    """Give the host and the name of each company in lower case, empty where a table does not tell."""
    columns = [str(column) for column in table.columns]
    cells = []
    for wanted, clean in ((DOMAIN_COLUMNS, domain_of), (NAME_COLUMNS, str.casefold)):
        column = first_column(columns, wanted)
        texts = as_text(table[column]).fillna("").tolist() if column else [""] * len(table)
        cells.append([clean(text) for text in texts])
    return list(zip(*cells, strict=True))


def same_company(universe: list[Key], favourites: list[Key]) -> NDArray[np.bool_]:
    """Tell which companies of a universe are among the favourites, shape (n_companies,).

    Two are one company when their domains are equal, or, where one of them has no domain, their names.
    """
    domains = {domain for domain, _ in favourites if domain}
    names = {name for _, name in favourites if name}
    bare = {name for domain, name in favourites if name and not domain}
    return np.array(
        [domain in domains or name in (bare if domain else names) for domain, name in universe],
        dtype=bool,
    )
