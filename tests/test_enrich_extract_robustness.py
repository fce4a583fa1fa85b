"""All built-in extractors together: complete, consistent, and unimpressed by any page."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from enrich.benchmark.labelled import pages
from enrich.extract import BUILT_IN, load_built_in
from enrich.extract.parked import page_kind
from enrich.extract.registry import EXTRACTORS, FIELDS
from enrich.facts import Fact, Kind
from enrich.page import Page

load_built_in()
OURS = [e for e in EXTRACTORS.values() if e.function.__module__.startswith("enrich.extract.")]
SECONDS_A_PAGE = 1.0


def facts_of(body: bytes, url: str = "https://acme.example/") -> list[Fact]:
    page = Page(url, body, "2026-01-01T00:00:00Z", headers={"server": "nginx"})
    page_kind(page)
    return [fact for extractor in OURS if extractor.reads is Page for fact in extractor(page)]


def test_every_listed_module_registers_one_extractor_a_channel_and_loading_again_changes_nothing():
    modules = {(e.function.__module__.rsplit(".", 1)[-1], e.reads) for e in OURS}
    assert len(modules) == len(OURS)
    assert {module for module, _ in modules} == set(BUILT_IN)
    before = dict(EXTRACTORS)
    load_built_in()
    assert before == EXTRACTORS


def test_every_field_is_prefixed_documented_and_filled_by_someone():
    filled = {field for extractor in OURS for field in extractor.fields}
    for name in filled:
        field = FIELDS[name]
        assert name.startswith("company_")
        assert field.doc
        assert field.group
        assert isinstance(field.kind, Kind)


def test_values_are_typed_non_blank_and_confidences_are_shares():
    html = """<title>Acme GmbH</title><html lang=de><p>Wir bauen Ambosse.</p>
      <p>info@acme.example, Tel. +49 30 901820</p><script type="application/ld+json">
      {"@type": "Organization", "name": "Acme", "foundingDate": "1901"}</script>"""
    facts = facts_of(html.encode())
    assert {fact.field for fact in facts} >= {
        "company_name",
        "company_emails",
        "company_phones",
        "company_founded",
    }
    for fact in facts:
        assert 0.0 <= fact.confidence <= 1.0
        assert type(fact.value).__name__ == FIELDS[fact.field].dtype
        assert str(fact.value).strip() == str(fact.value) != ""


FRAGMENTS = [
    b"<div>", b"</div>", b"<p hidden>", b"<a href='//x.com/a'>", b"<table><td>", b"</script>", b"<select>",
    b"<script type=application/ld+json>", b'{"@type":"Organization","name":[', b"<pre>\n", b"<svg><title>",
    b"<template>", b"<!--", b"+49 30 901820 ", b"a@b.de ", b"\xff\xfe", b"\x00", b"D-10115 Berlin\n",
    b"<div itemscope itemtype=//s/Organization>", b"<i itemprop=name>", b"\xc2\xa9 2024 ",
    "ИНН 7707083893 г. Москва 123100 ".encode(), b"<h2>Our customers</h2>", b"<img alt='Beta AG'>",
    b"<h1>Careers</h1>", b"<h3>Engineer (m/f/d)</h3>", b"<h2>Testimonials</h2>", b"<p>'I love it!' - J. ",
    b"<div class=testimonial>", b"<time datetime=2025-99-99>", b"<h1>Prices</h1>", b"$5 ", b"9.999,99 EUR ",
    b'{"@context":"schema.org","@type":["JobPosting","Review"],"reviewRating":[[{"ratingValue":{}}],',
    b"<h1>Blog",
    b'"title":[{}],"datePublished":"0000-00-00","price":"1e999","priceCurrency":["EUR"]}',
]  # fmt: skip
MARKUP = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        MARKUP,
        st.binary(max_size=400),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    )
)
@example(b"")
@example(b"\xff\xfe<\x00p\x00")
def test_no_bytes_raise(body: bytes):
    facts_of(body)


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.example",
        "https://xn--e1afmkfd.xn--p1ai/контакты",
        "https://1.2.3.4/",
        "https:///",
        "about:blank",
        "",
    ],
)
def test_no_url_raises(url):
    facts_of(b"<title>Acme</title><a href='http://[bad'>x</a><a href='/about'>y</a><img src=logo.png>", url)


HOSTILE = [
    "9 " * 40_000, "9" * 80_000, "a@" * 40_000, "@a." * 30_000, "A. " * 30_000, "(" * 80_000, "1-" * 40_000,
    "© " * 40_000, "x.y@" + "a." * 40_000, "10115 A" * 10_000, "GmbH " * 16_000, "Tel " * 20_000,
    "DE1 " * 20_000, "$1 " * 30_000, "© 2" * 30_000, "1 May " * 20_000, "A. " * 25_000 + "!", "“" * 80_000,
    "Engineer - " * 8_000, "not " * 20_000, "J. Smith, " * 9_000,
    "A" * 80_000, "Aa " * 25_000, "| A " * 20_000, "+1 (415) " * 10_000, "[at] " * 16_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_time_is_linear_in_hostile_text(text):
    start = time.process_time()
    facts_of(f"<title>{text}</title><p>{text}</p>".encode())
    assert time.process_time() - start < SECONDS_A_PAGE


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_time_is_linear_where_every_extractor_looks(text):
    html = f"""<h1>Blog</h1><time datetime=2024-01-01>{text}</time><h2>Our clients</h2><p>{text}</p>
      <img alt="{text}"><h2>Testimonials</h2><p class=testimonial>{text}</p><p>Anna</p><h2>{text}</h2>
      <li>{text}</li>"""
    start = time.process_time()
    facts_of(html.encode(), "https://acme.example/careers/pricing/clients")
    assert time.process_time() - start < 2 * SECONDS_A_PAGE


def test_no_saved_page_raises(material):
    count = 0
    for page in pages(material("web")):
        facts_of(page.body, page.url)
        count += 1
    assert count > 500
