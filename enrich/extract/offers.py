"""What a site offers its visitors to do: signs of the business model.

A sign is a link or button by its words or its path, in eight languages: buy, try, ask for a demo, log in,
read the API documentation, apply for a job. Words are looked for in short link texts only: in running
text they mean little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from enrich.extract.registry import extractor
from enrich.extract.wordings import EndlessError, alternatives_of, wordings
from enrich.facts import Fact, Field, Kind
from enrich.page import Page

OFFERS = Field(
    "company_offers",
    "commerce",
    Kind.MANY,
    "what visitors can do on the site: pricing, free trial, demo, login, cart, api, careers, news,"
    " newsletter, ...",
)

# Words of links (en, de, fr, es, nl, it, ru, pl), and path segments.
_SIGNS = {
    "pricing": (
        r"pricing|prices|plans(?: (?:and|&) pricing)?|preise?|preisliste|tarifs?|tarife|prix|precios"
        r"|tarifas"
        r"|prijzen|tarieven|prezzi|цены|тарифы|стоимость|прайс(?:-лист)?|cennik"
        r"|see (?:plans|pricing)|(?:our|unsere|nos|onze|nasze|наши) (?:prices|pricing|preise|prix|tarifs"
        r"|prijzen|ceny|цены)|price list|preise (?:&|und) pakete|planes y precios|listino(?: prezzi)?"
        r"|tariffe|ceny|тарифы и цены|стоимость услуг",
        r"pricing|prices?|plans|preise|tarife?s?|precios|prijzen|prezzi|tseny|tarify|price-?list|cennik"
        r"|pricelist|listino(?:-prezzi)?|ceny|stoimost|prajs|price",
    ),
    "free trial": (
        r"(?:start |try |get )?(?:your |a |my )?(?:\d+[- ]day )?free trial|try (?:it )?(?:for )?free"
        r"|start (?:for )?free"
        r"|kostenlos(?:er)? test(?:en|version)?|jetzt testen|gratis testen|essai gratuit"
        r"|essayer gratuitement"
        r"|prueba gratis|probar gratis|gratis proberen|probeer gratis|prova gratuita"
        r"|попробовать(?: бесплатно)?"
        r"|бесплатный (?:период|тест)|wypróbuj (?:za darmo|bezpłatnie)"
        r"|(?:start|begin) (?:your |a )?trial|(?:\d+[- ])?tage (?:kostenlos|gratis) testen"
        r"|kostenlos (?:starten|ausprobieren)|essayez gratuitement|tester gratuitement|pruébalo gratis"
        r"|empieza gratis|gratis uitproberen|gratis proefperiode|prova gratis|provalo gratis"
        r"|darmowy (?:test|okres próbny)|przetestuj (?:za darmo|bezpłatnie)|попробовать бесплатно"
        r"|тестовый период|пробный период",
        r"(?:free-?)?trial|try|testen|essai(?:-gratuit)?|prueba(?:-gratis)?|signup|sign-up"
        r"|prova-gratuita|proefperiode|probny-period",
    ),
    "demo": (
        r"(?:request|book|get|schedule|see|watch|view)?(?: a| your| the)?(?: live| free)? ?demo"
        r"|demo (?:anfordern|buchen"
        r"|vereinbaren|ansehen)|demander une démo|(?:solicitar|pedir|ver) (?:una )?demo|demo aanvragen"
        r"|richiedi (?:una )?demo"
        r"|(?:заказать|запросить) (?:демо|демонстрацию|презентацию)|umów demo"
        r"|live[- ]demo|product demo|demo termin|demo vereinbaren|(?:jetzt )?demo (?:testen|starten)"
        r"|(?:réserver|voir) (?:une )?démo|démo(?:nstration)?|reservar (?:una )?demo"
        r"|solicita(?:r)? (?:una |tu )?demo|(?:plan|boek|vraag) een demo(?: aan)?|prenota (?:una )?demo"
        r"|(?:zamów|poproś o|umów) (?:demo|prezentację)|demo[- ]версия|демо(?:-?доступ)?|получить демо",
        r"(?:request-?|book-?|get-?)?(?:a-?)?demo"
        r"|demo-(?:request|anfordern|aanvragen)|schedule-(?:a-)?demo|demande-de-demo|richiedi-demo"
        r"|umow-demo",
    ),
    "quote": (
        r"(?:get|request)(?: an?| your)?(?: free| instant)? (?:quote|estimate)|free (?:quote|estimate)"
        r"|angebot anfordern"
        r"|(?:demander un )?devis(?: gratuit)?|(?:solicitar|pedir) presupuesto|offerte aanvragen"
        r"|richiedi preventivo"
        r"|(?:рассчитать|узнать) стоимость|оставить заявку|получить предложение|zapytaj o ofertę",
        r"(?:request-?|get-?)?(?:a-?)?quote|devis|presupuesto|offerte|angebot|preventivo",
    ),
    "login": (
        r"log ?-?in|sign ?-?in|my account|client (?:login|area|portal)|customer (?:login|portal)|anmelden"
        r"|einloggen"
        r"|mein konto|kundenportal|connexion|se connecter|mon compte|iniciar sesión|mi cuenta"
        r"|acceso clientes|inloggen"
        r"|mijn account|accedi|area clienti|войти|вход|личный кабинет|zaloguj(?: się)?|logowanie"
        r"|client zone|member login|members? area|kunden-?login|login-?bereich|espace client"
        r"|identifiez-vous|identification|área (?:de )?clientes?|entrar|acceder|mijn omgeving"
        r"|klantportaal|area riservata|il mio account|moje konto|panel klienta|strefa klienta"
        r"|вход в (?:личный )?кабинет|авторизация|мой кабинет",
        r"log-?in|sign-?in|account|my-?account|anmelden|konto|connexion|inloggen|signin|lk|vhod"
        r"|espace-client|area-clienti|area-riservata|zaloguj|logowanie|moje-konto|kabinet|cabinet|auth",
    ),
    "registration": (
        r"sign ?-?up(?: (?:now|free))?|register(?: now)?|create (?:an )?account|get started|registrieren"
        r"|konto erstellen"
        r"|s[’']inscrire|inscription|créer un compte|regístrate|registrarse|crear cuenta|registreren"
        r"|aanmelden|registrati"
        r"|регистрация|зарегистрироваться|zarejestruj się|rejestracja",
        r"register|registration|join|registrieren|inscription|registro|registratsiya",
    ),
    "cart": (
        r"(?:my |view |shopping )?(?:cart|basket|bag)|add to (?:cart|basket)|checkout"
        r"|warenkorb|in den warenkorb"
        r"|zur kasse|panier|mon panier|ajouter au panier|carrito|cesta|añadir al carrito|winkelwagen"
        r"|winkelmand|carrello"
        r"|корзина|в корзину|купить|оформить заказ|koszyk|do koszyka"
        r"|view (?:cart|basket|bag)|add to bag|zum warenkorb|voir (?:le )?panier|mi carrito|mi cesta"
        r"|in winkelwagen|in winkelmandje|winkelmandje|aggiungi al carrello|dodaj do koszyka|kup teraz"
        r"|(?:добавить )?в корзину|перейти в корзину|моя корзина",
        r"cart|basket|checkout|warenkorb|panier|carrito|winkelwagen|carrello|korzina|koszyk|shopping-?cart"
        r"|cesta|winkelmand(?:je)?|in-winkelwagen",
    ),
    "shop": (
        r"(?:online ?|web)?shop|store|shop now|buy now|online[- ]store|boutique|tienda|winkel|webwinkel"
        r"|negozio"
        r"|магазин|интернет-магазин|каталог|sklep",
        r"shop|store|webshop|onlineshop|boutique|tienda|winkel|katalog|catalog|sklep|products?",
    ),
    "booking": (
        r"book (?:now|online|an? \w+)|make (?:a )?(?:reservation|appointment)|reservations?"
        r"|schedule (?:an? )?(?:call|appointment"
        r"|consultation|meeting)|(?:jetzt |termin )buchen|termin vereinbaren|réserver|prendre rendez-vous"
        r"|reservar|pedir cita"
        r"|boeken|afspraak maken|prenota|забронировать|записаться(?: на (?:прием|приём))?|zarezerwuj",
        r"book(?:ing)?|book-?now|reservations?|appointments?|termin|buchen|reserver|reservar",
    ),
    "api": (
        r"api(?: docs| documentation| reference)?|developers?|developer (?:docs|portal|hub)|for developers"
        r"|entwickler"
        r"|développeurs|desarrolladores|ontwikkelaars|разработчикам|для разработчиков"
        r"|api[- ](?:dokumentation|zugang|doku)|documentation (?:de l[’']|de l )?api"
        r"|documentación (?:de la )?api|api[- ]documentatie|documentazione api|per (?:gli )?sviluppatori"
        r"|sviluppatori|dla (?:programistów|deweloperów)|dokumentacja api|документация api"
        r"|api документация",
        r"api(?:-?docs)?|developers?|swagger|openapi"
        r"|api-?(?:reference|documentation|dokumentation)|rest-api|dev-?portal|developer-?portal",
    ),
    "documentation": (
        r"docs|documentation|user guide|manuals?|knowledge ?base|dokumentation|handbuch|documentación"
        r"|documentatie"
        r"|документация|база знаний|инструкции",
        r"docs?|documentation|manuals?|knowledge-?base|dokumentation",
    ),
    "careers": (
        r"careers?|jobs|job openings|open positions|vacancies|work (?:with|for) us|join (?:us|our team)"
        r"|we[’']re hiring|karriere"
        r"|stellenangebote|offene stellen|jobs (?:&|und) karriere|carrières?|recrutement|nous rejoindre"
        r"|emploi|empleo"
        r"|trabaja con nosotros|vacatures|werken bij(?: .+)?|lavora con noi|вакансии|карьера|работа у нас"
        r"|kariera|praca",
        r"careers?|jobs?|vacancies|karriere|stellenangebote|recrutement|empleo|vacatures|vakansii|vacancy"
        r"|kariera|job-?openings",
    ),
    "news": (
        r"blog|our blog|news|newsroom|press(?: releases?| room)?|aktuelles|neuigkeiten|presse|actualités"
        r"|noticias|prensa"
        r"|nieuws|notizie|новости|блог|пресс-центр|aktualności",
        r"blog|news|newsroom|press|aktuelles|presse|actualites|noticias|nieuws|novosti|aktualnosci",
    ),
    "newsletter": (
        r"(?:subscribe to )?(?:our |the )?newsletter|subscribe|join our mailing list"
        r"|newsletter (?:abonnieren|anmelden)"
        r"|s[’']abonner|suscribirse|suscríbete|nieuwsbrief|inschrijven|iscriviti|подписаться|подписка"
        r"|zapisz się",
        r"newsletter|subscribe|nieuwsbrief|podpiska",
    ),
    "case studies": (
        r"case stud(?:y|ies)|customer stories|success stories|our (?:clients|customers|work)|clients"
        r"|customers|references"
        r"|referenzen|kunden|fallstudien|références|nos clients|casos de éxito|clientes|referenties"
        r"|klantcases|clienti"
        r"|кейсы|наши клиенты|портфолио|отзывы|portfolio|testimonials|realizacje",
        r"case-?stud(?:y|ies)|customers|clients|references|referenzen|references|casos|referenties"
        r"|portfolio"
        r"|testimonials|keysy",
    ),
    "partners": (
        r"partners?|partner program(?:me)?|become a partner|resellers?|affiliates?|partner werden"
        r"|händler(?:suche)?"
        r"|partenaires|distribuidores|dealers?|партн[её]рам|партн[её]ры|дилерам|dystrybutorzy",
        r"partners?|resellers?|affiliates?|dealers?|haendler|partenaires|distribuidores|partneram",
    ),
    "franchise": (r"franchis(?:e|ing|ees?)|franquicias?|франшиза", r"franchis(?:e|ing)|franquicia|franshiza"),
    "support": (
        r"support|help(?: ?cent(?:er|re)| ?desk)?|customer (?:service|support)|faqs?|kundenservice"
        r"|kundendienst|hilfe|aide"
        r"|service client|ayuda|soporte|klantenservice|assistenza|поддержка|техподдержка|помощь|pomoc",
        r"support|help|helpdesk|faqs?|hilfe|aide|ayuda|klantenservice|podderzhka|pomoc",
    ),
    "investors": (
        r"investors?|investor relations|investoren|investisseurs|inversores|investeerders|инвесторам"
        r"|акционерам",
        r"investors?|investor-?relations|ir|investisseurs|aktionaere",
    ),
    "app": (
        r"(?:download|get) (?:the |our )?app|(?:download on the )?app ?store|(?:get it on )?google play"
        r"|mobile app",
        r"app|mobile-app",
    ),
}  # fmt: skip


class _Table:
    """Signs by the texts that mean them; `part` says which expressions of each sign."""

    def __init__(self, part: int) -> None:
        self._known: dict[str, str] = {}
        endless: list[tuple[str, str]] = []
        for name, expressions in _SIGNS.items():
            for one in alternatives_of(expressions[part]):
                try:
                    for text in wordings(one):
                        self._known.setdefault(text, name)
                except EndlessError:
                    endless.append((name, one))
        self._names = [name for name, _ in endless]
        self._others = re.compile("|".join(f"({one})" for _, one in endless) or "(?!)")

    def sign(self, text: str) -> str:
        """The sign that a text means, or empty."""
        if known := self._known.get(text):
            return known
        match = self._others.fullmatch(text)
        return self._names[(match.lastindex or 1) - 1] if match else ""


_WORDS = _Table(0)
_SEGMENTS = _Table(1)
_LONGEST_LABEL = 40
_EDGES = " \t!»›→>*•·.:-–[]()0123456789"


@lru_cache(maxsize=16_384)
def _sign_of_words(text: str) -> str:
    """Sign that the text of a link is."""
    return _WORDS.sign(text.casefold().strip(_EDGES))


@extractor(OFFERS)
def offers(page: Page) -> Iterator[Fact]:
    """Signs by the words of links; those that only a path speaks of with less confidence.

    >>> links = b'<a href="/preise">Preise</a> <a href="https://app.acme.example/login">&rarr; Anmelden</a>'
    >>> [fact.value for fact in offers(Page("https://acme.example/", links, ""))]
    ['pricing', 'login']
    """
    found: dict[str, float] = {}
    site = page.host.removeprefix("www.")
    for href, text, _ in page.visible.links:
        sign, sure = _sign_of_link(href, text, site)
        if sign:
            found[sign] = max(sure, found.get(sign, 0.0))
    for sign, sure in found.items():
        yield Fact(OFFERS.name, sign, sure)


# Most links of a page are on other pages of its site, too.
@lru_cache(maxsize=16_384)
def _sign_of_link(href: str, text: str, site: str) -> tuple[str, float]:
    """Sign that a link is and how surely, or an empty one."""
    if 2 < len(text) <= _LONGEST_LABEL and (sign := _sign_of_words(text)):
        return sign, 0.9
    return _sign_of_path(href, site), 0.6


def _sign_of_path(href: str, site: str) -> str:
    """Sign of the last segment of a link within the site."""
    if ":" in href[:11] and not href.startswith("http"):
        return ""
    # Few last segments mean anything, so the address is read for those only.
    path = href.partition("#")[0].partition("?")[0].rstrip("/")
    sign = _sign_of_segment(path.rpartition("/")[2])
    if not sign:
        return ""
    try:
        address = urlsplit(href)
    except ValueError:
        return ""
    within = address.path.strip("/") and (not address.netloc or address.netloc.endswith(site))
    return sign if within else ""


@lru_cache(maxsize=16_384)
def _sign_of_segment(written: str) -> str:
    segment = unquote(written).rsplit(".", 1)[0].lower().replace("_", "-")
    return _SEGMENTS.sign(segment) if 1 < len(segment) <= _LONGEST_LABEL else ""
