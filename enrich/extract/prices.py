"""The currencies a site asks for, and its lowest and highest price.

Prices are read from offers in structured data, and from short lines of text: in running text an amount is
a turnover, a donation or a fine. A range is only read from pages about prices and from structured data,
in the currency the page uses most. Nothing is no price: a free plan is an offer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from enrich.extract.amounts import Amount, amounts_in, marks_of, number
from enrich.extract.marked import marked_lines
from enrich.extract.registry import extractor
from enrich.extract.structured import nodes, text_of, types_of
from enrich.extract.topics import topics
from enrich.extract.visible import Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

CURRENCIES = Field(
    "company_currencies", "commerce", Kind.MANY, "currencies of its prices, ISO 4217, most used first"
)
PRICE_FROM = Field(
    "company_price_from",
    "commerce",
    Kind.ONE,
    "lowest price on its price list or among its offers, in the main currency",
    "float",
)
PRICE_TO = Field(
    "company_price_to",
    "commerce",
    Kind.ONE,
    "highest price on its price list or among its offers, in the main currency",
    "float",
)

_CODE = re.compile(r"[A-Z]{3}")
_PLAIN_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?|\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{2})?")
_NO_PRICE = re.compile(
    r"\b(?:sav(?:e|ings?)|off|discount|up to|over|gift|deliver(?:y|ies)|shipping|postage|raised|donat\w+"
    r"|credit"
    r"|turnover|revenue|fines?|insured|capital|minimum|lottery|win|prize|worth|million)\b"
    r"|(?:rabatt|sparen|versand|umsatz|stammkapital|bis zu|remise|livraison|économis|descuento|envío"
    r"|korting"
    r"|verzend|sconto|spedizione|zniżk|dostaw|wysył|скидк|доставк|уставн|капитал|эконом)",
    re.IGNORECASE,
)
_LONGEST_LINE = 60
_LEAST_LINES = 2
_ONLY_TALK = frozenset([Region.CONSENT])


@extractor(CURRENCIES, PRICE_FROM, PRICE_TO)
def prices(page: Page) -> Iterator[Fact]:
    """Currencies, and the range of prices where the page is a price list or describes its offers.

    >>> html = "<h1>Preise</h1><p>Starter</p><p>9 € / Monat</p><p>Team</p><p>49,90 € / Monat</p>".encode()
    >>> [fact.value for fact in prices(Page("https://acme.example/", html, ""))]
    ['EUR', 9.0, 49.9]
    """
    offered = _offered(page)
    about = topics(page)
    listed = [] if "blog" in about or _is_article(page) else _listed(page)
    pricing = "pricing" in about
    codes = Counter(amount.currency for amount in (*offered, *listed))
    if not codes:
        return
    sure = 0.85 if offered else 0.75 if pricing else 0.65 if len(listed) >= _LEAST_LINES else 0.4
    for code, count in codes.most_common(5):
        # A currency that is named once among many is that of an example or a competitor.
        yield Fact(CURRENCIES.name, code, sure if count * 10 >= len(listed) else 0.4)
    main = codes.most_common(1)[0][0]
    ranged = [*offered, *(listed if pricing else ())]
    values = [amount.value for amount in ranged if amount.currency == main and amount.value > 0]
    if values and (offered or len(values) >= _LEAST_LINES):
        sure = round((0.75 if pricing else 0.6) + 0.004 * min(len(values), 25), 3)
        yield Fact(PRICE_FROM.name, min(values), sure)
        yield Fact(PRICE_TO.name, max(values), sure)


def _is_article(page: Page) -> bool:
    return page.head.meta("og:type") == "article" or bool(page.head.meta("article:published_time"))


def _offered(page: Page) -> list[Amount]:
    """Prices in structured data and in Open Graph's product tags."""
    found = []
    for _, node in nodes(page):
        code = text_of(node.get("priceCurrency")).upper()
        if not _CODE.fullmatch(code) or "MonetaryAmount" in types_of(node):
            continue
        for name in ("price", "lowPrice", "highPrice"):
            text = text_of(node.get(name))
            if _PLAIN_NUMBER.fullmatch(text):
                found.append(Amount(number(text), code))
    head = page.head
    code = head.meta("product:price:currency", "og:price:currency").upper()
    text = head.meta("product:price:amount", "og:price:amount")
    if _CODE.fullmatch(code) and _PLAIN_NUMBER.fullmatch(text):
        found.append(Amount(number(text), code))
    return found


def _listed(page: Page) -> list[Amount]:
    """Amounts in short lines of text that do not speak of discounts, postage or turnover."""
    country = page.host.rpartition(".")[2]
    short = "\n".join([line for _, line in page.visible.digit_lines if len(line) <= _LONGEST_LINE])
    found = []
    for line in marked_lines(short, marks_of(country)):
        if not _NO_PRICE.search(line):
            found += amounts_in(line, country)
    return found
