"""Notebooks as pages of the site, with the outputs they were committed with; none is executed here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from nbconvert import HTMLExporter
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PLACE = "notebooks"
_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)


def title_of(notebook: Any) -> tuple[str, str]:
    """Give a notebook's title and the paragraph under it."""
    first = notebook.cells[0].source
    title = _TITLE.search(first)
    rest = first[title.end() :].strip() if title else ""
    return (title[1] if title else "Notebook"), re.split(r"\n\s*\n", rest)[0]


class NotebookList(SphinxDirective):
    """A list of all notebooks, each with a link to its page and what it is about."""

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        made = nodes.definition_list()
        for path in sorted(FOLDER.glob("*.ipynb")):
            title, about = title_of(nbformat.read(path, as_version=4))
            link = nodes.reference("", title, internal=True, refuri=f"{PLACE}/{path.stem}.html")
            term = nodes.term("", "", link)
            plain = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", about)
            text = nodes.paragraph(text=" ".join(plain.split()))
            file = nodes.paragraph("", "", nodes.literal(text=f"notebooks/{path.name}"))
            made += nodes.definition_list_item("", term, nodes.definition("", text, file))
        return [made]


def pages(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Give each notebook as a page: its name, what the theme's template needs, the template."""
    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    made = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        body, _ = exporter.from_notebook_node(notebook)
        context = {
            "title": title_of(notebook)[0],
            "body": f'<div class="notebook">{body}</div>',
            "parents": [{"link": "../notebooks.html", "title": "Notebooks"}],
        }
        made.append((f"{PLACE}/{path.stem}", context, "page.html"))
    return made


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the pages."""
    app.add_directive("notebook-list", NotebookList)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
