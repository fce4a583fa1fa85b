"""Open roles and their families, from structured data and from career pages.

A JobPosting is taken at its word if it hires for the site's own company and has not ended. On a career page,
or below a heading of one, links and headings that are job titles count if there are two or more of them: a
single one may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from enrich.domain import registrable_domain
from enrich.extract.dates import timestamp
from enrich.extract.job_titles import families, job_title
from enrich.extract.labels import affinity
from enrich.extract.names import normal
from enrich.extract.registry import extractor
from enrich.extract.structured import Node, each, nodes, text_of, types_of
from enrich.extract.topics import is_heading, sections, topics
from enrich.extract.visible import Block, Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

OPEN_ROLES = Field("company_open_roles", "growth", Kind.MANY, "titles of open roles, as written")
ROLE_FAMILIES = Field(
    "company_role_families",
    "growth",
    Kind.MANY,
    "families of work of the open roles: sales, engineering, production, ...",
)
ROLES_COUNT = Field(
    "company_open_roles_count", "growth", Kind.ONE, "number of open roles that one page lists", "int"
)

_LEAST = 2
_MOST = 200
_AROUND = frozenset([Region.NAV, Region.HEADER, Region.FOOTER, Region.CONSENT, Region.FORM])
# Blocks that hold one line of a list, where they are no link.
_ITEMS = frozenset(["li", "td", "dt", "summary"])


@extractor(OPEN_ROLES, ROLE_FAMILIES, ROLES_COUNT)
def roles(page: Page) -> Iterator[Fact]:
    """Titles, families and number of the open roles that a page lists.

    >>> html = "<h1>Karriere</h1><h3>Schweißer (m/w/d)</h3><p>Hamm</p><h3>Leiter Einkauf (m/w/d)</h3>"
    >>> for fact in roles(Page("https://acme.example/", html.encode(), "2024-01-01T00:00:00Z")):
    ...     print(fact.field.removeprefix("company_"), fact.value)
    open_roles Schweißer (m/w/d)
    open_roles Leiter Einkauf (m/w/d)
    role_families production
    role_families management
    role_families operations
    open_roles_count 2
    """
    found = dict.fromkeys(_posted(page), 0.9)
    listed = _listed(page)
    if len(listed) >= _LEAST:
        for title in listed:
            found.setdefault(title, 0.7)
    if not found:
        return
    for title, sure in found.items():
        yield Fact(OPEN_ROLES.name, title, sure)
    every: dict[str, float] = {}
    for title, sure in found.items():
        for family in families(title):
            every[family] = max(sure, every.get(family, 0.0))
    for family, sure in every.items():
        yield Fact(ROLE_FAMILIES.name, family, sure)
    if len(found) >= _LEAST:
        # The page with the longest list knows best.
        yield Fact(ROLES_COUNT.name, len(found), round(0.6 + 0.3 * min(len(found), _MOST) / _MOST, 3))


def _posted(page: Page) -> list[str]:
    """Titles of the job postings in structured data."""
    titles = []
    fetched = timestamp(page.fetched_at)
    for _, node in nodes(page):
        if "JobPosting" not in types_of(node) or not _is_own(page, node):
            continue
        until = timestamp(text_of(node.get("validThrough")))
        if until and fetched and until < fetched:
            continue
        title = text_of(node.get("title")) or text_of(node.get("name"))
        if 2 < len(title) <= 150:
            titles.append(title)
    return titles[:_MOST]


def _is_own(page: Page, posting: Node) -> bool:
    """Whether a posting hires for the site's own company: job boards list those of others."""
    hiring = next(iter(each(posting.get("hiringOrganization"))), None)
    if not hiring:
        return True
    if isinstance(hiring, dict):
        links = [hiring.get("url"), *each(hiring.get("sameAs"))]
        if page.domain and any(registrable_domain(text_of(link)) == page.domain for link in links if link):
            return True
    name = text_of(hiring, "name")
    site = page.head.meta("og:site_name", "application-name")
    if not name or (site and normal(site) == normal(name)):
        return True
    return affinity(page.domain.partition(".")[0], name) >= 0.5


def _listed(page: Page) -> list[str]:
    """Job titles among the links and headings of a career page, or below a heading of one."""
    blocks = page.visible.blocks
    if "careers" in topics(page):
        start = 0
    elif found := [index for index in sections(page, "careers") if blocks[index].region not in _AROUND]:
        start = found[0] + 1
    else:
        return []
    titles = (job_title(block.text.partition("\n")[0]) for block in blocks[start:] if _may_be_title(block))
    return list(dict.fromkeys(title for title in titles if title))[:_MOST]


def _may_be_title(block: Block) -> bool:
    if block.region in _AROUND:
        return False
    return is_heading(block.tag) or block.link_share > 0.6 or block.tag in _ITEMS
