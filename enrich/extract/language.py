"""Languages a site is written in, ISO 639-1.

The declared language (``lang``, ``hreflang``, ``og:locale``) is what the company means to offer; the text
itself says what is there. Templates often declare English whatever is written, so text wins where they
disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from enrich.extract.frequent_words import language_of_words
from enrich.extract.kept import kept
from enrich.extract.registry import extractor
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

LANGUAGES = Field(
    "company_languages", "identity", Kind.MANY, "languages the site is written in, ISO 639-1, main one first"
)

# Enough for a sure answer; more costs time and says the same.
_SAMPLE_CHARACTERS = 500
# Enough for most pages.
_GLANCE = 120
_LEAST_LETTERS = 40
_LIKELY = 0.7
_SURE = 0.9


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def primary(tag: str) -> str:
    """ISO 639-1 code of a BCP 47 tag or POSIX locale, or empty.

    >>> primary("de-AT"), primary("en_US"), primary("x-default"), primary("zh-Hans-CN")
    ('de', 'en', '', 'zh')
    """
    code = tag.strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


@lru_cache(maxsize=512)
def _detect(sample: str) -> tuple[str, float]:
    language, probability = _identifier().classify(sample)
    return str(language), float(probability)


def _sample(page: Page) -> str:
    """A few hundred characters of running text; of anything, where there is none."""
    for most_links in (0.3, 1.0):
        parts: list[str] = []
        length = 0
        for block in page.visible.blocks:
            if block.link_share <= most_links and (most_links == 1.0 or len(block.text) > 30):
                parts.append(block.text)
                length += len(block.text)
                if length >= _SAMPLE_CHARACTERS:
                    break
        if length >= _LEAST_LETTERS:
            break
    return " ".join(parts)[:_SAMPLE_CHARACTERS]


def _language_of(text: str) -> tuple[str, float]:
    """Language of `text` and its probability; ``("", 0.0)`` where there is too little of it."""
    return _detect(text) if sum(map(str.isalpha, text)) >= _LEAST_LETTERS else ("", 0.0)


@kept
def main_language(page: Page) -> str:
    """The page's language: as the text says if that is sure, else as declared; empty if neither knows.

    Common words that agree with what is declared are enough; else a glance at the text is, unless it leaves
    doubt or contradicts what is declared.

    >>> german = b"<html lang=en><p>Wir bauen Maschinen und Anlagen und liefern sie in alle Welt."
    >>> main_language(Page("https://acme.example/", german, ""))
    'de'
    """
    sample, declared = _sample(page), primary(page.head.language)
    # English has no close relative that it could be taken for; others only confirm what is declared.
    if (spoken := language_of_words(sample)) and spoken == (declared or "en"):
        return spoken
    language, probability = _language_of(sample[:_GLANCE])
    if probability < _LIKELY or (declared and language != declared):
        language, probability = _language_of(sample)
    return language if probability >= _SURE else declared or language


@extractor(LANGUAGES)
def language(page: Page) -> Iterator[Fact]:
    """The main language of the page first, then the declared one, then those of alternate versions."""
    found: dict[str, float] = {}
    if main := main_language(page):
        found[main] = 0.9
    for tag in (page.head.language, page.head.meta("og:locale", "content-language")):
        if code := primary(tag):
            found.setdefault(code, 0.6)
    for rel, attributes in page.head.links:
        if "alternate" in rel and (code := primary(attributes.get("hreflang", ""))):
            found.setdefault(code, 0.5)
    for code, confidence in found.items():
        yield Fact(LANGUAGES.name, code, confidence)
