"""Everything at once: rows, columns, enrichment, scores and outcomes of new leads, as findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from enrich.errors import ModelError
from lookalike.cells import all_blank
from lookalike.evaluate.reference import Reference
from lookalike.events import read_events
from lookalike.model import NOTHING_KNOWN, LookalikeModel
from lookalike.monitor.columns import compare_columns, corrected_together
from lookalike.monitor.finding import Finding, Severity, graded, in_order, worst
from lookalike.monitor.matured import Matured, matured, ripeness
from lookalike.monitor.moved import missing_columns, moved_columns
from lookalike.monitor.promised import Kept, judge, promises
from lookalike.monitor.scores import compare_scores, reference_of, score_leads, scores_moved
from lookalike.monitor.states import compare_states, states_of_trouble
from lookalike.roles import Kind
from lookalike.schema import with_text_names

#: Share of rows without a score.
ERRORS_WATCH, ERRORS_ALARM = 0.01, 0.05


@dataclass(frozen=True)
class Monitored:
    """What monitoring found.

    Attributes
    ----------
    leads, errors : int
        Rows, and those that cannot be scored.
    deals : int
        Rows they were compared with.
    findings : list of Finding
        The worst first.
    columns : DataFrame
        From :func:`~lookalike.monitor.columns.compare_columns`, with adjusted p-values, the most moved first.
    states : DataFrame
        From :func:`~lookalike.monitor.states.compare_states`.
    scores : dict, optional
        psi, psi_by_chance, p_shift, q_shift, probability (mean), won_rate (of the deals); nothing where leads
        cannot be scored.
    matured : Matured, optional
    kept : Kept, optional
        Where outcomes are known.
    """

    command: ClassVar[str] = "monitor"

    leads: int
    errors: int
    deals: int
    findings: list[Finding]
    columns: pd.DataFrame
    states: pd.DataFrame
    scores: dict[str, Any] | None = None
    matured: Matured | None = None
    kept: Kept | None = None

    @property
    def severity(self) -> Severity:
        """The worst of what was found."""
        return worst(self.findings)

    @property
    def headline(self) -> str:
        """One sentence for people."""
        counts = {grade: sum(f.severity is grade for f in self.findings) for grade in Severity}
        if self.severity is Severity.OK:
            return f"all well: {self.leads} leads look like the {self.deals} deals, and no promise is broken"
        first = self.findings[0]
        said = f"{first.column}: {first.evidence}" if first.column else first.evidence
        words = [f"{counts[grade]} {grade}" for grade in (Severity.ALARM, Severity.WATCH) if counts[grade]]
        return f"{', '.join(words)} on {self.leads} leads; first of all, {said}"

    def to_dict(self) -> dict[str, Any]:
        """Give everything found."""
        ages = None if self.matured is None else asdict(self.matured)
        if ages is not None:
            ages = {k: v for k, v in ages.items() if k not in ("positions", "won")}
        return {
            "severity": str(self.severity),
            "leads": self.leads,
            "errors": self.errors,
            "deals": self.deals,
            "findings": [asdict(found) for found in self.findings],
            "columns": self.columns,
            "states": self.states,
            "scores": self.scores,
            "matured": ages,
            "outcomes": None if self.kept is None else dict(vars(self.kept)),
        }

    def _repr_html_(self) -> str:
        from lookalike.display import monitored_card

        return monitored_card(self).html()


def monitor(
    model: LookalikeModel,
    leads: pd.DataFrame,
    *,
    events: pd.DataFrame | None = None,
    outcomes: pd.DataFrame | None = None,
    matured_after: float | None = None,
    as_of: date | None = None,
    won: str | None = None,
    against: pd.DataFrame | None = None,
    errors: Sequence[str] | None = None,
    quiet: bool = True,
) -> Monitored:
    """Compare new leads with the deals a model learned from, and outcomes with what it promised.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns)
    events : DataFrame, optional
        Behaviour of the leads, as for ``score``; needed by a model that learned from events.
    outcomes : DataFrame, optional
        An id and an outcome for each lead that ended.
    matured_after, as_of, won
        See :func:`~lookalike.monitor.matured.matured`.
    against : DataFrame, optional
        Leads to compare with instead of the deals, such as last month's.
    errors : sequence of str, length n_leads, optional
        What is wrong with each row; such rows are counted and left out.
    quiet : bool
        Show no progress.

    Raises
    ------
    ColumnError
        If a column occurs twice, or outcomes cannot be matched.
    ModelError
        If the model does not know what its deals were like, and `against` is not given.
    """
    leads = with_text_names(leads).reset_index(drop=True)
    missing = [column for column in model.schema.features if column not in leads]
    whole = leads.reindex(columns=[*leads.columns, *missing]) if missing else leads
    model.schema.check(whole)
    wrong = np.array([""] * len(leads) if errors is None else errors, dtype=object)
    wrong[all_blank(whole, model.schema.features) & (wrong == "")] = NOTHING_KNOWN
    good = whole.iloc[np.flatnonzero(wrong == "")].reset_index(drop=True)
    log = None if events is None else read_events(events)
    reference = _reference(model, against, log, quiet)

    features = model.feature_table(good, log)
    without_events = model.behaviour is not None and log is None
    behaviour = [column for column in features if column not in model.schema.features]
    comparable = features.drop(columns=[*missing, *(behaviour if without_events else ())])
    columns, states = compare_columns(reference, comparable), compare_states(reference, comparable)
    scored = pd.DataFrame() if missing or without_events else score_leads(model, good, log, quiet=quiet)
    columns, states, scores = corrected_together(columns, states, compare_scores(reference, scored, model))
    columns["used"] = columns["column"].isin(_used(model))
    columns["moved_on"] = columns["column"].isin(_moved_on(model))
    columns = columns.sort_values("psi", ascending=False, kind="stable", ignore_index=True)

    findings = [*_rows(wrong), *missing_columns(missing, _used(model)), *_behaviour(without_events)]
    findings += states_of_trouble(states)
    findings += [*(moved_columns(columns) or [_all_as_before(columns)]), *scores_moved(scores)]
    ripe = kept = None
    if outcomes is not None:
        ripe = matured(model, good, outcomes, after_days=matured_after, as_of=as_of, won=won)
        findings += ripeness(ripe)
        if len(ripe.positions) and len(scored):
            rows = scored.iloc[ripe.positions]
            given = (rows["score"].to_numpy(dtype=float), rows["probability"].to_numpy(dtype=float))
            held_out = None if model.reference is None else model.reference.held_out
            kept = judge(ripe.won, *given, held_out, model.ece)
            findings += promises(kept)
    n_wrong = int((wrong != "").sum())
    return Monitored(
        len(leads), n_wrong, reference.rows, in_order(findings), columns, states, scores, ripe, kept
    )


def _reference(
    model: LookalikeModel, against: pd.DataFrame | None, log: pd.DataFrame | None, quiet: bool
) -> Reference:
    if against is not None:
        return reference_of(model, with_text_names(against), log, quiet=quiet)
    if model.reference is None:
        raise ModelError(
            "the model does not know what its deals were like (it was fitted by an earlier version); fit it "
            "again, or name leads to compare with in --against"
        )
    return model.reference


def _used(model: LookalikeModel) -> set[str]:
    """Name the columns that the embedding was fitted on."""
    sources = set(model.vectorizer.column_of_feature_)
    texts = [name for name, role in model.vectorizer.roles_.items() if role.kind == Kind.TEXT]
    return {*sources, *(texts if " + ".join(texts) in sources else ())}


def _moved_on(model: LookalikeModel) -> list[str]:
    return [] if model.drift is None else model.drift.loc[model.drift["moved_on"], "column"].tolist()


def _rows(wrong: NDArray[Any]) -> list[Finding]:
    bad = int((wrong != "").sum())
    if not len(wrong):
        remedy = "check what writes the table; compare again when there are leads"
        return [Finding(Severity.ALARM, "rows", "", "there are no rows", remedy)]
    if not bad:
        return [Finding(Severity.OK, "rows", "", f"all {len(wrong)} rows can be read")]
    evidence = f"{bad} of {len(wrong)} rows cannot be scored, such as: {next(filter(None, wrong))}"
    grade = graded(bad / len(wrong), ERRORS_WATCH, ERRORS_ALARM)
    return [
        Finding(grade, "rows", "", evidence, "put the export right; `score` says of each row what is wrong")
    ]


def _behaviour(without_events: bool) -> list[Finding]:
    if not without_events:
        return []
    evidence = "the model learned from events, and none are given: scores were not compared"
    return [Finding(Severity.ALARM, "missing", "", evidence, "give the leads' behaviour in --events")]


def _all_as_before(columns: pd.DataFrame) -> Finding:
    used = int(columns["used"].sum())
    return Finding(Severity.OK, "columns", "", f"the {used} columns the model uses are as they were")
