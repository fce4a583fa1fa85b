"""The made-up web as a WARC file, the same bytes for the same responses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from lookalike.demo.sites import CRAWLED, Response

FIELDS = {
    "software": "lookalike demo",
    "format": "WARC File Format 1.1",
    "description": "Websites of companies that do not exist",
}


def write_archive(path: Path, responses: Iterable[Response]) -> None:
    """Write responses as one gzip member a record.

    Dates are those of the responses and record numbers are made from URLs, so that nothing in the file
    depends on when or where it is written.
    """
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
        lines = "".join(f"{name}: {value}\r\n" for name, value in FIELDS.items()).encode()
        info = {
            "WARC-Record-ID": _record_id(path.name),
            "WARC-Date": f"{CRAWLED:%Y-%m-%dT%H:%M:%SZ}",
            "WARC-Filename": path.name,
        }
        writer.write_record(
            writer.create_warc_record(
                "",
                "warcinfo",
                payload=BytesIO(lines),
                length=len(lines),
                warc_content_type="application/warc-fields",
                warc_headers_dict=info,
            )
        )
        for response in responses:
            head = StatusAndHeaders(
                f"{response.status.value} {response.status.phrase}", response.headers, protocol="HTTP/1.1"
            )
            names = {
                "WARC-Record-ID": _record_id(response.url),
                "WARC-Date": f"{response.at:%Y-%m-%dT%H:%M:%SZ}",
            }
            writer.write_record(
                writer.create_warc_record(
                    response.url,
                    "response",
                    payload=BytesIO(response.body),
                    length=len(response.body),
                    http_headers=head,
                    warc_headers_dict=names,
                )
            )


def _record_id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
