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


def same_pairs(leads: list[Key], deals: list[Key], asked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of the deals asked about are a lead's own company, by the rule of :func:`same_company`.

    `asked` holds positions of deals, shape (n_leads, n_asked) or, the same for each lead, (n_asked,); the
    answer has the shape (n_leads, n_asked).
    """
    domains, names = (
        np.split(_codes([key[which] for key in [*leads, *deals]]), [len(leads)]) for which in (0, 1)
    )
    domain, name = domains[0][:, None], names[0][:, None]
    its_domain, its_name = domains[1][asked], names[1][asked]
    bare = (domain < 0) | (its_domain < 0)
    same_domain = (domain == its_domain) & ~bare
    return same_domain | ((name == its_name) & (name >= 0) & bare)


def _codes(texts: list[str]) -> NDArray[np.int64]:
    """Number texts, the same one alike; -1 where there is none."""
    return pd.factorize(np.array([text or None for text in texts], dtype=object))[0]
