"""How the label of a host, "acmetools", and the name it was made of, "Acme Tools", find each other."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from enrich.extract.legal_forms import without_legal_form

WORD = re.compile(r"[^\W_]+")
_SEARCHED = 20_000
_MOST_SPELLINGS = 5
# What makes the words before it the beginning of a longer name.
_LONGER = re.compile(r" (?:[A-Z&]|and\b)")
# What a name does not stand beside: there it is a part of an address.
_ADDRESS_BEFORE = re.compile(r"[\w@./-]")
_ADDRESS_BEHIND = re.compile(r"[\w@/-]|\.\w")


@lru_cache(maxsize=4096)
def affinity(label: str, name: str) -> float:
    """How well a host's label fits a name, from 0 to 1.

    >>> affinity("acmetools", "Acme Tools"), affinity("kmb", "Katz Marshall Banks"), affinity("acme", "Loans")
    (1.0, 0.7, 0.0)
    >>> affinity("informt", "Information Management Technologies")
    0.6
    """
    words = WORD.findall(_ascii(without_legal_form(name).casefold()))
    squashed = "".join(words)
    label = _letters(label)
    if not squashed or not label:
        return 0.0
    # "acme.com" as a name fits the label "acme".
    if label in (squashed, "".join(words[:-1])) or squashed.replace("and", "") == label:
        return 1.0
    if "".join(word[0] for word in words) == label and len(label) > 1:
        return 0.7
    if len(label) >= 4 and squashed.startswith(label):
        return 0.8
    if len(squashed) >= 4 and label.startswith(squashed):
        return 0.5 + 0.4 * len(squashed) / len(label)
    if len(words) > 1 and _made_of_beginnings(label, words):
        return 0.6
    if len(squashed) >= 5 and (squashed in label or label in squashed):
        return 0.4
    return 0.0


@lru_cache(maxsize=1024)
def _letters(label: str) -> str:
    """What of a host's label can be compared with a name."""
    return re.sub(r"[^a-z0-9]", "", _ascii(label))


def _ascii(text: str) -> str:
    """Latin letters without accents; German umlauts as hosts spell them."""
    if text.isascii():
        return text
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(letter, pair)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _made_of_beginnings(label: str, words: list[str]) -> bool:
    """Whether a label is made of the beginnings of the words, in order, from the first on."""
    reached = {0}
    for index, word in enumerate(words[:6]):
        following = set() if index == 0 else set(reached)
        for start in reached:
            length = 0
            while (
                length < len(word) and start + length < len(label) and label[start + length] == word[length]
            ):
                length += 1
                following.add(start + length)
        reached = following
    return len(label) in reached


def spellings_of(label: str, text: str) -> list[str]:
    """Ways in which the text writes the host's label, with its spaces and capitals.

    >>> spellings_of("acmetools", "Buy at the Acme Tools shop, info@acmetools.com, Acme Tools Ltd")
    ['Acme Tools']
    """
    label = label.replace("-", "")
    if len(label) < 5 or not label.isalnum():
        return []
    text = text[:_SEARCHED]
    # A byte a letter, whatever it is: hosts are ASCII.
    written, sought = text.encode("ascii", "replace").lower(), label.encode()
    joined = written.replace(b" ", b"")
    found: list[str] = []
    behind, position = 0, joined.find(sought)
    left = 0
    while position >= 0:
        first = _with_spaces(written, behind, position - left)
        last = _with_spaces(written, first, len(label) - 1) + 1
        behind, left = last, position + len(label)
        in_address = (first and _ADDRESS_BEFORE.match(text, first - 1)) or _ADDRESS_BEHIND.match(text, last)
        if not in_address and not _LONGER.match(text, last):
            found.append(text[first:last])
        position = joined.find(sought, left)
    return list(dict.fromkeys(name for name in found if name != name.lower()))[:_MOST_SPELLINGS]


def _with_spaces(text: bytes, start: int, letters: int) -> int:
    """Where in `text` the letter stands that has so many letters, spaces aside, between `start` and it."""
    end = start + letters
    while (reached := start + letters + text.count(b" ", start, end + 1)) > end:
        end = reached
    return end
