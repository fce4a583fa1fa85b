"""The companies of a universe with the largest products, found by going through all its bytes.

FAISS compares one query on one core, so parts of the universe are gone through side by side. (Its index of
bytes as they are would save the decoding, but where dimensions are a multiple of 16 it rounds the query too.)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from lookalike.in_order import in_order
from lookalike.universe.folder import Layout

#: Companies of a part.
PART_ROWS = 500_000


class ByteScan:
    """All bytes of a universe, in memory.

    Parameters
    ----------
    path : Path
        The file of the bytes.
    layout : Layout
    part_rows : int
        Companies of a part.
    """

    def __init__(self, path: Path, layout: Layout, part_rows: int = PART_ROWS) -> None:
        dimensions = len(layout.span)
        levels = np.concatenate([layout.low, layout.span]).astype(np.float32)
        self._parts: list[tuple[int, Any]] = []
        with path.open("rb") as file:
            for first in range(0, layout.rows, part_rows):
                rows = min(part_rows, layout.rows - first)
                index = faiss.IndexScalarQuantizer(
                    dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
                )
                faiss.copy_array_to_vector(levels, index.sq.trained)
                faiss.copy_array_to_vector(np.fromfile(file, np.uint8, rows * dimensions), index.codes)
                index.is_trained, index.ntotal = True, rows
                self._parts.append((first, index))

    def search(self, direction: NDArray[np.float64], count: int) -> NDArray[np.int64]:
        """Give the rows of the largest products, the largest first.

        Parameters
        ----------
        direction : ndarray of shape (n_dimensions,)
        count : int
            Rows wanted; all where there are fewer.
        """
        query = np.ascontiguousarray(direction[None, :], dtype=np.float32)

        def best(part: tuple[int, Any]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
            first, index = part
            products, rows = index.search(query, min(count, index.ntotal))
            return products[0], rows[0] + first

        found = list(in_order(best, self._parts))
        products = np.concatenate([products for products, _ in found])
        rows = np.concatenate([rows for _, rows in found])
        return rows[np.lexsort((rows, -products))[:count]]
