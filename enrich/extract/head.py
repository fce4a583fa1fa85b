"""What a page says about itself in its head: title, metas, links, language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from enrich.extract.elements import Elements


@dataclass(frozen=True)
class Head:
    """The head of a page, wherever its elements stand (many pages put them into the body).

    Attributes
    ----------
    title : str
        White space collapsed.
    language : str
        The ``lang`` of the root element, as written.
    metas : Mapping of str to tuple of str
        Contents by lower-case ``name``, ``property``, ``itemprop`` or ``http-equiv``.
    links : tuple of (str, dict)
        Lower-case ``rel`` and all attributes of the ``<link>`` elements.

    >>> from enrich.extract.elements import by_tag
    >>> tree = LexborHTMLParser('<title> Acme </title><meta name=Author content="A. Smith">')
    >>> head = read_head(tree, by_tag(tree))
    >>> head.title, head.meta("author"), head.meta("og:title", "generator")
    ('Acme', 'A. Smith', '')
    """

    title: str
    language: str
    metas: Mapping[str, tuple[str, ...]]
    links: tuple[tuple[str, dict[str, str]], ...]

    def meta(self, *names: str) -> str:
        """First content of the first of `names` that has one, white space collapsed."""
        for name in names:
            for content in self.metas.get(name, ()):
                if text := " ".join(content.split()):
                    return text
        return ""


def read_head(tree: LexborHTMLParser, elements: Elements) -> Head:
    """Collect the head of `tree`, which is left unchanged, from its `elements`."""
    metas: dict[str, list[str]] = {}
    for _, attributes in elements["meta"]:
        content = attributes.get("content")
        if not content:
            continue
        for key in ("name", "property", "itemprop", "http-equiv"):
            if name := attributes.get(key):
                metas.setdefault(name.strip().lower(), []).append(content)
    links = []
    for _, attributes in elements["link"]:
        if "href" in attributes:
            named = {name: value or "" for name, value in attributes.items()}
            links.append((named.get("rel", "").lower(), named))
    # The first title outside <svg> is the page's.
    title = tree.css_first("head > title") or tree.css_first("body title")
    root = tree.css_first("html")
    return Head(
        title=" ".join(title.text().split()) if title is not None else "",
        language=((root.attributes.get("lang") or "") if root is not None else "").strip(),
        metas={name: tuple(contents) for name, contents in metas.items()},
        links=tuple(links),
    )
