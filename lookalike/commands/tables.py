"""What the commands share: files and tables named on the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from click.shell_completion import CompletionItem

from enrich.answers import PATH

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMN", "PATH", "TABLE", "whole_table"]


class _Table(click.ParamType["pd.DataFrame"]):
    """A whole table by its path; rows that are malformed are named and left out."""

    name = "path"

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> pd.DataFrame:
        if ctx is not None and ctx.resilient_parsing:
            return cast("pd.DataFrame", value)  # a shell asks what to complete: no time to read it
        return whole_table(Path(value))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]


class _Column(click.ParamType[str]):
    """A column by its name; a shell completes it from the header of the table that the line names first."""

    name = "column"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from enrich.errors import TableError
        from enrich.tables import iter_table

        # The option still lacks its value, so click leaves what it has read of the arguments in `args`.
        path = next(iter(ctx.args), ctx.params.get("pilot"))
        try:
            header: Iterable[object] = (
                () if path is None else next(iter(iter_table(path, batch_rows=1))).frame.columns
            )
        except TableError:
            return []
        # A name with a line break would look like several; bash alone wants others quoted by us.
        fit = [name for name in map(str, header) if name.startswith(incomplete) and name.isprintable()]
        bash = os.environ.get("_LOOKALIKE_COMPLETE") == "bash_complete"
        return [CompletionItem(re.sub(r"([^\w@%+=:,./-])", r"\\\1", n) if bash else n) for n in fit]


TABLE, COLUMN = _Table(), _Column()


def whole_table(path: Path) -> pd.DataFrame:
    """Read a whole table; rows that are malformed are named and left out."""
    from enrich.tables import read_table

    table = read_table(path)
    wrong = [error for error in table.errors if error]
    for error in wrong[:3]:
        click.echo(f"lookalike: {path}: {error}", err=True)
    if wrong:
        click.echo(f"lookalike: {path}: {len(wrong)} malformed rows are left out", err=True)
    return table.frame.loc[[not error for error in table.errors]].reset_index(drop=True)
