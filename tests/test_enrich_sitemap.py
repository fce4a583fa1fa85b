"""Sitemaps: what they list, and when one is read at all."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_serving import Reply, Web

from enrich import Settings
from enrich.sources.live import LiveWeb
from enrich.sources.sitemap import Sitemap, parse

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls):
    return f"<urlset {NAMESPACE}>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>"


def index(*urls):
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex {NAMESPACE}>{entries}</sitemapindex>"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pages_and_further_sitemaps_in_order(pack):
    assert parse(pack(urlset("http://a.example/1", " http://a.example/2\n").encode()), 9999).pages == (
        "http://a.example/1",
        "http://a.example/2",
    )
    assert parse(pack(index("http://a.example/s.xml").encode()), 9999) == Sitemap(
        (), ("http://a.example/s.xml",)
    )
    assert parse(pack(b"http://a.example/1\nnothing\n"), 9999).pages == ("http://a.example/1",)


def test_images_and_alternates_are_no_pages():
    body = (
        f'<urlset {NAMESPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>'
        "<loc>http://a.example/</loc><image:image><image:loc>http://a.example/i.png</image:loc></image:image>"
        "</url></urlset>"
    )
    assert parse(body.encode(), 9999).pages == ("http://a.example/",)


def test_what_precedes_damage_counts_and_entities_do_not():
    assert parse(urlset("http://a.example/1").encode()[:-20] + b"<<<", 9999).pages == ("http://a.example/1",)
    bomb = (
        b'<!DOCTYPE a [<!ENTITY x "'
        + b"y" * 1000
        + b'"><!ENTITY z "&x;&x;">]><urlset><url><loc>&z;</loc></url>'
    )
    assert parse(bomb, 9999) == Sitemap()
    outside = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>&x;</loc></url></urlset>'
    )
    assert parse(outside, 9999) == Sitemap()


def test_no_more_than_the_cap_is_read():
    many = urlset(*(f"http://a.example/{n}" for n in range(20_000))).encode()
    assert len(parse(gzip.compress(many), 10_000).pages) < 250
    assert len(parse(many, 10**9).pages) == 5_000


@given(st.binary(max_size=300))
def test_it_never_raises(body):
    for prefix in (b"", b"<urlset>", b"\x1f\x8b"):
        assert isinstance(parse(prefix + body, 200), Sitemap)


@pytest.fixture
def web():
    one = Web({"acme.example": {"/": "<p>welcome", "/robots.txt": "Sitemap: http://acme.example/s.xml"}})
    site = one.sites["acme.example"]
    site["/s.xml"] = Reply(
        index("http://acme.example/posts.xml", "http://acme.example/page.xml"), media_type="text/xml"
    )
    site["/page.xml"] = Reply(
        urlset(
            "http://acme.example/o-kompanii/",
            "http://acme.example/x",
            "http://elsewhere.example/contact",
            "http://127.0.0.1/about",
        ),
        media_type="application/xml",
    )
    site["/o-kompanii/"] = "<p>О нас"
    yield one
    one.close()


def look(web, **settings):
    live = LiveWeb(Settings(pause_seconds=0.0, deadline_seconds=2.0, **settings), web.reach())
    ((one),) = live.look(["acme.example"])
    return [(seen.url, seen.note) for seen in one.observations if seen.page]


def test_a_home_page_without_telling_links_is_helped_by_the_sitemap(web):
    assert look(web) == [
        ("http://acme.example/", ""),
        ("http://acme.example/o-kompanii/", "chosen as about by '/o-kompanii in the sitemap'"),
    ]
    assert web.paths() == ["/robots.txt", "/", "/s.xml", "/page.xml", "/o-kompanii/"]


def test_it_is_not_read_where_the_links_suffice_or_nobody_wants_it(web):
    assert look(web, use_sitemaps=False) == [("http://acme.example/", "")]
    web.asked.clear()
    names = ("contact", "about", "pricing", "products")
    web.sites["acme.example"]["/"] = "".join(f"<a href=/{name}>{name}</a>" for name in names)
    look(web)
    assert "/s.xml" not in web.paths()


def test_robots_hold_for_sitemaps_too(web):
    web.sites["acme.example"]["/robots.txt"] += "\nUser-agent: *\nDisallow: /*.xml"
    assert look(web) == [("http://acme.example/", "")]
    assert web.paths() == ["/robots.txt", "/"]
