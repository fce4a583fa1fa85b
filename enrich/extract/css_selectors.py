"""Elements of a page by CSS selectors of other people, in bounded time.

Most selectors name something that the page does not hold, and are not tried at all. One such as
``.a .b .b c`` is tried by going up from each ``c`` along every choice of ancestors: on 800 nested elements
that took 10 s. So its work is reckoned from the depth of the page before it is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import comb

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from enrich.extract.linear_patterns import Work
from enrich.extract.literals import Literals
from enrich.page import Page

# Work (steps) of looking at an element and its attributes, 2e6 a second, and of going up by one, 7e7.
_ELEMENT_STEPS, _COMPARISON_STEPS = 500, 10
# Elements looked at of those that one selector finds.
_MAX_ELEMENTS = 50

_STRING = r'"[^"]*"|\'[^\']*\''
_PIECE = re.compile(
    rf"(\[(?:[^\]\"']|{_STRING})*\])|(\((?:[^()\"']|{_STRING})*\))|({_STRING})|(.)", re.DOTALL
)
_NAME = re.compile(r"[.#]([\w-]+)|(?:^|(?<=[\s>+]))([A-Za-z][\w-]*)", re.ASCII)
_ATTRIBUTE = re.compile(
    r"""\[\s*([\w-]+)\s*(?:[*^$~|]?=\s*["']?([^"']*?)["']?\s*(?:\s[isIS])?\s*)?\]""", re.ASCII
)
_COMBINATOR = re.compile(r"\s*[>+]\s*|\s+")
# Elements that a page has though its source does not write them.
_IMPLIED = frozenset({"html", "head", "body", "tbody", "colgroup"})


class SelectorError(ValueError):
    """A selector that cannot be used, and why."""


@dataclass(frozen=True)
class _Selector:
    """One of the alternatives of a selector.

    Attributes
    ----------
    text, last : str
        The whole, and what the element itself must be.
    choices : int
        Ancestors to choose: its descendant combinators.
    literals : frozenset of str
        In lower case; all are in the source of every page that it finds something on.
    """

    text: str
    last: str
    choices: int
    literals: frozenset[str]


class Elements:
    """Many selectors, ready to be tried on pages.

    Parameters
    ----------
    selectors : iterable of str
        That :meth:`check` lets pass.
    """

    def __init__(self, selectors: Iterable[str]) -> None:
        self._selectors = {one: tuple(_alternatives(one)) for one in selectors}
        self._literals = Literals(
            {literal for ones in self._selectors.values() for one in ones for literal in one.literals}
        )

    @staticmethod
    def check(selector: str) -> None:
        """Find fault with a selector.

        Raises
        ------
        SelectorError
            If it is wrong, or its work cannot be bounded.
        """
        try:
            LexborHTMLParser("<p>").css(selector)
            for one in _alternatives(selector):
                LexborHTMLParser("<p>").css(one.last)
        except SelectolaxError as error:
            raise SelectorError("no selector") from error

    def found(self, page: Page, work: Work) -> Iterator[tuple[str, list[LexborNode]]]:
        """Yield each selector that finds something, with the first of what it finds."""
        if not self._selectors:
            return
        present = set(self._literals.within(page.source))
        depths: dict[int, int] = {}
        pass_steps = _ELEMENT_STEPS * page.html.count("<")
        for selector, alternatives in self._selectors.items():
            for one in alternatives:
                if not one.literals <= present or not work.take(pass_steps):
                    continue
                if nodes := _find(page.tree, one, depths, work):
                    yield selector, nodes[:_MAX_ELEMENTS]
                    break


def _find(
    tree: LexborHTMLParser, selector: _Selector, depths: dict[int, int], work: Work
) -> list[LexborNode]:
    nodes = tree.css(selector.last)
    if nodes and selector.text != selector.last:
        paths = sum(comb(_depth(node, depths), selector.choices) for node in nodes)
        return tree.css(selector.text) if work.take(_COMPARISON_STEPS * (paths + len(nodes))) else []
    return nodes


def _depth(node: LexborNode, depths: dict[int, int]) -> int:
    """Elements above `node`; those met on the way are remembered, so that none is climbed twice."""
    path = []
    above: LexborNode | None = node
    while above is not None and above.mem_id not in depths:
        path.append(above.mem_id)
        above = above.parent
    depth = -1 if above is None else depths[above.mem_id]
    for one in reversed(path):
        depth += 1
        depths[one] = depth
    return depths[node.mem_id]


def _alternatives(selector: str) -> Iterator[_Selector]:
    """Part a selector at its commas.

    >>> selectors = _alternatives('#a > b i, link[href*="/x.css"]')
    >>> [(one.last, one.choices, sorted(one.literals)) for one in selectors]
    [('i', 1, ['a', 'b', 'i']), ('link[href*="/x.css"]', 0, ['/x.css', 'href', 'link'])]
    """
    parts: list[list[tuple[str, str, str, str]]] = [[]]
    for piece in _PIECE.findall(selector.strip()):
        if piece[3] == ",":
            parts.append([])
        else:
            parts[-1].append(piece)
    for part in parts:
        yield _alternative(part)


def _alternative(pieces: list[tuple[str, str, str, str]]) -> _Selector:
    text = "".join("".join(piece) for piece in pieces).strip()
    # Blanks inside brackets are no combinators.
    bare = "".join(piece[3] or "\0" * len("".join(piece)) for piece in pieces)
    bare = bare.strip(" \t\r\n\f")
    if (
        "~" in bare
        or "(" in bare
        or any(re.search(r"[\s>+~(]", one[1].strip("() ")) for one in pieces if one[1])
    ):
        raise SelectorError("siblings in general and selectors within selectors are not tried")
    if re.search(r":has\b", bare, re.IGNORECASE) or "\\" in bare:
        raise SelectorError(":has and escapes are not tried")
    combinators = list(_COMBINATOR.finditer(bare))
    literals = {name.lower() for pair in _NAME.findall(bare) for name in pair if name} - _IMPLIED
    for attribute, _, _, _ in pieces:
        if match := _ATTRIBUTE.fullmatch(attribute):
            literals.update(one.lower() for one in match.groups() if one)
    return _Selector(
        text,
        text[combinators[-1].end() :] if combinators else text,
        sum(match[0].isspace() for match in combinators),
        # An ampersand or a quotation mark may be written in several ways.
        frozenset(one for one in literals if one.isascii() and not set(one) & set("&<>\"'\\")),
    )
