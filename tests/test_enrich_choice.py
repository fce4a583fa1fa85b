"""Which pages are chosen: in eight languages, on the company's own site, the same each time."""

import pytest

from enrich.benchmark.labelled import pages
from enrich.page import Page
from enrich.sources.choice import KINDS, choose

HOME = "https://www.acme.example/"


def chosen(markup, pages=20, home=HOME, domains=("acme.example",)):
    found = choose(Page(home, markup.encode(), "", headers={"content-type": "text/html; charset=utf-8"}),
                   domains, pages)  # fmt: skip
    return [(one.kind, one.url.removeprefix(HOME)) for one in found]


@pytest.mark.parametrize(
    ("contact", "about", "careers"),
    [
        ("Contact us", "About Us", "Careers"),
        ("Kontakt", "Über uns", "Karriere"),
        ("Nous contacter", "Qui sommes-nous ?", "Recrutement"),
        ("Contacto", "¿Quiénes somos?", "Trabaja con nosotros"),
        ("Neem contact op", "Over ons", "Vacatures"),
        ("Contatti", "Chi siamo", "Lavora con noi"),
        ("Kontakt", "O nas", "Praca"),
        ("Контакты", "О компании", "Вакансии"),
    ],
)
def test_words_of_eight_languages(contact, about, careers):
    links = f"<a href=/3>{careers}</a> <a href=/9>Lorem</a> <a href=/2>{about} »</a> <a href=/1>{contact}</a>"
    assert chosen(links) == [("contact", "1"), ("about", "2"), ("careers", "3")]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *(("/impressum.html", "imprint"), ("/de/ueber-uns/", "about"), ("/%C3%BCber-uns", "about")),
        *(("/Contact.aspx", "contact"), ("/o-kompanii/", "about"), ("/our_work", "customers")),
        *(("/company/careers", "careers"), ("/plans-and-pricing?x=1", "pricing"), ("/blog", "blog")),
    ],
)
def test_paths_where_words_say_nothing(path, kind):
    assert chosen(f"<a href='{path}'><img src=x></a>") == [(kind, path.removeprefix("/"))]


@pytest.mark.parametrize(
    "href",
    [
        *(
            "#contact",
            "mailto:jan@acme.example",
            "javascript:void(0)",
            "",
            "tel:+49",
            "https://other.example/x",
        ),
        *("/contact.pdf", "https://[::1/", "/", "https://www.acme.example/#contact", "ftp://acme.example/x"),
        *("//127.0.0.1/contact", "https://acme.example.evil.example/contact"),
    ],
)
def test_links_that_are_no_pages_of_the_company(href):
    assert chosen(f"<a href='{href}'>Contact</a>") == []


def test_one_page_of_each_kind_comes_first_and_words_before_paths():
    pages = [("news", "x"), ("a/about", "x"), ("about", "x"), ("b", "About us"), ("c", "Contact")]
    pages += [("c2", "Contact"), ("c#x", "Contact"), ("impressum", "Impressum")]
    links = "".join(f"<a href=/{path}>{text}</a>" for path, text in pages)
    assert chosen(links) == [
        *(("imprint", "impressum"), ("contact", "c"), ("about", "b"), ("blog", "news")),
        *(("contact", "c2"), ("about", "about"), ("about", "a/about")),
    ]
    assert len(chosen(links, pages=3)) == 3
    assert chosen(links, pages=0) == []


def test_a_site_of_many_links_is_read_in_time_and_the_same_each_time():
    links = "".join(f"<a href=/contact/{n}>Contact</a>" for n in range(5_000))
    assert chosen(links) == chosen(links)
    assert chosen(links)[0] == ("contact", "contact/0")


def test_no_word_stands_for_two_kinds():
    words = [" ".join(word.split()) for words in KINDS.values() for word in words.split(",")]
    assert sorted(words) == sorted(set(words))


def test_links_are_passed_over_unresolved_only_where_resolving_would_find_nothing(material, monkeypatch):
    """The quick look at a link against the whole way, on saved pages and on hrefs made to mislead it."""
    hrefs = [
        "co\nntact",
        "http:contact",
        "?page=contact",
        "..",
        "./contact/.",
        "%63ontact",
        "a%2Fcontact",
        "/contact/",
    ]
    hrefs += [
        "contact;x=1",
        "contact.html?x#y",
        "//acme.example/contact",
        "x/../contact",
        " contact ",
        "CONTACT.PHP",
    ]
    made = "".join(f'<a href="{href}">x</a>' for href in hrefs).encode()
    homes = [Page(f"https://acme.example{path}", made, "") for path in ("/", "/kontakt/", "/a/about.html")]
    homes += [Page("https://acme.example/", page.body, "") for page in pages(material("web"))]
    domains = {"acme.example"}
    quick = [choose(home, domains, 100) for home in homes]
    assert any(quick)
    monkeypatch.setattr("enrich.sources.choice._may_be_one", lambda link: True)
    assert quick == [choose(home, domains, 100) for home in homes]
