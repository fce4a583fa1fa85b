"""Pages that are not the company speaking: parked domains, placeholders, soft 404s, walls against robots.

They answer 200 like any page, and yield facts about a domain dealer, a hoster or a firewall if they are not
recognised. The signs are phrases such pages are made of, in the languages they are written in, and they count
only on pages with little else to read.
"""

from __future__ import annotations

import re
from enum import StrEnum

from enrich.page import Page


class PageKind(StrEnum):
    """What a page is, as far as its facts can be trusted."""

    CONTENT = "content"
    PARKED = "parked"  # for sale, or advertisements in the name of a hoster
    PLACEHOLDER = "placeholder"  # under construction, or a server's default page
    NOT_FOUND = "not found"  # says so, whatever the status
    BLOCKED = "blocked"  # a wall against robots, or a captcha


_PARKED = re.compile(
    r"(?:this |the )?domain(?: name)?(?: [\w.-]+)? (?:is|may be|could be) (?:for sale|parked"
    r"|available for purchase)"
    r"|buy this domain|domain (?:is )?parked|parked (?:free|domain|page)|inquire about this domain"
    r"|make an offer on this domain"
    r"|the owner of this domain|related searches:? |sedo domain parking|domain parking"
    r"|diese domain (?:steht zum verkauf|wird verkauft|ist (?:geparkt|zu verkaufen))|domain (?:kaufen"
    r"|zu verkaufen)"
    r"|ce (?:nom de )?domaine est (?:à vendre|en vente|parqué)|este dominio está (?:en venta|a la venta"
    r"|aparcado)"
    r"|dit domein is te koop|deze domeinnaam is (?:te koop|geparkeerd|geregistreerd)"
    r"|домен (?:[\w.-]+ )?(?:прода[её]тся|припаркован|зарегистрирован)|купить (?:этот )?домен"
    r"|questo dominio è in vendita",
    re.IGNORECASE,
)
# Addresses of those who park domains and of walls against robots, in lower case: looked for in the source.
_PARKERS = (
    *("sedoparking.com", "parkingcrew.net", "bodis.com", "above.com/", "hugedomains.com", "dan.com/"),
    *("afternic.com", "parklogic.com", "domainmarket.com", "undeveloped.com", "img.sedoparking"),
    *("d38psrni17bvxu.cloudfront.net", "parking.reg.ru", "parkingpage"),
)
_PLACEHOLDER = re.compile(
    r"(?:site|page|website) (?:is )?(?:currently )?under (?:construction|maintenance|development)"
    r"|coming soon|under construction"
    r"|launching soon|we(?:'|’)ll be back soon|future home of|default web ?(?:site )?page|welcome to nginx"
    r"|it works!"
    r"|apache2? (?:ubuntu|debian|http server)? ?(?:default|test) page|iis windows server|index of /"
    r"|plesk default page"
    r"|website (?:ist )?(?:in kürze|im aufbau|in bearbeitung|in wartung)|hier entsteht|baustelle"
    r"|en construction"
    r"|site en maintenance|(?:sitio|página) en construcción|próximamente|in aanbouw|binnenkort (?:online"
    r"|beschikbaar)"
    r"|сайт (?:находится )?(?:в разработке|на реконструкции|на обслуживании)|скоро открытие"
    r"|just another wordpress site",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|page (?:can(?:not|'t|’t) be |was |is )?not found|page (?:you (?:requested|are looking for)"
    r"|does(?:n't| not) exist)"
    r"|seite (?:wurde )?nicht gefunden|page (?:non trouvée|introuvable)|página no encontrada"
    r"|pagina niet gevonden"
    r"|страница не (?:найдена|существует)|pagina non trovata",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|attention required! \| cloudflare"
    r"|access denied"
    r"|enable (?:javascript|js) and (?:disable|cookies)|just a moment\.\.\.|are you a robot|not a robot"
    r"|unusual traffic"
    r"|request unsuccessful\. incapsula|ddos[- ]guard|проверка браузера|подтвердите, что (?:вы не робот"
    r"|запросы)"
    r"|доступ ограничен|please complete the security check|pardon our interruption",
    re.IGNORECASE,
)
_WALLS = (
    *("cdn-cgi/challenge-platform", "_incapsula_resource", "captcha-delivery.com", "px-captcha"),
    "smartcaptcha",
)
# Pages of these kinds are short; a long page may well speak of parking or of robots.
_MOST_TEXT = 1_200
_SHORT_TEXT = 500


def page_kind(page: Page) -> PageKind:
    """What `page` is; all but :attr:`PageKind.CONTENT` say nothing about a company.

    >>> page_kind(Page("https://acme.example/", b"<title>acme</title><p>This domain is for sale!", ""))
    <PageKind.PARKED: 'parked'>
    >>> page_kind(Page("https://acme.example/", b"<h1>Acme</h1><p>We make anvils.", ""))
    <PageKind.CONTENT: 'content'>
    """
    text = page.text
    if len(text) > _MOST_TEXT:
        return PageKind.CONTENT
    title = page.head.title
    words = f"{title}\n{text}"
    short = len(text) < _SHORT_TEXT
    source = page.html.lower() if short else ""
    if _BLOCKED.search(words) or any(sign in source for sign in _WALLS):
        return PageKind.BLOCKED
    if _PARKED.search(words) or any(sign in source for sign in _PARKERS):
        return PageKind.PARKED
    if _NOT_FOUND.search(title) or (short and _NOT_FOUND.search(text)):
        return PageKind.NOT_FOUND
    if short and _PLACEHOLDER.search(words):
        return PageKind.PLACEHOLDER
    return PageKind.CONTENT
