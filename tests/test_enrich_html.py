"""Text into HTML: nothing that a page or a file brings is alive."""

import pytest

from enrich.html import web_link

DEAD = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " \tjavascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//acme.example",
    "http://",
    "http://[",
    "https://acme.example/\nonclick=alert(1)",
    "",
    None,
]


@pytest.mark.parametrize("address", DEAD)
def test_only_web_addresses_are_links(address):
    assert "<a" not in web_link(address)
    assert "<" not in web_link(address)


@pytest.mark.parametrize("address", ["https://пример.рф/о-нас", "HTTP://acme.example:80/?a=1&b=2#c"])
def test_web_addresses_are_links(address):
    assert web_link(address).startswith('<a href="')


def test_no_quote_ends_an_attribute():
    made = web_link('https://acme.example/" onmouseover="alert(1)', '"><img src=x onerror=alert(1)>')
    assert "<a" not in made
    assert "<img" not in made
    made = web_link('https://acme.example/"onmouseover="alert(1)', "Acme")
    assert made.count('"') == 4
