"""Erasing a person or a company from an archive."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.warcwriter import WARCWriter

from enrich.domain import registrable_domain
from enrich.errors import TableError
from enrich.forgotten import Forgotten, Proof
from enrich.sources import SourceDamaged
from enrich.sources.content import UndecodableContent, decode
from enrich.sources.warc import DOMAIN, WarcFile

_MAX_BODY_BYTES = 50_000_000
_END_OF_HEADERS = b"\r\n\r\n"


def erase(path: Path, one: Forgotten) -> Proof:
    """Write an archive anew without the records that hold a person's address or are a company's.

    Raises
    ------
    SettingsError
        If the file is missing or no archive.
    TableError
        If it cannot be read to its end; it is left as it was.
    """
    archive = WarcFile(path)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    erased = 0
    try:
        with os.fdopen(handle, "wb") as new:
            writer = WARCWriter(new, gzip=path.suffix == ".gz")
            for record, block in archive.records():
                if _speaks_of(record, block, one):
                    erased += 1
                else:
                    record.raw_stream = BytesIO(block)
                    writer.write_record(record)
        Path(name).replace(path)
    except SourceDamaged as error:
        Path(name).unlink()
        raise TableError(f"{error}; nothing was erased from it: mend or delete it") from error
    except BaseException:
        Path(name).unlink()
        raise
    searched = left = 0
    for record, block in WarcFile(path).records():
        searched += len(block)
        left += _speaks_of(record, block, one)
    return Proof(path, erased, searched, left)


def _speaks_of(record: Any, block: bytes, one: Forgotten) -> bool:
    fields = record.rec_headers
    url = fields.get_header("WARC-Target-URI") or ""
    if one.domain:
        return one.domain in (fields.get_header(DOMAIN), registrable_domain(url))
    head, _, body = block.partition(_END_OF_HEADERS)
    coding = re.search(rb"(?im)^content-encoding:\s*([\w, -]+)", head)
    with suppress(UndecodableContent):
        body = decode(
            body,
            transfer_coding="chunked" if re.search(rb"(?im)^transfer-encoding:.*chunked", head) else "",
            content_coding=coding[1].decode() if coding else "",
            max_bytes=_MAX_BODY_BYTES,
        ).body
    texts = (url, str(fields), head.decode("utf-8", "replace"), body.decode("utf-8", "replace"))
    return any(map(one.held_by, texts))
