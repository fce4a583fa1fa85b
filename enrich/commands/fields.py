"""``enrich fields``."""

from __future__ import annotations

import click

from enrich import terminal
from enrich.answers import Answer, answers


@click.command()
@answers
def fields(answer: Answer) -> None:
    """List the fields that can become columns.

    \b
    Example:
      enrich fields
      enrich fields --json fields.json --quiet
    """  # noqa: D301
    from enrich.extract import load_built_in
    from enrich.extract.registry import FIELDS, channels
    from enrich.results import Found

    load_built_in()
    where = channels()
    found = [
        {
            "group": field.group,
            "field": field.name,
            "values": str(field.kind),
            "type": str(field.dtype),
            "from": sorted(where[field.name]),
            "meaning": field.doc,
        }
        for field in sorted(FIELDS.values(), key=lambda field: field.group)
    ]

    def tell() -> None:
        table = terminal.table("group", "field", "values", "type", "from", "meaning")
        for row in found:
            table.add_row(
                *(
                    terminal.plain(", ".join(cell) if isinstance(cell, list) else cell)
                    for cell in row.values()
                )
            )
        terminal.show(table)

    answer.give(Found("fields", f"{len(found)} fields", {"fields": found}), tell)
