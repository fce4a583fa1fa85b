"""Keeping what was fetched: a WARC file (ISO 28500) that can be read again in place of the web.

A page becomes a ``response`` record with its decoded body. A look that brought none becomes a ``metadata``
record, so that reading the archive tells a time-out from a page that is not there, as the visit did. Records
carry the company's domain, which need not be that of the URL: companies move.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from http.client import responses
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from enrich.errors import TableError
from enrich.sources import Observation
from enrich.sources.robots import user_agent
from enrich.sources.warc import DOMAIN, NOTE, STATE

# The body is kept decoded and whole, so what the server said of its form is not true of it.
_NOT_KEPT = {"content-encoding", "content-length", "transfer-encoding"}


class Archive:
    """A WARC file that grows company by company; use it as a context manager.

    Parameters
    ----------
    path : str or Path
        Ends in ``.warc`` or ``.warc.gz``.
    size : int
        What is known to be complete of it, in bytes. What a killed run left beyond is cut off.

    Raises
    ------
    TableError
        If the file cannot be written, has another ending, exists already, or is shorter than it was.
    """

    def __init__(self, path: str | Path, size: int = 0) -> None:
        self.path = Path(path).absolute()
        if not self.path.name.endswith((".warc", ".warc.gz")):
            raise TableError(f"{path}: an archive's name ends in .warc or .warc.gz; name it so")
        try:
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        except OSError as error:
            raise TableError(f"{path}: cannot be written ({error.strerror}); check the path") from error
        there = self._file.seek(0, os.SEEK_END)
        if (there and not size) or there < size:
            self._file.close()
            problem = "exists and is not of this journal" if not size else "is shorter than it was"
            raise TableError(f"{path}: {problem}; name another file for the archive")
        self._file.truncate(size)
        self._file.seek(size)
        self.size = size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, observations: Iterable[Observation]) -> None:
        """Write what came of looking at a company; it counts once the journal knows the new `size`."""
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=self.path.suffix == ".gz", warc_version="1.1")
        if not self.size:
            about = {"software": user_agent(""), "format": "WARC File Format 1.1"}
            writer.write_record(writer.create_warcinfo_record(self.path.name, about))
        for seen in observations:
            self._write(writer, seen)
        self._file.write(buffer.getvalue())
        self._file.flush()
        self.size += buffer.tell()

    def _write(self, writer: WARCWriter, seen: Observation) -> None:
        # JSON keeps whatever a page or server put into a note within one line of ASCII.
        fields = {"WARC-Date": seen.observed_at, DOMAIN: seen.domain, NOTE: json.dumps(seen.note)}
        if (page := seen.page) is None:
            fields |= {STATE: seen.state.value, "Content-Type": "text/plain"}
            record = writer.create_warc_record(seen.url, "metadata", BytesIO(), warc_headers_dict=fields)
        else:
            kept = [
                (name, line)
                for name, value in page.headers.items()
                if name not in _NOT_KEPT
                for line in value.splitlines()
            ]
            status = f"{page.status} {responses.get(page.status, '')}".rstrip()
            headers = StatusAndHeaders(
                status, [*kept, ("content-length", str(len(page.body)))], protocol="HTTP/1.1"
            )
            record = writer.create_warc_record(
                page.url, "response", BytesIO(page.body), http_headers=headers, warc_headers_dict=fields
            )
        writer.write_record(record)
