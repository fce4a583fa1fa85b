"""Pages: the right text from bytes, one tree for all, links resolved, nothing raised."""

import codecs
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.page import Page

URL = "https://www.acme.example/shop/"


def page(body, content_type=""):
    return Page(
        URL, body, "2026-01-02T03:04:05Z", 200, {"content-type": content_type} if content_type else {}
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Grüße".encode(), "text/html; charset=utf-8"),
        ("Grüße".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("Grüße".encode("cp1252"), "text/html"),
        (codecs.BOM_UTF8 + "Grüße".encode(), "text/html; charset=windows-1251"),
        ("Grüße".encode("utf-16"), ""),
        ("Grüße".encode(), "text/html; charset=unheard-of"),
        ("Grüße".encode(), 'text/html; charset="utf-8"'),
        ("Grüße".encode(), "text/html; charset=idna"),
        ("Grüße".encode(), "text/html; charset=hex"),
    ],
)
def test_the_text_is_decoded_as_declared_or_as_it_must_be(body, content_type):
    assert page(body, content_type).html == "Grüße"


def test_a_meta_charset_counts_where_the_header_says_nothing():
    body = '<meta charset="windows-1251"><p>Привет'.encode("cp1251")
    assert page(body).soup.p.get_text() == page(body).tree.css_first("p").text() == "Привет"
    http_equiv = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Привет'.encode(
        "koi8-r"
    )
    assert page(http_equiv).tree.css_first("p").text() == "Привет"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_tree_is_of_the_decoded_text(encoding):
    content_type = f"text/html; charset={encoding}" if encoding in ("utf-8", "cp1252") else ""
    subject = page("<p>Grüße</p>".encode(encoding), content_type)
    assert subject.tree.html == "<html><head></head><body><p>Grüße</p></body></html>"


def test_bytes_in_no_encoding_still_give_a_text():
    assert "x" in page(b"\xff\x81x\x00", "text/html; charset=utf-8").html


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("a", "https://www.acme.example/shop/a"),
        (" ../b ", "https://www.acme.example/b"),
        ("//cdn.example/c", "https://cdn.example/c"),
        ("http://other.example", "http://other.example"),
        ("mailto:x@acme.example", ""),
        ("javascript:void(0)", ""),
        ("http://[broken", ""),
    ],
)
def test_links_are_resolved(link, url):
    assert page(b"").absolute(link) == url


@given(
    st.sampled_from(
        [
            URL,
            "http://u:p@A.example:80",
            "http://[broken",
            "ftp://acme.example/",
            "",
            "HTTP://Up.example/a;b/c?d",
        ]
    ),
    st.sampled_from(["", "/", "/a", "http://b.example", "https://B.example/c"]),
    st.text("a./?#%;:=& +-~_@é\\\t", max_size=12),
)
def test_links_with_nothing_to_resolve_are_what_resolving_them_gives(url, start, rest):
    try:
        resolved = urljoin(url, (start + rest).strip())
        expected = resolved if urlsplit(resolved).scheme in ("http", "https") else ""
    except ValueError:
        expected = ""
    assert Page(url, b"", "").absolute(start + rest) == expected


def test_the_host_is_lower_case_and_may_be_missing():
    assert Page("http://ACME.example:80/", b"", "").host == "acme.example"
    assert Page("", b"", "").host == Page("http://[broken", b"", "").host == ""


def test_parsed_forms_are_made_once():
    one = page(b"<p>a")
    assert one.tree is one.tree
    assert one.soup is one.soup


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page(body):
    one = page(body)
    one.html, one.tree, one.soup  # noqa: B018
