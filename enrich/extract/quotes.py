"""What was said, out of a text that also says who said it.

The people who speak are nobody's business: their names before and after a quote are cut off, and what holds
an address or a number to call is no quote at all.
"""

from __future__ import annotations

import re

_LONGEST = 200
_LEAST_WORDS = 5
#: A quote has at least so many characters, and of a text at most so many are read.
SHORTEST, LONGEST_READ = 25, 3_000
_LONGEST_ATTRIBUTION = 80
_LONGEST_NAME = 50

_OPENING, _CLOSING = "\"“„«‟'‘", "\"”“»’'"
_QUOTED = re.compile(r"[\"“„«‟]\s*([^\"“”„«»‟]{20,3000})[\"”“»]")
# The end of a text: whatever follows the last full stop or a dash is who said it.
_LAST_STOP = re.compile(r"^(.*[.!?…](?:[\"”“»’')]|\s*$)?)(?=\s|$)(.*)$", re.DOTALL)
_DASHED = re.compile(r"\s*(?:\s[-–—~•|]+|[–—~]|--)\s*(?=[A-ZÀ-ÞА-ЯЁŁŚŻ])[^!?]{1,80}$")
_NAMED_FIRST = re.compile(
    r"^[A-ZÀ-ÞА-ЯЁ][\w.'’-]*(?:,?\s+[A-ZÀ-ÞА-ЯЁ][\w.'’-]*){0,4}\s*(?:\([^)]{0,40}\))?\s*(?::\s"
    r"|[-–—]{1,2}\s)\s*"
)
_STOP = re.compile(r"[.!?…]")
_LEAST_WORDS_WITHOUT_STOP = 8
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_NAME = r"(?:[A-ZÀ-ÞА-ЯЁŁŚŻ][\w.'’&-]*|of|and|the|de|la|von|van|der|at|in|from|из|для|&|\d+)"
_NAMES = re.compile(rf"{_NAME}(?:,?\s+{_NAME}){{0,9}}[.!]?")
# "... our staff. John K." and "... our staff Dr.": what is left of a name that an initial broke off.
_INITIALS = re.compile(
    r"(?:\s[A-ZÀ-ÞА-ЯЁ][\w’'-]+){0,2}(?:\s(?:[A-ZÀ-ÞА-ЯЁ]|Mr|Mrs|Ms|Dr|Prof|Mme|St|Jr|Sr|Dipl|Ing)\.)+$"
)
# Requests, notices and sample texts of templates.
_NOT_SAID_TEXT = re.compile(
    r"©|\?$|^(?:please|download|click|call|email|subscribe) |please (?:feel free|complete|contact|fill"
    r"|call|enter)|contact (?:me|us)|click here"
    r"|lorem ipsum|dolor sit amet|sed ut perspiciatis|all rights reserved|cookies|javascript",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"@|https?:|www\.|(?:\d[\s().-]?){7,}|[{}<>\\]|function\s*\(")


def shortened(text: str) -> str:
    """A quote of at most 200 characters, cut between words.

    >>> shortened("word " * 60)[-10:], len(shortened("word " * 60))
    ('word word…', 195)
    """
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 1].rpartition(" ")[0].rstrip(" ,;:-–—") + "…"


def quote_in(text: str) -> str:
    """What was said, without quotation marks and without who said it; empty where that is not clear.

    >>> quote_in('“They were quick, friendly and fair.” – John Smith, Leeds')
    'They were quick, friendly and fair.'
    >>> quote_in("Anna B.: Ich bin mit der Arbeit sehr zufrieden! Anna B., Hamm")
    'Ich bin mit der Arbeit sehr zufrieden!'
    >>> quote_in("Customer testimonials"), quote_in("Call us for a quote any time: 555 123 4567.")
    ('', '')
    """
    text = text[:LONGEST_READ].strip()
    match = _QUOTED.search(text)
    # A few words in quotation marks are a mention; a whole text in them was said.
    if match and len(match[1]) > 0.6 * len(text):
        said = match[1].strip()
        if not _STOP.search(said) and len(said.split()) < _LEAST_WORDS_WITHOUT_STOP:
            return ""
    else:
        lines = [line.strip() for line in text.split("\n")]
        said = " ".join(_DASHED.sub("", line) for line in lines if line).strip(_OPENING + " ")
        said = _NAMED_FIRST.sub("", _DASHED.sub("", said))
        match = _LAST_STOP.match(said)
        if not match or len(match[2]) > _LONGEST_ATTRIBUTION:
            return ""
        said = _without_names(_INITIALS.sub("", match[1].strip()))
    said = " ".join(said.split()).strip(_OPENING + _CLOSING + " ")
    if len(said) < SHORTEST or len(said.split()) < _LEAST_WORDS or _PERSONAL.search(said):
        return ""
    return "" if _NOT_SAID_TEXT.search(said) else said


def _without_names(text: str) -> str:
    """A text without the sentences at its end that are made of names: "Great. J. Smith, Acme Inc."."""
    sentences = _BETWEEN_SENTENCES.split(text)
    while len(sentences) > 1 and _NAMES.fullmatch(sentences[-1].strip()):
        sentences.pop()
    return " ".join(sentences)


def is_quoted(text: str) -> bool:
    """Whether a text begins with a quotation mark."""
    return text[:1] in tuple(_OPENING)


def is_signed(text: str) -> bool:
    """Whether a text ends in a dash and a name.

    >>> is_signed("I love it. - Anna B., Leeds"), is_signed("They came - and left.")
    (True, False)
    """
    return _DASHED.search(text) is not None


def is_attribution(text: str) -> bool:
    """Whether a text reads like who said something: short, and no sentence.

    >>> is_attribution("Anna B., Leeds"), is_attribution("– Anna B."), is_attribution("We love it.")
    (True, True, False)
    """
    if text[:1] in ("-", "–", "—", "~"):
        return 3 < len(text) <= _LONGEST_ATTRIBUTION
    return 3 < len(text) <= _LONGEST_NAME and text[-1] not in ".!?:" and text[0].isupper()
