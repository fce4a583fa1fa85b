"""What a page or a section of it is about, as far as facts depend on it: jobs, posts, prices, customers.

Words of paths, titles and headings say it, in eight languages (en, de, fr, es, nl, it, pl, ru). They are
compared as whole phrases: a heading that merely holds the word "jobs" may be about anything.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from enrich.extract.kept import kept
from enrich.page import Page

#: Phrases by topic; a blank stands for -, _ or + in paths.
PHRASES = {
    "careers": """
        careers, career, jobs, job openings, open positions, open roles, current openings, current vacancies,
        job opportunities, career opportunities, careers at us, vacancies, work with us, join us,
        join our team, we are hiring, we're hiring, karriere, stellenangebote, offene stellen, stellen,
        unsere stellenangebote, unsere offenen stellen, offene positionen, aktuelle stellenangebote,
        jobs und karriere, jobs & karriere, carrière, carrières, carrieres, recrutement, nous recrutons,
        offres d'emploi, offres d’emploi, offres d emploi, postes ouverts, nos offres, nous rejoindre,
        rejoignez-nous, emploi, emplois, empleo, empleos, ofertas de empleo, trabaja con nosotros,
        vacantes, únete a nuestro equipo, vacatures, openstaande vacatures, onze vacatures, werken bij,
        werken bij ons, lavora con noi, posizioni aperte, offerte di lavoro, carriere, kariera, praca,
        oferty pracy, aktualne oferty pracy, dołącz do nas, вакансии, карьера, работа у нас,
        работа в компании, открытые вакансии, наши вакансии, vakansii, karera, vakansiya
    """,
    "blog": """
        blog, our blog, company blog, from the blog, latest posts, recent posts, news, latest news,
        company news, newsroom, press releases, press, news and events, news & events, articles,
        blog posts, aktuelles, neuigkeiten, nachrichten, presse, pressemitteilungen, actualités,
        actualites, actus, nos actualités, noticias, últimas noticias, prensa, nieuws, laatste nieuws,
        notizie, novità, news ed eventi, aktualności, aktualnosci, wiadomości, новости,
        последние новости, новости компании, блог, пресс центр, пресс-центр, статьи, novosti, stati
    """,
    "pricing": """
        pricing, prices, price list, pricelist, our prices, plans, plans and pricing, plans & pricing,
        pricing plans, rates, fees, preise, preisliste, unsere preise, preise und pakete, tarife, tarifs,
        nos tarifs, prix, nos prix, precios, tarifas, nuestros precios, planes y precios, prijzen,
        tarieven, onze prijzen, prezzi, listino prezzi, i nostri prezzi, tariffe, piani e prezzi, cennik,
        ceny, nasz cennik, цены, тарифы, тарифы и цены, стоимость услуг, прайс, прайс лист, прайс-лист,
        наши цены, цены на услуги, tseny, tarify, ceny i plany
    """,
    "customers": """
        our customers, our clients, customers, clients, client list, partial client list, clientele,
        some of our clients, selected clients, our clients include, customers include, trusted by,
        they trust us, companies that trust us, who we work with, customer stories, success stories,
        case studies, kunden, unsere kunden, kundenliste, referenzen, unsere referenzen, referenzkunden,
        auszug aus unserer kundenliste, das sind unsere kunden, sie vertrauen uns, fallstudien,
        nos clients, ils nous font confiance, nos références, références, references clients,
        références clients, études de cas, clientes, nuestros clientes, confían en nosotros,
        ellos confían en nosotros, casos de éxito, casos de exito, klanten, onze klanten, referenties,
        onze referenties, klantverhalen, zij vertrouwen ons, clienti, i nostri clienti, referenze,
        hanno scelto noi, si fidano di noi, casi di successo, klienci, nasi klienci, zaufali nam,
        referencje, клиенты, наши клиенты, нам доверяют, нам уже доверяют, среди наших клиентов, кейсы,
        наши кейсы, keysy, klienty
    """,
    "testimonials": """
        testimonials, testimonial, client testimonials, customer testimonials, our testimonials,
        customer reviews, client reviews, our reviews, google reviews, read our reviews, what people say,
        what people are saying, what they say, what they say about us, what others say, happy customers,
        our happy clients, kundenstimmen, kundenmeinungen, kundenbewertungen, referenzstimmen,
        bewertungen, was unsere kunden sagen, das sagen unsere kunden, stimmen unserer kunden,
        témoignages, temoignages, témoignages clients, avis clients, avis de nos clients, ils parlent de
        nous, ce que disent nos clients, testimonios, opiniones, opiniones de clientes, lo que dicen
        nuestros clientes, qué dicen nuestros clientes, wat klanten zeggen, wat onze klanten zeggen,
        klantbeoordelingen, klantervaringen, ervaringen, dicono di noi, testimonianze, recensioni,
        cosa dicono i nostri clienti, cosa dicono di noi, opinie, opinie klientów, opinie o nas,
        co mówią nasi klienci, co mówią o nas, отзывы, отзывы клиентов, отзывы наших клиентов,
        наши отзывы, что говорят наши клиенты, что говорят о нас, otzyvy
    """,
}
_TOPIC_OF = {
    " ".join(phrase.split()): topic for topic, phrases in PHRASES.items() for phrase in phrases.split(",")
}
# Beginnings that settle a heading whatever follows: "What our clients in Leeds say".
_BEGINNINGS = {
    "what our c": "testimonials",
    "what our patients": "testimonials",
    "what our guests": "testimonials",
    "was unsere kunden": "testimonials",
    "das sagen": "testimonials",
    "ce que nos clients": "testimonials",
    "trusted by ": "customers",
    "clients we": "customers",
    "wat onze klanten": "testimonials",
    "отзывы о": "testimonials",
}
_ANY_BEGINNING = tuple(_BEGINNINGS)
_LONGEST = 60
_EDGES = " \t\n:.…!?*•·|»«→>-–—\"“”'#()0123456789"
_BETWEEN = re.compile(r"[-_+\s]+")
_ENDING = re.compile(r"\.(?:html?|xhtml|php\d?|aspx?|jsp|cfm|shtml)$")
_TITLE_PARTS = re.compile(r"\s*[|»·•:]\s*|\s+[-–—/]\s+")
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


def topic_of(text: str) -> str:
    """The topic that a heading or a link names, or empty.

    >>> topic_of("Unsere Kunden:"), topic_of("Trusted by 4,000 teams"), topic_of("Jobs well done")
    ('customers', 'customers', '')
    """
    if not 3 < len(text) <= _LONGEST:
        return ""
    plain = text.casefold().strip(_EDGES)
    found = _TOPIC_OF.get(plain, "")
    if not found and plain.startswith(_ANY_BEGINNING):
        return next(topic for start, topic in _BEGINNINGS.items() if plain.startswith(start))
    return found


@kept
def topics(page: Page) -> frozenset[str]:
    """What a page as a whole is about, by its host, path, title and main headings.

    >>> sorted(topics(Page("https://acme.example/jobs/smith.html", b"<title>Acme | News</title>", "")))
    ['blog', 'careers']
    """
    try:
        address = urlsplit(page.url)
        host = address.hostname or ""
    except ValueError:
        return frozenset()
    segments = unquote(address.path).split("/")
    named = [_BETWEEN.sub(" ", _ENDING.sub("", segment)) for segment in segments[:8] if segment]
    if host.count(".") > 1:
        named.append(host.partition(".")[0])
    named += _TITLE_PARTS.split(page.head.title[:300])
    named += [block.text for block in page.visible.blocks if block.tag == "h1"][:3]
    return frozenset(topic for name in named if (topic := topic_of(name)))


def sections(page: Page, topic: str) -> list[int]:
    """Positions, among the blocks of a page, of the headings of sections about `topic`.

    Lines that are no heading in the markup count where they stand alone; those of menus do not.

    >>> html = b"<nav><a href=/k>Kunden</a></nav><h2>Unsere Kunden</h2><p>Acme</p>"
    >>> sections(Page("https://acme.example/", html, ""), "customers")
    [1]
    """
    return _sections(page).get(topic, [])


@kept
def _sections(page: Page) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, block in enumerate(page.visible.blocks):
        text = block.text
        if (
            3 < len(text) <= _LONGEST
            and (block.link_share < 0.5 or block.tag in _HEADINGS)
            and (topic := topic_of(text))
        ):
            found.setdefault(topic, []).append(index)
    return found


def is_heading(tag: str) -> bool:
    """Whether an element is a heading."""
    return tag in _HEADINGS
