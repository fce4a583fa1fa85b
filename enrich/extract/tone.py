"""The tone of a text: how much it praises and how much it complains, from -1 to 1.

Method
------
Words of praise and of complaint are counted from a small lexicon of our own in eight languages (``tone.toml``
beside this file). Strong words count twice, mild complaints half. A negation turns what follows it within
three words of the same clause, to half its weight: "not good" complains, "no problems" praises a little. The
tone is ``(p - n) / (p + n + 1/2)``; the half keeps a single word from meaning everything. That is the shape
of VADER (Hutto and Gilbert, ICWSM 2014) and of AFINN (Nielsen, arXiv 1103.2903), without their words. A text
without any of the words has no tone, which is not the same as a neutral one. Stars, where a review gives
them, are the author's own word and take precedence.

Why not a library: VADER is English only and was last released in 2020; those of single languages stopped
between 2019 and 2022; the lexicon of Chen and Skiena for 81 languages (ACL 2014) is GPL; transformers weigh
hundreds of megabytes.

Limits
------
No irony, no comparison ("better than the others, who were terrible"), no aspects ("nice people, bad food" is
neutral). Words of a trade mislead: "killer app", "sick building". Testimonials are chosen by those whom they
praise, so the tone tells real reviews from chosen ones rather than good companies from bad.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_NEGATION_REACH = 3
_NEGATED = 0.5
_SMOOTHING = 0.5
_WORD = re.compile(r"[\w'’-]+|[.,;:!?…()]")
# French and Italian elisions stand before the word they negate or join.
_ELISION = re.compile(r"\b([nldjcmstNLDJCMST])['’](?=\w)")
_LONGEST = 4_000


class _Lexicon(NamedTuple):
    weights: re.Pattern[str]
    positive: re.Pattern[str]
    strong: re.Pattern[str]
    mild: re.Pattern[str]
    negations: frozenset[str]


@cache
def _lexicons() -> dict[str, _Lexicon]:
    data = tomllib.loads(files(__package__).joinpath("tone.toml").read_text(encoding="utf-8"))
    return {
        language: _Lexicon(
            _pattern(words["positive"] + ", " + words["negative"]),
            _pattern(words["positive"]),
            _pattern(words["strong"]),
            _pattern(words["mild"]),
            frozenset(word.strip() for word in words["negations"].split(",")),
        )
        for language, words in data.items()
    }


def _pattern(words: str) -> re.Pattern[str]:
    every = sorted({word.strip() for word in words.split(",")}, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word).replace(r"\*", r"\w*") for word in every))


def tone(text: str, language: str) -> float | None:
    """The tone of `text`.

    Parameters
    ----------
    text : str
        A testimonial or a review; linear in its length, the first 4,000 characters count.
    language : str
        ISO 639-1. What the lexicon does not speak is read as English.

    Returns
    -------
    float or None
        From -1 (complains) to 1 (praises), or None where no word of the lexicon occurs.

    >>> tone("Great work, very friendly team!", "en"), tone("Not good, and never on time.", "en")
    (0.8, -0.5)
    >>> tone("Keine Probleme, alles bestens.", "de"), tone("Не советую, ужасный сервис", "ru")
    (0.71, -0.86)
    >>> tone("They painted the door.", "en")
    """
    praise, complaint = praise_and_complaint(text, language)
    if not praise and not complaint:
        return None
    return tone_of_weights(praise, complaint)


def tone_of_weights(praise: float, complaint: float) -> float:
    """The tone that the weights of praise and complaint make, from -1 to 1."""
    return round((praise - complaint) / (praise + complaint + _SMOOTHING), 2)


def praise_and_complaint(text: str, language: str) -> tuple[float, float]:
    """The weights of the words of praise and of complaint in `text`, each at least 0.

    >>> praise_and_complaint("Perfect, no problems", "en")
    (2.25, 0.0)
    """
    lexicons = _lexicons()
    lexicon = lexicons.get(language, lexicons["en"])
    words = _WORD.findall(_ELISION.sub(r"\1' ", text[:_LONGEST].lower()))
    praise = complaint = 0.0
    last_negation = -_NEGATION_REACH - 1
    index = 0
    while index < len(words):
        word = words[index]
        if not word[0].isalnum():
            last_negation = -_NEGATION_REACH - 1
            index += 1
            continue
        pair = f"{word} {words[index + 1]}" if index + 1 < len(words) else ""
        phrase = pair if pair and lexicon.weights.fullmatch(pair) else word
        if phrase is pair or (word not in lexicon.negations and lexicon.weights.fullmatch(word)):
            weight = (
                2.0 if lexicon.strong.fullmatch(phrase) else 0.5 if lexicon.mild.fullmatch(phrase) else 1.0
            )
            praises = lexicon.positive.fullmatch(phrase) is not None
            if index - last_negation <= _NEGATION_REACH:
                praises, weight = not praises, weight * _NEGATED
            if praises:
                praise += weight
            else:
                complaint += weight
            index += 1 + (phrase is pair)
            continue
        if word in lexicon.negations:
            last_negation = index
        index += 1
    return praise, complaint


def tone_of_rating(value: float, worst: float, best: float) -> float | None:
    """The tone that a rating states; None where it lies outside its scale.

    >>> tone_of_rating(5, 1, 5), tone_of_rating(3, 1, 5), tone_of_rating(7, 1, 5)
    (1.0, 0.0, None)
    """
    if not worst <= value <= best or best <= worst:
        return None
    return round(2 * (value - worst) / (best - worst) - 1, 2)
