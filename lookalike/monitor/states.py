"""Did enrichment get through? The states in its ``…_why`` columns, those of trouble first of all."""

from __future__ import annotations

import pandas as pd

from lookalike.evaluate.reference import Reference, state_rows, why_columns
from lookalike.monitor.columns import LEVEL
from lookalike.monitor.finding import Finding, Severity, graded
from lookalike.monitor.two_sample import share_p

#: States in which a look was kept from us or failed; "absent" and "no such domain" are answers.
TROUBLE = ("rate-limited", "blocked", "refused", "timed out", "failed")
#: And that in which nobody looked, of which only much more is remarkable: leads may lack a domain.
NOT_LOOKED = "not looked"
#: Rise of the share of rows in a state of trouble.
WATCH, ALARM = 0.05, 0.1

_REMEDY = {
    "rate-limited": "ask slower, then `enrich retry --state rate-limited`",
    "blocked": "say who you are (contact in the configuration), then `enrich retry --state blocked`",
    "refused": "websites' robots.txt now forbids it; use other sources",
    "timed out": "check the connection, then `enrich retry --state timeout`",
    "failed": "read `enrich show DOMAIN` for some, then `enrich retry --state failed`",
    NOT_LOOKED: "check that enrichment ran with the same sources as for the deals",
}


def compare_states(reference: Reference, leads: pd.DataFrame) -> pd.DataFrame:
    """Compare how enrichment ended for leads and for deals.

    Parameters
    ----------
    reference : Reference
    leads : DataFrame of shape (n_leads, n_columns)

    Returns
    -------
    DataFrame
        A row a state: state, then, now (shares of rows with it in any column), p.
    """
    known = [name for name in reference.columns if name in leads]
    if not why_columns(known):
        return pd.DataFrame(columns=["state", "then", "now", "p"])
    now, rows = state_rows(leads[known]), len(leads)
    return pd.DataFrame(
        {
            "state": state,
            "then": reference.states.get(state, 0) / max(reference.rows, 1),
            "now": now.get(state, 0) / max(rows, 1),
            "p": share_p(reference.states.get(state, 0), reference.rows, now.get(state, 0), rows),
        }
        for state in sorted({*reference.states, *now})
    )


def states_of_trouble(compared: pd.DataFrame) -> list[Finding]:
    """Report the states of trouble that rose; `compared` has the adjusted p-values ``q``."""
    findings = []
    for row in compared.to_dict("records"):
        watched = row["state"] in TROUBLE or row["state"] == NOT_LOOKED
        rise = row["now"] - row["then"]
        grade = graded(rise, WATCH, ALARM) if row["state"] in TROUBLE else graded(rise, ALARM, 0.25)
        if watched and row["q"] < LEVEL and grade is not Severity.OK:
            evidence = (
                f"'{row['state']}' in {row['now']:.0%} of the rows, among the deals in {row['then']:.0%}"
            )
            findings.append(Finding(grade, "enrichment", "", evidence, _REMEDY[row["state"]]))
    return findings
