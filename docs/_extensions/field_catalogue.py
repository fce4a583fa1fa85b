"""The directive ``field-catalogue``: the table of ``enrich fields``, taken from the package at build time."""

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS, FIELDS


def catalogue() -> list[tuple[str, list[tuple[str, str, str, str, str]]]]:
    """Give the groups of fields: name, values, type, where it is found, meaning."""
    load_built_in()
    found: dict[str, set[str]] = {}
    for one in EXTRACTORS.values():
        for name in one.fields:
            found.setdefault(name, set()).add(str(one.reads.channel))
    fields = sorted(FIELDS.values(), key=lambda field: field.group)
    return [
        (
            group,
            [(f.name, str(f.kind), f.dtype, ", ".join(sorted(found.get(f.name, ()))), f.doc) for f in listed],
        )
        for group, listed in groupby(fields, key=lambda field: field.group)
    ]


def table(head: list[str], rows: list[tuple[Any, ...]], widths: list[int], literal: int = 1) -> nodes.table:
    """Make a table whose first `literal` columns are set as code."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=width) for width in widths]

    def row(cells: list[Any], *, code: int) -> nodes.row:
        made = nodes.row()
        for place, cell in enumerate(cells):
            text = nodes.literal(text=cell) if place < code and cell else nodes.Text(cell)
            made += nodes.entry("", nodes.paragraph("", "", text))
        return made

    group += nodes.thead("", row(head, code=0))
    group += nodes.tbody("", *(row(list(cells), code=literal) for cells in rows))
    return nodes.table("", group, classes=["wide"])


class FieldCatalogue(SphinxDirective):
    """A section with a table for each group of fields."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        made: list[nodes.Node] = []
        for group, fields in catalogue():
            section = nodes.section(ids=[f"group-{group}"], names=[f"group-{group}"])
            section += nodes.title(text=group.capitalize())
            rows = [
                (name, meaning, f"{kind}, {dtype}", where) for name, kind, dtype, where, meaning in fields
            ]
            section += table(["column", "meaning", "values", "from"], rows, [30, 50, 12, 8])
            made.append(section)
        return made


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("field-catalogue", FieldCatalogue)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
