"""A points scorecard as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.display.card import Card, Cell, Lines, Table, Tile, figure, more, number, text
from enrich.legible import plain

if TYPE_CHECKING:
    from lookalike.scorecard.card import Scorecard
    from lookalike.scorecard.judged import JudgedScorecard
    from lookalike.scorecard.rules import Criterion

#: Criteria that are shown, and rules of each.
CRITERIA, RULES = 25, 8


def scorecard_card(card: Scorecard) -> Card:
    """Show every criterion with its rules and points."""
    name = plain(card.name, 80) or "Points scorecard"
    n = len(card.criteria)
    headline = (
        f"{name}: {n} {'criterion' if n == 1 else 'criteria'}, every lead starts with {card.start} points"
    )
    rows = [row for criterion in card.criteria[:CRITERIA] for row in _criterion(criterion)]
    parts: list[Table | Lines] = []
    if rows:
        parts.append(Table("", ("criterion", "where", "points"), rows, more(n, CRITERIA, "criteria")))
    if card.edited:
        said = "Rules were changed since probabilities were learned; learn them again (scorecard --rules)."
        parts.append(Lines("", [said]))
    known = "yes" if card.calibration is not None else "no"
    return Card(
        "Scorecard",
        headline,
        [Tile("gives probabilities", known)],
        parts,
        "card.score(leads) · card.explain(leads, id)",
    )


def judged_card(found: JudgedScorecard) -> Card:
    """Show a scorecard and how well it ranks."""
    inner = scorecard_card(found.card)
    error = f"± {found.auc_error:.3f}, " if found.auc_error == found.auc_error else ""
    tiles = [
        Tile("deals", f"{found.deals:,}", f"{found.won:,} won"),
        Tile("ranks with AUC", figure(found.auc, ".3f"), f"{error}{found.tests} tests"),
        *inner.tiles,
    ]
    return Card("Scorecard, judged on past deals", found.headline, tiles, inner.parts, inner.foot)


def _criterion(criterion: Criterion) -> list[list[Cell]]:
    rules = [(rule.words, rule.points) for rule in criterion.rules[:RULES]]
    if len(criterion.rules) > RULES:
        rules.append((f"{len(criterion.rules) - RULES} more rules", 0))
    rules.append(("anything else", criterion.otherwise))
    rows = []
    for place, (words, points) in enumerate(rules):
        name = text(criterion.label if place == 0 else "", 80)
        rows.append([name, text(words, 140), number(points, "+.0f")])
    return rows
