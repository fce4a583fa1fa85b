"""What a backtest found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from enrich.errors import TableError
from enrich.tables import write_table
from lookalike import results
from lookalike.backtest.story import Story, story
from lookalike.schema import Schema

#: Where folds of an unfinished backtest are kept, within its folder.
UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Backtest:
    """How good scores would have been.

    Attributes
    ----------
    schema : Schema
    embedding : str
        As asked for; what was fitted stands in `windows`.
    split : {"time", "random"}
        What the model is judged by.
    windows : DataFrame
        A row a test: split, fold, origin, last, trained, trained_won_rate, tested, tested_won_rate,
        mean_probability, not_known_yet, same_company, not_scored, embedding, seconds.
    figures, differences : DataFrame
        See :func:`lookalike.backtest.figures.figure_table`.
    curves : DataFrame
        See :func:`lookalike.backtest.figures.curve_table`.
    deals : DataFrame
        A row for each row of the deals: row, id, name, opened, won, fold (missing if not tested), score,
        probability, why_not_tested.
    drift : DataFrame, optional
        How columns move from what was known to what came next; see :func:`lookalike.evaluate.drift.drift`.
    segments, costs : DataFrame
        See :mod:`lookalike.backtest.segments`.
    ablation : DataFrame, optional
        See :func:`lookalike.backtest.ablation.ablate`.
    cost_per_contact : float, optional
    window : str, optional
    gap : float
    companies : sequence of str
        Columns that told companies apart.
    draws : int
    seconds : float
        Wall-clock time of all.
    """

    command: ClassVar[str] = "backtest"
    schema: Schema
    embedding: str
    split: str
    windows: pd.DataFrame
    figures: pd.DataFrame
    differences: pd.DataFrame
    curves: pd.DataFrame
    deals: pd.DataFrame
    drift: pd.DataFrame | None
    segments: pd.DataFrame
    costs: pd.DataFrame
    ablation: pd.DataFrame | None
    cost_per_contact: float | None
    window: str | None
    gap: float
    companies: Sequence[str]
    draws: int
    seconds: float

    @cached_property
    def story(self) -> Story:
        """What it says, and what to do."""
        return story(self)

    @property
    def headline(self) -> str:
        """One sentence for people."""
        return self.story.headline

    def figure(self, name: str, method: str = "model", split: str | None = None, fold: int = 0) -> pd.Series:
        """Give value, low and high of one figure; all NaN if it is not there."""
        return figure_of(self.figures, name, method, split or self.split, fold)

    def difference(self, name: str, method: str, split: str | None = None) -> pd.Series:
        """Give how far the model is from a method: difference, low and high; all NaN if it is not there."""
        table = self.differences
        here = table[
            (table["split"] == (split or self.split))
            & (table["method"] == method)
            & (table["figure"] == name)
        ]
        if here.empty:
            return pd.Series({"difference": float("nan"), "low": float("nan"), "high": float("nan")})
        return here.iloc[0][["difference", "low", "high"]].astype(float)

    def to_dict(self) -> dict[str, Any]:
        """Give everything found but the deals, which have a file of their own."""
        tested = self.deals["fold"].notna()
        why = self.deals.loc[~tested, "why_not_tested"].value_counts()
        return {
            "outcome": self.schema.outcome,
            "won": self.schema.won,
            "time": self.schema.time or None,
            "embedding": self.embedding,
            "split": self.split,
            "window": self.window,
            "gap": self.gap,
            "company_columns": list(self.companies),
            "draws": self.draws,
            "seconds": round(self.seconds, 1),
            "rows": len(self.deals),
            "tested": int(tested.sum()),
            "not_tested": {str(reason): int(count) for reason, count in why.items()},
            "says": list(self.story.says),
            "to_do": list(self.story.to_do),
            "folds": self.windows.assign(seconds=self.windows["seconds"].round(2)),
            "figures": self.figures,
            "differences": self.differences,
            "curves": self.curves,
            "drift": self.drift,
            "segments": self.segments,
            "costs": self.costs,
            "ablation": self.ablation,
        }

    def write(self, folder: str | Path) -> list[str]:
        """Write ``backtest.json``, ``folds.csv``, ``deals.csv``, ``curves.csv`` and what else was asked for.

        Returns
        -------
        list of str
            Names of the files.

        Raises
        ------
        TableError
            If the folder cannot be written.
        """
        out = Path(folder)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TableError(f"{out}: cannot be made ({error.strerror}); choose another place") from error
        results.write(self, out / "backtest.json")
        tables = {"folds": self._wide_folds(), "deals": self.deals, "curves": self.curves}
        tables |= {"segments": self.segments, "costs": self.costs}
        if self.ablation is not None:
            tables["ablation"] = self.ablation
        written = ["backtest.json"]
        for name, table in tables.items():
            if len(table):
                write_table(table, out / f"{name}.csv")
                written.append(f"{name}.csv")
        return written

    def _wide_folds(self) -> pd.DataFrame:
        """Give a row a test and method: the test, then the figures."""
        wide = self.figures[self.figures["fold"] > 0].pivot(
            index=["split", "fold", "method"], columns="figure", values="value"
        )
        order = list(dict.fromkeys(self.figures["figure"]))
        return self.windows.merge(wide[order].reset_index(), on=["split", "fold"], how="left")

    def _repr_html_(self) -> str:
        from lookalike.display import backtest_card

        return backtest_card(self).html()


def figure_of(figures: pd.DataFrame, name: str, method: str, split: str, fold: int = 0) -> pd.Series:
    """Give value, low and high of one figure of a table of figures; all NaN if it is not there."""
    here = figures[
        (figures["split"] == split)
        & (figures["method"] == method)
        & (figures["figure"] == name)
        & (figures["fold"] == fold)
    ]
    found = here.iloc[0] if len(here) else pd.Series(dtype=float)
    return found.reindex(["value", "low", "high"]).astype(float)
