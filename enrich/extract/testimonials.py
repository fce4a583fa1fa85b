"""What customers say on the site, and in what tone.

Quotes come from reviews in structured data, from elements that designers call testimonials or reviews, and
from sections headed as such ("What our clients say"). Only what was said is kept, as plain text and cut
short, not who said it (:mod:`enrich.extract.quotes`). How the tone is found, :mod:`enrich.extract.tone` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from enrich.extract.language import main_language
from enrich.extract.legal_forms import is_cyrillic
from enrich.extract.quotes import (
    LONGEST_READ,
    SHORTEST,
    is_attribution,
    is_quoted,
    is_signed,
    quote_in,
    shortened,
)
from enrich.extract.registry import extractor
from enrich.extract.source_words import words_in
from enrich.extract.structured import each, nodes, text_of, types_of
from enrich.extract.tone import praise_and_complaint, tone_of_rating, tone_of_weights
from enrich.extract.topics import is_heading, sections, topic_of, topics
from enrich.extract.visible import Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

TESTIMONIALS = Field(
    "company_testimonials", "commerce", Kind.MANY, "what customers say on the site, shortened, without names"
)
TONE = Field(
    "company_testimonials_tone",
    "commerce",
    Kind.ONE,
    "tone of testimonials and reviews, from -1 (complaint) to 1 (praise)",
    "float",
)

_MOST = 30
_MOST_ELEMENTS = 200
_SECTION_BLOCKS = 60

_AROUND = frozenset([Region.NAV, Region.HEADER, Region.CONSENT, Region.FORM])
# Elements that designers name after what they hold, each with a word without which a page has none; the
# last one is Russian.
_CALLED = (
    ("testimonial", "[class*=testimonial i], [id*=testimonial i]"),
    ("review-text", "[class*=review-text i]"),
    ("review-body", "[class*=review-body i]"),
    ("review-content", "[class*=review-content i]"),
    ("otzyv", "[class*=otzyv i]"),
)
_MOST_PARAGRAPHS = 4
_NO_CONTAINERS = frozenset(["body", "html", "main", "a", "nav", "form", "script", "style", "link", "input"])
_QUOTING = "blockquote, q, p"
# Parts of a testimonial that say who speaks, when, and of what.
_NOT_SAID = frozenset(
    ["cite", "footer", "figcaption", "time", "h2", "h3", "h4", "h5", "h6", "script", "style", "-comment"]
)
_NOT_SAID_NAMES = re.compile(
    r"(?:author|name|client|customer-?info|position|company|cite|source|meta|date|title)\b", re.IGNORECASE
)
# Customers speak of themselves.
_FIRST_PERSON = re.compile(
    r"(?<!\w)(?:i|i['’]\w+|we|we['’]\w+|my|our|us|me|ich|wir|uns|mir|mich|mein\w*|unser\w*|je|j['’]\w+"
    r"|nous|notre|nos"
    r"|mon|ma|mes|yo|me|mi|mis|nuestr\w+|ik|wij|we|ons|onze|mijn|io|noi|ci|nostr\w|mio|mia|ja|mnie|nam|nas"
    r"|nasz\w*|jestem|jesteśmy|я|мы|мне|нам|нас|меня|мой|мо[яюей]\w?|наш\w*)(?!\w)",
    re.IGNORECASE,
)
_OF_OFFERS = frozenset(
    [
        "Product",
        "Organization",
        "LocalBusiness",
        "SoftwareApplication",
        "Service",
        "Corporation",
        "WebApplication",
    ]
)


@extractor(TESTIMONIALS, TONE)
def testimonials(page: Page) -> Iterator[Fact]:
    """Quotes and their tone: the mean over the quotes, stars before words.

    >>> html = '<h2>Kundenstimmen</h2><p>„Sehr freundlich und kompetent, immer wieder gern.“</p><p>Eva M.</p>'
    >>> for fact in testimonials(Page("https://acme.example/", html.encode(), "")):
    ...     print(fact.field.removeprefix("company_"), fact.value)
    testimonials Sehr freundlich und kompetent, immer wieder gern.
    testimonials_tone 0.8
    """
    rated = _reviews(page)
    said = dict.fromkeys(text for text in _quotes(page) if text)
    every: dict[str, float | None] = {text: rating for text, rating in rated if text}
    for text in said:
        every.setdefault(text, None)
    said_by_stars = [rating for text, rating in rated if not text and rating is not None]
    if not every and not said_by_stars:
        return
    language = main_language(page)
    tones = [(rating, 1.0) for rating in said_by_stars]
    for text, rating in list(every.items())[:_MOST]:
        if rating is not None:
            tones.append((rating, 1.0))
        else:
            praise, complaint = praise_and_complaint(text, language)
            if praise or complaint:
                # A single word settles little.
                tones.append((tone_of_weights(praise, complaint), min(1.0, (praise + complaint) / 2)))
        yield Fact(TESTIMONIALS.name, shortened(text), 0.8 if text not in said else 0.7)
    if tones:
        # The page with the most of them knows best.
        mean = sum(one * weight for one, weight in tones) / sum(weight for _, weight in tones)
        yield Fact(TONE.name, round(mean, 2), round(0.6 + 0.01 * min(len(tones), _MOST), 2))


def _reviews(page: Page) -> list[tuple[str, float | None]]:
    """Reviews of what the site offers, with the tone their stars give; overall ratings have no text."""
    found: list[tuple[str, float | None]] = []
    overall: list[tuple[str, float | None]] = []
    for role, node in nodes(page):
        kinds = types_of(node)
        if "Review" in kinds and role in ("review", "reviews", "") and "publisher" not in node:
            body = text_of(node.get("reviewBody")) or text_of(node.get("description"))
            found.append((quote_in(body) or quote_in(body + "."), _stars(node.get("reviewRating"))))
        elif _OF_OFFERS.intersection(kinds) and (stars := _stars(node.get("aggregateRating"))) is not None:
            overall.append(("", stars))
    found = [entry for entry in found if entry[0]]
    return found[:_MOST] or overall[:1]


def _stars(rating: object) -> float | None:
    for one in each(rating):
        if not isinstance(one, dict):
            continue
        try:
            numbers = [
                float(text_of(one.get(name)).replace(",", ".") or default)
                for name, default in (("ratingValue", "nan"), ("worstRating", "1"), ("bestRating", "5"))
            ]
        except ValueError:
            continue
        return tone_of_rating(*numbers)
    return None


def _quotes(page: Page) -> Iterator[str]:
    words = words_in(page)
    # Only pages in Cyrillic transliterate.
    possible = _CALLED if is_cyrillic(page.text) else _CALLED[:-1]
    if called := [selector for word, selector in possible if word in words]:
        yield from _named_quotes(page, ", ".join(called))
    on_topic = "testimonials" in topics(page)
    starts = [0] if on_topic else sections(page, "testimonials")[:3]
    for start in starts:
        yield from _section_quotes(page, start, on_topic)


def _named_quotes(page: Page, selector: str) -> Iterator[str]:
    """Quotes in elements that are called testimonials."""
    seen: set[int] = set()
    for element in page.tree.css(selector)[:_MOST_ELEMENTS]:
        if element.tag in _NO_CONTAINERS:
            continue
        inner = element.css(_QUOTING)[:_MOST] or ([] if element.tag == "li" else [element])
        # Many paragraphs are a part of the page that has testimonials among other things.
        mixed = sum(node.tag == "p" for node in inner) > _MOST_PARAGRAPHS
        for node in inner:
            if node.mem_id in seen:
                continue
            seen.add(node.mem_id)
            # Selectors match the element itself, too.
            if any(part.mem_id != node.mem_id for part in node.css("p, form, h2, ul")[:2]):
                continue
            said = _said(node)
            if not mixed or node.tag != "p" or is_quoted(said) or is_signed(said):
                yield quote_in(said)


def _said(node: LexborNode) -> str:
    """Text of an element without the parts that name who speaks."""
    parts: list[str] = []
    length = 0
    for child in node.iter(include_text=True):
        if length > LONGEST_READ:
            break
        if child.tag == "br":
            parts.append("\n")
            continue
        if child.tag in _NOT_SAID:
            continue
        if child.tag != "-text":
            attributes = child.attributes
            named = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}"
            if _NOT_SAID_NAMES.search(named):
                continue
        text = child.text() or ""
        parts.append(" ".join(text.split()) if text.strip() else " ")
        length += len(text)
    return " ".join(parts)


def _section_quotes(page: Page, start: int, on_topic: bool) -> Iterator[str]:
    """Quotes in the section that begins at a block: those in quotation marks, or with their author below."""
    blocks = page.visible.blocks
    for index in range(start, min(len(blocks), start + _SECTION_BLOCKS * (1 + 3 * on_topic))):
        block = blocks[index]
        if block.region in _AROUND or (block.region is Region.FOOTER and on_topic):
            continue
        if is_heading(block.tag):
            if (
                index > start
                and block.tag in ("h1", "h2")
                and not on_topic
                and topic_of(block.text) != "testimonials"
            ):
                return
            continue
        if block.link_share > 0.3 or len(block.text) < SHORTEST:
            continue
        following = blocks[index + 1].text if index + 1 < len(blocks) else ""
        quoted = is_quoted(block.text) or block.tag == "blockquote"
        signed = is_signed(block.text) or (is_attribution(following) and not topic_of(following))
        if quoted or (signed and _FIRST_PERSON.search(block.text)):
            yield quote_in(block.text)
