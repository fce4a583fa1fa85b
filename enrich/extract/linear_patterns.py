"""Regular expressions of other people's fingerprints, in time linear in the page.

Pages are hostile and Python's ``re`` backtracks: ``(a+)+$`` on thirty letters takes minutes. RE2 (Cox,
"Regular Expression Matching in the Wild", 2010) reads each byte once, at worst once an instruction of the
pattern.
Patterns are written for JavaScript; what RE2 cannot do (looking around, back-references) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from enrich.errors import SettingsError
from enrich.extract.literals import Literals

# Bytes of a text that are read.
MAX_TEXT_BYTES = 500_000
# Memory of one pattern, its cached states included; larger patterns are refused.
_PATTERN_MEMORY_BYTES = 1 << 18

_PIECE = re.compile(
    r"\\u\{?[0-9a-fA-F]{1,6}\}?|\\x[0-9a-fA-F]{2}|\\.|\[\^?\]|\[\^?|\{\d+(?:,\d*)?\}|.", re.DOTALL
)
# Escapes that mean the same in both languages, and back-references, which RE2 then refuses.
_SHARED_ESCAPES = frozenset("dDwWsSbBnrtfv123456789")
_CLASS_ESCAPES = frozenset({r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"})


class PatternError(ValueError):
    """A pattern that cannot be used, and why."""


class Work:
    """The work allowed on one page, in bytes read times instructions of the patterns that read them.

    Parameters
    ----------
    steps : int
        RE2 takes 1e10 of them a second where a pattern has few states, 4e8 where a page was made to slow it.
    """

    def __init__(self, steps: int = 1_000_000_000) -> None:
        self.left = steps

    def take(self, steps: int) -> bool:
        """Take `steps` if so many are left."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


class Pattern:
    """One pattern; upper and lower case are the same.

    Parameters
    ----------
    source : str
        In the syntax of JavaScript.
    lines : bool
        Whether ``^`` and ``$`` stand for the ends of a line rather than of the text.

    Raises
    ------
    PatternError
        If it is wrong, too large, or needs backtracking.
    SettingsError
        If google-re2 is not installed.
    """

    def __init__(self, source: str, *, lines: bool = False) -> None:
        re2 = _re2()
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.never_capture = True
        options.max_mem = _PATTERN_MEMORY_BYTES
        pieces = list(_pieces(source))
        self.literals = _literals(pieces)
        self.always = not source
        try:
            self._compiled = re2.compile(("(?m)" if lines else "") + "".join(pieces), options)
        except re2.error as error:
            reason = error.args[0] if error.args else error
            raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None

    def found(self, text: bytes, work: Work) -> bool:
        """Whether the pattern is found in `text`; no if too little work is left."""
        if self.always:
            return True
        text = text[:MAX_TEXT_BYTES]
        return work.take(len(text) * self._compiled.programsize) and self._compiled.search(text) is not None


class Patterns:
    """Many patterns looked for in the same text, most of which need no look.

    Parameters
    ----------
    patterns : sequence of Pattern
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = patterns
        self._by_literal: dict[str, list[int]] = {}
        self._others: list[int] = []
        for position, pattern in enumerate(patterns):
            # The longest literal is the rarest, as a rule; markup is common.
            rare = max(pattern.literals, key=_rarity, default="")
            (self._by_literal.setdefault(rare, []) if rare else self._others).append(position)
        self._literals = Literals({literal for pattern in patterns for literal in pattern.literals})

    def found(self, text: str, work: Work) -> list[int]:
        """Positions of the patterns found in `text`, as far as the work allows."""
        data = text.encode("utf-8", "replace")[:MAX_TEXT_BYTES]
        present = set(self._literals.within(data.lower()))
        candidates = [position for literal in present for position in self._by_literal.get(literal, ())]
        return [
            position
            for position in sorted(self._others + candidates)
            if self._patterns[position].literals <= present and self._patterns[position].found(data, work)
        ]


def _re2() -> Any:
    try:
        import re2
    except ImportError:
        raise SettingsError(
            "fingerprints: reading them needs google-re2; install it by: "
            "pip install 'lookalike-workbench[fingerprints]'"
        ) from None
    return re2


def _pieces(source: str) -> Iterator[str]:
    r"""The pieces of a pattern, translated from JavaScript to RE2: characters, escapes, classes, quantifiers.

    >>> print("".join(_pieces(r"\u0041\_[^][\w-.]")))
    A_[\s\S][\w\-.]
    """
    inside = ""
    for piece in _PIECE.findall(source):
        part = _unescaped(piece)
        if inside:
            # "[\w-.]" is a range to RE2, and three possibilities to JavaScript.
            part = r"\-" if part == "-" and inside[-2:] in _CLASS_ESCAPES else part
            inside += r"\[" if piece == "[" else part
            if piece.endswith("]") and not piece.startswith("\\"):
                yield inside
                inside = ""
        elif piece in ("[^]", "[]"):
            yield r"[\s\S]" if piece == "[^]" else r"[^\s\S]"
        elif piece in ("[", "[^"):
            inside = piece
        else:
            yield part
    if inside:
        yield inside


def _unescaped(piece: str) -> str:
    if piece[0] != "\\" or len(piece) == 1:
        return piece
    kind = piece[1]
    if kind in "ux" and len(piece) > 2:
        code = int(piece[2:].strip("{}"), 16)
        return re.escape(chr(code)) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    if kind == "0":
        return r"\x00"
    # Any other letter stands for itself.
    return kind if (kind.isalpha() or kind == "_") and kind not in _SHARED_ESCAPES else piece


def _literals(pieces: Sequence[str]) -> frozenset[str]:
    r"""Texts in lower case that are in every text the pattern is found in; groups are not looked into.

    >>> sorted(_literals(list(_pieces(r"<script[^>]+acme-(?:core|ui)\.min?\.js"))))
    ['.js', '.mi', '<script', 'acme-']
    """
    runs, run, depth = [], "", 0
    for piece in pieces:
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth -= 1
        elif depth:
            continue
        elif piece == "|":
            return frozenset()
        elif _is_literal(piece):
            run += piece[-1].lower()
            continue
        elif piece in ("?", "*") or piece.startswith(("{0,", "{0}")):
            run = run[:-1]
        runs.append(run)
        run = ""
    # Shorter ones are everywhere.
    return frozenset(one for one in [*runs, run] if len(one) >= 3)


def _is_literal(piece: str) -> bool:
    escaped = piece[0] == "\\" and len(piece) == 2
    return piece.isascii() and (
        (escaped and not piece[1].isalnum()) or (len(piece) == 1 and piece not in r"\.^$?*+()|")
    )


def _rarity(literal: str) -> tuple[bool, int]:
    return not set(literal) & set('<>="'), len(literal)
