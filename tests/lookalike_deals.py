"""A made-up deal table with every kind of column, and models fitted on it once a process."""

from functools import cache

import numpy as np
import pandas as pd

import lookalike
from lookalike.embed import EMBEDDINGS
from lookalike.model import SCORE_COLUMNS, VALUE_COLUMNS

#: Roles of the table below, as ``fit`` takes them.
ROLES = {"outcome": "stage", "won": "won", "time": "opened", "value": "worth"}
#: Columns of the scores of a model with these roles.
VALUED_COLUMNS = [*SCORE_COLUMNS[:-1], *VALUE_COLUMNS, SCORE_COLUMNS[-1]]

_ABOUT = {
    "haulage": "We run lorries and trailers for freight across northern Europe",
    "software": "Accounting software for small shops and their owners",
    "bakery": "A bakery with bread, cakes and coffee in the old town",
}


def deals(n=160, seed=0):
    """Deals written as a CRM exports them: decimal commas, day-first dates, lists, "Select", texts."""
    rng = np.random.default_rng(seed)
    trade = rng.choice(list(_ABOUT), n)
    size = rng.lognormal(4, 1, n).round()
    country = rng.choice(["Germany", "France", "Россия", "Select"], n)
    log_odds = 1.5 * (np.log(size) - 4) + 1.2 * (trade == "haulage") - 0.5 * (country == "France")
    return pd.DataFrame(
        {
            "id": [f"D{i:04}" for i in range(n)],
            "company": [f"{kind.title()} {i} GmbH" for i, kind in enumerate(trade)],
            "email": [f"info@firm{i}.example" for i in range(n)],
            "opened": pd.date_range("2024-01-01", periods=n).strftime("%d.%m.%Y"),
            "founded": pd.Series(pd.date_range("1990-03-01", periods=n, freq="57D")).dt.strftime("%Y-%m-%d"),
            "employees": size,
            "revenue": [f"{x // 1000:.0f} {x % 1000:03.0f},50 €" for x in size * 97 + 1000],
            "country": country,
            "tools": rng.choice(["HubSpot; Shopify", "HubSpot", "Shopify; SAP", "SAP"], n),
            "about": [f"{_ABOUT[kind]}, number {i}" for i, kind in enumerate(trade)],
            "worth": size * 12.5,
            "stage": np.where(rng.random(n) < 1 / (1 + np.exp(-log_odds)), "won", "lost"),
        }
    )


def leads(n=30):
    """Later leads in the same form, without outcome and worth."""
    return deals(n, seed=1).drop(columns=["stage", "worth"]).assign(id=[f"L{i:03}" for i in range(n)])


@cache
def fitted(embedding):
    """The model of an embedding on all deals; never change it."""
    return lookalike.fit(deals(), **ROLES, embedding=embedding, quiet=True)


EVERY_EMBEDDING = list(EMBEDDINGS)
