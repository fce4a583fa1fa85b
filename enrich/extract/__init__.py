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
