"""Writes the small WARC files that tests of enrichment read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2026-01-02T03:04:05Z"


class Response(NamedTuple):
    """An HTTP response as an archive holds it."""

    url: str
    body: bytes = b"<title>A page</title>"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    date: str = DATE


def html(url: str, text: str) -> Response:
    """A response that is a page."""
    return Response(url, text.encode())


def write_warc(path: Path, responses: Iterable[Response], *, gzip: bool = True) -> Path:
    """Write responses as records, among the other records that crawlers write."""
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=gzip)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "tests"}))
        for response in responses:
            date = {"WARC-Date": response.date}
            request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x.example")], is_http_request=True)
            answer = StatusAndHeaders(response.status, list(response.headers), protocol="HTTP/1.1")
            for kind, headers, body in (("request", request, b""), ("response", answer, response.body)):
                record = writer.create_warc_record(
                    response.url,
                    kind,
                    payload=io.BytesIO(body),
                    http_headers=headers,
                    warc_headers_dict=date,
                )
                writer.write_record(record)
    return path
