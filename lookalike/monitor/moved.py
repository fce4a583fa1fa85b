"""Which columns moved, and is it bad: findings from the comparison of columns.

A shift must be beyond chance and large: PSI (less what chance allows) of 0.1 is for watching, of 0.25 an
alarm, as credit risk has it (Siddiqi 2006, "Credit Risk Scorecards"). A column the model does without raises
none, and those that moved on with time among the deals already one for watching: fit knew.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import pandas as pd

from lookalike.evaluate.reference import why_columns
from lookalike.monitor.columns import LEVEL
from lookalike.monitor.finding import Finding, Severity, graded

#: PSI beyond chance to watch, and to be alarmed by.
PSI_WATCH, PSI_ALARM = 0.1, 0.25
#: New categories' share beyond expectation.
UNSEEN_WATCH, UNSEEN_ALARM = 0.05, 0.2
#: Share of cells that are filled no more.
FILLED_WATCH, FILLED_ALARM = 0.1, 0.25

Row = dict[Hashable, Any]

REFIT = "find out what changed; if it stays so, fit again with recent deals"


def missing_columns(missing: Sequence[str], used: Iterable[str]) -> list[Finding]:
    """Report the columns that a model learned from and leads lack."""
    used = set(used)
    return [
        Finding(
            Severity.ALARM,
            "missing",
            column,
            "missing" + ("" if column in used else ", though the model does without what it says"),
            "add the column: no lead can be scored without it; if it is gone for good, fit again with --drop",
        )
        for column in missing
    ]


def moved_columns(compared: pd.DataFrame) -> list[Finding]:
    """Report shifts, new categories and blanks.

    Parameters
    ----------
    compared : DataFrame
        From :func:`~lookalike.monitor.columns.compare_columns`, with adjusted p-values ``q_shift``,
        ``q_filled`` and ``q_unseen``, ``used`` by the model, and ``moved_on`` among the deals already.
    """
    whys = set(why_columns(compared["column"].tolist()))
    enriched = {why.removesuffix("_why") for why in whys}
    moved_on = set(compared["column"][compared["moved_on"].to_numpy(dtype=bool)])
    findings: list[Finding] = []
    rows = compared[compared["used"].to_numpy(dtype=bool)].to_dict("records")
    for row in rows:
        if row["column"] in whys:
            continue  # told as states of enrichment, not column by column
        if row["column"] not in enriched:
            findings += _filled(row)
        findings += _unseen(row) or _shift(row)
    knew = [found.column for found in findings if found.column in moved_on and found.check == "columns"]
    if knew:
        evidence = f"moved on, as they did with time among the deals: {', '.join(knew)}"
        findings = [found for found in findings if found.column not in knew or found.check != "columns"]
        findings.append(
            Finding(Severity.WATCH, "columns", "", evidence, "fit again with recent deals in turn")
        )
    return [*findings, *_enriched([row for row in rows if row["column"] in enriched])]


def _shift(row: Row) -> list[Finding]:
    grade = graded(row["psi"] - row["psi_by_chance"], PSI_WATCH, PSI_ALARM)
    if not row["q_shift"] < LEVEL or grade is Severity.OK:
        return []
    evidence = (
        f"other values than the deals had: PSI {row['psi']:.2f}, chance allows {row['psi_by_chance']:.2f}"
    )
    evidence += f"; {row['moved']}" if row["moved"] else ""
    if row["unseen_now"] >= UNSEEN_WATCH and row["kind"] in ("number", "date"):
        evidence += f"; {row['unseen_now']:.0%} outside the deals' range"
    return [Finding(grade, "columns", row["column"], evidence, REFIT)]


def _unseen(row: Row) -> list[Finding]:
    grade = graded(row["unseen_now"] - row["unseen_then"], UNSEEN_WATCH, UNSEEN_ALARM)
    if not row["q_unseen"] < LEVEL or grade is Severity.OK:
        return []
    evidence = (
        f"{row['unseen_now']:.0%} of the leads have a category that few or no deals had, "
        f"{row['unseen_then']:.0%} were to be expected"
    )
    evidence += f": {row['new']}" if row["new"] else ""
    return [Finding(grade, "columns", row["column"], evidence, f"map new spellings to old ones, or {REFIT}")]


def _filled(row: Row) -> list[Finding]:
    change = row["filled_now"] - row["filled_then"]
    grade = graded(abs(change), FILLED_WATCH, FILLED_ALARM)
    if not row["q_filled"] < LEVEL or grade is Severity.OK:
        return []
    evidence = f"filled in {row['filled_now']:.0%} of the rows, among the deals in {row['filled_then']:.0%}"
    if change > 0:
        return [Finding(Severity.WATCH, "coverage", row["column"], evidence, REFIT)]
    if row["unreadable"] >= FILLED_WATCH:
        evidence += f"; {row['unreadable']:.0%} hold what is no {row['kind']}"
        return [Finding(grade, "coverage", row["column"], evidence, "restore the format the deals had")]
    return [Finding(grade, "coverage", row["column"], evidence, "find out who stopped filling it in")]


def _enriched(rows: list[Row]) -> list[Finding]:
    """Report the columns that enrichment fills as one: what ails one, such as a block, ails many."""
    fallen = [
        (row["filled_then"] - row["filled_now"], row["column"])
        for row in rows
        if row["q_filled"] < LEVEL and row["filled_then"] - row["filled_now"] >= FILLED_WATCH
    ]
    if not fallen:
        return []
    then, now = (sum(row[side] for row in rows) / len(rows) for side in ("filled_then", "filled_now"))
    named = ", ".join(f"{column} (-{drop:.0%})" for drop, column in sorted(fallen, reverse=True)[:3])
    more = f" and {len(fallen) - 3} more" if len(fallen) > 3 else ""
    evidence = (
        f"{len(fallen)} of {len(rows)} enriched columns are filled less often: {named}{more}; on average "
        f"{now:.0%} of the cells, among the deals {then:.0%}"
    )
    grade = graded(max(fallen)[0], FILLED_WATCH, FILLED_ALARM)
    remedy = "look at the states under 'enrichment'; `enrich retry --state …` asks again where a look failed"
    return [Finding(grade, "coverage", "", evidence, remedy)]
