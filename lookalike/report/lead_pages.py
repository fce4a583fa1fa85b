"""A lead in full: its numbers, its sum step by step, what is known of it and what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lookalike.embed.base import Floats
from lookalike.explain import Explanation, explain_placed
from lookalike.model import LookalikeModel
from lookalike.placed import Placed
from lookalike.reasons import LANGUAGES, Phrasebook, Reasons
from lookalike.reasons.phrasebook import NAME, clean
from lookalike.reasons.reasons import columns_of, traits_in
from lookalike.report.company_facts import Known, Sources, known_of
from lookalike.report.ranked import Ranked
from lookalike.roles import Kind

#: Deals named on each side of a sum; columns told; digits shown.
DEALS, COLUMNS, DIGITS = 4, 8, 3
#: Leads explained at once: a table of leads × past deals must fit into memory.
LEADS_AT_ONCE = 50


@dataclass(frozen=True)
class Step:
    """A part of a lead's sum.

    Attributes
    ----------
    kind : {"base", "deal", "rest"}
    name : str
        Of the deal, or of the persona's.
    outcome : str
        "won", "lost" or "unlabelled"; of the deal or of the persona.
    deals : int
        How many; 1 for a named deal.
    contribution : float
        In the unit of the score, rounded so that all steps add up to the rounded score.
    exact : float
        Not rounded.
    similarity : float
        Of a named deal, 0 to 1.
    shared : dict of str to str
        What a named deal has in common with the lead, by language; empty where that is nothing.
    """

    kind: str
    name: str
    outcome: str
    deals: int
    contribution: float
    exact: float
    similarity: float = 0.0
    shared: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeadPage:
    """A lead in full.

    Attributes
    ----------
    lead_id, company : str
    score, probability, likeness, coverage : float
    reasons : dict of str to list of str
        Sentences by language.
    because : list of str
        The won deals that speak most for it.
    steps : list of Step
        They add up to ``total``.
    total : float
        The score, rounded.
    columns : list of (str, str or None, float)
        What the strongest columns hold and add; None where only that something is there is known.
    known : Known
    """

    lead_id: str
    company: str
    score: float
    probability: float
    likeness: float
    coverage: float
    reasons: dict[str, list[str]]
    because: list[str]
    steps: list[Step]
    total: float
    columns: list[tuple[str, str | None, float]]
    known: Known


def lead_pages(model: LookalikeModel, ranked: Ranked, placed: Placed, sources: Sources) -> list[LeadPage]:
    """Work out the pages of the best leads, placed by :meth:`Ranked.best`."""
    best = ranked.table.iloc[: len(placed.ids)]
    told = {language: Reasons(model, language).sentences(placed) for language in LANGUAGES}
    parts = placed.parts(LEADS_AT_ONCE) if len(best) else iter(())
    found = [one for part in parts for one in explain_placed(model, part, top=DEALS)]
    medoids = model.deals[model.deals["medoid"]].set_index("persona")
    words = dict(zip(medoids.index, zip(medoids["name"], medoids["won"], strict=True), strict=True))
    personas = {persona: (str(name), model.outcome_words[int(won)]) for persona, (name, won) in words.items()}
    known = known_of(ranked.leads.iloc[best["row"]], sources)
    named = Named(personas, columns_of(model), _untold(model))
    return [
        _page(one, str(company), named, {lang: told[lang][i] for lang in told}, about)
        for i, (one, company, about) in enumerate(zip(found, best["company"], known, strict=True))
    ]


@dataclass(frozen=True)
class Named:
    """What the names in explanations stand for.

    Attributes
    ----------
    personas : dict of str to (str, str)
        The deal that a persona is named after, and its outcome.
    columns : list of str
        Names that traits may begin with, the longest first.
    untold : set of str
        Columns of which only that something is there is known.
    """

    personas: dict[str, tuple[str, str]]
    columns: list[str]
    untold: set[str]


def _untold(model: LookalikeModel) -> set[str]:
    return {column for column, role in model.vectorizer.roles_.items() if role.kind == Kind.PRESENCE}


def _page(
    found: Explanation,
    company: str,
    named: Named,
    reasons: dict[str, list[str]],
    known: Known,
) -> LeadPage:
    steps = [Step("base", "", "", 0, 0.0, found.base)]
    for deal in found.named.to_dict("records"):
        step = Step("deal", clean(deal["name"], NAME), deal["outcome"], 1, 0.0, deal["contribution"])
        shared = _shared(deal["shared"], named.columns)
        steps.append(replace(step, similarity=float(deal["similarity"]), shared=shared))
    for group in found.rest.to_dict("records"):
        name, outcome = named.personas[group["persona"]]
        steps.append(
            Step("rest", clean(name, NAME), outcome, int(group["deals"]), 0.0, group["contribution"])
        )
    shown, total = add_up([step.exact for step in steps], DIGITS)
    own = found.named[found.named["contribution"] > 0]
    return LeadPage(
        lead_id=clean(found.lead_id),
        company=clean(company, NAME) or clean(found.lead_id, NAME),
        score=found.score,
        probability=found.probability,
        likeness=found.likeness,
        coverage=found.coverage,
        reasons={language: [clean(one) for one in told] for language, told in reasons.items()},
        because=[clean(name, NAME) for name in dict.fromkeys(own["name"])],
        steps=[replace(step, contribution=part) for step, part in zip(steps, shown, strict=True)],
        total=total,
        columns=[
            (
                clean(row["column"], NAME),
                None if row["column"] in named.untold and row["value"] else clean(row["value"]),
                round(float(row["contribution"]), DIGITS),
            )
            for row in found.columns.head(COLUMNS).to_dict("records")
            if abs(row["contribution"]) >= 0.5 * 10**-DIGITS
        ],
        known=known,
    )


def _shared(traits: str, columns: Sequence[str]) -> dict[str, str]:
    """Say traits in every language, without what says that enrichment found them.

    >>> _shared("company_country: DE; size 1.5–2", ["company_country", "size"])
    {'en': 'country: DE; size 1.5–2', 'ru': 'страна: DE; size: 1,5–2'}
    """
    if not traits:
        return {}
    parts = traits_in(traits, columns)
    said = {one: "; ".join(Phrasebook(one).trait(*part) for part in parts) for one in LANGUAGES}
    return {one: re.sub(r"(^|; )company_", r"\1", clean(text)) for one, text in said.items()}


def add_up(parts: Sequence[float], digits: int) -> tuple[list[float], float]:
    """Round parts so that they add up to their rounded sum: those go the other way that are nearest to it.

    The largest remainder method (Hamilton's); no part is off by more than one of the last digit.

    >>> add_up([0.4, 0.4, 0.4], 0)
    ([1.0, 0.0, 0.0], 1.0)
    """
    scaled: Floats = np.asarray(parts, dtype=float) * 10**digits
    total = int(np.round(scaled.sum()))
    lower = np.floor(scaled).astype(np.int64)
    short = total - int(lower.sum())
    up = np.argsort(-(scaled - lower), kind="stable")[:short]
    lower[up] += 1
    return [float(part) / 10**digits for part in lower], total / 10**digits
