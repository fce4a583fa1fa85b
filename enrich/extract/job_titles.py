"""What a line of a career page must be to count as a job title, and which family of work it belongs to.

The words are data: ``roles.toml`` beside this file, in eight languages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_LONGEST = 90
_MOST_WORDS = 12
# (m/w/d), (f/m/x), (h/f), m/v, (M/F), (k/m), (м/ж): only job titles say whom they address.
_GENDERS = re.compile(
    r"[([]?(?<!\w)[mwfdhvxkaiмж](?:\s?[/|]\s?[mwfdhvxkaiмж*]){1,3}(?!\w)[)\]]?|\((?:all genders|gn)\)", re.I
)
_SENTENCE = re.compile(r"[!?;]|\w{4}\.\s|\.$|[:…]$|@|https?:|\d{4,}|©|[€$£]")
# What no title begins with: invitations, and headings that speak of many.
_NO_TITLE = re.compile(
    r"^(?:why|how|what|who|our|your|we|you|meet|become|apply|join|contact|about|read|view|see|all|more"
    r"|the|are|is|if"
    r"|for|as an?|an?|find|search|working|life|learn|benefits|unsere?|wir|warum|ihre?|werde|als|alle|mehr"
    r"|bewerben|bewirb|so|was|wer|nos|notre|vos|pourquoi|rejoignez|découvr\w+|tous|toutes|voir|nuestr\w+"
    r"|por qué"
    r"|ver|onze|waarom|bekijk|alle|ons|werken|i nostri|perché|scopri|nasi|nasze|dlaczego|zobacz|наш\w*|мы"
    r"|почему"
    r"|как|все|подробнее|стать|требования|обязанности|условия|required|responsibilities|qualifications)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:job |open )?position|job title|title|role|stelle|poste|puesto|functie|posizione|stanowisko"
    r"|вакансия"
    r"|должность)\s*:\s*",
    re.IGNORECASE,
)
_EDGES = " \t\n-–—•·*|›»→>,:"


class _Words(NamedTuple):
    nouns: re.Pattern[str]
    families: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _words() -> _Words:
    data = tomllib.loads(files(__package__).joinpath("roles.toml").read_text(encoding="utf-8"))
    return _Words(
        _pattern(data["nouns"].values()),
        tuple((name, _pattern(words.values())) for name, words in data["families"].items()),
    )


def _pattern(languages: Iterable[str]) -> re.Pattern[str]:
    """One expression for comma-separated words of several languages."""
    every = dict.fromkeys(word.strip() for words in languages for word in words.split(","))
    compounds: list[str] = []
    plain: list[str] = []
    for word in every:
        end = r"\w*" if word.endswith("*") else r"(?!\w)"
        body = re.escape(word.strip("*")).replace(r"\ ", r"[\s-]").replace(r"\*", r"\w*")
        (compounds if word.startswith("*") else plain).append(body + end)
    inside = rf"|(?:{'|'.join(compounds)})" if compounds else ""
    return re.compile(rf"(?<!\w)(?:{'|'.join(plain)}){inside}")


def job_title(line: str) -> str:
    """The job title that a line is, tidied; empty where it is none.

    >>> job_title("• Vertriebsmitarbeiter (m/w/d) "), job_title("Менеджер по продажам")
    ('Vertriebsmitarbeiter (m/w/d)', 'Менеджер по продажам')
    >>> job_title("Why our engineers love it"), job_title("Anna Smith, Data Engineer"), job_title("Benefits")
    ('', '', '')
    """
    text = _LABEL.sub("", " ".join(line.split()).strip(_EDGES))
    if not 4 <= len(text) <= _LONGEST or text.count(" ") >= _MOST_WORDS:
        return ""
    return text if _is_title(text) else ""


@lru_cache(maxsize=8192)
def _is_title(text: str) -> bool:
    if _NO_TITLE.match(text) or not text[0].isupper():
        return False
    if _GENDERS.search(text):
        return True
    if _SENTENCE.search(text):
        return False
    # What the line is comes first; a name before the comma would be a person's.
    start = re.split(r"\s[-–—|/]\s|,\s", text, maxsplit=1)[0]
    return _words().nouns.search(start.lower()) is not None


@lru_cache(maxsize=8192)
def families(title: str) -> tuple[str, ...]:
    """The families of work that a job title belongs to.

    >>> families("Leiter Vertrieb (m/w/d)"), families("Data Engineer"), families("Менеджер по продажам")
    (('management', 'sales'), ('engineering', 'data'), ('sales',))
    """
    text = _GENDERS.sub(" ", title).lower()
    return tuple(name for name, pattern in _words().families if pattern.search(text))
