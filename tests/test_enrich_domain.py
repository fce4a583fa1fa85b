"""Hosts, URLs and e-mail domains become registrable domains; junk becomes None."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.domain import ascii_host, registrable_domain, to_unicode


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("acme.example", "acme.example"),
        ("www.Acme.example.", "acme.example"),
        ("https://user:secret@www.acme.co.uk:8443/a?b#c", "acme.co.uk"),
        ("//cdn.acme.de/x", "acme.de"),
        ("acme.de/kontakt", "acme.de"),
        ("acme.de:8080", "acme.de"),
        ("info@mail.acme.de", "acme.de"),
        ("mailto:info@acme.de", "acme.de"),
        ("  http://acme.de \n", "acme.de"),
        ("http://müller-söhne.de/", "xn--mller-shne-kcb9d.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("ПОЧТА.пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("acme。co．jp", "acme.co.jp"),
        ("my_shop.blogspot.com", None),
        ("a_b.acme.de", "acme.de"),
        ("anna.github.io", "anna.github.io"),
        ("a.b.unlisted-tld", "b.unlisted-tld"),
        ("shop.acme.test", "acme.test"),
        ("acme.invalid", "acme.invalid"),
        ("http://[2001:db8::1]/", None),
        ("http://192.0.2.1/", None),
        ("http://0x7f.1/", None),
        ("http://[::1", None),
        ("localhost", None),
        ("n/a", None),
        ("-", None),
        ("", None),
        ("co.uk", None),
        ("Acme GmbH", None),
        ("acme..de", None),
        ("-acme.de", None),
        ("acme.de:port", None),
        ("xn--\x80.de", None),
        ("💩.la", None),  # no IDNA 2008 name
        ("a" * 64 + ".de", None),
        (".".join(["a" * 60] * 5), None),
        ("http://" + "a" * 100_000, None),
        ("\x00", None),
        ("\ud800.de", None),
    ],
)
def test_registrable_domain(text, domain):
    assert registrable_domain(text) == domain


def test_public_suffix_suite(material):
    """Both files of the suite; they hold nearly the same cases, names beyond ASCII in either form."""
    folder = material("suites/publicsuffix")
    calls = re.findall(
        r"^checkPublicSuffix\((?:'(.*?)'|null), (?:'(.*?)'|null)\)",
        (folder / "test_psl.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    lines = (folder / "tests.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.replace("null", "").partition(" ")[::2] for line in lines if line[:2] not in ("", "//")]
    assert (len(calls), len(pairs)) == (78, 78)
    for text, expected in calls + pairs:
        domain = registrable_domain(text)
        assert domain == (ascii_host(expected) if expected else None), text
        if not expected.isascii():
            assert to_unicode(domain) == expected


@given(st.one_of(st.text(), st.from_regex(r"(https?://)?[^\s/]{0,20}\.[^\s/]{1,10}(/.*)?")))
def test_never_raises_and_is_idempotent(text):
    domain = registrable_domain(text)
    if domain is not None:
        assert domain.isascii()
        assert registrable_domain(domain) == domain
        if len(domain) < 240:
            assert registrable_domain(f"https://www.{domain}/") == domain
        to_unicode(domain)


@given(st.text())
def test_to_unicode_never_raises(text):
    to_unicode(text)
    to_unicode(f"xn--{text}.example")
