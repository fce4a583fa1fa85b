"""Points scorecards: criteria with whole points, in a file that people own and edit.

>>> import pandas as pd
>>> deals = pd.DataFrame({"size": range(200)})
>>> deals["end"] = ["won" if size > 120 else "lost" for size in deals["size"]]
>>> card = fit_scorecard(deals, outcome="end", won="won", quiet=True)
>>> [rule.words for rule in card.criteria[0].rules]
['below 120', '120 to below 130', '130 or more']
"""

from lookalike.scorecard.card import Scorecard
from lookalike.scorecard.estimator import ScorecardClassifier
from lookalike.scorecard.fit import fit_scorecard, judged_scorecard
from lookalike.scorecard.judged import JudgedScorecard, judge_rules
from lookalike.scorecard.matched import PointsExplanation
from lookalike.scorecard.rule_file import read_rules

__all__ = [
    "JudgedScorecard",
    "PointsExplanation",
    "Scorecard",
    "ScorecardClassifier",
    "fit_scorecard",
    "judge_rules",
    "judged_scorecard",
    "read_rules",
]
