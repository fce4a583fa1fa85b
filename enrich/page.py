"""A fetched page: what every source yields and every extractor reads."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from enrich.domain import registrable_domain
from enrich.extract.bounded_tree import parsed
from enrich.extract.elements import Elements, by_tag
from enrich.extract.head import Head, read_head
from enrich.extract.visible import Visible
from enrich.extract.walk import read
from enrich.facts import Channel

# Addresses and paths with nothing to resolve, as most are: no part is empty or begins with a dot.
_PART = r"/[\w%~+-][\w.%~+-]*"
_REST = rf"(?:{_PART})*/?(?:\?[\w.%~+=&,-]+)?"
_PLAIN_ADDRESS = re.compile(rf"https?://[a-zA-Z0-9.-]+{_REST}")
_PLAIN_PATH = re.compile(rf"{_PART}{_REST}")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

# The pages of a site are read one after another.
_domain_of = lru_cache(maxsize=1024)(registrable_domain)


@dataclass(frozen=True)
class Page:
    """One HTML page as fetched; the parsed forms are made on first use and shared by all extractors.

    Attributes
    ----------
    url : str
        Where the content was found, after redirects.
    body : bytes
        The content after decompression.
    fetched_at : str
        RFC 3339 in UTC.
    status : int
        HTTP status.
    headers : Mapping of str to str
        Response headers with lower-case names.

    >>> page = Page("https://acme.example/", b"<title>Acme</title><p>We make anvils.", "2026-01-01T00:00:00Z")
    >>> page.tree.css_first("title").text(), page.soup.p.get_text()
    ('Acme', 'We make anvils.')
    """

    channel: ClassVar[Channel] = Channel.WEBSITE

    url: str
    body: bytes
    fetched_at: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def host(self) -> str:
        """Host name of the URL, lower case; empty where there is none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""

    @cached_property
    def domain(self) -> str:
        """Registrable domain of the host; empty where there is none."""
        return _domain_of(self.host) or ""

    @property
    def html(self) -> str:
        """The text of the page: byte-order mark, header, meta charset, then UTF-8 or Windows-1252."""
        return self._decoded[0]

    @cached_property
    def _decoded(self) -> tuple[str, str]:
        """The text of the page, and the encoding it was in."""
        for encoding in self._encodings():
            try:
                return self.body.decode(encoding), encoding
            except (UnicodeError, LookupError):  # some codecs ("idna") raise the wider of the two
                continue
        return self.body.decode("cp1252", errors="replace"), "cp1252"

    def _encodings(self) -> list[str]:
        declared = []
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if self.body.startswith(mark):
                declared.append(name)
        if match := _HEADER_CHARSET.search(self.headers.get("content-type", "")):
            declared.append(match[1])
        if found := _META_CHARSET.search(self.body[:4096]):
            declared.append(found[1].decode("ascii", "replace"))
        # Pages labelled Latin-1 are Windows-1252 (WHATWG Encoding Standard, section 4.2).
        latin = {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"}
        return ["cp1252" if name.lower() in latin else name for name in declared] + ["utf-8"]

    @property
    def _utf8(self) -> bytes:
        """The text of the page in UTF-8."""
        html, encoding = self._decoded
        return self.body if encoding.lower() == "utf-8" else html.encode("utf-8", "replace")

    @cached_property
    def source(self) -> bytes:
        """The page in UTF-8, ASCII letters in lower case: it is searched ten times as fast as the text."""
        return self._utf8.lower()

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The HTML5 tree that all built-in extractors share; read-only by agreement."""
        return parsed(self._utf8, self.source)

    @cached_property
    def head(self) -> Head:
        """Title, metas and links."""
        return read_head(self.tree, self.elements)

    @cached_property
    def elements(self) -> Elements:
        """Metas, links, scripts, images, frames and forms, by tag."""
        return by_tag(self.tree)

    @cached_property
    def visible(self) -> Visible:
        """What a reader sees: text in blocks, and the links."""
        return read(self.tree)

    @property
    def text(self) -> str:
        """The visible text; blocks and line breaks are newlines."""
        return self.visible.text

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page as Beautiful Soup, for people's own extractors."""
        return BeautifulSoup(self.html, "lxml")

    @cached_property
    def _origin(self) -> str:
        """Scheme and authority of the URL; empty where it has none of the web's."""
        parts = urlsplit(self.url) if self.host else None
        return f"{parts.scheme}://{parts.netloc}" if parts and parts.scheme in ("http", "https") else ""

    def absolute(self, link: str) -> str:
        """Resolve a link found on the page; empty where it is no http(s) URL.

        >>> Page("https://acme.example/a/", b"", "").absolute("../b")
        'https://acme.example/b'
        """
        link = link.strip()
        if self._origin and _PLAIN_ADDRESS.fullmatch(link):
            return link
        if self._origin and _PLAIN_PATH.fullmatch(link):
            return self._origin + link
        try:
            url = urljoin(self.url, link)
            return url if urlsplit(url).scheme in ("http", "https") else ""
        except ValueError:
            return ""
