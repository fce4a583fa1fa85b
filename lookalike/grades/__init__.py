"""Grades on two axes: fit A to D, who a lead is; engagement 1 to 4, what it did of late.

Fit is what the company's columns add to the score, all but behaviour (:mod:`lookalike.columns`), so that fit
and behaviour together are the score. Engagement is a sum of weighted events, each counting half as much after
every half-life. The rules of both are a file in the model's folder that people may edit.
"""

from lookalike.grades.grading import Grading, grade
from lookalike.grades.rule_file import read_grades
from lookalike.grades.rules import Engagement, Grades

__all__ = ["Engagement", "Grades", "Grading", "grade", "read_grades"]
