"""The text that says what a company does, for embedding.

Blocks of the page's body with few links, without cookie notices, forms and legal lines, each once. The home
page and the pages about the company come first, which their confidence says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from enrich.extract.metas import depth_discount
from enrich.extract.registry import extractor
from enrich.extract.visible import Block, Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

TEXT = Field("company_text", "text", Kind.ONE, "main text of the page that says best what the company does")

MAX_CHARACTERS = 5_000
_MAX_BLOCK = 1_500
_SKIPPED = frozenset([Region.NAV, Region.FOOTER, Region.CONSENT])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4"])
_MOST_LINKS = 0.4
_SHORTEST = 40
_ENOUGH = 200
# What cookie notices, legal lines and warnings say, in lower case; telling only in short blocks.
_BOILERPLATE = (
    "cookie", "©", "copyright", "all rights reserved", "alle rechte vorbehalten", "tous droits réservés",
    "derechos reservados", "все права защищены", "privacy policy", "datenschutz", "confidentialité",
    "política de privacidad", "конфиденциальности", "персональных данных", "privacybeleid", "javascript",
    "your browser", "ihr browser", "terms of", "terms and",
)  # fmt: skip
_LONGEST_BOILERPLATE = 400
_ABOUT = re.compile(
    r"about|company|who-?we-?are|what-?we-?do|ueber|über|unternehmen|propos|qui-sommes|nosotros|quienes"
    r"|empresa|over-?ons"
    r"|bedrijf|chi-siamo|o-nas|o-kompanii|kompani|products?|services|solutions|leistungen|produkte",
    re.IGNORECASE,
)


def _wanted(block: Block) -> bool:
    if block.region in _SKIPPED or block.folded or block.link_share > _MOST_LINKS:
        return False
    if len(block.text) < _SHORTEST and block.tag not in _HEADINGS:
        return False
    if len(block.text) > _LONGEST_BOILERPLATE:
        return True
    lowered = block.text.lower()
    return not any(phrase in lowered for phrase in _BOILERPLATE)


def main_text(page: Page, limit: int = MAX_CHARACTERS) -> str:
    r"""The main text, at most `limit` characters, its blocks on lines of their own.

    >>> body = b"<nav><a href=/>Home</a></nav><h1>Anvils</h1><p>We forge anvils for workshops in Europe.</p>"
    >>> main_text(Page("https://acme.example/", body, ""))
    'Anvils\nWe forge anvils for workshops in Europe.'
    """
    blocks = page.visible.blocks
    chosen = [block for block in blocks if _wanted(block)]
    if sum(len(block.text) for block in chosen) < _ENOUGH:
        # Little prose: take every block that is not part of the frame.
        chosen = [block for block in blocks if block.region is not Region.CONSENT and block.link_share < 1.0]
    parts: list[str] = []
    seen: set[str] = set()
    length = 0
    for block in chosen:
        text = block.text.replace("\n", " ")[:_MAX_BLOCK]
        if text in seen:
            continue
        seen.add(text)
        parts.append(text)
        length += len(text) + 1
        if length >= limit:
            break
    return "\n".join(parts)[:limit].strip()


@extractor(TEXT)
def maintext(page: Page) -> Iterator[Fact]:
    """The main text; the home page's counts most, then pages about the company."""
    text = main_text(page)
    if len(text) < _SHORTEST:
        return
    sure = 0.9 - depth_discount(page)
    path = unquote(urlsplit(page.url).path)
    if path.count("/") <= 2 and _ABOUT.search(path):
        sure = 0.85
    if len(text) < _ENOUGH:
        sure -= 0.3
    yield Fact(TEXT.name, text, round(sure, 2))
