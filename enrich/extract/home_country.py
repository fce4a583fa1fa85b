"""The country a page belongs to, for numbers and addresses that do not say.

The site's own country is taken from its top-level domain, or from a language tag with a country; where
neither speaks, from the language. :func:`likely_countries` lists other countries the page gives a reason to
think of; it is asked only when a number makes no sense at home.
"""

from __future__ import annotations

import re
from collections import Counter

from phonenumbers import SUPPORTED_REGIONS

from enrich.extract.countries import country_ending, country_of_host, country_of_language
from enrich.extract.kept import kept
from enrich.extract.language import main_language
from enrich.page import Page

#: What a site in English under a worldwide domain most often is.
DEFAULT_COUNTRY = "US"

_UK_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b")
_HOST = re.compile(r"@[\w-]+(?:\.[\w-]+)*\.([a-z]{2})\b|\bwww\.[\w-]+(?:\.[\w-]+)*\.([a-z]{2})\b")


@kept
def site_country(page: Page) -> str:
    """Country of the site, ISO 3166-1 alpha-2.

    >>> [site_country(Page(f"https://acme.{domain}/", b"<p>Hello", "")) for domain in ("co.uk", "com")]
    ['GB', 'US']
    """
    for country in (country_of_host(page.host), country_of_language(page.head.language)):
        if country in SUPPORTED_REGIONS:
            return country
    return country_of_language(main_language(page)) or DEFAULT_COUNTRY


def likely_countries(page: Page) -> tuple[str, ...]:
    """Other countries the page has to do with, the best founded first.

    Reasons are lines that end in a country's name, hosts of other addresses, British postcodes, and the
    language the text is written in.
    """
    text = page.text
    reasons: Counter[str] = Counter()
    for line in text.split("\n")[:3000]:
        if 2 <= len(line) <= 60 and (country := country_ending(line)):
            reasons[country] += 1
    for match in _HOST.finditer(text):
        reasons[country_of_host("x." + (match[1] or match[2]))] += 1
    reasons["GB"] += len(_UK_POSTCODE.findall(text))
    reasons[country_of_language(main_language(page))] += 1
    # Templates declare en-GB or de-DE whatever the country, so the default stays a candidate.
    ranked = [country for country, count in reasons.most_common(4) if count] + [DEFAULT_COUNTRY]
    home = site_country(page)
    return tuple(
        country for country in dict.fromkeys(ranked) if country != home and country in SUPPORTED_REGIONS
    )
