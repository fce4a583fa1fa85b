"""Labelled pages: WARC files with JSON-lines labels beside them, as one folder.

``entities.jsonl`` holds what people marked on a page (``url``, ``score``, ``score_email``, ``entities``: type
and text); ``social.jsonl`` the page's links to networks (``url``, ``links``: url, network, kind). A page that
a file does not name is unlabelled for it, not empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from enrich.errors import TableError
from enrich.page import Page


@dataclass(frozen=True)
class Labelled:
    """A page with its labels; None where a file does not speak of it."""

    page: Page
    entities: dict[str, Any] | None
    social: dict[str, Any] | None

    def marked(self, *types: str) -> list[str]:
        """Texts marked as one of `types`."""
        entities = self.entities["entities"] if self.entities else []
        return [entity["text"] for entity in entities if entity["type"] in types]


def pages(data: Path) -> Iterator[Page]:
    """The responses of all WARC files in `data`, in the order of their names."""
    for path in sorted([*data.glob("*.warc"), *data.glob("*.warc.gz")]):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    headers = record.rec_headers
                    yield Page(
                        headers.get_header("WARC-Target-URI"),
                        record.content_stream().read(),
                        headers.get_header("WARC-Date"),
                    )


def read(data: Path) -> list[Labelled]:
    """All pages that have a label.

    Raises
    ------
    TableError
        If the folder has no labels, or no page to go with them.
    """
    entities, social = _rows(data / "entities.jsonl"), _rows(data / "social.jsonl")
    found = [
        Labelled(page, entities.get(page.url), social.get(page.url))
        for page in pages(data)
        if page.url in entities or page.url in social
    ]
    if not found:
        raise TableError(
            f"'{data}' holds no labelled pages; give a folder with WARC files, entities.jsonl and"
            f" social.jsonl"
        )
    return found


def _rows(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as stream:
        rows = (json.loads(line) for line in stream if line.strip())
        return {row["url"]: row for row in rows}
