"""Extractors: pure functions from one page to facts, one idea per file.

An extractor takes a :class:`~enrich.page.Page` and yields :class:`~enrich.facts.Fact` objects (or bare
values, where it fills one field). It never touches a network, never raises on any page, and runs in time
linear in the page. Adding one is a function and a decorator:

>>> from enrich import extractor
>>> @extractor("company_slogan", doc="the line under the logo")
... def slogan(page):
...     return [tag.get_text(" ", strip=True) for tag in page.soup.select(".slogan")]

Modules of this package listed in ``BUILT_IN`` are the ones that come with the product; the order is the
order of the columns.
"""

from __future__ import annotations

from importlib import import_module

BUILT_IN = (
    "names",
    "organization",
    "metas",
    "registration",
    "language",
    "emails",
    "phones",
    "addresses",
    "social",
    "technologies",
    "offers",
    "prices",
    "customers",
    "testimonials",
    "tagline",
    "copyright",
    "posts",
    "roles",
    "mail",
    "infrastructure",
    "certificate",
    "domain_registration",
    "maintext",
)


def load_built_in() -> None:
    """Register the extractors of the product, in their order; calling it again changes nothing."""
    # The registry imports pages, and pages import parts of this package: not before it is complete.
    from enrich.extract.registry import arrange

    for module in BUILT_IN:
        import_module(f"{__name__}.{module}")
    arrange([f"{__name__}.{module}" for module in BUILT_IN])
