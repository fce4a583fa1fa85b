"""What a site sells for and to whom: currencies, prices, named customers."""

import pytest

from enrich.extract.amounts import Amount, amounts_in
from enrich.extract.customers import customers, name_in
from enrich.extract.offers import offers
from enrich.extract.prices import prices
from enrich.page import Page


def page(html: str, url: str = "https://acme.example/") -> Page:
    return Page(url, html.encode(), "2024-06-01T00:00:00Z")


def values(facts) -> list:
    return [fact.value for fact in facts if fact.confidence >= 0.5]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,299.99", (1299.99, "USD")),
        ("1.299,99 €", (1299.99, "EUR")),
        ("EUR 49", (49, "EUR")),
        ("ab 19,- €", (19, "EUR")),
        ("£5 a month", (5, "GBP")),
        ("12 500 ₽", (12500, "RUB")),
        ("от 990 руб.", (990, "RUB")),
        ("1 299,00 zł", (1299, "PLN")),
        ("CHF 1'250.00", (1250, "CHF")),
        ("A$20", (20, "AUD")),
    ],
)
def test_amounts_are_read_as_the_country_writes_them(text, amount):
    assert amounts_in(text) == [Amount(*amount)]


@pytest.mark.parametrize(
    "text", ["$4 million", "€ 3,5 Mio.", "5 млн руб.", "$200k", "Room 12", "eurozone 12"]
)
def test_turnovers_and_other_numbers_are_no_amounts(text):
    assert amounts_in(text) == []


@pytest.mark.parametrize(("host", "code"), [("acme.com", "USD"), ("acme.ca", "CAD"), ("acme.com.au", "AUD")])
def test_a_dollar_is_that_of_the_country(host, code):
    html = "<h1>Pricing</h1><p>$9 a month</p><p>$19 a month</p>"
    assert values(prices(page(html, f"https://{host}/")))[0] == code


PRICE_LISTS = {
    "en": ("<h1>Pricing</h1><p>$0</p><p>$9 / month</p><p>$49.50 / month</p>", ["USD", 9.0, 49.5]),
    "de": ("<h1>Preise</h1><li>9 € im Monat</li><li>1.200 € im Jahr</li>", ["EUR", 9.0, 1200.0]),
    "fr": ("<h1>Nos tarifs</h1><td>19,90 €</td><td>29,90 €</td>", ["EUR", 19.9, 29.9]),
    "ru": ("<h1>Цены</h1><p>990 руб.</p><p>2 490 руб.</p>", ["RUB", 990.0, 2490.0]),
    "pl": ("<h1>Cennik</h1><p>99 zł</p><p>199 zł</p>", ["PLN", 99.0, 199.0]),
}


@pytest.mark.parametrize("code", PRICE_LISTS)
def test_a_price_list_gives_currency_and_range(code):
    html, found = PRICE_LISTS[code]
    assert values(prices(page(html))) == found


def test_offers_in_structured_data_give_currency_and_range():
    html = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product",
      "offers": {"@type": "AggregateOffer", "lowPrice": "10.50", "highPrice": 99, "priceCurrency": "EUR"}}
      </script>"""
    assert values(prices(page(html))) == ["EUR", 10.5, 99.0]


def test_a_range_has_one_currency():
    html = "<h1>Pricing</h1><p>10 €</p><p>20 €</p><p>30 €</p><p>$5</p>"
    assert values(prices(page(html)))[-2:] == [10.0, 30.0]


def test_a_shop_shows_its_currency_and_no_range():
    assert values(prices(page("<p>Anvil</p><p>£120.00</p><p>Hammer</p><p>£20.00</p>"))) == ["GBP"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Free shipping over $50</p><p>Save $10</p>",
        "<p>We have raised $500 for the shelter of our town and will go on collecting, said the mayor.</p>",
        "<p>$12</p>",  # one price alone may be anything
        "<meta property=og:type content=article><p>$12</p><p>$15</p>",
    ],
)
def test_other_amounts_are_no_prices(html):
    assert values(prices(page(html))) == []


WALLS = {
    "en": "Trusted by", "de": "Unsere Kunden", "fr": "Ils nous font confiance", "es": "Nuestros clientes",
    "nl": "Onze klanten", "it": "I nostri clienti", "pl": "Zaufali nam", "ru": "Нам доверяют",
}  # fmt: skip
LOGOS = '<div><img alt="Beta AG logo"><a href=/g><img alt="Gamma"></a></div><img alt="ООО «Дельта»">'


@pytest.mark.parametrize("code", WALLS)
def test_a_wall_of_logos_names_customers(code):
    html = f"<h2>{WALLS[code]}</h2>{LOGOS}<h2>More</h2><img alt='Epsilon'><img alt='Zeta'><img alt='Eta'>"
    assert values(customers(page(html))) == ["Beta AG", "Gamma", "ООО «Дельта»"]


def test_a_list_of_clients_names_customers():
    html = "<h2>Our clients</h2><ul><li>Beta AG</li><li>Gamma Ltd</li><li>City of Hamm</li></ul>"
    assert values(customers(page(html))) == ["Beta AG", "Gamma Ltd", "City of Hamm"]


def test_case_studies_name_their_customer():
    html = "<h1>Case studies</h1><h3>Case study: Beta AG</h3><h3>Кейс: Гамма</h3><h3>How we work</h3>"
    assert values(customers(page(html))) == ["Beta AG", "Гамма"]


@pytest.mark.parametrize(
    "html",
    [
        f"<h2>Our products</h2>{LOGOS}",
        "<h2>Our clients</h2><img alt='client 1'><img alt='logo'><img alt='logo_3.png'>",
        "<h2>Our clients</h2><img alt='Beta AG'><p>One picture is no wall.</p>",
        "<h2>Our clients</h2><img alt='Acme'><img alt='Acme Ltd'><img alt='ACME'>",
        f"<nav><a href=/c>Our clients</a></nav><p>We make anvils.</p>{LOGOS}",
    ],
)
def test_other_pictures_name_no_customers(html):
    assert values(customers(page(html))) == []


@pytest.mark.parametrize(
    "alt", ["", "logo", "Client 12", "image", "IMG-2041", "beta-logo.svg", "Read more", "→"]
)
def test_generic_alternative_texts_are_no_names(alt):
    assert name_in(alt) == ""


@pytest.mark.parametrize(
    ("link", "offer"),
    [
        ("<a href=/x>See plans</a>", "pricing"),
        ("<a href=/x>30 Tage kostenlos testen</a>", "free trial"),
        ("<a href=/x>Prova gratis</a>", "free trial"),
        ("<a href=/x>Попробовать бесплатно</a>", "free trial"),
        ("<a href=/x>Réserver une démo</a>", "demo"),
        ("<a href=/x>Umów prezentację</a>", "demo"),
        ("<a href=/x>Espace client</a>", "login"),
        ("<a href=/x>Вход в личный кабинет</a>", "login"),
        ("<a href=/x>Aggiungi al carrello</a>", "cart"),
        ("<a href=/x>Dodaj do koszyka</a>", "cart"),
        ("<a href=/x>Документация API</a>", "api"),
        ("<a href=/x>Per sviluppatori</a>", "api"),
    ],
)
def test_signs_of_the_business_model_are_read_in_all_eight_languages(link, offer):
    assert values(offers(page(link))) == [offer]
