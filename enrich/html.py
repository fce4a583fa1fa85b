"""Text into HTML at one place: what comes from the web or from a file is text, whatever it looks like.

Templates are Jinja's with everything escaped. A link goes through the filter ``web_link``: only http and
https are followed, anything else stays text.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

#: What a page may follow.
SCHEMES = ("http", "https")
#: No page is told where its reader comes from, nor given a hand on it.
REL = "noopener noreferrer nofollow"


def templates(package: str) -> Environment:
    """Give the templates that lie beside a package's modules; every value in them is escaped.

    Parameters
    ----------
    package : str
        Its name, as ``__package__`` says it.
    """
    made = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["web_link"] = web_link
    return made


def web_link(url: object, text: object = None) -> Markup:
    """Give a link to a web address, or its text where it is none.

    >>> web_link("https://acme.example/<b>")
    Markup('<a href="https://acme.example/&lt;b&gt;" rel="noopener noreferrer nofollow">https://acme.example/&lt;b&gt;</a>')
    >>> web_link("javascript:alert(1)", "Acme")
    Markup('Acme')
    """
    shown = Markup.escape(url if text is None else text)
    address = web_address(url)
    return Markup('<a href="{}" rel="{}">{}</a>').format(address, REL, shown) if address else shown


def web_address(url: object) -> str:
    """Give a web address if it may be followed, or nothing.

    >>> web_address(" https://acme.example/ "), web_address("javascript:alert(1)")
    ('https://acme.example/', '')
    """
    address = str(url).strip()
    try:
        parts = urlsplit(address)
        followed = parts.scheme.lower() in SCHEMES and bool(parts.hostname)
    except ValueError:
        followed = False
    if not followed or any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        return ""
    return address
