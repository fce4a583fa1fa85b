"""Which pages represent a company: a few links of its home page, or of its sitemap, by words and paths.

One page of each kind comes first, in the order of `KINDS` (imprint and contact say most surely who a company
is), then second ones. Words are English, German, French, Spanish, Dutch, Italian, Polish and Russian. The
choice depends on the page alone: equal pages give equal choices.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from enrich.domain import registrable_domain
from enrich.extract.visible import Link
from enrich.page import Page

#: Words of links and of the last segments of paths, by kind of page; a blank in them stands for -, _ or +.
KINDS = {
    "imprint": """
        imprint, legal notice, legal information, impressum, anbieterkennzeichnung, mentions légales,
        mentions legales, aviso legal, informacion legal, información legal, note legali, informazioni
        legali, colofon, bedrijfsgegevens, nota prawna, dane firmy, реквизиты, rekvizity, правовая
        информация
    """,
    "contact": """
        contact, contacts, contact us, get in touch, kontakt, kontakte, kontaktieren sie uns, contactez
        nous, nous contacter, contacto, contáctanos, contactanos, contacta, contatti, contattaci,
        contacteer ons, neem contact op, skontaktuj się, kontakty, контакты, связаться с нами, обратная
        связь
    """,
    "about": """
        about, about us, who we are, our story, our company, company, über uns, ueber uns, uber uns,
        unternehmen, wir über uns, firma, à propos, a propos, qui sommes nous, l entreprise, entreprise,
        notre histoire, sobre nosotros, quiénes somos, quienes somos, nosotros, empresa, la empresa,
        over ons, wie zijn wij, chi siamo, azienda, l azienda, la società, o nas, o firmie, о нас, о
        компании, компания, o kompanii, about company
    """,
    "pricing": """
        pricing, prices, plans, plans and pricing, preise, preisliste, tarife, tarifs, prix, nos tarifs,
        precios, tarifas, planes, prijzen, tarieven, prezzi, listino prezzi, cennik, цены, тарифы,
        прайс, прайс лист, tseny, ceny, tarify, price list
    """,
    "products": """
        products, services, our services, solutions, what we do, product, produkte, leistungen,
        dienstleistungen, lösungen, loesungen, produits, nos services, prestations, nos solutions,
        productos, servicios, soluciones, producten, diensten, oplossingen, prodotti, servizi,
        soluzioni, produkty, usługi, uslugi, rozwiązania, oferta, продукты, продукция, услуги, решения,
        produkciya
    """,
    "customers": """
        customers, our customers, clients, our clients, case studies, success stories, references,
        testimonials, portfolio, our work, kunden, referenzen, fallstudien, nos clients, références,
        references clients, réalisations, clientes, casos de éxito, casos de exito, klanten,
        referenties, klantverhalen, clienti, referenze, casi di successo, klienci, referencje,
        realizacje, клиенты, наши клиенты, кейсы, отзывы, keysy, klienty, otzyvy
    """,
    "careers": """
        careers, career, jobs, join us, work with us, vacancies, open positions, karriere, jobs und
        karriere, stellenangebote, offene stellen, carrière, carrières, carrieres, recrutement, nous
        rejoindre, emploi, empleo, trabaja con nosotros, vacatures, werken bij, werken bij ons, lavora
        con noi, carriere, kariera, praca, вакансии, карьера, работа у нас, vakansii, karera
    """,
    "blog": """
        blog, news, our blog, newsroom, press, aktuelles, neuigkeiten, presse, actualités, actualites,
        noticias, prensa, nieuws, notizie, novità, aktualności, aktualnosci, новости, блог, пресс центр,
        novosti
    """,
}
_KIND_OF = {
    " ".join(word.split()): kind for kind, words in reversed(KINDS.items()) for word in words.split(",")
}
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}

_LONGEST_LABEL = 40
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_PAGE_ENDINGS = re.compile(r"\.(?:html?|xhtml|php\d?|aspx?|jsp|cfm|shtml)$")
_FILE = re.compile(r"\.[a-z0-9]{2,5}$")


@dataclass(frozen=True)
class Chosen:
    """A page to look at.

    Attributes
    ----------
    url : str
        In full, without a fragment.
    kind : str
        A key of `KINDS`.
    words : str
        What the link says; the path where that is what decided.
    """

    url: str
    kind: str
    words: str


def choose(home: Page, domains: Collection[str], max_pages: int, listed: Iterable[str] = ()) -> list[Chosen]:
    """Choose the pages that represent a company.

    Parameters
    ----------
    home : Page
        The home page.
    domains : collection of str
        Registrable domains of the company; links to others are not followed.
    max_pages : int
        At most so many.
    listed : iterable of str
        URLs of the site's sitemap, which come after links of the same kind.

    >>> links = b'<a href="/b">Blog</a> <a href="/k?x=1#top">Kontakt</a> <a href="/unternehmen.html">Mehr</a>'
    >>> for one in choose(Page("https://acme.example/", links, ""), {"acme.example"}, 2):
    ...     print(one.kind, one.url, one.words)
    contact https://acme.example/k?x=1 Kontakt
    about https://acme.example/unternehmen.html /unternehmen.html
    """
    best: dict[str, tuple[tuple[int, int, int], Chosen]] = {}
    for order, link in enumerate(home.visible.links):
        for rank, found in _candidates(home, link, domains):
            key = (rank, urlsplit(found.url).path.count("/"), order)
            if found.url not in best or key < best[found.url][0]:
                best[found.url] = key, found
    by_kind: dict[str, list[Chosen]] = {kind: [] for kind in KINDS}
    for order, url in enumerate(listed):
        if (one := _listed(home, url, domains)) and one.url not in best:
            best[one.url] = (2, urlsplit(one.url).path.count("/"), order), one
    for _, found in sorted(best.values(), key=lambda entry: entry[0]):
        by_kind[found.kind].append(found)
    rounds = ((place, _RANK[kind], one) for kind, ones in by_kind.items() for place, one in enumerate(ones))
    return [one for *_, one in sorted(rounds, key=lambda entry: entry[:2])][:max_pages]


def _candidates(home: Page, link: Link, domains: Collection[str]) -> Iterator[tuple[int, Chosen]]:
    """What a link is by its words (rank 0) and by its path (rank 1)."""
    if not link.href or link.href.startswith("#") or not _may_be_one(link):
        return
    url, path, name = _place(home, link.href, domains)
    if not name:
        return
    if len(link.text) <= _LONGEST_LABEL and (kind := _KIND_OF.get(_plain(link.text))):
        yield 0, Chosen(url, kind, link.text)
    elif kind := _KIND_OF.get(_plain(name)):
        yield 1, Chosen(url, kind, path)


def _may_be_one(link: Link) -> bool:
    """Whether a link can be of a kind, told without resolving it: few can, and that takes time."""
    if len(link.text) <= _LONGEST_LABEL and _plain(link.text) in _KIND_OF:
        return True
    # Resolving drops white space within, and a scheme before what is relative.
    if any(character in link.href for character in "\t\r\n"):
        return True
    path = unquote(link.href.partition("#")[0].partition("?")[0]).strip().rstrip("/").lower()
    last = path.rpartition("/")[2]
    # Without a last segment, or with dots for one, it is that of the page or of a folder above.
    return last in ("", ".", "..") or ":" in last or _plain(_PAGE_ENDINGS.sub("", last)) in _KIND_OF


def _listed(home: Page, address: str, domains: Collection[str]) -> Chosen | None:
    """What a URL of a sitemap is by its path."""
    url, path, name = _place(home, address, domains)
    kind = _KIND_OF.get(_plain(name)) if name else None
    return Chosen(url, kind, f"{path} in the sitemap") if kind else None


def _place(home: Page, address: str, domains: Collection[str]) -> tuple[str, str, str]:
    """A URL in full, its path, and the last segment of that; empty where it is none of the site's pages."""
    url = home.absolute(address).partition("#")[0]
    if not url or url == home.url or registrable_domain(url) not in domains:
        return "", "", ""
    path = unquote(urlsplit(url).path).rstrip("/").lower()
    name = _PAGE_ENDINGS.sub("", path).rpartition("/")[2]
    return (url, path, name) if name and not _FILE.search(name) else ("", "", "")


def _plain(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", text).strip().casefold()
