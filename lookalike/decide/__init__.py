"""From scores to decisions: whom to call, by capacity, profit, precision or recall.

>>> import numpy as np
>>> rng = np.random.default_rng(0)
>>> chance = rng.random(2_000)
>>> found = decide(chance, rng.random(2_000) < chance, Precision(0.8), resamples=100)
>>> found.status, round(found.cut.threshold, 1)
('reached', 0.6)
"""

from lookalike.decide.curve import Curve
from lookalike.decide.decision import Decision, decide
from lookalike.decide.known import Known, from_model, from_table
from lookalike.decide.rules import Capacity, Precision, Profit, Recall, Rule

__all__ = [
    "Capacity",
    "Curve",
    "Decision",
    "Known",
    "Precision",
    "Profit",
    "Recall",
    "Rule",
    "decide",
    "from_model",
    "from_table",
]
