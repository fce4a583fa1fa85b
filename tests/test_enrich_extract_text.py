"""Language, main text, offers, and pages that are not the company speaking."""

import pytest

from enrich.extract.language import language, main_language
from enrich.extract.maintext import MAX_CHARACTERS, main_text, maintext
from enrich.extract.offers import offers
from enrich.extract.parked import PageKind, page_kind
from enrich.page import Page

PROSE = {
    "en": "We forge anvils and hammers for workshops all over the world since nineteen hundred and one.",
    "de": "Wir schmieden seit mehr als hundert Jahren Ambosse und Hämmer für Werkstätten in aller Welt.",
    "fr": "Nous forgeons des enclumes et des marteaux pour les ateliers du monde entier depuis cent ans.",
    "es": "Forjamos yunques y martillos para los talleres de todo el mundo desde hace más de cien años.",
    "nl": "Wij smeden al meer dan honderd jaar aambeelden en hamers voor werkplaatsen over de hele wereld.",
    "ru": "Мы куём наковальни и молоты для мастерских всего мира уже более ста лет и гордимся этим.",
}


def page(html: str, url: str = "https://acme.example/") -> Page:
    return Page(url, html.encode(), "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("code", PROSE)
def test_the_text_says_the_language_whatever_the_template_declares(code):
    assert main_language(page(f"<html lang=en><p>{PROSE[code]}</p>")) == code


def test_declared_and_alternate_languages_follow_the_main_one():
    html = f'<html lang="en-GB"><link rel=alternate hreflang=nl-NL href=/nl><p>{PROSE["de"]}</p>'
    assert [fact.value for fact in language(page(html))] == ["de", "en", "nl"]


def test_a_page_without_text_has_the_declared_language():
    assert main_language(page("<html lang=pl><p>ok</p>")) == "pl"
    assert main_language(page("<p>ok</p>")) == ""


def test_main_text_is_prose_without_frame_notices_and_repetition():
    html = f"""<header><nav><a href=/>Home</a> <a href=/shop>Shop</a></nav></header>
      <div id="cookie-banner"><p>{PROSE["fr"]}</p></div><h1>Anvils</h1>
      <p>{PROSE["en"]}</p><p>{PROSE["en"]}</p>
      <p>{PROSE["de"]}</p><p>We use cookies to make this website work as well as it possibly can for you.</p>
      <ul><li><a href=/a>A link of a list that is long enough to be a sentence of its own</a></li></ul>
      <footer><p>{PROSE["nl"]}</p></footer>"""
    assert main_text(page(html)) == f"Anvils\n{PROSE['en']}\n{PROSE['de']}"


def test_main_text_is_capped():
    html = "".join(f"<p>{number} {PROSE['en']}</p>" for number in range(200))
    assert MAX_CHARACTERS - 200 < len(main_text(page(html))) <= MAX_CHARACTERS


def test_the_home_page_speaks_for_the_company_first():
    html = "".join(f"<p>{text}</p>" for text in PROSE.values())
    home, about, deep = (
        next(iter(maintext(page(html, f"https://acme.example{path}")))).confidence
        for path in ("/", "/about-us", "/blog/2024/hello")
    )
    assert home > about > deep


@pytest.mark.parametrize(
    ("link", "offer"),
    [
        ('<a href="/x">Pricing</a>', "pricing"),
        ('<a href="/x">Start your free trial</a>', "free trial"),
        ('<a href="/x">Demo anfordern</a>', "demo"),
        ('<a href="/x">Se connecter</a>', "login"),
        ('<a href="/x">Winkelwagen (0)</a>', "cart"),
        ('<a href="/x">Вакансии</a>', "careers"),
        ('<a href="/x">Noticias</a>', "news"),
        ("<button>Подписаться</button>", "newsletter"),
        ('<a href="/developers/"><img src=x></a>', "api"),
        ('<a href="https://shop.acme.example/warenkorb"><img src=x></a>', "cart"),
    ],
)
def test_offers_are_read_from_links(link, offer):
    assert [fact.value for fact in offers(page(link))] == [offer]


def test_words_of_sentences_and_other_sites_are_no_offers():
    html = (
        '<p>Our pricing is fair.</p><a href="https://other.example/login"><img></a>'
        '<a href="/x">How we price jobs</a>'
    )
    assert list(offers(page(html))) == []


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<p>acme.com is for sale. Buy this domain.", PageKind.PARKED),
        ("<p>Diese Domain steht zum Verkauf.", PageKind.PARKED),
        ("<p>Домен acme.ru продаётся", PageKind.PARKED),
        ('<script src="https://img1.sedoparking.com/a.js"></script>', PageKind.PARKED),
        ("<h1>Welcome to nginx!</h1>", PageKind.PLACEHOLDER),
        ("<p>Hier entsteht eine neue Internetpräsenz", PageKind.PLACEHOLDER),
        ("<p>Сайт находится в разработке", PageKind.PLACEHOLDER),
        ("<title>404 - Page not found</title><p>Sorry.", PageKind.NOT_FOUND),
        ("<p>La página no encontrada", PageKind.NOT_FOUND),
        ("<title>Just a moment...</title>", PageKind.BLOCKED),
        ("<p>Подтвердите, что вы не робот", PageKind.BLOCKED),
        ("<h1>Acme</h1><p>We forge anvils.", PageKind.CONTENT),
        ("", PageKind.CONTENT),
    ],
)
def test_pages_that_are_not_the_company_speaking_are_recognised(html, kind):
    assert page_kind(page(html)) is kind


def test_a_long_page_may_speak_of_parking():
    html = "<p>This domain is for sale.</p>" + "".join(f"<p>{n} {PROSE['en']}</p>" for n in range(20))
    assert page_kind(page(html)) is PageKind.CONTENT
