"""E-mails, phones and addresses, as businesses of several countries write them."""

import pytest

from enrich.extract.addresses import addresses, addresses_in
from enrich.extract.emails import emails
from enrich.extract.phones import phones
from enrich.facts import CONFIDENT
from enrich.page import Page


def page(html: str, url: str = "https://acme.example/") -> Page:
    return Page(url, html.encode(), "2026-01-01T00:00:00Z")


def sure(facts) -> list[str]:
    return [fact.value for fact in facts if fact.confidence >= CONFIDENT]


# --- e-mails


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Write to Sales@Acme.co.uk.</p>", "sales@acme.co.uk"),
        ("<p>in<b>fo</b>@acme.de</p>", "info@acme.de"),
        ("<p>info&#64;acme&#46;fr</p>", "info@acme.fr"),
        ("<p>info [at] acme (dot) com</p>", "info@acme.com"),
        ("<p>kontakt (ät) acme [punkt] de</p>", "kontakt@acme.de"),
        ("<p>почта: info собака acme точка ru</p>", "info@acme.ru"),
        ("<p>jan{apenstaartje}acme.nl</p>", "jan@acme.nl"),
        ("<p>инфо@пример.рф</p>", "инфо@пример.рф"),
        ('<a class="__cf_email__" data-cfemail="7f1e3f1d511c10">[email protected]</a>', "a@b.co"),
    ],
)
def test_emails_are_found_plain_and_disguised(html, expected):
    assert sure(emails(page(html))) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "logo@2x.png",
        "your.name@example.com",
        "max.mustermann@beispiel.de",
        "you@yourdomain.com",
        "0123456789abcdef0123456789abcdef@o1.ingest.sentry.io",
        "605a7baede844d278b89dc95ae0a9123@sentry-next.wixpress.com",
        "look at acme dot. com",
        "@acme",
        "a@b",
    ],
)
def test_what_only_looks_like_an_email_is_not_one(text):
    assert list(emails(page(f"<p>{text}</p>"))) == []


def test_an_address_behind_a_link_only_is_less_sure_than_a_visible_one():
    html = (
        '<a href="mailto:seen@acme.example?subject=Hi">seen@acme.example</a> '
        '<a href="MAILTO:x%40acme.io">Mail</a>'
    )
    found = {fact.value: fact.confidence for fact in emails(page(html))}
    assert found["seen@acme.example"] > 0.9
    assert found["x@acme.io"] < CONFIDENT


# --- phones


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("https://acme.com/", "Call (415) 671-2671 now", "+14156712671"),
        ("https://acme.com/", "1-888-LUTRON1", "+18885887661"),
        ("https://acme.de/", "Tel.: 030 / 901820-0", "+49309018200"),
        ("https://acme.de/", "Fax +49 (0) 30 901820", "+4930901820"),
        ("https://acme.co.uk/", "020 7193 1430", "+442071931430"),
        ("https://acme.fr/", "Tél : 01 42 68 53 00", "+33142685300"),
        ("https://acme.es/", "Tfno: 949 881 551", "+34949881551"),
        ("https://acme.nl/", "T: 0165 85 20 00", "+31165852000"),
        ("https://acme.ru/", "тел. 8 (495) 739-70-00", "+74957397000"),
        ("https://acme.by/", "+375 17 328 30 25", "+375173283025"),
        ("https://acme.com/", "tel. 0032 56 622 130", "+3256622130"),
        ("https://acme.com/", "Phone: (+36-1) 889-0600", "+3618890600"),
    ],
)
def test_phones_are_read_as_their_country_writes_them(url, text, expected):
    assert sure(phones(page(f"<p>{text}</p>", url))) == [expected]


def test_digits_broken_by_markup_are_one_number():
    assert sure(phones(page("<p>Tel: <b>3</b>16-<i>69</i>1-85<span>19</span></p>", "https://a.com/"))) == [
        "+13166918519"
    ]


def test_a_country_named_above_decides_before_the_sites_own():
    html = "<p>Leipzig<br>Germany<br>Tel: 341 60050625</p><p>Dubai<br>UAE<br>Tel: 971 48131900</p>"
    assert sure(phones(page(html, "https://acme.com/"))) == ["+4934160050625", "+97148131900"]


def test_two_numbers_in_a_row_are_two_numbers():
    found = sure(phones(page("<p>Tickets: (561) 630-1828 (561) 630-1829</p>", "https://a.com/")))
    assert found == ["+15616301828", "+15616301829"]


def test_tel_links_count():
    assert sure(phones(page('<a href="tel:+1-415-671-2671">Call us</a>'))) == ["+14156712671"]


@pytest.mark.parametrize(
    "text",
    [
        "Copyright 2001-2015",
        "Published 12.05.2014 10:30",
        "Your IP address is: 151.167.214.238",
        "Price: $4156712671",
        "ИНН 7707083893",
        "VAT no. 4156712671",
        "ISBN 978 0 306 40615 7",
        "Order #4156712671",
        "1 2 3 4 5 6 7 8 9 10 11",
        "Amiga 500/600/1200",
        "(415) 555-0123",
        "Pixel 415671267141567126",
    ],
)
def test_other_numbers_are_not_phones(text):
    assert list(phones(page(f"<p>{text}</p>", "https://acme.com/"))) == []


# --- addresses


@pytest.mark.parametrize(
    ("home", "text", "expected"),
    [
        (
            "US",
            "Acme\n1600 Main St.\nWichita, KS 67206-2504",
            ("1600 Main St.", "Wichita", "67206-2504", "US"),
        ),
        ("US", "P.O. Box 3830\nFarmington, New Mexico 87499", ("P.O. Box 3830", "Farmington", "87499", "US")),
        ("GB", "24 Endell Street\nLondon WC2H 9HQ", ("24 Endell Street", "London", "WC2H 9HQ", "GB")),
        ("DE", "Hauptstraße 5a\n10115 Berlin", ("Hauptstraße 5a", "Berlin", "10115", "DE")),
        ("US", "Hauptstraße 5\nD-10115 Berlin", ("Hauptstraße 5", "Berlin", "10115", "DE")),
        ("AT", "Ringstraße 1, 1010 Wien", ("Ringstraße 1", "Wien", "1010", "AT")),
        ("CH", "Bahnhofstrasse 3\nCH-8001 Zürich", ("Bahnhofstrasse 3", "Zürich", "8001", "CH")),
        ("NL", "Keizersgracht 241\n1016 EA Amsterdam", ("Keizersgracht 241", "Amsterdam", "1016 EA", "NL")),
        ("FR", "12 rue de la Paix\n75002 Paris", ("12 rue de la Paix", "Paris", "75002", "FR")),
        ("ES", "Calle Mayor 5\n28013 Madrid", ("Calle Mayor 5", "Madrid", "28013", "ES")),
        ("IT", "Via Primo Maggio, 2\n23900 Lecco", ("Via Primo Maggio, 2", "Lecco", "23900", "IT")),
        ("RU", "123100, г. Москва, ул. Пресня, д. 12", ("ул. Пресня, д. 12", "Москва", "123100", "RU")),
        (
            "US",
            "Piazza Filippo Meda 3\nMilan 20121\nItaly",
            ("Piazza Filippo Meda 3", "Milan", "20121", "IT"),
        ),
    ],
)
def test_addresses_are_read_as_their_country_writes_them(home, text, expected):
    (address,) = addresses_in(text, home)
    assert (address.street, address.city, address.postcode, address.country) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2013 GMC Sierra 2500HD SLT",
        "NMLS #HI-24055",
        "In 2014 Acme grew",
        "Call 10115 Acme",
        "5320 SW Macadam Ave",
    ],
)
def test_other_numbers_are_not_postcodes(text):
    assert list(addresses_in(text, "US")) == []


def test_the_parts_of_an_address_carry_the_same_confidence():
    facts = list(addresses(page("<p>1600 Main St<br>Wichita, KS 67206</p>", "https://acme.com/")))
    assert {fact.field for fact in facts} == {
        "company_street",
        "company_city",
        "company_postcode",
        "company_country",
    }
    assert len({fact.confidence for fact in facts}) == 1
