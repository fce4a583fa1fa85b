"""Places by score."""

from __future__ import annotations

import pandas as pd


def ranks(scores: pd.Series) -> pd.Series:
    """Rank scores, 1 the highest, equals alike; missing where there is no score."""
    return scores.rank(method="min", ascending=False).astype("Int64")
