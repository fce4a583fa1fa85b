"""Rank a universe by favourites or by a description of the ideal customer.

The score is linear in the vector, so one scan of the bytes by inner product finds the candidates. They are
then scored again from their decoded vectors and each takes in what its neighbours among them score (database
augmentation; Arandjelović and Zisserman 2012, "Three things everyone should know to improve object
retrieval"): a company amidst good ones is a better bet than one that stands alone. As the score is linear,
that is the score of the company's vector averaged with its neighbours', and still a sum over the favourites.

A description is read statement by statement and stands for the mean of their vectors, so that a long one
does not drown a short one. It is one example; the companies nearest to it serve as more (pseudo-relevance
feedback; Rocchio 1971).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from enrich.errors import ColumnError
from enrich.tables import read_table
from lookalike.anatomy import anatomy
from lookalike.cells import all_blank
from lookalike.embed.favourites import FavouritesEmbedding
from lookalike.hidden import HiddenPositives
from lookalike.positive_unlabelled import BACKGROUND_ROWS, Learned, learn
from lookalike.schema import with_text_names
from lookalike.statements import statements
from lookalike.storage import load_trusted
from lookalike.universe.build import build
from lookalike.universe.companies import Companies
from lookalike.universe.folder import Layout, read_layout
from lookalike.universe.same_company import company_keys, same_company
from lookalike.universe.scan import ByteScan

Floats = NDArray[np.float64]

#: Candidates that are scored again, at least.
CANDIDATES = 1_000
#: Neighbours that a candidate's score takes in, and how much all of them count against its own.
NEIGHBOURS = 20
NEIGHBOURS_WEIGHT = 2.0
#: Companies nearest to a description that serve as examples, and the copies of it they are weighed against.
FEEDBACK = 20
FEEDBACK_COPIES = 10
#: Favourites named for each company.
NAMED = 3

RANK_COLUMNS = ["rank", "id", "name", "score", "neighbourhood", "probability", "likeness", "because"]


class Universe:
    """A universe in memory, ready to be ranked; made by :meth:`build`, or from a folder by :meth:`open`.

    Attributes
    ----------
    layout : Layout
    hidden : HiddenPositives, optional
        What the last ranking by favourites found about the share of companies like them.
    """

    def __init__(self, folder: Path, layout: Layout, vectorizer: Any) -> None:
        self.layout, self.vectorizer, self._folder = layout, vectorizer, folder
        self.hidden: HiddenPositives | None = None
        self._background = np.load(folder / "background.npy", allow_pickle=False).astype(np.float64)
        self._background_keys = company_keys(read_table(folder / "background.parquet").frame)
        self._companies = Companies(folder / "companies.arrow")
        self._codes = np.memmap(folder / "codes.u8", np.uint8, "r", shape=(layout.rows, len(layout.low)))
        self._scan = ByteScan(folder / "codes.u8", layout)

    @classmethod
    def build(
        cls,
        universe: str | Path,
        folder: str | Path,
        *,
        id: str | None = None,
        name: str | None = None,
        drop: Iterable[str] = (),
        transformer: str | None = None,
        transformer_reads: int | None = None,
        quiet: bool = False,
    ) -> Self:
        """Encode a table of companies into a folder; see :func:`lookalike.universe.build.build`."""
        build(
            universe,
            folder,
            id=id,
            name=name,
            drop=drop,
            transformer=transformer,
            transformer_reads=transformer_reads,
            quiet=quiet,
        )
        return cls.open(folder)

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Load a universe from its folder.

        Raises
        ------
        ModelError
            If the folder holds no universe.
        """
        folder = Path(folder)
        layout = read_layout(folder)
        return cls(folder, layout, load_trusted(folder / "encoder.skops"))

    def rank(self, favourites: pd.DataFrame, top: int | None = 1_000) -> pd.DataFrame:
        """Rank companies by how much they are like favourites; the favourites themselves are left out.

        Parameters
        ----------
        favourites : DataFrame of at least two rows
            With the columns that the universe was encoded from.
        top : int, optional
            Companies to give; all if None.

        Returns
        -------
        DataFrame of at most `top` rows, the best first
            rank; id; name; score (sum over favourites and background); neighbourhood (the same of the company
            averaged with its neighbours, which ranks; missing beyond the candidates, which rank by score);
            probability of being like the favourites (missing where they are too few to tell, see `hidden`);
            likeness (mean cosine to the nearest five); because.

        Raises
        ------
        ColumnError
            If there are fewer than two favourites or nothing but favourites, or a column is missing.
        """
        favourites = with_text_names(favourites).reset_index(drop=True)
        missing = [column for column in self.layout.features if column not in favourites]
        if missing:
            raise ColumnError(
                f"the favourites lack '{missing[0]}', which the universe was encoded from; add it"
            )
        if len(favourites) < 2:
            raise ColumnError(
                f"{len(favourites)} favourite is too few; give at least 2, or --like a description"
            )
        features = favourites[list(self.layout.features)]
        empty = all_blank(features, self.layout.features)
        if empty.any():
            raise ColumnError(
                f"row {int(np.argmax(empty)) + 1} of the favourites is blank; fill or remove it"
            )
        companies = self.layout.companies(favourites, 0)
        others = ~same_company(self._background_keys, company_keys(companies))
        if not others.any():
            raise ColumnError(
                "every company of the universe is a favourite, so there is none to rank; name fewer"
            )
        learned = learn(self.vectorizer.transform(features), self._background[others])
        self.hidden = learned.hidden
        return self._ranking(learned.embedding, top, companies, learned)

    def rank_like(self, text: str, top: int | None = 1_000) -> pd.DataFrame:
        """Rank companies by a description of the ideal customer.

        Parameters
        ----------
        text : str
        top : int, optional
            Companies to give; all if None.

        Returns
        -------
        DataFrame
            As :meth:`rank`, with no probability and nobody to name.

        Raises
        ------
        ColumnError
            If the universe has no text, or `text` is blank.
        """
        columns = self.vectorizer.text_columns_
        if not columns or not text.strip():
            what = "the description is blank" if columns else "the universe has no column of text"
            raise ColumnError(f"{what}; rank by favourites instead")
        said = pd.DataFrame({columns[0]: statements(text)}, dtype="object")
        query = self.vectorizer.transform(said.reindex(columns=self.layout.features)).mean(axis=0)
        nearest = self._scan.search(query, FEEDBACK)
        positives = np.vstack([np.tile(query, (FEEDBACK_COPIES, 1)), self._vectors(nearest)])
        background = self._background[:BACKGROUND_ROWS]
        won = np.arange(len(positives) + len(background)) < len(positives)
        embedding = FavouritesEmbedding(C=1.0).fit(np.vstack([positives, background]), won)
        self.hidden = None
        return self._ranking(embedding, top, None, None)

    def _vectors(self, rows: NDArray[np.int64]) -> Floats:
        return self.layout.decode(self._codes[rows])

    def _ranking(
        self,
        embedding: FavouritesEmbedding,
        top: int | None,
        favourites: pd.DataFrame | None,
        learned: Learned | None,
    ) -> pd.DataFrame:
        wanted = self.layout.rows if top is None else max(1, top)
        own = 0 if favourites is None else len(favourites)
        rows = self._scan.search(embedding.direction(), max(CANDIDATES, wanted) + own)
        if top is None:
            rows = np.concatenate([rows, np.setdiff1d(np.arange(self.layout.rows), rows)])  # none is lost
        table = self._companies.take(rows)
        if favourites is not None:
            others = ~same_company(company_keys(table), company_keys(favourites))
            table, rows = table.loc[others].reset_index(drop=True), rows[others]
        parts = [
            self._scored(embedding, rows[start : start + 20_000], favourites, learned)
            for start in range(0, len(rows), 20_000)
        ]
        if parts:
            table = table.join(pd.concat(parts, ignore_index=True))
        head = np.arange(min(CANDIDATES, len(rows)))
        table["neighbourhood"] = np.nan
        table.loc[head, "neighbourhood"] = _with_neighbours(
            self._vectors(rows[head]), table.loc[head, "score"].to_numpy()
        )
        first = table.loc[head].sort_values("neighbourhood", ascending=False, kind="stable")
        rest = table.iloc[len(head) :].sort_values("score", ascending=False, kind="stable")
        ranked = first if rest.empty else pd.concat([first, rest])
        ranked = ranked.head(wanted).reset_index(drop=True)
        return ranked.assign(rank=np.arange(1, len(ranked) + 1))[RANK_COLUMNS]

    def _scored(
        self,
        embedding: FavouritesEmbedding,
        rows: NDArray[np.int64],
        favourites: pd.DataFrame | None,
        learned: Learned | None,
    ) -> pd.DataFrame:
        points = embedding.transform(self._vectors(rows))
        scores = embedding.score_points(points)
        found: dict[str, Any] = {"score": scores, "probability": np.nan, "likeness": np.nan, "because": ""}
        if favourites is not None and learned is not None:
            alike = anatomy(embedding).likeness(points, embedding.points_[: len(favourites)])
            order = np.argsort(-alike, axis=1, kind="stable")
            names = favourites["name"].to_numpy()
            if learned.hidden.reliable:  # else the chances would rest on a share that nobody can tell
                found["probability"] = learned.calibrator.predict(scores)
            found["likeness"] = np.take_along_axis(alike, order[:, :5], axis=1).mean(axis=1)
            found["because"] = ["; ".join(dict.fromkeys(names[row])) for row in order[:, :NAMED]]
        return pd.DataFrame(found, index=range(len(rows)))


def _with_neighbours(vectors: Floats, scores: Floats) -> Floats:
    """Average each score with those of the most similar vectors, weighed by cosine."""
    count = min(NEIGHBOURS, len(scores) - 1)
    if count < 1:
        return scores
    unit = normalize(vectors).astype(np.float32)
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -1.0)
    nearest = np.argpartition(-cosine, count - 1, axis=1)[:, :count]
    weight = np.clip(np.take_along_axis(cosine, nearest, axis=1), 1e-9, 1.0)
    around = (weight * scores[nearest]).sum(axis=1) / weight.sum(axis=1)
    return np.asarray((scores + NEIGHBOURS_WEIGHT * around) / (1 + NEIGHBOURS_WEIGHT))
