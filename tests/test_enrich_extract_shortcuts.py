"""What spares extractors work gives the answers that the work would have given."""

import re

import pytest

from enrich.extract.frequent_words import language_of_words
from enrich.extract.kept import kept
from enrich.extract.labels import spellings_of
from enrich.extract.language import main_language
from enrich.extract.marked import marked_lines, places
from enrich.extract.offers import offers
from enrich.extract.prices import prices
from enrich.extract.source_words import traces_in
from enrich.extract.technology_rules import PAGE_PLACES, by_literal
from enrich.extract.wordings import EndlessError, alternatives_of, wordings
from enrich.page import Page

PORTUGUESE = (
    "Somos uma empresa familiar de construção e oferecemos os melhores serviços para a sua casa. Com mais de"
    " vinte anos no mercado, trabalhamos com os nossos clientes em todo o país, de norte a sul."
)
CATALAN = (
    "Som una empresa familiar de construcció i oferim els millors serveis per a la vostra casa. Amb més de"
    " vint anys d'experiència, treballem amb els nostres clients a tot el país."
)


@pytest.mark.parametrize(("text", "code", "declared"), [(PORTUGUESE, "pt", "es"), (CATALAN, "ca", "es")])
def test_a_close_relative_of_a_known_language_is_left_to_the_model(text, code, declared):
    page = Page("https://acme.example/", f"<html lang={declared}><p>{text}".encode(), "")
    assert main_language(page) == code


def test_words_of_two_languages_settle_neither():
    text = "We are in the trade for 50 years and you are with us. Wir sind die mit der und das ist für Sie."
    assert language_of_words(text) == ""


@pytest.mark.parametrize(
    "expression", ["a+", "a*", "a{2}", ".", r"\d", "[^a]", "[a-z]", "(a)", "(?=a)", "(?:a"]
)
def test_what_is_no_list_of_texts_is_refused(expression):
    with pytest.raises(EndlessError):
        wordings(expression)


@pytest.mark.parametrize(
    "expression", ["price ?lists?|rates", r"e\. ?V\.?", "(?:get (?:the |our )?)?app|s[’']inscrire"]
)
def test_an_expression_matches_all_its_wordings(expression):
    texts = wordings(expression)
    assert len(set(texts)) == len(texts) > 2
    assert all(re.fullmatch(expression, text) for text in texts)
    assert sorted(texts) == sorted(text for one in alternatives_of(expression) for text in wordings(one))


def test_marks_that_overlap_give_a_line_once():
    text = "one\ncopyright © two\n© three"
    assert list(marked_lines(text, ("©", "opyright"))) == ["copyright © two", "© three"]
    assert list(places("aaa", ("aa",))) == [0]


def test_an_answer_is_kept_for_one_page_not_for_one_that_equals_it():
    asked = []
    answer = kept(lambda page: asked.append(page) or len(asked))
    first, second = (Page("https://acme.example/", b"", "") for _ in range(2))
    assert [answer(first), answer(first), answer(second), answer(first)] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Die Müller Bau wächst", []),
        ("Bei Acme Tools. Oder ACME TOOLS", ["Acme Tools", "ACME TOOLS"]),
        ("Größe: AcmeTools", ["AcmeTools"]),
        ("www.Acmetools.com, info@Acmetools.com, Acmetools.com", []),
        ("Acme Tools And More, Acme Tools GmbH", []),
    ],
)
def test_a_host_is_spelt_as_the_text_writes_it_outside_of_addresses(text, found):
    assert spellings_of("acmetools", text) == found


def _page_with(place: str, literal: str) -> Page:
    """A page that holds a literal in one place; the last of them is none that is looked in."""
    headers = {"header": {literal: ""}, "cookie": {"set-cookie": literal}}.get(place, {})
    html = {
        "url": f'<img src="{literal}">',
        "script": f"<script>{literal}</script>",
        "generator": f'<meta name=generator content="{literal}">',
        "link": f'<a href="{literal}">x</a>',
    }.get(place, "")
    return Page("https://acme.example/", html.encode(), "", headers=headers)


@pytest.mark.parametrize("place", PAGE_PLACES)
@pytest.mark.parametrize("where", [*(place for place in PAGE_PLACES if place != "markup"), "link"])
def test_a_trace_is_found_in_its_own_place_only(place, where):
    literals = [one for one in by_literal(place) if not set('"<>&:\n') & set(one)]
    page_holds = {"markup": {"url", "script", "generator", "link"}, "url": {"url", "script"}}.get(
        place, {place}
    )
    # A cookie is a header, too.
    page_holds |= {"cookie"} if place == "header" else set()
    for literal in literals[:40]:
        found = traces_in(_page_with(where, literal))[place]
        assert (literal in found) == (where in page_holds)


def test_what_a_link_means_on_one_site_it_does_not_on_another():
    html = b'<a href="https://acme.example/preise">Mehr</a>'
    found = [
        [fact.value for fact in offers(Page(f"https://{name}.example/", html, ""))]
        for name in ("acme", "beta")
    ]
    assert found == [["pricing"], []]


def test_a_link_by_its_words_is_surer_than_by_its_path_wherever_it_stands():
    by_path, by_words = '<a href="/login">Mehr</a>', '<a href="/x">Login</a>'
    for html in (by_path + by_words, by_words + by_path):
        (fact,) = offers(Page("https://acme.example/", html.encode(), ""))
        assert fact.confidence == 0.9


def test_prices_of_one_digit_and_in_other_digits_are_read():
    html = "<p>Kaffee 3 €</p><p>m² € each</p><p>٣ €</p>".encode()
    assert [fact.value for fact in prices(Page("https://acme.example/", html, ""))] == ["EUR"]


def test_what_nobody_sees_is_no_part_of_a_line():
    html = "<p>\u200b Anvils\u00ad and \u200b tongs \ufeff</p><p>\u200b</p>".encode()
    assert Page("https://acme.example/", html, "").text == "Anvils and tongs"
