"""What is known of a company, with its sources, as a card."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd

from enrich.display.card import Card, Cell, Table, Tile, text
from enrich.legible import plain

#: Fields that are shown, and values of one.
FIELDS, VALUES = 40, 6


def company_card(facts: pd.DataFrame) -> Card:
    """Show the values that get into the table, each with page and date; the candidates are counted.

    Parameters
    ----------
    facts : DataFrame
        From :func:`enrich.show`.
    """
    if facts.empty:
        return Card("Company", "Nothing was found on the company's pages")
    chosen = facts[facts["chosen"].to_numpy(dtype=bool)]
    by_field = dict(list(chosen.groupby("field", sort=False)))
    name = next((by_field[field]["value"].iloc[0] for field in ("company_name",) if field in by_field), "")
    domain = plain(facts["domain"].iloc[0], 80)
    rows = [_row(str(field), found) for field, found in list(by_field.items())[:FIELDS]]
    left = len(facts) - len(chosen)
    hidden = len(by_field) - len(rows)
    more = f"{hidden} more fields" if hidden > 0 else ""
    tiles = [
        Tile("fields known", str(len(by_field))),
        Tile("pages and records", str(facts["url"].nunique())),
        Tile("other candidates", str(left), "found, but not taken"),
    ]
    headline = f"{plain(name, 80)} ({domain})" if name else domain
    return Card("Company, as its website and records say", headline, tiles, [Table("", _COLUMNS, rows, more)])


_COLUMNS = ("field", "value", "where it is said", "seen", "confidence")


def _row(field: str, found: pd.DataFrame) -> list[Cell]:
    best = found.iloc[0]
    values = list(dict.fromkeys(plain(value, 90) for value in found["value"]))
    more = f" and {len(values) - VALUES} more" if len(values) > VALUES else ""
    url = str(best["url"])
    return [
        text(field.removeprefix("company_").replace("_", " "), 40),
        text("; ".join(values[:VALUES]) + more, 400),
        text(_place(url, str(best["domain"])), 50, url=url),
        text(str(best["observed_at"])[:10], 10),
        Cell(f"{float(best['confidence']):.2f}", number=True),
    ]


def _place(url: str, domain: str) -> str:
    """Give what tells a page from others: of the company's own site, its path alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.netloc.removeprefix("www.") == domain:
        return parts.path if parts.path.strip("/") else "home page"
    return f"{parts.netloc}{parts.path}".rstrip("/") or url
