"""The whole job on the made-up sample: enrich, fit, score, judge, report."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar

import pandas as pd
from rich.console import Console

import enrich
from enrich import terminal
from enrich.look_up import sources
from enrich.numerals import percent
from enrich.tables import read_table, write_table
from lookalike import results
from lookalike.audit.findings import Audit
from lookalike.audit.run import audit
from lookalike.demo.sample import write_sample
from lookalike.evaluate.metrics import auc, lift
from lookalike.fitting import fit
from lookalike.report import write_report

#: What a deal has and a new lead has not.
ONLY_DEALS = ("closed_at", "value", "outcome")
#: The parts that columns of the deals play.
ROLES: dict[str, Any] = {
    "outcome": "outcome",
    "won": "won",
    "time": "created_at",
    "value": "value",
    "closed": "closed_at",
}
#: What is written.
FILES = ("enriched.parquet", "model/", "scores.csv", "report.html")
#: Leads shown in the terminal.
SHOWN = 10


@dataclass(frozen=True)
class Sample:
    """The tables of the sample.

    Attributes
    ----------
    deals, leads, events : DataFrame
    outcomes : Series of bool
        What became of each lead, which no model sees.
    """

    deals: pd.DataFrame
    leads: pd.DataFrame
    events: pd.DataFrame
    outcomes: pd.Series


@dataclass(frozen=True)
class Demonstrated:
    """What came of the demo.

    Attributes
    ----------
    folder : Path
        Where it was written, in the files of ``FILES``.
    best : DataFrame
        The best leads: company and their scores.
    judged : DataFrame
        features, auc, lift: what each kind of column brings, by what became of the leads.
    audited : Audit
        Of the past deals.
    seconds : float
        It took so long.
    """

    command: ClassVar[str] = "demo"

    folder: Path
    best: pd.DataFrame
    judged: pd.DataFrame
    audited: Audit
    seconds: float

    @property
    def headline(self) -> str:
        """One sentence for people."""
        return f"written into {self.folder}: {', '.join(FILES)} ({self.seconds:.0f} s)"

    def to_dict(self) -> dict[str, Any]:
        """Give everything."""
        return {
            "folder": self.folder,
            "files": FILES,
            "seconds": self.seconds,
            "best": self.best,
            "judged": self.judged,
            "audit": self.audited.headline,
        }

    def tell(self) -> None:
        """Print it for people."""
        _show(self.best, self.judged)
        Console(highlight=False).print(f"\n{self.audited.headline}", markup=False)
        Console(highlight=False).print(f"\n{self.headline}", markup=False)


def sample_folder(out: Path) -> Path:
    """Find the sample beside the source; where there is none, as in an installed wheel, make it in `out`."""
    beside = Path(__file__).resolve().parents[2] / "data"
    if (beside / "websites.warc.gz").is_file():
        return beside
    made = out / "sample"
    write_sample(made)
    return made


def read_sample(folder: Path) -> Sample:
    """Read the tables of the sample."""
    deals, leads, events, outcomes = (
        read_table(folder / f"{name}.csv").frame for name in ("deals", "leads", "events", "leads_outcomes")
    )
    won = leads[["id"]].merge(outcomes, left_on="id", right_on="lead_id")["outcome"].eq("won")
    return Sample(deals, leads, events, won)


def run(out: Path, *, quiet: bool = False) -> Demonstrated:
    """Run the demo; write ``enriched.parquet``, ``model/``, ``scores.csv`` and ``report.html``.

    Parameters
    ----------
    out : path
        Folder for the results, made if need be.
    quiet : bool
        Show no progress.

    Returns
    -------
    Demonstrated
        What came of it.
    """
    start = perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    folder = sample_folder(out)
    sample = read_sample(folder)
    table = pd.concat([sample.deals, sample.leads], ignore_index=True)
    enrich.run(table, out / "enriched.parquet", warc=[folder / "websites.warc.gz"], quiet=quiet)
    enriched = read_table(out / "enriched.parquet").frame.drop(columns=["conflicts", "error"])
    deals = enriched.iloc[: len(sample.deals)].reset_index(drop=True)
    leads = enriched.iloc[len(sample.deals) :].reset_index(drop=True)

    # The first two are judged only.
    crm = fit(sample.deals, described=False, quiet=quiet, **ROLES)
    enriched_only = fit(deals, described=False, quiet=quiet, **ROLES)
    model = fit(deals, events=sample.events, quiet=quiet, **ROLES)
    scores = model.score(leads, events=sample.events)
    judged = pd.DataFrame(
        [
            _judge("CRM columns only", crm.score(sample.leads), sample.outcomes),
            _judge("with enrichment", enriched_only.score(leads), sample.outcomes),
            _judge("with behaviour too", scores, sample.outcomes),
        ]
    )
    model.save(out / "model")
    audited = audit(deals, events=sample.events, quiet=quiet, **ROLES)
    results.keep(audited, out / "model")
    found = results.kept(out / "model")
    write_table(scores, out / "scores.csv")
    write_report(
        model,
        leads,
        scores,
        out / "report.html",
        events=sample.events,
        judged=judged,
        results=found,
        facts=sources(out / "enriched.parquet.journal"),
    )
    best = scores.assign(company=leads[model.schema.name]).nsmallest(SHOWN, "rank")
    return Demonstrated(out, best, judged, audited, perf_counter() - start)


def _judge(features: str, scores: pd.DataFrame, won: pd.Series) -> dict[str, object]:
    return {
        "features": features,
        "auc": auc(won, scores["score"]),
        "lift": lift(won, scores["score"]),
    }


def _show(best: pd.DataFrame, judged: pd.DataFrame) -> None:
    table = terminal.table("lead", "score", "chance", "likeness", "because you won")
    # A line a lead: the strongest deals stand first, and scores.csv names the others.
    table.expand, table.columns[4].ratio = sys.stdout.isatty(), 1
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ellipsis"
    for lead in best.to_dict("records"):
        table.add_row(
            terminal.plain(lead["company"]),
            f"{lead['score']:+.2f}",
            percent(lead["probability"]),
            percent(lead["likeness"]),
            terminal.plain(lead["because"]),
        )
    terminal.show(table)
    table = terminal.table("learned from", "AUC", "lift in the top tenth")
    for row in judged.to_dict("records"):
        table.add_row(row["features"], f"{row['auc']:.3f}", f"{row['lift']:.2f}")
    Console().print()
    terminal.show(table)
