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
from functools import cached_property, lru_cache

from enrich.extract.fields import LEGAL_NAME, NAME
from enrich.extract.labels import WORD, affinity, spellings_of
from enrich.extract.legal_forms import legal_names_in, signs_in, without_legal_form
from enrich.extract.marked import places
from enrich.extract.registry import extractor
from enrich.extract.visible import Region
from enrich.facts import Fact
from enrich.page import Page

# Of texts whose white space is collapsed. Every branch begins with a sign, which a search finds faster.
_SPLIT = re.compile(
    r" (?:[|–—»«·•:›/-]+ |[|»·•] ?|(?<=\w )[–—] ?(?=\w))|[|»·•] ?|::? |[–—](?<=\w[–—]) ?(?=\w)"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyrights?|&copy;)[\s©:-]*(?:\(c\)\s*)?(?:copyright\s*)?(?:(?:19"
    r"|20)\d\d\s*(?:[-–,]\s*(?:(?:19|20)?\d\d|present|heute))?)?"
    r"[\s,.:-]*(?:by\s+)?([^|©\n]{2,80})",
    re.IGNORECASE,
)
_MARKS = ("©", "opyright", "(c)")
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
_GENERIC = frozenset(
    line.strip()
    for line in """
    home|homepage|home page|start|startseite|startpage|index|main|welcome|contact|contacts|contact us
    contact info|contact information|contact page|kontakt|kontakte|kontaktieren|about|about us|about me
    über uns|impressum|accueil|inicio|главная|главная страница|контакты|о компании|о нас|contacto
    contatti|contactez-nous|contactez nous|send|submit|register|subscribe|banner|company|team|our team
    service|services|product|products|news|blog|shop|onlineshop|online shop|store|faq|faqs|testimonial
    testimonials|privacy|privacy policy|login|log in|signin|sign in|menu|search|logo|site logo
    company logo|career|careers|jobs|location|locations|get in touch|help|support|page not found
    our company|overview|copyright|us|you|me|our story|our services|our work|our clients|who we are
    what we do|partner|partners|gallery|portfolio|directions|the author|author|owner|company name
    my site|my blog|my website|website|official site|official website|default|new page
    """.replace("|", "\n").splitlines()
)
_GENERIC_BEGINNINGS = ("untitled", "developed by", "terms", "404", "all rights reserved")
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
_LONGEST_LINE = 400
_MOST_IMAGES = 40
_LOGO = re.compile(r"\b(?:the\s+)?(?:site |company )?logo\b", re.IGNORECASE)


def normal(name: str) -> str:
    """Form in which two spellings of one name are equal.

    >>> normal("Upward Construction & Renovation Ltd."), normal("The UPWARD construction and renovation")
    ('upwardconstructionandrenovation', 'upwardconstructionandrenovation')
    """
    text = unicodedata.normalize("NFKC", without_legal_form(name)).casefold().replace("&", " and ")
    words = WORD.findall(text)
    return "".join(words[1:] if len(words) > 2 and words[0] == "the" else words)


@lru_cache(maxsize=4096)
def _name_and_key(text: str) -> tuple[str, str]:
    """The name that a text is, without what surrounds it, and its normal form; empty where it is none."""
    name = " ".join(text.split()).strip(' ,;:|-–—·•*!®™©"“”»«')
    if not name.endswith(("Inc.", "Ltd.", "Co.", "Corp.", "V.", "A.", "L.")):
        name = name.rstrip(".")
    lowered = name.lower()
    if (
        not 2 <= len(name) <= _MAX_LENGTH
        or name.count(" ") > 7
        or lowered in _GENERIC
        or lowered.startswith(_GENERIC_BEGINNINGS)
    ):
        return "", ""
    key = normal(name)
    if len(key) < 2 or key.isdigit() or sum(map(str.isdigit, name)) > 6:
        return "", ""
    return name, key


class _Mentions:
    """How often a text writes names, in whatever case."""

    def __init__(self, text: str) -> None:
        self._text = text
        # Of bytes, only ASCII letters are lowered; that is enough for most names, and ten times faster.
        self._plain = text.replace("ß", "ss").encode("utf-8", "replace").lower()

    @cached_property
    def _folded(self) -> str:
        return self._text.casefold()

    def count(self, name: str) -> int:
        folded = name.casefold()
        return self._plain.count(folded.encode()) if folded.isascii() else self._folded.count(folded)


@dataclass
class _Candidate:
    """A name under one normal form: its spellings and the weight of the places that have it."""

    spellings: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)

    def usual_spelling(self, text: str) -> str:
        """The spelling that the places agree on, or else the one that `text` has most often."""
        if len(self.spellings) == 1:
            return next(iter(self.spellings))
        return max(self.spellings, key=lambda name: (self.spellings[name], text.count(name)))


class _Ballot:
    """Collects candidates and decides among them."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.candidates: dict[str, _Candidate] = {}

    def add(self, name: str, place: str, weight: float = 0.0) -> None:
        name, key = _name_and_key(name)
        if not key:
            return
        weight = weight or _WEIGHTS[place]
        candidate = self.candidates.setdefault(key, _Candidate())
        candidate.spellings[name] = candidate.spellings.get(name, 0.0) + weight
        candidate.places[place] = max(weight, candidate.places.get(place, 0.0))

    def ranked(self, text: str) -> list[tuple[float, _Candidate]]:
        """Candidates by score, best first."""
        mentioned = _Mentions(text)
        scored = []
        for key, candidate in self.candidates.items():
            score = sum(candidate.places.values())
            score += 3.0 * affinity(self.label, max(candidate.spellings, key=len)) if self.label else 0.0
            # A name within others' ("Acme" in "Acme Tools") is a sign that the page means it.
            score += 0.3 * min(
                3, sum(key in other for other in self.candidates if other != key and len(key) > 3)
            )
            mentions = mentioned.count(without_legal_form(max(candidate.spellings, key=len)))
            score += 0.35 * min(mentions, 4)
            if not mentions:
                score -= 0.8
            scored.append((score, candidate))
        return sorted(scored, key=lambda pair: -pair[0])


@extractor(NAME, LEGAL_NAME)
def names(page: Page) -> Iterator[Fact]:
    """The name, and the registered name where one with a legal form agrees with it."""
    label = "" if page.host.endswith((".invalid", ".localhost")) else page.domain.split(".")[0]
    ballot = _Ballot(label)
    for name in ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:app:name:iphone"):
        ballot.add(page.head.meta(name), "site name", 3.0 if name == "og:site_name" else 1.5)
    _add_title(ballot, page.head.title)
    _add_title(ballot, page.head.meta("og:title"))
    legal = _add_text(ballot, page)
    _add_pictures(ballot, page)
    for name in spellings_of(label, page.text):
        ballot.add(name, "host")
    ranked = ballot.ranked(page.text)
    if not ranked:
        return
    best = ranked[0][0]
    for score, candidate in ranked[:3]:
        spelling = candidate.usual_spelling(page.text)
        sure = max(0.05, min(0.85, 0.12 * score)) * (score / best if best > 0 else 1.0)
        yield Fact(NAME.name, without_legal_form(spelling), round(sure, 3))
    for name in legal:
        fits = normal(name) == normal(next(iter(ranked[0][1].spellings)))
        if fits or (label and affinity(label, name) >= 0.6):
            yield Fact(LEGAL_NAME.name, name, 0.8 if fits else 0.6)


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
    for block in page.visible.holding([*places(page.text, _MARKS), *signs_in(page.text)]):
        for line in block.text.split("\n"):
            if any(mark in line for mark in _MARKS) and (match := _COPYRIGHT.search(line[:_LONGEST_LINE])):
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
        if not (alt := attributes["alt"]):
            continue
        about = f"{attributes.get('src')} {attributes.get('class')} {attributes.get('id')}"
        if "logo" in about.lower():
            ballot.add(_LOGO.sub("", alt), "logo")
    sites = ("", f"http://{page.host}", f"https://{page.host}")
    home = frozenset(site + slashes for site in sites for slashes in ("", "/", "//")) - {""}
    for link in page.visible.links[:60]:
        if link.href in home and link.text:
            ballot.add(link.text, "home link")
