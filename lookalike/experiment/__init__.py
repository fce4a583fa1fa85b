"""Experiments: how many leads, who gets what, what came of it, and what became of the deals.

Statistics and tables alone; nothing here knows of a model, so any two ways to treat leads can be compared: a
new score, a new mail, no treatment at all. In a notebook::

    import pandas as pd
    from lookalike.experiment import Columns, Plan, analyze, assign, size_conversion

    size_conversion(0.10, 0.02, weekly=300).headline           # how many leads, how many weeks
    plan = Plan("spring-mail", {"A": 0.5, "B": 0.5})            # a salt of its own for each experiment
    assigned = assign(leads, plan, score="score")               # the same arms in every run
    assigned.leads, assigned.plan.write("spring-mail.json")
    found = analyze(table, Columns(outcome="outcome", won="won", score="score"), shares=plan.shares)
    found.headline, found.comparisons, found.uplift

- :func:`size_conversion`, :func:`size_revenue`: power, leads, weeks, the least difference that shows.
- :func:`assign` with a :class:`Plan`: arms by salted hash, strata of the score, a holdout.
- :func:`analyze`: differences with intervals, CUPED and strata, sample-ratio mismatch, always-valid p-values,
  Qini and uplift by score.
- :func:`outcomes`: conversion, days to a decision, revenue and cost of acquisition of groups of deals, before
  and after a change or arm against arm, open deals honoured.

Each gives a :class:`lookalike.results.Result`. The statistics themselves stand in the modules, one idea each.
"""

from lookalike.experiment.analysis import Analysis, analyze
from lookalike.experiment.assignment import Assignment, assign
from lookalike.experiment.cycles import DealColumns
from lookalike.experiment.outcomes import Outcomes, outcomes
from lookalike.experiment.plan import Plan
from lookalike.experiment.sizing import Size, size_conversion, size_revenue
from lookalike.experiment.units import Columns

__all__ = [
    "Analysis",
    "Assignment",
    "Columns",
    "DealColumns",
    "Outcomes",
    "Plan",
    "Size",
    "analyze",
    "assign",
    "outcomes",
    "size_conversion",
    "size_revenue",
]
