"""When the company last published something, and how often it does.

Dates come from structured data, from the metas of articles, from ``<time>`` and from lines beside links on
pages of posts. Dates of comments and events are not publications. The pace is only read from a page that
lists posts in the order of their dates, newest first: there nothing is missing between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from selectolax.lexbor import LexborNode

from enrich.extract.dates import dates_in, timestamp
from enrich.extract.registry import extractor
from enrich.extract.source_words import words_in
from enrich.extract.structured import nodes, text_of, types_of
from enrich.extract.topics import is_heading, topic_of, topics
from enrich.extract.visible import Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

LAST_POST = Field(
    "company_last_post", "growth", Kind.ONE, "day of the latest post or news item found, YYYY-MM-DD"
)
POSTS_PER_MONTH = Field(
    "company_posts_per_month",
    "growth",
    Kind.ONE,
    "posts or news items a month, over those a page lists",
    "float",
)

_POST_TYPES = frozenset(
    ["Article", "BlogPosting", "NewsArticle", "LiveBlogPosting", "SocialMediaPosting", "TechArticle",
     "Report", "PressRelease", "OpinionNewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle"]
)  # fmt: skip
_METAS = ("article:published_time", "og:article:published_time", "datepublished", "article.published")
_NOT_POSTS = ("comment", "event", "calendar", "updated", "modified")
_CATEGORIES = frozenset(
    ["category", "tag", "tags", "topic", "topics", "rubrik", "kategorie", "categorie", "categoria", "rubric"]
)
_PAGE_NUMBER = re.compile(r"(?:page|p|seite|pagina|strona)?-?\d*", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:html?|php|aspx?)$")
_LONGEST_LINE = 90
_NEAR = 3
_LEAST_POSTS = 3
_SHORTEST_SPAN_DAYS = 7
_DAYS_A_MONTH = 30.44
_MOST_TIMES = 200
_FIRST_YEAR = 1995


@extractor(LAST_POST, POSTS_PER_MONTH)
def posts(page: Page) -> Iterator[Fact]:
    """The latest date of a post on the page, and the pace where the page lists posts.

    >>> html = '<h2><a href=/a>Anvils</a></h2><p>3 мая 2024</p><h2><a href=/b>Tongs</a></h2><p>03.04.2024</p>'
    >>> page = Page("https://acme.example/blog/", html.encode(), "2024-06-01T00:00:00Z")
    >>> [(fact.field, fact.value) for fact in posts(page)]
    [('company_last_post', '2024-05-03')]
    """
    latest = timestamp(page.fetched_at)
    if latest is None:
        return
    on_topic = "blog" in topics(page)
    published = [day for name in _METAS if (day := timestamp(page.head.meta(name)))]
    listings = [_structured(page)]
    # A post that says when it was published has other dates of other things: changes, related posts.
    if _is_listing(page.url) or not (published or listings[0]):
        listings.append(_times(page, on_topic or bool(published)))
        if on_topic and not published:
            listings.append(_lines(page))
    # A list with days to come is a calendar.
    listings = [days for days in listings if all(day <= latest for day in days)]
    every = [day for days in (*listings, published) for day in days if day <= latest]
    last = max(every, default=None)
    if last is None or last.year < _FIRST_YEAR:
        return
    # Among the pages of a site the latest date is to win, so it counts a little more.
    recency = 1 / (1 + (latest - last).days / 365)
    yield Fact(LAST_POST.name, last.isoformat(), round(0.6 + 0.3 * recency, 4))
    if not published and _is_listing(page.url):
        days = max(listings, key=len, default=[])
        if pace := posts_per_month(days):
            yield Fact(POSTS_PER_MONTH.name, pace, round(min(0.9, 0.55 + 0.01 * len(days)), 2))


def posts_per_month(days: list[date]) -> float | None:
    """Pace of a list of posts, newest first; None where it is too short or in another order.

    One post may be out of order, as those that blogs pin to the top are.

    >>> posts_per_month([date(2024, 5, 31), date(2024, 5, 1), date(2024, 4, 1)])
    1.01
    >>> posts_per_month([date(2024, 5, 31), date(2024, 5, 1)])
    >>> posts_per_month([date(2024, 4, 1), date(2024, 5, 1), date(2024, 4, 3), date(2024, 5, 2)])
    """
    disorder = sum(later > earlier for earlier, later in pairwise(days))
    if len(set(days)) < _LEAST_POSTS or disorder > (len(days) > _LEAST_POSTS):
        return None
    span = max((max(days) - min(days)).days, _SHORTEST_SPAN_DAYS)
    return round((len(days) - 1) / span * _DAYS_A_MONTH, 2)


def _is_listing(url: str) -> bool:
    """Whether an address is that of a home page, a blog's first page, a later page or a category.

    >>> paths = "/", "/blog/page/2", "/news.html", "/blog/a-b"
    >>> [_is_listing("https://acme.example" + path) for path in paths]
    [True, True, True, False]
    """
    path = _ENDING.sub("", url.partition("//")[2].partition("?")[0].partition("#")[0])
    segments = [part for part in path.split("/")[1:] if part and not _PAGE_NUMBER.fullmatch(part)]
    if not segments or (len(segments) == 1 and len(segments[0]) == 2):
        return True
    last = topic_of(segments[-1].replace("-", " ").replace("_", " "))
    return last == "blog" or (len(segments) > 1 and segments[-2].lower() in _CATEGORIES)


def _structured(page: Page) -> list[date]:
    found: dict[str, date] = {}
    for _, node in nodes(page):
        if _POST_TYPES.intersection(types_of(node)) and (
            day := timestamp(text_of(node.get("datePublished")))
        ):
            key = text_of(node.get("url")) or text_of(node.get("headline")) or str(len(found))
            found[key] = day
    return list(found.values())


def _times(page: Page, on_topic: bool) -> list[date]:
    """Days of ``<time>`` elements that date a post."""
    if "datetime" not in words_in(page):
        return []
    found = []
    for node in page.tree.css("time[datetime]" if on_topic else "article time[datetime]")[:_MOST_TIMES]:
        day = timestamp(node.attributes.get("datetime") or "")
        if day is not None and not _is_of_something_else(node):
            found.append(day)
    return found


def _is_of_something_else(node: LexborNode) -> bool:
    around: LexborNode | None = node
    for _ in range(8):
        if around is None:
            return False
        attributes = around.attributes
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if any(word in named for word in _NOT_POSTS):
            # WordPress marks a post that was never changed with both.
            return not (around is node and "published" in named)
        if around.tag in ("article", "body"):
            return False
        around = around.parent
    return False


def _lines(page: Page) -> list[date]:
    """Days in short lines beside a link or a heading, on a page of posts."""
    blocks = page.visible.blocks
    found = []
    for index, block in enumerate(blocks):
        if len(block.text) > 2 * _LONGEST_LINE and block.link_share < 0.3:
            continue
        if block.region in (Region.FOOTER, Region.NAV, Region.CONSENT):
            continue
        line = block.text[:_LONGEST_LINE] if block.link_share > 0.3 else block.text
        if len(line) > _LONGEST_LINE or not (days := dates_in(line)):
            continue
        near = blocks[max(0, index - _NEAR) : index + _NEAR + 1]
        if any(one.link_share > 0.5 or is_heading(one.tag) for one in near):
            found.append(days[0])
    return found
