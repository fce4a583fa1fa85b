"""What a sitemap lists (sitemaps.org protocol 0.9): pages, or further sitemaps."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from io import BytesIO

from lxml import etree  # type: ignore[import-untyped]

_GZIP = b"\x1f\x8b"
_MAX_LISTED = 5_000


@dataclass(frozen=True)
class Sitemap:
    """What one file lists, in its order.

    Attributes
    ----------
    pages, sitemaps : tuple of str
        URLs as they stand there, at most 5,000 of each.
    """

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def parse(body: bytes, max_bytes: int) -> Sitemap:
    """Read a sitemap; of a damaged or hostile one, what precedes the damage.

    Parameters
    ----------
    body : bytes
        XML, gzipped XML, or text with a URL a line.
    max_bytes : int
        What is read of it after decompression.

    >>> parse(b"<urlset><url><loc> https://acme.example/about </loc></url></urlset>", 1000).pages
    ('https://acme.example/about',)
    """
    if body.startswith(_GZIP):
        try:
            body = gzip.GzipFile(fileobj=BytesIO(body)).read(max_bytes)
        except (OSError, EOFError, zlib.error):
            return Sitemap()
    body = body[:max_bytes]
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = (line.strip() for line in body.decode("utf-8-sig", "replace").splitlines())
        return Sitemap(
            tuple(line for line in lines if line.startswith(("http://", "https://")))[:_MAX_LISTED]
        )
    found: dict[str, list[str]] = {"url": [], "sitemap": []}
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "recover": True}
    try:
        for _, element in etree.iterparse(BytesIO(body), tag="{*}loc", **options):
            parent = element.getparent()
            kind = etree.QName(parent).localname if parent is not None else ""
            if kind in found and len(found[kind]) < _MAX_LISTED and (url := (element.text or "").strip()):
                found[kind].append(url)
    except etree.XMLSyntaxError:
        pass  # what precedes the damage counts
    return Sitemap(tuple(found["url"]), tuple(found["sitemap"]))
