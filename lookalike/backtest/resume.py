"""Finished folds on disk, so that an interrupted backtest goes on where it was."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from enrich.errors import TableError
from lookalike.backtest.fold import Floats
from lookalike.evaluate.splits import Window


class Unfinished:
    """A folder of folds, each under the digest of all it follows from.

    Parameters
    ----------
    folder : Path, optional
        Nothing is kept without it.
    deals : DataFrame
    events : DataFrame, optional
    options : dict
        How the model is fitted.
    """

    def __init__(
        self, folder: Path | None, deals: pd.DataFrame, events: pd.DataFrame | None, options: dict[str, Any]
    ) -> None:
        self.folder = folder
        self._digest = hashlib.sha256(json.dumps(options, default=str, sort_keys=True).encode())
        for table in (deals, events):
            if folder is not None and table is not None:
                self._digest.update("\n".join(map(str, table.columns)).encode())
                cells = table.astype(str) if "object" in table.dtypes.astype(str).tolist() else table
                self._digest.update(pd.util.hash_pandas_object(cells, index=False).to_numpy().tobytes())

    def find(self, window: Window) -> tuple[Floats, Floats, str, float] | None:
        """Give scores, probabilities, embedding and seconds of a fold, if it was finished before."""
        path = self._path(window)
        if path is None or not path.is_file():
            return None
        with np.load(path, allow_pickle=False) as kept:
            return kept["scores"], kept["probabilities"], str(kept["embedding"]), float(kept["seconds"])

    def keep(
        self, window: Window, scores: Floats, probabilities: Floats, embedding: str, seconds: float
    ) -> None:
        """Keep a finished fold.

        Raises
        ------
        TableError
            If the folder cannot be written.
        """
        path = self._path(window)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.npz")
            np.savez(part, scores=scores, probabilities=probabilities, embedding=embedding, seconds=seconds)
            part.replace(path)
        except OSError as error:
            raise TableError(f"{path}: cannot be written ({error.strerror}); choose another place") from error

    def _path(self, window: Window) -> Path | None:
        if self.folder is None:
            return None
        digest = self._digest.copy()
        for positions in window.split:
            digest.update(np.ascontiguousarray(positions).tobytes() + b"|")
        return self.folder / f"{digest.hexdigest()[:24]}.npz"
