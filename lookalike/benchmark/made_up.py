"""Deals and leads of a made-up seller, as many as a measurement needs.

Twenty columns of every kind but free text, in the mix of a CRM's export. The outcome follows some of them and
chance, so trees and neighbours have something to find.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

#: Rows drawn at once: a table of any size is the same whoever asks, and never whole in memory.
ROWS = 50_000

_COUNTRIES = ["Germany", "France", "Netherlands", "Spain", "Россия", "Poland", "Austria", "Select"]
_TRADES = [f"{kind} {sort}" for kind in ("retail", "haulage", "software", "food") for sort in "abcde"]
_TOOLS = ["HubSpot; Shopify", "HubSpot", "Shopify; SAP", "SAP", "Mailchimp; HubSpot; SAP", ""]


def made_up_deals(n: int, seed: int = 0) -> pd.DataFrame:
    """Make up past deals.

    Parameters
    ----------
    n : int
        Rows.
    seed : int
        Other seeds give other rows of the same kind.

    Returns
    -------
    DataFrame of shape (n, 22)
        ``id``, twenty columns to learn from, and ``stage`` ("won" or "lost").
    """
    return pd.concat(made_up_parts(n, seed), ignore_index=True)


def made_up_parts(n: int, seed: int = 0) -> Iterator[pd.DataFrame]:
    """Give the rows of :func:`made_up_deals` in parts of at most `ROWS` rows."""
    for part, first in enumerate(range(0, max(n, 1), ROWS)):
        yield _rows(min(ROWS, n - first), first, np.random.default_rng([seed, part]))


def _rows(n: int, first: int, rng: np.random.Generator) -> pd.DataFrame:
    employees = np.ceil(rng.lognormal(4, 1.2, n))
    revenue = employees * rng.lognormal(4, 0.5, n)
    trade, country = rng.integers(0, len(_TRADES), n), rng.integers(0, len(_COUNTRIES), n)
    visits, opens = rng.poisson(3, n), rng.poisson(2, n)
    age, source, tools = rng.gamma(2, 9, n), rng.integers(0, 6, n), rng.integers(0, len(_TOOLS), n)
    log_odds = 0.8 * np.log(employees / 55) + 0.9 * (trade % 5 == 2) + 0.3 * np.sqrt(visits) - 1.6
    log_odds += 0.7 * (source == 1) - 0.6 * (country == 1) * (age > 15) + 0.4 * (tools % 3 == 0)
    opened = np.datetime64("2022-01-01") + rng.integers(0, 1400, n).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "id": [f"D{i:08}" for i in range(first, first + n)],
            "employees": employees,
            "revenue": [f"{x // 1000:.0f} {x % 1000:03.0f},50 €" for x in revenue],
            "age": age.round(1),
            "country": np.array(_COUNTRIES)[country],
            "trade": np.array(_TRADES)[trade],
            "source": np.array([f"source {i}" for i in range(6)])[source],
            "owner": np.array([f"seller {i}" for i in range(40)])[rng.integers(0, 40, n)],
            "region": np.array([f"region {i}" for i in range(12)])[rng.integers(0, 12, n)],
            "rating": np.array(["cold", "warm", "hot", ""])[rng.integers(0, 4, n)],
            "tools": np.array(_TOOLS)[tools],
            "founded": np.datetime_as_string(opened - (age * 365).astype("timedelta64[D]"), unit="D"),
            "email": [f"info@firm{i}.example" for i in range(first, first + n)],
            "phone": np.where(rng.random(n) < 0.7, "+49 30 1234567", ""),
            "newsletter": np.array(["yes", "no"])[rng.integers(0, 2, n)],
            "visits": visits,
            "opens": opens,
            "minutes": rng.gamma(1, 5, n).round(2),
            "rate": np.where(rng.random(n) < 0.2, np.nan, rng.normal(4, 1, n).round(3)),
            "index": rng.normal(93, 2, n).round(3),
            "score card": rng.integers(0, 100, n),
            "stage": np.where(rng.random(n) < 1 / (1 + np.exp(-log_odds)), "won", "lost"),
        }
    )
