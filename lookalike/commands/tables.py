"""What the commands share: files and tables named on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

PATH = click.Path(path_type=Path)


class _Table(click.ParamType["pd.DataFrame"]):
    """A whole table by its path; rows that are malformed are named and left out."""

    name = "path"

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> pd.DataFrame:
        return whole_table(Path(value))


TABLE = _Table()


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
