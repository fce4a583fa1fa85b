"""The company's name, by agreement of the places where a site writes it.

Every place has a bias: titles are written for search engines, the host name has no spaces, the copyright line
names the holder, a logo's text may be a slogan. So each candidate collects the weight of the places that
support it, the likeness to the host name, and how often the page writes it; the best agreed wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from enrich.domain import registrable_domain
from enrich.extract.fields import LEGAL_NAME, NAME
from enrich.extract.legal_forms import legal_names_in, signs_in, without_legal_form
from enrich.extract.registry import extractor
from enrich.extract.visible import Region
from enrich.facts import Fact
from enrich.page import Page

_SPLIT = re.compile(r"\s+[|–—»«·•:›/\-]+\s+|\s*[|»·•]\s*|:{1,2}\s+|\s+::\s+|(?<=\w)\s?[–—]\s?(?=\w)")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyrights?|&copy;)[\s©:-]*(?:\(c\)\s*)?(?:copyright\s*)?(?:(?:19"
    r"|20)\d\d\s*(?:[-–,]\s*(?:(?:19|20)?\d\d|present|heute))?)?"
    r"[\s,.:-]*(?:by\s+)?([^|©\n]{2,80})",
    re.IGNORECASE,
)
_MARK = re.compile(r"©|opyright|\(c\)")
_HOLDER_ENDS = re.compile(
    r"(?:\s*[-–|•·]\s|[.,;]?\s+(?:all rights|alle rechte|tous droits|todos los|все права|site |web ?site"
    r"|designed|developed|powered"
    r"|privacy|terms|sitemap|disclaimer|is a |unless|tel|phone|impressum|datenschutz)|\.\s|,? (?:19"
    r"|20)\d\d\b|\s{2,}).*$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:welcome to|home of|about|contact(?: us)?(?: at)?|willkommen bei|über|kontakt|bienvenue(?: chez"
    r"| sur)?|bienvenidos? a"
    r"|welkom bij|over|добро пожаловать в|о компании|the official (?:web ?)?site of|official site of|jobs at"
    r"|careers at"
    r"|why|meet|introducing)\s+(?:the\s+(?=\w+ \w+ \w+))?",
    re.IGNORECASE,
)
_BY = re.compile(r"\s(?:by|at|from|bei|von|chez|par|в компании)\s(?=[A-ZÀ-ÞА-ЯЁ])")
_GENERIC = re.compile(
    r"(?:home ?(?:page)?|homepage|start(?:seite|page)?|index|main|welcome|contact(?: us| info(?:rmation)?"
    r"| page)?|kontakt(?:e|ieren)?"
    r"|about(?: us| me)?|über uns|impressum|accueil|inicio|главная(?: страница)?|контакты|о компании|о нас"
    r"|untitled.*"
    r"|contacts?|contacto|contatti|contactez.nous|send|submit|register|subscribe|developed by.*|banner"
    r"|company|team|our team|services?|products?|news|blog|shop|online ?shop|store|faqs?"
    r"|testimonials?|privacy(?: policy)?|terms.*|log ?in|sign ?in|menu|search|logo|site logo|company logo"
    r"|careers?|jobs"
    r"|locations?|get in touch|help|support|page not found|404.*|our company|overview|all rights reserved.*"
    r"|copyright"
    r"|us|you|me|our (?:story|services|work|clients)|who we are|what we do|partners?|gallery|portfolio"
    r"|directions"
    r"|the author|author|owner|company name|my (?:site|blog|website)|website|official (?:web)?site|default"
    r"|new page)",
    re.IGNORECASE,
)
_WEIGHTS = {
    "site name": 3.0,
    "copyright": 1.5,
    "legal": 1.2,
    "title": 1.0,
    "logo": 1.2,
    "home link": 0.8,
    "host": 0.5,
}
_MAX_LENGTH = 60
_SEARCHED = 20_000
_LONGEST_LINE = 400
_MOST_IMAGES = 40
# What makes the words before it the beginning of a longer name.
_LONGER = re.compile(r" (?:[A-Z&]|and\b)")
_TITLE_WORD = re.compile(r"[^\W_]+")


def normal(name: str) -> str:
    """Form in which two spellings of one name are equal.

    >>> normal("Upward Construction & Renovation Ltd."), normal("The UPWARD construction and renovation")
    ('upwardconstructionandrenovation', 'upwardconstructionandrenovation')
    """
    text = unicodedata.normalize("NFKC", without_legal_form(name)).casefold().replace("&", " and ")
    words = _TITLE_WORD.findall(text)
    return "".join(words[1:] if len(words) > 2 and words[0] == "the" else words)


@dataclass
class _Candidate:
    """A name under one normal form: its spellings and the weight of the places that have it."""

    spellings: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)


class _Ballot:
    """Collects candidates and decides among them."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.candidates: dict[str, _Candidate] = {}

    def add(self, name: str, place: str, weight: float = 0.0) -> None:
        name = " ".join(name.split()).strip(' ,;:|-–—·•*!®™©"“”»«')
        if not name.endswith(("Inc.", "Ltd.", "Co.", "Corp.", "V.", "A.", "L.")):
            name = name.rstrip(".")
        if not 2 <= len(name) <= _MAX_LENGTH or len(name.split()) > 8 or _GENERIC.fullmatch(name):
            return
        key = normal(name)
        if len(key) < 2 or key.isdigit() or sum(map(str.isdigit, name)) > 6:
            return
        weight = weight or _WEIGHTS[place]
        candidate = self.candidates.setdefault(key, _Candidate())
        candidate.spellings[name] = candidate.spellings.get(name, 0.0) + weight
        candidate.places[place] = max(weight, candidate.places.get(place, 0.0))

    def ranked(self, text: str) -> list[tuple[float, _Candidate]]:
        """Candidates by score, best first."""
        squashed = text.casefold()
        scored = []
        for key, candidate in self.candidates.items():
            score = sum(candidate.places.values())
            score += 3.0 * affinity(self.label, max(candidate.spellings, key=len)) if self.label else 0.0
            # A name within others' ("Acme" in "Acme Tools") is a sign that the page means it.
            score += 0.3 * min(
                3, sum(key in other for other in self.candidates if other != key and len(key) > 3)
            )
            mentions = squashed.count(without_legal_form(max(candidate.spellings, key=len)).casefold())
            score += 0.35 * min(mentions, 4)
            if not mentions:
                score -= 0.8
            scored.append((score, candidate))
        return sorted(scored, key=lambda pair: -pair[0])


def affinity(label: str, name: str) -> float:
    """How well a host's label fits a name, from 0 to 1.

    >>> affinity("acmetools", "Acme Tools"), affinity("kmb", "Katz Marshall Banks"), affinity("acme", "Loans")
    (1.0, 0.7, 0.0)
    >>> affinity("informt", "Information Management Technologies")
    0.6
    """
    words = _TITLE_WORD.findall(_ascii(without_legal_form(name).casefold()))
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


@extractor(NAME, LEGAL_NAME)
def names(page: Page) -> Iterator[Fact]:
    """The name, and the registered name where one with a legal form agrees with it."""
    domain = registrable_domain(page.host) or ""
    label = "" if page.host.endswith((".invalid", ".localhost")) else domain.split(".")[0]
    ballot = _Ballot(label)
    for name in ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name:iphone"):
        ballot.add(page.head.meta(name), "site name", 3.0 if name == "og:site_name" else 1.5)
    _add_title(ballot, page.head.title)
    _add_title(ballot, page.head.meta("og:title"))
    legal = _add_text(ballot, page)
    _add_pictures(ballot, page)
    for name in _spelling_of(label, page.text):
        ballot.add(name, "host")
    ranked = ballot.ranked(page.text)
    if not ranked:
        return
    best = ranked[0][0]
    for score, candidate in ranked[:3]:
        spelling = max(
            candidate.spellings, key=lambda name: (candidate.spellings[name], page.text.count(name))
        )
        sure = max(0.05, min(0.85, 0.12 * score)) * (score / best if best > 0 else 1.0)
        yield Fact(NAME.name, without_legal_form(spelling), round(sure, 3))
    for name in legal:
        fits = normal(name) == normal(next(iter(ranked[0][1].spellings)))
        if fits or (label and affinity(label, name) >= 0.6):
            yield Fact(LEGAL_NAME.name, name, 0.8 if fits else 0.6)


def _spelling_of(label: str, text: str) -> list[str]:
    """Ways in which the text writes the host's label, with its spaces and capitals.

    >>> _spelling_of("acmetools", "Buy at the Acme Tools shop, info@acmetools.com, Acme Tools Ltd")
    ['Acme Tools']
    """
    label = label.replace("-", "")
    if len(label) < 5 or not label.isalnum():
        return []
    text = text[:_SEARCHED]
    lowered = text.lower()
    if label not in lowered.replace(" ", "") or len(lowered) != len(text):  # a few letters change in length
        return []
    found = (
        text[match.start() : match.end()]
        for match in _with_gaps(label).finditer(lowered)
        if not _LONGER.match(text, match.end())
    )
    return list(dict.fromkeys(name for name in found if name != name.lower()))[:5]


@lru_cache(maxsize=1024)
def _with_gaps(label: str) -> re.Pattern[str]:
    """The letters of `label` with gaps between words, not inside an address."""
    # Behind the first letter, for a search goes from letter to letter.
    return re.compile(label[0] + rf"(?<![\w@./-]{label[0]}) ?" + " ?".join(label[1:]) + r"(?![\w@/-]|\.\w)")


def _add_title(ballot: _Ballot, title: str) -> None:
    parts = [part for part in _SPLIT.split(title[:_LONGEST_LINE]) if part]
    for position, part in enumerate(parts):
        # The first and the last part name the site more often than those between.
        weight = 1.0 if position in (0, len(parts) - 1) else 0.6
        ballot.add(part, "title", weight)
        bare = _PREFIX.sub("", part)
        if bare != part:
            ballot.add(bare, "title", weight)
        for piece in _BY.split(part)[1:]:
            ballot.add(piece, "title", weight * 0.9)


def _add_text(ballot: _Ballot, page: Page) -> list[str]:
    """Holders of copyright and names with legal forms; the latter are given back, most frequent first."""
    legal: dict[str, int] = {}
    signs = (match.start() for match in _MARK.finditer(page.text))
    for block in page.visible.holding([*signs, *signs_in(page.text)]):
        for line in block.text.split("\n"):
            if _MARK.search(line) and (match := _COPYRIGHT.search(line[:_LONGEST_LINE])):
                ballot.add(_HOLDER_ENDS.sub("", match[1]), "copyright")
            if len(line) <= _LONGEST_LINE:
                for name in legal_names_in(line):
                    legal[name] = legal.get(name, 0) + 1
                    ballot.add(name, "legal", 1.2 if block.region is Region.FOOTER else 0.8)
    return sorted(legal, key=lambda name: -legal[name])[:5]


def _add_pictures(ballot: _Ballot, page: Page) -> None:
    """The text of the logo and of links to the home page."""
    images = [attributes for _, attributes in page.elements["img"] if "alt" in attributes]
    for attributes in images[:_MOST_IMAGES]:
        about = " ".join(attributes.get(key) or "" for key in ("src", "class", "id")).lower()
        if "logo" in about and (alt := attributes.get("alt")):
            ballot.add(re.sub(r"(?i)\b(?:the\s+)?(?:site |company )?logo\b", "", alt), "logo")
    home = ("", f"http://{page.host}", f"https://{page.host}")
    for link in page.visible.links[:60]:
        if link.text and link.href.rstrip("/") in home and link.href:
            ballot.add(link.text, "home link")
