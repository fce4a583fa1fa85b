"""A universe on disk: vectors as bytes, names, and the encoder that made them.

::

    universe.json       format, rows, columns, and how bytes become numbers
    codes.u8            one byte a dimension, row after row
    companies.arrow     id, name and domain of each row
    malformed.csv       rows of the table that could not be read, and why
    background.npy      exact vectors of a sample in random order; background.parquet names its companies
    encoder.skops       the vectorizer; only the types of lookalike.storage are ever loaded

No search index is stored: it is rebuilt from the bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self
from zipfile import ZIP_DEFLATED

import numpy as np
import pandas as pd
import skops.io
from numpy.typing import NDArray

from enrich.errors import ModelError
from lookalike.schema import ID_COLUMNS, NAME_COLUMNS, Schema, first_column
from lookalike.universe.same_company import DOMAIN_COLUMNS

FORMAT = 5
#: Levels of a byte.
LEVELS = 255


@dataclass(frozen=True)
class Layout:
    """What universe.json says.

    Attributes
    ----------
    rows : int
        Companies.
    features : tuple of str
        Columns that vectors are made of.
    id, name, domain : str
        Columns that identify, name and place a company; empty if there is none.
    malformed : int
        Rows of the table that could not be read; malformed.csv names them.
    low, span : tuple of float
        Of each dimension the number of byte 0 and how far the last byte is from it.
    """

    rows: int
    features: tuple[str, ...]
    id: str
    name: str
    domain: str
    low: tuple[float, ...]
    span: tuple[float, ...]
    malformed: int = 0

    @classmethod
    def of(cls, columns: list[str], id: str | None, name: str | None, drop: tuple[str, ...]) -> Self:
        """Settle the parts of a universe's columns."""
        parts = {
            "id": id or first_column(columns, ID_COLUMNS),
            "name": name or first_column(columns, NAME_COLUMNS),
            "domain": first_column(columns, DOMAIN_COLUMNS),
        }
        features = tuple(column for column in columns if column not in {*parts.values(), *drop})
        return cls(0, features, parts["id"], parts["name"], parts["domain"], low=(), span=())

    def companies(self, frame: pd.DataFrame, first: int) -> pd.DataFrame:
        """Give id, name and domain of rows, of which `first` came before."""
        ids = Schema.labels(frame, self.id or self.domain, first)
        names = Schema.labels(frame, self.name, first) if self.name else ids
        domains = frame[self.domain].astype("str").fillna("") if self.domain else [""] * len(frame)
        return pd.DataFrame(
            {"id": ids, "name": names, "domain": np.asarray(domains, dtype=object)}, dtype="str"
        )

    def encode(self, vectors: NDArray[Any]) -> NDArray[np.uint8]:
        """Turn vectors into bytes, to the nearest level."""
        span = np.asarray(self.span, dtype=np.float32)
        levels = (vectors.astype(np.float32) - np.asarray(self.low, dtype=np.float32)) / span * LEVELS
        return np.clip(np.floor(levels), 0, LEVELS).astype(np.uint8)

    def decode(self, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Turn bytes back into vectors, each level's middle, as FAISS does."""
        return np.asarray(self.low) + (codes + 0.5) / LEVELS * np.asarray(self.span)


def write_layout(folder: Path, layout: Layout, vectorizer: object) -> None:
    """Write universe.json and the encoder, which make the folder complete."""
    skops.io.dump(vectorizer, folder / "encoder.skops", compression=ZIP_DEFLATED, compresslevel=1)
    about = {"format": FORMAT, **asdict(layout)}
    (folder / "universe.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def read_layout(folder: Path) -> Layout:
    """Read universe.json.

    Raises
    ------
    ModelError
        If the folder holds no universe, or one of another format.
    """
    try:
        about = json.loads((folder / "universe.json").read_text(encoding="utf-8"))
        found = about.pop("format")
        if found != FORMAT:
            raise ModelError(f"{folder}: universe format {found} is not {FORMAT}; build it again")
        lists = {key: tuple(about[key]) for key in ("features", "low", "span")}
        layout = Layout(**{**about, **lists})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{folder}: no universe is there (universe.json cannot be read); make one with "
            "`lookalike universe build`"
        ) from error
    size = (folder / "codes.u8").stat().st_size if (folder / "codes.u8").is_file() else 0
    if size != layout.rows * len(layout.low):
        raise ModelError(
            f"{folder}: codes.u8 has {size} bytes, not {layout.rows * len(layout.low)}; build again"
        )
    return layout
