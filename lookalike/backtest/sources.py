"""Which columns come from which source of facts: the CRM, the website, name servers, behaviour."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from importlib.resources import files

import pandas as pd

from enrich.errors import ColumnError
from lookalike.roles import Kind, role

#: What no pattern knows; and what events tell.
OWN, BEHAVIOUR = "CRM columns", "behaviour"


def sources_of(
    features: pd.DataFrame, behaviour: Sequence[str] = (), named: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """Sort columns by source.

    Parameters
    ----------
    features : DataFrame
        The columns that are learned from.
    behaviour : sequence of str
        Those that come from events.
    named : mapping of str to sequence of str, optional
        Columns of sources, or patterns with ``*``, before those of ``sources.toml``.

    Returns
    -------
    dict of str to list of str
        Sources with a column that tells anything, the CRM first, behaviour last.

    Raises
    ------
    ColumnError
        If a source named has no column in the table.

    >>> table = pd.DataFrame({"size": [1, 2], "company_technologies": ["CRM", "Shop"], "company_x": ["", ""]})
    >>> sources_of(table)
    {'CRM columns': ['size'], 'technologies': ['company_technologies']}
    """
    named = named or {}
    for source, wanted in named.items():
        if not any(_known(str(column), wanted) for column in features):
            raise ColumnError(
                f"--source '{source}' names {', '.join(wanted)}, and no such column is learned from"
            )
    patterns = {**named, **{s: p for s, p in _patterns().items() if s not in named}}
    found: dict[str, list[str]] = {source: [] for source in (OWN, *patterns, BEHAVIOUR)}
    for column in map(str, features.columns):
        source = next((source for source, wanted in patterns.items() if _known(column, wanted)), OWN)
        found[BEHAVIOUR if source == OWN and column in behaviour else source].append(column)
    tells = {str(c): role(features[c]).kind != Kind.NOTHING for c in features}
    return {source: columns for source, columns in found.items() if any(tells[c] for c in columns)}


def _known(column: str, patterns: Sequence[str]) -> bool:
    bare = column.removesuffix("_why")
    return any(fnmatchcase(column, pattern) or fnmatchcase(bare, pattern) for pattern in patterns)


def _patterns() -> dict[str, list[str]]:
    text = (files("lookalike.backtest") / "sources.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)["sources"]
    return found
