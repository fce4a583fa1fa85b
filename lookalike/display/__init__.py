"""How what was found shows itself in a notebook: a card for each kind of result.

Each function gives a :class:`enrich.display.card.Card`; the classes draw it in their ``_repr_html_``. Texts
from deals and leads are shortened to one line here and escaped where they are drawn.
"""

from lookalike.display.audits import audit_card
from lookalike.display.backtests import backtest_card
from lookalike.display.decisions import decision_card
from lookalike.display.experiments import analysis_card
from lookalike.display.explanations import explanation_card, points_card
from lookalike.display.models import model_card, profile_card
from lookalike.display.monitoring import monitored_card
from lookalike.display.outcomes import outcomes_card
from lookalike.display.scorecards import judged_card, scorecard_card
from lookalike.display.signals import signal_card
from lookalike.display.sizes import size_card

__all__ = [
    "analysis_card",
    "audit_card",
    "backtest_card",
    "decision_card",
    "explanation_card",
    "judged_card",
    "model_card",
    "monitored_card",
    "outcomes_card",
    "points_card",
    "profile_card",
    "scorecard_card",
    "signal_card",
    "size_card",
]
