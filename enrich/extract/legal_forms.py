"""Legal forms of companies (GmbH, Ltd, ООО, ...) and the names that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from enrich.extract.wordings import wordings

_BEHIND = (
    r"GmbH ?& ?Co\.? ?KG(?:aA)?|GmbH ?& ?Co\.? ?OHG|gGmbH|GmbH|mbH|UG(?: \(haftungsbeschränkt\))?|KGaA|AG"
    r"|KG|OHG|eG|e\. ?K\.?|e\. ?V\.?|PartG(?: ?mbB)?|SE|Ltd\.?|LTD\.?|Limited|LLC|L\.L\.C\.?|LLP"
    r"|L\.L\.P\.?|LP|Inc\.?|INC\.?|Incorporated|Corp\.?|Corporation|PLC|plc|Plc|Pty\.? ?Ltd\.?"
    r"|Pty\.? Limited|PTY LTD|Pvt\.? ?Ltd\.?|Co\.,? ?Ltd\.?|& Co\.?|Co\.|P\.C\.|PLLC|B\.V\.|BV|N\.V\.|NV"
    r"|V\.O\.F\.|VOF|S\.A\.R\.L\.?|SARL|Sàrl|S\.A\.S\.?|SAS|SASU|EURL|S\.A\.?|SA|S\.L\.U\.?|SLU|S\.L\.?|SL"
    r"|S\.r\.l\.|Srl|SRL|S\.p\.A\.|SpA|Lda\.?|Ltda\.?|AB|A/S|ApS|ASA|AS|Oyj|Oy|sp\. ?z ?o\. ?o\.|s\.r\.o\."
    r"|a\.s\.|d\.o\.o\.|d\.d\.|Kft\.?|Zrt\.?|OÜ|SIA|UAB"
)
_BEFORE = r"ООО|ОАО|ЗАО|ПАО|АО|ИП|НАО|ТОО|ОДО|ЧУП|УП|АНО|ТОВ"


def by_first_letter(alternatives: str) -> str:
    """The same expression with one branch a letter: a search then turns away most words at once."""
    branches: dict[str, list[str]] = {}
    for alternative in alternatives.split("|"):
        branches.setdefault(alternative[0], []).append(alternative[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in branches.items())


# How forms end, but for what may follow them: most names end otherwise.
_BLANKS_AND_MARKS = " \t\n\u00a0.,®™"
_ENDINGS = frozenset(form.rstrip(_BLANKS_AND_MARKS)[-2:] for form in wordings(_BEHIND))
_BEHIND = by_first_letter(_BEHIND)
_TRAILING = re.compile(rf"[\s,]*(?:\b|(?<=\s)|(?<=,))(?:{_BEHIND})[\s.,®™]*$")
_LEADING = re.compile(rf"\s*(?:{_BEFORE})\s+")
# The white space of most lines, by name: half as costly as all that is white space.
_FORM_BEHIND = re.compile(rf"[ \n\t\u00a0,](?:{_BEHIND})(?![\w&])")
_NAME_WORDS = re.compile(
    r"(?:(?:[A-ZÀ-ÞА-ЯЁ0-9][\w&'’.\-+/!]*|&|and|und|et|y|en|of|the|de|für|der|von|van)[ ,]+){0,6}"
    r"[A-ZÀ-ÞА-ЯЁ0-9][\w&'’.\-+/!]*\)?$"
)
_BEFORE_NAME = re.compile(r"^(?:[12]\d{3}|and|und|et|y|of|the|de|von|van|by|[-–&,. ])+\s+")
_NAMED_BEFORE = re.compile(
    rf"\b(?:{_BEFORE})\s+(?:[«\"“„'](?P<quoted>[^»\"”“'\n]{{2,60}})[»\"”“']"
    rf"|(?P<bare>[А-ЯЁA-Z][\w.-]+(?: [А-ЯЁA-Z][\w.-]*){{0,2}}))"
)
_QUOTES = "«»\"“”„'‘’"


def is_cyrillic(text: str) -> bool:
    """Whether a text has any of the letters А to п, as all texts in Cyrillic script do.

    >>> is_cyrillic("Ромашка"), is_cyrillic("Παπαδόπουλος")
    (True, False)
    """
    # The first of the two bytes of these letters in UTF-8; Ѐ to Џ have it, too.
    return not text.isascii() and b"\xd0" in text.encode("utf-8", "replace")


@lru_cache(maxsize=4096)
def without_legal_form(name: str) -> str:
    """The name people use.

    >>> [without_legal_form(n) for n in ("Acme GmbH & Co. KG", "Acme, Inc.", 'ООО "Ромашка"', "Cisco", "BV")]
    ['Acme', 'Acme', 'Ромашка', 'Cisco', 'BV']
    """
    bare = name.strip()
    if leading := _LEADING.match(name):
        bare = name[leading.end() :].strip().strip(_QUOTES)
    for _ in range(2):
        if bare.rstrip(_BLANKS_AND_MARKS)[-2:] not in _ENDINGS:
            break
        bare = _TRAILING.sub("", bare).strip(" ,") or bare
    return bare or name


def has_legal_form(name: str) -> bool:
    """Whether `name` carries a legal form.

    >>> has_legal_form("Acme B.V."), has_legal_form("Acme")
    (True, False)
    """
    return without_legal_form(name) != name.strip(" ,.")


def legal_names_in(line: str) -> Iterator[str]:
    """Names with a legal form in a line of text.

    >>> list(legal_names_in("© 2024 Acme Tools GmbH & Co. KG, Berlin"))
    ['Acme Tools GmbH & Co. KG']
    >>> list(legal_names_in("Продавец: ООО «Ромашка», Москва")), list(legal_names_in("about SAS and SQL"))
    (['ООО «Ромашка»'], [])
    """
    for match in _FORM_BEHIND.finditer(line):
        words = _NAME_WORDS.search(line, max(0, match.start() - 70), match.start())
        if words and (name := _BEFORE_NAME.sub("", words[0])):
            yield (name + line[match.start() : match.end()]).strip()
    if is_cyrillic(line):
        for match in _NAMED_BEFORE.finditer(line):
            yield match[0]


def signs_in(text: str) -> Iterator[int]:
    """Positions of legal forms: only a line that holds one can hold a name with one."""
    for pattern in (_FORM_BEHIND, _NAMED_BEFORE) if is_cyrillic(text) else (_FORM_BEHIND,):
        for match in pattern.finditer(text):
            yield match.end() - 1
