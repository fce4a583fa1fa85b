"""What the report says, worked out and not yet drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lookalike.cells import as_text
from lookalike.landscape import landscape
from lookalike.model import LookalikeModel
from lookalike.pictures.personas import draw_map
from lookalike.placed import Placed
from lookalike.reasons import LANGUAGES
from lookalike.reasons.phrasebook import NAME, clean
from lookalike.report.company_facts import sources_of
from lookalike.report.lead_pages import LeadPage, lead_pages
from lookalike.report.ranked import Ranked, ranked
from lookalike.report.trust import Shown, Trust, too_few, trust
from lookalike.rows import lay_out, prospects

#: Leads with a page of their own; the others stand in the table.
TOP = 200
#: Rows of leads, and leads in each.
ROWS, PER_ROW = 10, 12
#: Columns that one can filter by have at most so many different values, in most rows.
VALUES, FILTERS, FILLED = 25, 4, 0.5
#: Columns that make good filters where a table has them; compared in lower case, part by part.
LIKELY = ("country", "страна", "land", "pays", "region", "регион", "industry", "отрасль", "segment", "owner")
LIKELY_TOO = ("employees", "size", "lead_source", "source", "источник", "language", "specialization", "city")


@dataclass(frozen=True)
class Row:
    """A row of cards: "Because you won Acme".

    Attributes
    ----------
    name : str
        The won deal that it is about.
    others : int
        Further deals of its persona; none where it is about that deal alone.
    leads : list of (int, float)
        Which of the leads, from 0, and how much each is like what the row is about.
    """

    name: str
    others: int
    leads: list[tuple[int, float]]


@dataclass(frozen=True)
class Choice:
    """A column to filter by: its different values, and which of them each lead has (−1: none)."""

    column: str
    values: list[str]
    codes: list[int]


@dataclass(frozen=True)
class Report:
    """Everything the report shows.

    Attributes
    ----------
    deals, won, leads : int
        How many.
    win_rate : float, optional
        Share won of past deals; None where only won deals are known.
    embedding : str
    ranked : Ranked
        All leads with a score.
    pages : list of LeadPage
        The first leads in full.
    rows : list of Row
    personas, anti : list of dict
        name, deals, share; win_rate, value and cycle_days (None where unknown), apart (texts by language),
        number.
    map : Shown
    choices : list of Choice
    trust : Trust
    too_few : dict of str to int, optional
        From :func:`lookalike.report.trust.too_few`; None where chances are told.
    """

    deals: int
    won: int
    leads: int
    win_rate: float | None
    embedding: str
    ranked: Ranked
    pages: list[LeadPage]
    rows: list[Row]
    personas: list[dict[str, Any]]
    anti: list[dict[str, Any]]
    map: Shown
    choices: list[Choice]
    trust: Trust
    too_few: dict[str, int] | None


def summarize(
    model: LookalikeModel,
    leads: pd.DataFrame,
    scores: pd.DataFrame | None = None,
    *,
    events: pd.DataFrame | None = None,
    judged: pd.DataFrame | None = None,
    results: Mapping[str, Mapping[str, Any]] | None = None,
    facts: pd.DataFrame | None = None,
    top: int = TOP,
) -> Report:
    """Work out what the report says.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of n_leads rows
    scores : DataFrame of n_leads rows, optional
        From :meth:`LookalikeModel.score <lookalike.model.LookalikeModel.score>` on these leads; worked out
        if absent.
    events : DataFrame, optional
        Behaviour, as given to ``score``.
    judged : DataFrame, optional
        Columns features, auc, lift: what is known of the quality.
    results : mapping, optional
        What commands found about the model, from :func:`lookalike.results.kept`.
    facts : DataFrame, optional
        Sources of the leads' facts: domain, field, url, observed_at, as ``enrich facts`` writes them.
    top : int
        Leads that get a page of their own.
    """
    found = ranked(model, leads, scores, events)
    placed = found.best(model, top)
    pages = lead_pages(model, found, placed, sources_of(facts))
    described = model.profile()
    profile = described.to_dict()
    medoids = model.deals[model.deals["medoid"]]
    numbers = dict(zip(medoids["persona"], medoids["group"], strict=True))
    personas = [
        {
            **row,
            "name": clean(str(row["name"]), NAME),
            "apart": {
                one: [clean(said).removeprefix("company_") for said in described.words(row["persona"], one)]
                for one in LANGUAGES
            },
            "number": int(numbers[row["persona"]]),
        }
        for row in profile["personas"]
    ]
    ground = landscape(model, placed)
    return Report(
        deals=len(model.deals),
        won=int(model.deals["won"].sum()),
        leads=len(found.leads),
        win_rate=profile["win_rate"],
        embedding=model.embedding_name,
        ranked=found,
        pages=pages,
        rows=_rows(model, found, placed),
        personas=[row for row in personas if row["outcome"] == "won"],
        anti=[row for row in personas if row["outcome"] != "won"],
        map=Shown("map", lambda one: draw_map(model, ground, language=one, width=680)),
        choices=_choices(found, [model.schema.name, model.schema.id]),
        trust=trust(model, found, pages, judged, results or {}),
        too_few=too_few(model),
    )


def _rows(model: LookalikeModel, found: Ranked, placed: Placed) -> list[Row]:
    if not len(placed.good):
        return []
    laid = lay_out(model, placed.seen, prospects(model, found.table)[: len(placed.ids)], ROWS, PER_ROW)
    return [
        Row(
            clean(row.subject.name, NAME),
            row.subject.others,
            [(int(i), round(float(like), 4)) for i, like in zip(row.leads, row.likeness, strict=True)],
        )
        for row in laid
    ]


def _choices(found: Ranked, names: Sequence[str]) -> list[Choice]:
    rows = found.leads.iloc[found.table["row"].to_numpy()]
    made: list[tuple[int, Choice]] = []
    for column in rows.columns if len(rows) else ():
        words = str(column).casefold().removeprefix("company_")
        place = next((i for i, word in enumerate((*LIKELY, *LIKELY_TOO)) if word in words), -1)
        if place < 0 or column in names or str(column).endswith("_why"):
            continue
        cells = as_text(rows[column])
        distinct = cells.dropna().unique()
        if len(distinct) > 2 * VALUES:  # cleaned, they would hardly be so few
            continue
        shown = {text: clean(text) or None for text in distinct}
        codes, values = pd.factorize(cells.map(shown), sort=True)
        if 2 <= len(values) <= VALUES and (codes >= 0).mean() >= FILLED:
            made.append((place, Choice(str(column), [str(v)[:60] for v in values], codes.tolist())))
    return [choice for _, choice in sorted(made, key=lambda pair: pair[0])[:FILTERS]]
