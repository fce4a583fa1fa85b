"""What customers say on the site, and in what tone.

Quotes come from reviews in structured data, from elements that designers call testimonials or reviews, and
from sections headed as such ("What our clients say"). Only what was said is kept, as plain text and cut
short: who said it is a person, so names before and after a quote are cut off, and a quote that holds an
address or a number to call is left out. See :mod:`enrich.extract.tone` for how the tone is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from enrich.extract.language import main_language
from enrich.extract.registry import extractor
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

_LONGEST = 200
_SHORTEST = 25
_LEAST_WORDS = 5
_LONGEST_READ = 3_000
_MOST = 30
_MOST_ELEMENTS = 200
_SECTION_BLOCKS = 60
_LONGEST_ATTRIBUTION = 80

_AROUND = frozenset([Region.NAV, Region.HEADER, Region.CONSENT, Region.FORM])
_OPENING, _CLOSING = "\"“„«‟'‘", "\"”“»’'"
_QUOTED = re.compile(r"[\"“„«‟]\s*([^\"“”„«»‟]{20,3000})[\"”“»]")
# Elements that designers name after what they hold, each with a word without which a page has none. Russian
# pages transliterate.
_CALLED = (
    ("estimonial", "[class*=testimonial i], [id*=testimonial i]"),
    ("eview-", "[class*=review-text i], [class*=review-body i], [class*=review-content i]"),
    ("tzyv", "[class*=otzyv i]"),
)
_QUOTING = "blockquote, q, p"
# Parts of a testimonial that say who speaks, when, and of what.
_NOT_SAID = frozenset(
    ["cite", "footer", "figcaption", "time", "h2", "h3", "h4", "h5", "h6", "script", "style", "-comment"]
)
_NOT_SAID_NAMES = re.compile(
    r"(?:author|name|client|customer-?info|position|company|cite|source|meta|date|title)\b", re.IGNORECASE
)
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
# Customers speak of themselves.
_FIRST_PERSON = re.compile(
    r"(?<!\w)(?:i|i['’]\w+|we|we['’]\w+|my|our|us|me|ich|wir|uns|mir|mich|mein\w*|unser\w*|je|j['’]\w+"
    r"|nous|notre|nos"
    r"|mon|ma|mes|yo|me|mi|mis|nuestr\w+|ik|wij|we|ons|onze|mijn|io|noi|ci|nostr\w|mio|mia|ja|mnie|nam|nas"
    r"|nasz\w*|jestem|jesteśmy|я|мы|мне|нам|нас|меня|мой|мо[яюей]\w?|наш\w*)(?!\w)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"@|https?:|www\.|(?:\d[\s().-]?){7,}|[{}<>\\]|function\s*\(")
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
    text = text[:_LONGEST_READ].strip()
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
    if len(said) < _SHORTEST or len(said.split()) < _LEAST_WORDS or _PERSONAL.search(said):
        return ""
    return "" if _NOT_SAID_TEXT.search(said) else said


def _without_names(text: str) -> str:
    """A text without the sentences at its end that are made of names: "Great. J. Smith, Acme Inc."."""
    sentences = _BETWEEN_SENTENCES.split(text)
    while len(sentences) > 1 and _NAMES.fullmatch(sentences[-1].strip()):
        sentences.pop()
    return " ".join(sentences)


def _reviews(page: Page) -> list[tuple[str, float | None]]:
    """Reviews of what the site offers, with the tone their stars give; overall ratings have no text."""
    found: list[tuple[str, float | None]] = []
    overall: list[tuple[str, float | None]] = []
    for role, node in nodes(page, "Rating", "Review"):
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
    html = page.html
    if called := [selector for word, selector in _CALLED if word in html]:
        yield from _named_quotes(page, ", ".join(called))
    on_topic = "testimonials" in topics(page)
    starts = [0] if on_topic else sections(page, "testimonials")[:3]
    for start in starts:
        yield from _section_quotes(page, start, on_topic)


def _named_quotes(page: Page, selector: str) -> Iterator[str]:
    """Quotes in elements that are called testimonials."""
    seen: set[int] = set()
    for element in page.tree.css(selector)[:_MOST_ELEMENTS]:
        if element.tag in (
            "body",
            "html",
            "a",
            "li",
            "nav",
            "form",
            "script",
            "style",
            "link",
            "input",
            "main",
        ):
            inner = element.css(_QUOTING)[:5] if element.tag == "li" else []
        else:
            inner = element.css(_QUOTING)[:_MOST] or [element]
        for node in inner:
            if node.mem_id in seen:
                continue
            seen.add(node.mem_id)
            if node.tag != "q" and node.css_first("p, form, h2, ul") is not None:
                continue
            yield quote_in(_said(node))


def _said(node: LexborNode) -> str:
    """Text of an element without the parts that name who speaks."""
    parts: list[str] = []
    length = 0
    for child in node.iter(include_text=True):
        if length > _LONGEST_READ:
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
        if block.link_share > 0.3 or len(block.text) < _SHORTEST:
            continue
        following = blocks[index + 1].text if index + 1 < len(blocks) else ""
        quoted = block.text[0] in _OPENING or block.tag == "blockquote"
        signed = _is_attribution(following) or _DASHED.search(block.text) is not None
        if quoted or (signed and _FIRST_PERSON.search(block.text)):
            yield quote_in(block.text)


def _is_attribution(text: str) -> bool:
    """Whether a text reads like who said something: short, and no sentence."""
    return (3 < len(text) <= _LONGEST_ATTRIBUTION and text[0] in "-–—~") or (
        3 < len(text) <= 50 and text[-1] not in ".!?:" and text[0].isupper() and not topic_of(text)
    )
