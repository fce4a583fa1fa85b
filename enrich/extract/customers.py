"""Customers that a site names: logo walls, lists of clients, case studies.

A wall of logos is what follows a heading such as "Our clients" or "Trusted by": the alternative texts of its
pictures, if at least three read like names. A list of clients is read the same way. Case studies name their
customer after the word itself: "Case study: Acme".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from enrich.extract.labels import affinity
from enrich.extract.registry import extractor
from enrich.extract.topics import is_heading, sections, topic_of, topics
from enrich.extract.visible import Region
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

CUSTOMERS = Field("company_customers", "commerce", Kind.MANY, "customers it names, as written")

_AROUND = frozenset([Region.NAV, Region.HEADER, Region.FOOTER, Region.CONSENT, Region.FORM])
_LEAST = 3
_MOST = 60
_LONGEST = 50
_LEVELS = 3
_MOST_ELEMENTS = 400
_MOST_SECTIONS = 3
_LONGEST_LIST_ITEM = 60
_LONGEST_CASE = 100
_PART = re.compile(r"\s[-–—|]\s|[:,]")
_CASE = re.compile(
    r"^(?:case study|customer story|success story|client story|fallstudie|kundenreferenz|erfolgsgeschichte"
    r"|étude de cas|cas client|caso de éxito|caso práctico|klantverhaal|klantcase|caso di successo"
    r"|studium przypadku|historia sukcesu|кейс|история успеха)\s*(?:[:–—|-]|-\s)\s*(.{2,80})$",
    re.IGNORECASE,
)
_LOGO_WORDS = re.compile(
    r"\b(?:the\s+)?(?:company |client |customer |kunden-?|firmen-?)?(?:logos?|logotype?|logotipo|logotyp)\b"
    r"(?:\s+(?:of|von|de|van|di|der|for))?|\b(?:логотип|лого)\b(?:\s+компании)?",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:our |unsere? |nos |nuestros |onze |наш\w* )?(?:clients?|customers?|kunden?|partners?|brands?"
    r"|image|img|photo|picture|bild|foto|icon|slide|banner"
    r"|references?|referenz(?:en)?|arrows?|next|prev(?:ious)?|close|menu|star|quote|quotes|avatar|thumbnail"
    r"|placeholder|spacer|home|facebook|twitter|linkedin|instagram|youtube|google|google\+|rss|e-?mail"
    r"|phone"
    r"|suite|more|mehr|weiter|lire la suite|read more|далее|клиент|партн[её]р|изображение|картинка"
    r"|фото)[\s_-]*\d*|\W*\d+\W*",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$|_|^(?:img|dsc|pic)[-\d]|^[a-f0-9-]{16,}$|https?:", re.I)
_NOT_A_NAME = re.compile(
    r"[.!?]\s|[!?:;]$|^(?:read|view|see|more|all|the best|click|learn|contact|our|we|you|your|unsere?|wir"
    r"|nos|nous"
    r"|mehr|alle|voir|lire|ver|meer|bekijk|tutti|leggi|więcej|подробнее|все|мы|наш\w*)\b",
    re.IGNORECASE,
)


@extractor(CUSTOMERS)
def customers(page: Page) -> Iterator[Fact]:
    """Names of customers, those of logo walls and case studies before those of plain lists.

    >>> html = '<h2>Unsere Kunden</h2><div><img alt="Beta AG Logo"><img alt="Gamma"><img alt="Delta"></div>'
    >>> [fact.value for fact in customers(Page("https://acme.example/", html.encode(), ""))]
    ['Beta AG', 'Gamma', 'Delta']
    """
    found: dict[str, float] = {}
    starts = [
        index for index in sections(page, "customers") if page.visible.blocks[index].region not in _AROUND
    ]
    label = page.domain.partition(".")[0]
    if starts:
        for names, sure in ((_wall(page), 0.75), (_list(page, starts[:_MOST_SECTIONS]), 0.6)):
            kept = [name for name in names if not label or affinity(label, name) < 0.5]
            if len(set(kept)) >= _LEAST:
                for name in kept:
                    found.setdefault(name, sure)
    if starts or "customers" in topics(page):
        for name in _cases(page):
            found.setdefault(name, 0.7)
    for name, sure in list(found.items())[:_MOST]:
        yield Fact(CUSTOMERS.name, name, sure)


def name_in(alt: str) -> str:
    """The name that an alternative text or a list item is; empty where it is none.

    >>> [name_in(alt) for alt in ("Logo of Beta AG", "client 1", "acme_logo_2.png", "Read more", "gamma")]
    ['Beta AG', '', '', '', '']
    """
    text = " ".join(_LOGO_WORDS.sub(" ", " ".join(alt.split())).split()).strip(" -–—|,:;.·•'\"")
    if not 2 <= len(text) <= _LONGEST or len(text.split()) > 5 or _GENERIC.fullmatch(text):
        return ""
    if _FILE.search(text) or _NOT_A_NAME.search(text) or topic_of(text):
        return ""
    # Names have a capital somewhere: eBay, but not "green arrow".
    return text if any(map(str.isupper, text)) else ""


def _wall(page: Page) -> list[str]:
    """Names in the pictures that follow a heading about customers."""
    names: list[str] = []
    for heading in _headings(page):
        node: LexborNode | None = heading
        for _ in range(_LEVELS):
            if node is None or node.tag in ("body", "main", "html"):
                break
            pictured = [name for alt in _alts_after(node, heading.tag) if (name := name_in(alt))]
            if len(set(pictured)) >= _LEAST:
                names += pictured
                break
            node = node.parent
    return names


def _headings(page: Page) -> list[LexborNode]:
    """The first elements that head a section about customers: headings, or else paragraphs."""
    for selector in ("h1, h2, h3, h4, h5, h6", "p"):
        every = page.tree.css(selector)[:_MOST_ELEMENTS]
        if found := [node for node in every if topic_of(node.text()[:200].strip()) == "customers"]:
            return found[:_MOST_SECTIONS]
    return []


def _alts_after(node: LexborNode, rank: str | None) -> Iterator[str]:
    """Alternative texts in the elements that follow one, up to the next heading of the same rank."""
    following = node.next
    left = _MOST_ELEMENTS
    while following is not None and left:
        left -= 1
        if following.tag not in ("-text", "-comment"):
            if following.tag == rank or (rank and following.css_first(rank) is not None and is_heading(rank)):
                return
            if following.tag == "footer":
                return
            for image in following.css("img[alt]")[:_MOST]:
                yield image.attributes.get("alt") or ""
        following = following.next


def _list(page: Page, starts: list[int]) -> list[str]:
    """Names in the list that follows a heading about customers."""
    blocks = page.visible.blocks
    names = []
    for start in starts:
        for block in blocks[start + 1 : start + 1 + 2 * _MOST]:
            if block.tag != "li" or block.region in _AROUND or len(block.text) > _LONGEST_LIST_ITEM:
                break
            if name := name_in(block.text.partition("\n")[0]):
                names.append(name)
    return names


def _cases(page: Page) -> list[str]:
    """Customers that headings and links of case studies name."""
    short = (block.text for block in page.visible.blocks if len(block.text) <= _LONGEST_CASE)
    named = (_PART.split(match[1])[0] for text in short if (match := _CASE.match(text)))
    return [name for part in named if (name := name_in(part))]
