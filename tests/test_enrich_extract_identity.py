"""Names, structured data, head metas and registration numbers."""

import json

import pytest

from enrich.extract import jsonld
from enrich.extract.metas import metas
from enrich.extract.names import names
from enrich.extract.organization import organization
from enrich.extract.registration import checked, registration
from enrich.page import Page


def page(html: str, url: str = "https://acme.example/") -> Page:
    return Page(url, html.encode(), "2026-01-01T00:00:00Z")


def best(facts, field: str):
    return max((f for f in facts if f.field == field), key=lambda f: f.confidence).value


# --- names


@pytest.mark.parametrize(
    ("url", "html", "expected"),
    [
        ("https://acmetools.com/", "<title>Anvils and Hammers | Acme Tools</title>", "Acme Tools"),
        ("https://acme.de/", "<title>Kontakt</title><p>© 2024 Acme Werkzeuge GmbH</p>", "Acme Werkzeuge"),
        ("https://romashka.ru/", "<title>Контакты</title><p>ООО «Ромашка», ИНН 7707083893</p>", "Ромашка"),
        ("https://dupont.fr/", "<title>Accueil - Dupont & Fils</title>Dupont & Fils SARL", "Dupont & Fils"),
        ("https://a.invalid/", '<meta property=og:site_name content=Acme><title>Home</title>', "Acme"),
        ("https://x.invalid/", '<title>Contact</title><img src=/logo.png alt="Acme Tools">', "Acme Tools"),
        ("https://jansen.nl/", "<title>Over Jansen Bouw</title>Jansen Bouw B.V. bouwt.", "Jansen Bouw"),
        ("https://informt.com/", "<title>Information Management Technologies - Scanners</title>",
         "Information Management Technologies"),
    ],
)  # fmt: skip
def test_the_name_is_what_the_places_agree_on(url, html, expected):
    assert best(names(page(html, url)), "company_name") == expected


def test_the_legal_name_keeps_its_form():
    facts = list(names(page("<title>Acme</title><p>Acme GmbH & Co. KG, Berlin</p>", "https://acme.de/")))
    assert best(facts, "company_legal_name") == "Acme GmbH & Co. KG"


def test_a_page_without_any_name_yields_none():
    assert list(names(page("<title>Contact us</title><p>Hello</p>", "https://x.invalid/"))) == []


# --- structured data

ORGANIZATION = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Acme Online", "publisher": {"@id": "#org"}},
        {
            "@type": ["LocalBusiness", "Store"],
            "name": "Acme",
            "legalName": "Acme GmbH",
            "description": "We make anvils.",
            "logo": {"@type": "ImageObject", "url": "/logo.svg"},
            "foundingDate": "1901-05-01",
            "numberOfEmployees": {"minValue": 11, "maxValue": 50},
            "email": "mailto:Info@acme.de",
            "telephone": "030 901820",
            "vatID": "DE136695976",
            "address": {
                "streetAddress": "Hauptstr. 1",
                "addressLocality": "Berlin",
                "postalCode": "10115",
                "addressCountry": {"name": "Germany"},
            },
            "sameAs": ["https://www.facebook.com/acme", "https://de.wikipedia.org/wiki/Acme"],
        },
        {"@type": "Product", "name": "Anvil", "brand": {"@type": "Organization", "name": "Someone Else"}},
    ],
}


def test_an_organization_in_json_ld_fills_the_catalogue():
    html = f'<script type="application/ld+json">{json.dumps(ORGANIZATION)}</script>'
    facts = {(f.field, f.value) for f in organization(page(html, "https://acme.de/"))}
    assert {
        ("company_name", "Acme"),
        ("company_legal_name", "Acme GmbH"),
        ("company_description", "We make anvils."),
        ("company_logo", "https://acme.de/logo.svg"),
        ("company_founded", 1901),
        ("company_employees", "11-50"),
        ("company_emails", "info@acme.de"),
        ("company_phones", "+4930901820"),
        ("company_registration_numbers", "VAT DE136695976"),
        ("company_street", "Hauptstr. 1"),
        ("company_city", "Berlin"),
        ("company_postcode", "10115"),
        ("company_country", "DE"),
        ("company_facebook", "https://www.facebook.com/acme"),
    } <= facts
    assert ("company_name", "Someone Else") not in facts


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Acme",}',
        '<!-- {"name": "Acme"} -->',
        '//<![CDATA[\n{"name": "Acme"}\n//]]>',
        '/* about us */ {"name": "Acme"}',
        "{&quot;name&quot;: &quot;Acme&quot;}",
        '{"name": "Acme"};',
    ],
)
def test_broken_json_ld_is_put_right(text):
    assert jsonld.parse(text) == {"name": "Acme"}


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", "<b>", '{"a": 1e999}', "x" * 500_000])
def test_hopeless_json_ld_is_skipped(text):
    jsonld.parse(text)
    assert list(organization(page(f'<script type="application/ld+json">{text}</script>'))) == []


def test_microdata_says_the_same():
    html = """<div itemscope itemtype="http://schema.org/Organization"><span itemprop="name">Acme</span>
      <div itemprop="address" itemscope itemtype="http://schema.org/PostalAddress">
      <span itemprop="addressLocality">Leeds</span><meta itemprop="addressCountry" content="GB"></div>
      <a itemprop="sameAs" href="https://twitter.com/acme">x</a></div>"""
    facts = {(f.field, f.value) for f in organization(page(html))}
    assert {
        ("company_name", "Acme"),
        ("company_city", "Leeds"),
        ("company_country", "GB"),
        ("company_x", "https://twitter.com/acme"),
    } == facts


# --- metas


def test_the_home_pages_description_counts_most():
    html = '<meta name=description content="Acme makes anvils for smiths.">'
    home, deep = (next(iter(metas(page(html, f"https://a.example{path}")))) for path in ("/", "/a/b/c"))
    assert home.value == deep.value == "Acme makes anvils for smiths."
    assert home.confidence > deep.confidence


def test_the_logo_is_absolute():
    assert (
        best(metas(page('<img class="logo" src="img/a.png">')), "company_logo")
        == "https://acme.example/img/a.png"
    )


# --- registration numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USt-IdNr. DE136695976", ["VAT DE136695976"]),
        ("USt-IdNr. DE136695977", []),
        ("TVA FR 40 303 265 045", ["VAT FR40303265045"]),
        ("SIREN : 732 829 320", ["SIREN 732829320"]),
        ("SIRET 732 829 320 00074", ["SIRET 73282932000074"]),
        ("ИНН: 7707083893 КПП 773601001", ["INN 7707083893"]),
        ("ОГРН 1027700132195", ["OGRN 1027700132195"]),
        ("ОГРН 1027700132196", []),
        ("KvK 12345678", ["KVK 12345678"]),
        ("HRB 12345", ["HRB 12345"]),
        ("P.IVA 00743110157", ["VAT IT00743110157"]),
        ("CIF A58818501", ["VAT ES A58818501".replace(" A", "A")]),
        ("ATU13585627", ["VAT ATU13585627"]),
        ("BTW NL004495445B01", ["VAT NL004495445B01"]),
        ("CHE-116.281.710 MWST", ["UID CHE116281710"]),
    ],
)
def test_numbers_count_when_their_check_digits_do(text, expected):
    assert list(checked(text)) == expected


def test_registration_reads_the_imprint():
    (fact,) = registration(page("<p>Handelsregister</p><p>Umsatzsteuer-ID: DE 136 695 976</p>"))
    assert fact.value == "VAT DE136695976"
