"""URLs of the WHATWG suite: refused, or asked for at the host that a browser would ask; never anything else.

What is refused although a browser takes it is on record here, by reason and number. The lists are exact, so
that a new case, or a refusal no longer needed, is seen.
"""

import json
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from requests import Request
from requests.utils import unquote_unreserved

from enrich.domain import ascii_host, host_of
from enrich.page import Page
from enrich.sources.guard import Reach, Refused
from enrich.sources.guarded import checked_url, joined_url

# All ports, so that it is the host which decides.
ANYWHERE = Reach(ports=tuple(range(65_536)))

# Why a valid http(s) URL is not asked for: companies' websites have names, and no URL of theirs needs this.
REFUSED_AS_THEY_STAND = {
    "the host of the URL is no domain name": 82,  # addresses, single labels, no IDNA 2008; http:foo.com
    "scheme '' is neither http nor https": 48,  # references, which are joined to their base below
    "the URL has a control character or a backslash": 29,
    "the URL names a user": 23,
    "the URL is malformed": 1,  # a bracket in the user's name
}
REFUSED_WHEN_JOINED = {
    "the host of the URL is no domain name": 29,
    "the URL has a control character or a backslash": 13,
    "the URL names a user": 11,
    "the URL is malformed": 7,  # more than two slashes, after which Python and browsers see different hosts
}

# Paths and queries that are written in another way than the standard's; all mean the same to a server.
WRITTEN_OTHERWISE = {
    "http://example.org/test?#": "http://example.org/test",  # an empty query
    # A percent sign that begins no escape is escaped.
    "http://example.com/foo/%2e%2": "http://example.com/foo/%2e%252",
    "http://example.com/foo%": "http://example.com/foo%25",
    "http://example.com/foo%2": "http://example.com/foo%252",
    "http://example.com/foo%2zbar": "http://example.com/foo%252zbar",
    "http://example.com/foo%2\u00c2\u00a9zbar": "http://example.com/foo%252%C3%82%C2%A9zbar",
    "http://example.org/test?%GH": "http://example.org/test?%25GH",
}
JOINED_OTHERWISE = {
    "?": "http://example.org/foo/bar",
    "[61:24:74]:98": "http://example.org/foo/%5B61:24:74%5D:98",  # brackets are escaped (RFC 3986)
    "http:[61:27]/:foo": "http://example.org/foo/%5B61:27%5D/:foo",
}

# Why a host that the standard takes is none here: IDNA 2008 and the DNS are stricter than browsers.
NO_HOSTS = {
    "hyphen at an edge of a label, or at its 3rd and 4th place": [
        *("aa--", "a\u2020--", "-x", "-\u2020", "-x.xn--zca", "-x.\u00df", "x-.xn--zca", "x-.\u00df"),
        *("ab--c.xn--zca", "ab--c.\u00df", "-foo.bar.com", "foo-.bar.com"),
    ],
    "empty label": ["x..xn--zca", "x..\u00df"],
    "no valid punycode": [
        *("xn--a", "xn--a.xn--zca", "xn--ls8h=", "xn--1ug.example", "xn--a-yoc", "xn--zn7c.com", "xn--0.com"),
    ],
    "too long for the DNS": [
        *(f"{'x01234567890123456789012345678901234567890123456789012345678901'}{end}"
          for end in ("x", "\u2020", "x.xn--zca", "x.\u00df")),
        *(".".join(["01234567890123456789012345678901234567890123456789"] * 4
                   + ["0123456789012345678901234567890123456789012345678", end])
          for end in ("x", "xn--zca", "\u00df")),
    ],
    "symbols, which no registry hands out under IDNA 2008": [
        *("\u2260", "\u226e", "\u226f", "=\u0338", "<\u0338", ">\u0338"),
        *("=\u00ad\u0338", "<\u00ad\u0338", ">\u00ad\u0338", "www.lookout\u2027net", "\u2665.net"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(material):
    suite = json.loads((material("suites/wpt-url") / "urltestdata.json").read_text(encoding="utf-8"))
    cases = [case for case in suite if isinstance(case, dict)]
    assert (len(cases), sum("failure" in case for case in cases)) == (891, 267)
    return cases


def tried(make, *parts):
    """The URL, and why there is none; whatever else is raised fails the test."""
    try:
        url = make(*parts, ANYWHERE)
    except Refused as error:
        return "", str(error)
    return url, ""


def requested(url):
    """What goes out for a URL."""
    return Request("GET", url).prepare().url


def normal(url):
    """A URL with escapes in capitals, and none that is not needed: the same URL (RFC 3986, section 6.2.2)."""
    return re.sub("%..", lambda escape: escape[0].upper(), unquote_unreserved(url))


def check(url, case, otherwise):
    """That a URL is asked for in one form, and at the host that the standard has."""
    assert not case.get("failure"), case
    assert urlsplit(url).netloc == case["host"], case
    if url != case["href"].partition("#")[0]:
        otherwise[case["input"]] = url
    assert checked_url(url, ANYWHERE) == url, case
    assert requested(url) == normal(url), case  # what robots.txt was asked about is requested


def count_refusal(reason, case, refused):
    if not case.get("failure") and case["protocol"] in ("http:", "https:"):
        refused[reason] += 1


def test_a_url_is_refused_or_asked_for_where_a_browser_would(cases):
    accepted, refused, otherwise = 0, Counter(), {}
    for case in cases:
        url, reason = tried(checked_url, case["input"])
        if reason:
            count_refusal(reason, case, refused)
            continue
        check(url, case, otherwise)
        accepted += 1
    assert refused == REFUSED_AS_THEY_STAND
    assert (accepted, otherwise) == (64, WRITTEN_OTHERWISE)


def test_a_reference_leads_where_it_leads_in_a_browser(cases):
    accepted, refused, otherwise = 0, Counter(), {}
    for case in cases:
        if not case.get("base"):
            continue
        url, reason = tried(joined_url, case["base"], case["input"])
        if reason:
            count_refusal(reason, case, refused)
            continue
        check(url, case, otherwise)
        accepted += 1
    assert refused == REFUSED_WHEN_JOINED
    assert (accepted, otherwise) == (54, JOINED_OTHERWISE)


def test_links_and_lead_cells_never_raise(cases):
    for case in cases:
        home = Page(case.get("base") or "https://acme.example/", b"", "")
        assert home.absolute(case["input"]).startswith(("http", "")), case
        host = host_of(case["input"])
        assert host is None or re.fullmatch(r"[a-z0-9_.-]+", host), case
        if host and case["input"].startswith("http") and "://" in case["input"] and "hostname" in case:
            assert host == case["hostname"], case


def test_hosts_are_those_of_the_standard_but_for_the_stricter_rules_on_record(material):
    suite = json.loads((material("suites/wpt-url") / "toascii.json").read_text(encoding="utf-8"))
    cases = [case for case in suite if isinstance(case, dict)]
    assert len(cases) == 87
    refused = []
    for case in cases:
        # A label alone is no host here, whatever it is made of, so each gets a top-level domain.
        host = ascii_host(f"{case['input']}.example")
        if host is None and case["output"] is not None:
            refused.append(case["input"])
        else:
            assert host == (case["output"] and f"{case['output']}.example"), case
    assert sorted(refused) == sorted(text for texts in NO_HOSTS.values() for text in texts)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", "/"),
        ("/.", "/"),
        ("/..", "/"),
        ("/a/../private/", "/private/"),
        ("/a/%2e%2E/private", "/private"),
        ("/a/.%2e", "/"),
        ("/a//../b", "/a/b"),
        ("/a/...", "/a/..."),
        ("/a/..%2fb", "/a/..%2fb"),
        ("/100%/%2e%2g", "/100%25/%2e%252g"),
        ("/%2e%2e/%2e%2e/x?../y", "/x?../y"),
    ],
)
def test_no_path_is_judged_by_robots_in_one_form_and_requested_in_another(path, asked):
    url = checked_url(f"https://acme.example{path}", Reach())
    assert url == f"https://acme.example{asked}"
    assert requested(url) == normal(url)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("/about", "https://acme.example/about"),
        ("about", "https://acme.example/a/about"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example", "http://other.example/"),
        (" /x ", "https://acme.example/x"),
        ("", "https://acme.example/a/b"),
        ("///other.example/", "the URL is malformed"),
        ("https:///other.example/", "the URL is malformed"),
        ("http://[::1", "the URL is malformed"),
        ("/x\\..", "the URL has a control character or a backslash"),
        ("//acme.example\t.evil.example/", "the URL has a control character or a backslash"),
        ("mailto:jan@acme.example", "scheme 'mailto' is neither http nor https"),
        ("//jan@acme.example/", "the URL names a user"),
        ("//127.0.0.1/", "the host of the URL is no domain name"),
    ],
)
def test_references(reference, answer):
    assert answer in tried(joined_url, "https://acme.example/a/b", reference)
